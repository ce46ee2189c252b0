"""Values an operator sets by hand: for a while each stands in an input's place, then the measured one counts again.

It moves what the regime is read from and nothing else: the capital flow goes by dominance as measured.
"""

from math import isfinite
from typing import NamedTuple, cast

from core.durations import DAY_MS, MINUTE_MS
from core.errors import ConfigurationError
from core.message import Facts, Json
from core.messages import InputOverridden
from core.news.board import NewsSignal
from core.reasons import Reason
from core.regime.trend import Trend

INPUTS = ("news", "dxy", "btc_dominance")
SHORTEST_MS = MINUTE_MS
LONGEST_MS = 7 * DAY_MS
LONGEST_NAME = 64


class Manual(NamedTuple):
    """One value, whose it is, and until when it holds."""

    value: float
    until_ms: int
    author: str

    def facts(self, now: int) -> Facts:
        """What a record keeps of it."""
        left_ms = max(0, self.until_ms - now)
        return {"value": self.value, "author": self.author, "until": self.until_ms, "left_ms": left_ms}


class Change(NamedTuple):
    """What became of an input's manual value."""

    reason: Reason
    facts: Facts


class ManualInputs:
    """The values that hold now, by input."""

    def __init__(self) -> None:
        self._held: dict[str, Manual] = {}

    def take(self, given: InputOverridden, now: int) -> Change | None:
        """Set a value, or take one back; None where there is none to take back."""
        before = self._held.pop(given.input, None)
        if given.value is not None:
            self._held[given.input] = manual = Manual(given.value, now + given.ttl_ms, given.author)
            return Change(Reason.MANUAL_INPUT, {"input": given.input, **manual.facts(now)})
        if before is None:
            return None
        facts: Facts = {"input": given.input, **before.facts(now), "cleared_by": given.author}
        return Change(Reason.MANUAL_INPUT_CLEARED, facts)

    def expire(self, now: int) -> list[Change]:
        """Let go of the values whose time is over."""
        over = [name for name, manual in self._held.items() if manual.until_ms <= now]
        ended = [(name, self._held.pop(name)) for name in over]
        return [Change(Reason.MANUAL_INPUT_EXPIRED, {"input": name, **manual.facts(now)}) for name, manual in ended]

    @property
    def next_end_ms(self) -> int | None:
        """When the first of them ends."""
        return min((manual.until_ms for manual in self._held.values()), default=None)

    def trend(self, feed: str, measured: Trend | None) -> Trend | None:
        """The input's trend: the manual one while there is one."""
        manual = self._held.get(feed)
        return measured if manual is None else Trend(manual.value, ())

    def news(self, measured: NewsSignal | None) -> NewsSignal | None:
        """The news' signal likewise; a manual one says nothing of crypto alone."""
        manual = self._held.get("news")
        return measured if manual is None else NewsSignal(manual.value, None, ())

    def facts(self, now: int) -> Facts:
        """All of them, as a record keeps them; empty where nothing was set."""
        return {"manual": {name: manual.facts(now) for name, manual in self._held.items()}} if self._held else {}

    def view(self) -> list[Json]:
        """All of them, as the page lists them."""
        return [
            {"input": name, "value": manual.value, "author": manual.author, "until": manual.until_ms}
            for name, manual in self._held.items()
        ]

    def save(self) -> Json:
        """Everything needed to go on."""
        return {name: list(manual) for name, manual in self._held.items()}

    def restore(self, saved: Json) -> None:
        """Replace them by what `save` gave."""
        held = cast("dict[str, tuple[float, int, str]]", saved)
        self._held = {name: Manual(*row) for name, row in held.items()}


def overridden(name: object, value: object, ttl_ms: object, author: object) -> InputOverridden:
    """An operator's value, checked; None as value takes back what was set.

    Raises:
        ConfigurationError: If there is no such input, or value, lifetime or author is not within bounds.
    """
    if name not in INPUTS:
        raise ConfigurationError(f"input is {name!r}: it must be one of {', '.join(INPUTS)}")
    if value is not None and not (_is_number(value) and -1 <= cast("float", value) <= 1):
        raise ConfigurationError(f"{name} is {value!r}: it must be a number from -1 to 1")
    if not (isinstance(ttl_ms, int) and (value is None or SHORTEST_MS <= ttl_ms <= LONGEST_MS)):
        bounds = f"{SHORTEST_MS} (1 minute) to {LONGEST_MS} (7 days)"
        raise ConfigurationError(f"ttl is {ttl_ms!r} ms: it must be a whole number of ms from {bounds}")
    if not (isinstance(author, str) and author.isprintable() and 0 < len(author) <= LONGEST_NAME):
        raise ConfigurationError(f"author is {author!r}: it must be 1 to {LONGEST_NAME} printable characters")
    return InputOverridden(str(name), None if value is None else float(cast("float", value)), ttl_ms, author)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
