"""The chase of an entry: a quote at the touch that follows it, until it is filled or a limit is met.

It only decides; the order keeper carries out. One chase may take several orders: one that would have crossed is
followed by another, and so is one that was taken back in order to cross. What it knows of the market is the newest
sample of the book.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, NamedTuple, cast

from core.book.sample import FeatureSample
from core.message import Facts, Json, as_dict, message, revised
from core.reasons import Reason
from core.trading.entry import EntryParams
from core.trading.instrument import Instrument
from core.trading.orders import OrderRequest
from core.trading.wire import as_json, request_from

_BPS = 10_000.0
GOES_ON = (Reason.POST_ONLY_WOULD_CROSS, Reason.CHASE_CROSSED)
"""Why an order of a chase ends that another one follows, for what is not filled."""


class Quote(NamedTuple):
    """Both sides' best prices."""

    bid: float
    ask: float
    ts: int


@message
class Move:
    """What to do next, and why."""

    what: Literal["quote", "cross", "end"]
    """quote: rest at `price`. cross: take the rest at the market. end: take it back, and leave it."""
    reasons: tuple[Reason, ...]
    price: Decimal | None = None
    """Where to rest, or the far touch that a crossing meets; None: not known, or nothing to do with it."""
    value: float | None = None
    """What was measured against `threshold`; None: nothing was."""
    threshold: float | None = None

    @property
    def facts(self) -> Facts:
        """What was measured, for the record."""
        price: Facts = {} if self.price is None else {"price": float(self.price)}
        return price if self.value is None else price | {"value": self.value, "threshold": self.threshold}


@dataclass(slots=True)
class Hunt:
    """One position's chase."""

    position: str
    side: int
    reference: float
    """The price the entry was decided at."""
    until_ms: int
    order: str = ""
    """The order that rests for it; empty: none."""
    price: Decimal | None = None
    """Of its last quote."""
    quoted_ms: int = 0
    tries: int = 0
    is_asked: bool = False
    """Whether a re-quote of the order that rests is under way."""
    is_crossing: bool = False
    """Whether its order was taken back in order to cross."""
    waiting: OrderRequest | None = None
    """The order to be quoted at the next sample."""


