"""The score arithmetic by itself: numbers in, numbers out."""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from core.regime.params import RegimeParams

Weights = Mapping[str, float]
"""Share of each present input in the risk score; they sum to 1."""

_DIGITS = 12  # so that a score computed as 0.6 equals a threshold written as 0.6
_BELOW = 1e-9  # further from a limit than this, rounding to so many digits does not reach it; it is slow


class Inputs(NamedTuple):
    """The trends that are known, each in [-1, 1]."""

    dxy: float | None
    btc_dominance: float | None
    """As it is read beside price."""
    news: float | None
    news_crypto: float | None


class Scores(NamedTuple):
    """Each regime's score in [0, 1], the most cautious first: among equals it is the candidate."""

    RISK_OFF: float
    CHOP: float
    DECOUPLED: float
    RISK_ON: float


def by_price(btc_dominance: float, price: float) -> float:
    """Dominance's trend as it is read beside price's: price has its say as far as it moved, dominance has the rest.

    Rising dominance is money that comes into bitcoin, or money that flees the other coins faster; price tells which.
    """
    return (1 - abs(price)) * btc_dominance + price


def weights(inputs: Inputs, params: RegimeParams) -> Weights:
    """The shares of the present inputs; empty where none of them has a weight.

    News give the others what they do not say, unless they are alone: then there is nobody to give it to.
    """
    loud = loud_weights(inputs, params)
    news, n = loud.get("news", 0.0), inputs.news
    if n is None or not 0 < news < 1:
        return loud
    heard = news * strength(n, params)
    total = 1 - news + heard
    shares = {name: weight / total for name, weight in loud.items()}
    shares["news"] = heard / total
    return shares


def loud_weights(inputs: Inputs, params: RegimeParams) -> Weights:
    """The shares, were the news as strong as can be."""
    return _shares(
        params.dxy_weight if inputs.dxy is not None else 0.0,
        params.btc_dominance_weight if inputs.btc_dominance is not None else 0.0,
        params.news_weight if inputs.news is not None else 0.0,
    )


@cache
def _shares(dxy: float, btc_dominance: float, news: float) -> Weights:
    present = {"dxy": dxy, "btc_dominance": btc_dominance, "news": news}
    total = sum(present.values())
    return {name: weight / total for name, weight in present.items() if weight > 0}


def strength(news: float, params: RegimeParams) -> float:
    """How much of its weight a news signal has: as much as it says."""
    return abs(news) if params.news_by_strength else 1.0


def crypto_score(inputs: Inputs, params: RegimeParams) -> float | None:
    """The mean of dominance's trend and the crypto news by their strength, or the one that is known."""
    b, n = inputs.btc_dominance, inputs.news_crypto
    if b is None or n is None:
        return n if b is None else b
    heard = strength(n, params)
    return (b + heard * n) / (1 + heard)


def risk_score(inputs: Inputs, shares: Weights) -> float:
    """The weighted mean; a rising dollar speaks against risk. Not rounded yet."""
    dxy, btc_dominance, news, _ = inputs
    total = 0.0
    if dxy is not None:
        total -= shares.get("dxy", 0.0) * dxy
    if btc_dominance is not None:
        total += shares.get("btc_dominance", 0.0) * btc_dominance
    if news is not None:
        total += shares.get("news", 0.0) * news
    return total


def rounded(value: float) -> float:
    """Without the last digits of float arithmetic."""
    return round(value, _DIGITS)


def scores_of(s: float, d: float | None, x: float | None, decoupled_minimum: float) -> Scores:
    """The four scores from the rounded risk score, the dollar's trend and the crypto score."""
    decoupled = 0.0
    if d is not None and x is not None and d * x > 0:
        weaker = min(abs(d), abs(x))
        if weaker > decoupled_minimum - _BELOW:
            weaker = round(weaker, _DIGITS)
            decoupled = weaker if weaker >= decoupled_minimum else 0.0
    on, off = (s, 0.0) if s > 0 else (0.0, -s)
    return Scores(off, round(1 - max(on, off, decoupled), _DIGITS), decoupled, on)


def candidate_of(scores: Scores) -> str:
    """The regime with the largest score, the more cautious one among equals."""
    return Scores._fields[scores.index(max(scores))]
