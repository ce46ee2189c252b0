"""The regime scores of what is known now, every contribution kept.

Risk score s: the weighted mean of the dollar's trend with its sign turned, of dominance's and of the news; what is
missing or stale gives its weight to the rest, and so do the news as far as they say nothing. Price takes of dominance's
weight as much as it moved.
Crypto score x: the mean of dominance's trend, as it is read beside price's, and the crypto-only news by their strength.
RISK_ON and RISK_OFF score the two sides of s; DECOUPLED scores when crypto runs the way the dollar runs, against the
dollar's usual message; CHOP is what the strongest of them leaves.
"""

from collections.abc import Iterator
from typing import NamedTuple

from core.flow.price import PriceTrend
from core.message import Facts, message
from core.news.board import NewsSignal
from core.regime.flip import Flip, Rule, find_flip
from core.regime.params import RegimeParams
from core.regime.reach import Lines, Reach, news_reaches, price_reaches
from core.regime.score import (
    Inputs,
    Scores,
    Weights,
    by_price,
    candidate_of,
    crypto_score,
    loud_weights,
    risk_score,
    rounded,
    scores_of,
    strength,
    weights,
)
from core.regime.trend import Trend


class Contribution(NamedTuple):
    """What one input adds to the risk score."""

    input: str
    """`dxy`, `btc_dominance`, `price` or `news`."""
    trend: float
    """As measured, in [-1, 1]."""
    weight: float
    """After missing inputs gave theirs away, news what they do not say, and dominance what price took of it."""
    contribution: float
    """Signed: a rising dollar subtracts."""
    made_of: Trend | PriceTrend | NewsSignal | None
    """The input itself."""


@message
class Assessment:
    """The scores, the candidate and why."""

    risk_score: float
    """s in [-1, 1]."""
    crypto_score: float | None
    """x in [-1, 1]; None where neither dominance nor crypto news is known."""
    scores: Scores
    candidate: str
    score: float
    """The candidate's."""
    inputs: Inputs
    shares: Weights
    params: RegimeParams
    dxy: Trend | None
    """What is known, as it was told; so are the next three."""
    btc_dominance: Trend | None
    news: NewsSignal | None
    price: PriceTrend | None

    @property
    def contributions(self) -> tuple[Contribution, ...]:
        """What each known input adds to the risk score; price takes its part of dominance's weight."""
        return tuple(self._contributions())

    def _contributions(self) -> Iterator[Contribution]:
        dxy, btc_dominance, news, price = self.dxy, self.btc_dominance, self.news, self.price
        for name, weight in self.shares.items():
            if name == "dxy" and dxy is not None:
                yield Contribution(name, dxy.value, weight, -weight * dxy.value, dxy)
            elif name == "news" and news is not None:
                yield Contribution(name, news.n, weight, weight * news.n, news)
            elif btc_dominance is not None:
                b, p = btc_dominance.value, 0.0 if price is None else price.value
                left = weight * (1 - abs(p))
                yield Contribution(name, b, left, left * b, btc_dominance)
                if price is not None:
                    yield Contribution("price", p, weight * abs(p), weight * p, price)

    def flips(self, present: str) -> dict[str, Flip | None]:
        """By known input: its nearest value that alone would make another regime than `present`; None where none does.

        Searched for when asked: most assessments change nothing, and nobody asks what would.
        """
        rule = Rule(present, self.params.threshold, self.params.decoupled_minimum)
        return {part.input: find_flip(part.trend, self._reaches(part), rule) for part in self.contributions}

    def facts(self, present: str) -> Facts:
        """What the journal keeps.

        Args:
            present: The regime that holds once the record is written.
        """
        return {
            "candidate": self.candidate,
            "score": self.score,
            "threshold": self.params.threshold,
            "risk_score": self.risk_score,
            "crypto_score": self.crypto_score,
            "scores": {name: round(value, 6) for name, value in self.scores._asdict().items()},
            "inputs": {part.input: self._told(part) for part in self.contributions},
            "flips": {
                name: None if flip is None else [round(flip.value, 6), flip.candidate]
                for name, flip in self.flips(present).items()
            },
        }

    def _told(self, part: Contribution) -> Facts:
        told: Facts = {
            "trend": round(part.trend, 6),
            "weight": round(part.weight, 6),
            "contribution": round(part.contribution, 6),
        }
        if part.input == "btc_dominance" and self.price is not None:
            told["read_as"] = round(by_price(part.trend, self.price.value), 6)
        return told | (part.made_of.facts() if part.made_of else {})

    def _reaches(self, part: Contribution) -> tuple[Reach, ...]:
        """How an input moves the scores; the news move as by a headline that is not about crypto."""
        stand = Lines(risk_score(self.inputs, self.shares), 0.0, self.inputs.dxy, 0.0, self.crypto_score, 0.0)
        if part.input == "dxy":
            return (Reach(part.trend, stand._replace(s_slope=-part.weight, d_slope=1.0)),)
        if part.input == "news":
            return self._news_reaches(part, stand)
        btc_dominance, price = self.btc_dominance, self.price
        n_crypto = self.inputs.news_crypto
        in_x = 1.0 if n_crypto is None else 1 / (1 + strength(n_crypto, self.params))
        if part.input == "price" and btc_dominance is not None:
            return price_reaches(stand, btc_dominance.value, part.trend, (self.shares["btc_dominance"], in_x))
        left = 1.0 if price is None else 1 - abs(price.value)
        return (Reach(part.trend, stand._replace(s_slope=part.weight, x_slope=in_x * left)),)

    def _news_reaches(self, part: Contribution, stand: Lines) -> tuple[Reach, ...]:
        loud = loud_weights(self.inputs, self.params)["news"]
        if loud == 1 or not self.params.news_by_strength:  # the weight does not move with the signal
            return (Reach(part.trend, stand._replace(s_slope=part.weight)),)
        silent = self.inputs._replace(news=0.0)
        return news_reaches(stand, part.trend, risk_score(silent, weights(silent, self.params)), loud / (1 - loud))


@message
class Standing:
    """What an assessment came to, for a record: the search for what would flip it waits until the record is read."""

    found: Assessment
    present: str
    """The regime that holds once the record is written."""
    more: Facts

    def facts(self) -> Facts:
        """The assessment's, then what more was known."""
        return self.found.facts(self.present) | self.more


def assess(
    *,
    dxy: Trend | None,
    btc_dominance: Trend | None,
    news: NewsSignal | None,
    price: PriceTrend | None = None,
    params: RegimeParams,
) -> Assessment | None:
    """Score what is known; None where no input with a weight is. Price alone is none: it speaks beside dominance."""
    b = None if btc_dominance is None else btc_dominance.value
    inputs = Inputs(
        None if dxy is None else dxy.value,
        b if b is None or price is None else by_price(b, price.value),
        None if news is None else news.n,
        None if news is None else news.n_crypto,
    )
    shares = weights(inputs, params)
    if not shares:
        return None
    s, x = rounded(risk_score(inputs, shares)), crypto_score(inputs, params)
    scores = scores_of(s, inputs.dxy, x, params.decoupled_minimum)
    return Assessment(
        risk_score=s,
        crypto_score=x,
        scores=scores,
        candidate=candidate_of(scores),
        score=max(scores),
        inputs=inputs,
        shares=shares,
        params=params,
        dxy=dxy,
        btc_dominance=btc_dominance,
        news=news,
        price=price,
    )