class Chase:
    """Decides where an entry is quoted, when it is quoted anew and when that ends.

    Args:
        params: The limits.
        instrument: Steps of prices.
    """

    def __init__(self, params: EntryParams, instrument: Instrument) -> None:
        self._params = params
        self._instrument = instrument
        self._quote: Quote | None = None
        self.hunt: Hunt | None = None

    def hear(self, sample: FeatureSample) -> None:
        """Take the touch of a sample; one without a book leaves none."""
        bid, ask = sample.bid, sample.ask
        self._quote = None if bid is None or ask is None else Quote(bid, ask, sample.ts)

    def begin(self, request: OrderRequest, now: int) -> Move | None:
        """What a market entry becomes; None: it waits for the next sample."""
        hunt = self.hunt
        if hunt is None or hunt.position != request.position:
            return self._first(request, now)
        hunt.order, hunt.is_asked = "", False
        if hunt.is_crossing:
            return self._crossed(hunt, now)
        hunt.waiting = request
        return None

    def look(self, now: int) -> Move | None:
        """What the touch calls for now; None: leave it as it is."""
        hunt, params, quote = self.hunt, self._params, self._fresh(now)
        if hunt is None or hunt.is_crossing:
            return None
        if now >= hunt.until_ms:
            return self._over(hunt, Move("end", (Reason.CHASE_OUT_OF_TIME,)), now)
        if quote is None or hunt.is_asked or now - hunt.quoted_ms < params.chase_ms:
            return None
        price = self._touch(quote, hunt.side)
        if hunt.waiting is None and hunt.price is not None and (price - hunt.price) * hunt.side <= 0:
            return None
        run = _run_bps(hunt, float(price))
        if run > params.chase_budget_bps:
            over = Move("end", (Reason.CHASE_OUT_OF_BUDGET,), value=run, threshold=params.chase_budget_bps)
            return self._over(hunt, over, now)
        if hunt.tries >= params.chase_tries:
            tried, most = float(hunt.tries), float(params.chase_tries)
            return self._over(hunt, Move("end", (Reason.CHASE_OUT_OF_TRIES,), value=tried, threshold=most), now)
        hunt.tries += 1
        hunt.is_asked = hunt.waiting is None
        return self._quoted(hunt, price, Reason.CHASE_REQUOTED, now)

    def rests(self, price: Decimal) -> None:
        """The venue's word on where the order rests."""
        if self.hunt is not None:
            self.hunt.price, self.hunt.is_asked = price, False

    def save(self) -> Json:
        """The quote and the chase."""
        hunt = self.hunt
        return {
            "quote": None if self._quote is None else list(self._quote),
            "hunt": None if hunt is None else _saved(hunt),
        }

    def restore(self, saved: Json) -> None:
        """Take them back."""
        values = cast("dict[str, Json]", saved)
        quote, hunt = values["quote"], values["hunt"]
        self._quote = None if quote is None else Quote(*cast("tuple[float, float, int]", quote))
        self.hunt = None if hunt is None else _restored(cast("dict[str, Json]", hunt))

    def _first(self, request: OrderRequest, now: int) -> Move:
        reference = cast("float", request.reference_price)
        hunt = Hunt(request.position, request.side, reference, now + self._params.chase_live_ms)
        quote = self._fresh(now)
        if quote is None:
            self.hunt = None
            return Move("cross", (Reason.CHASE_NO_QUOTE,))
        self.hunt = hunt
        price = self._touch(quote, hunt.side)
        run = _run_bps(hunt, float(price))
        if run > self._params.chase_budget_bps:
            return Move("end", (Reason.CHASE_OUT_OF_BUDGET,), value=run, threshold=self._params.chase_budget_bps)
        return self._quoted(hunt, price, Reason.CHASE_QUOTED, now)

    def _quoted(self, hunt: Hunt, price: Decimal, reason: Reason, now: int) -> Move:
        hunt.price, hunt.quoted_ms = price, now
        return Move("quote", (reason,), price, float(hunt.tries), float(self._params.chase_tries))

    def _over(self, hunt: Hunt, move: Move, now: int) -> Move:
        """A limit is met: by setting cross, where the far touch is within the budget; else end."""
        if self._params.chase_then == "cross" and (crossed := self._crossed(hunt, now)).what == "cross":
            hunt.is_crossing = True
            return revised(crossed, reasons=(*move.reasons, *crossed.reasons))
        return move

    def _crossed(self, hunt: Hunt, now: int) -> Move:
        quote, budget = self._fresh(now), self._params.chase_budget_bps
        if quote is None:
            return Move("end", (Reason.CHASE_NO_QUOTE,))
        far = quote.ask if hunt.side > 0 else quote.bid
        run = _run_bps(hunt, far)
        if run > budget:
            return Move("end", (Reason.CHASE_OUT_OF_BUDGET,), value=run, threshold=budget)
        return Move("cross", (Reason.CHASE_CROSSED,), Decimal(repr(far)), run, budget)

    def _touch(self, quote: Quote, side: int) -> Decimal:
        return self._instrument.price_away(quote.bid if side > 0 else quote.ask, side)

    def _fresh(self, now: int) -> Quote | None:
        quote = self._quote
        return None if quote is None or now - quote.ts > self._params.chase_quote_ms else quote


def _run_bps(hunt: Hunt, price: float) -> float:
    """How much worse a price is than the one decided at; negative: better."""
    return hunt.side * (price - hunt.reference) / hunt.reference * _BPS


def _saved(hunt: Hunt) -> Json:
    waiting = None if hunt.waiting is None else as_json(hunt.waiting)
    return as_dict(hunt) | {"price": None if hunt.price is None else str(hunt.price), "waiting": waiting}


def _restored(saved: dict[str, Json]) -> Hunt:
    price, waiting = cast("str | None", saved["price"]), saved["waiting"]
    decimal = None if price is None else Decimal(price)
    return Hunt(
        **saved | {"price": decimal, "waiting": None if waiting is None else request_from(waiting)}  # type: ignore[arg-type]  # save wrote them
    )
