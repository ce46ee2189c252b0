"""The score arithmetic by itself: numbers in, numbers out."""

from typing import NamedTuple

from core.regime.params import RegimeParams

Weights = dict[str, float]
"""Share of each present input in the risk score; they sum to 1."""

_DIGITS = 12  # so that a score computed as 0.6 equals a threshold written as 0.6


class Inputs(NamedTuple):
    """The trends that are known, each in [-1, 1]."""

    dxy: float | None
    btc_dominance: float | None
    news: float | None
    news_crypto: float | None


class Scores(NamedTuple):
    """Each regime's score in [0, 1], the most cautious first: among equals it is the candidate."""

    RISK_OFF: float
    CHOP: float
    DECOUPLED: float
    RISK_ON: float


def weights(inputs: Inputs, params: RegimeParams) -> Weights:
    """The shares of the present inputs; empty where none of them has a weight."""
    present = {
        "dxy": params.dxy_weight if inputs.dxy is not None else 0.0,
        "btc_dominance": params.btc_dominance_weight if inputs.btc_dominance is not None else 0.0,
        "news": params.news_weight if inputs.news is not None else 0.0,
    }
    total = sum(present.values())
    return {name: weight / total for name, weight in present.items() if weight > 0}


def crypto_score(inputs: Inputs) -> float | None:
    """The mean of dominance's trend and the crypto news, or of the one that is known."""
    b, n = inputs.btc_dominance, inputs.news_crypto
    if b is None or n is None:
        return n if b is None else b
    return (b + n) / 2


def risk_score(inputs: Inputs, shares: Weights) -> float:
    """The weighted mean; a rising dollar speaks against risk."""
    total = 0.0
    for name, weight in shares.items():
        trend = getattr(inputs, name)
        total += weight * (-trend if name == "dxy" else trend)
    return round(total, _DIGITS)


def scores_of(s: float, d: float | None, x: float | None, decoupled_minimum: float) -> Scores:
    """The four scores from the risk score, the dollar's trend and the crypto score."""
    s, decoupled = round(s, _DIGITS), 0.0
    if d is not None and x is not None and d * x > 0:
        weaker = round(min(abs(d), abs(x)), _DIGITS)
        decoupled = weaker if weaker >= decoupled_minimum else 0.0
    on, off = (s, 0.0) if s > 0 else (0.0, -s)
    return Scores(off, round(1 - max(on, off, decoupled), _DIGITS), decoupled, on)


def candidate_of(scores: Scores) -> str:
    """The regime with the largest score, the more cautious one among equals."""
    return Scores._fields[scores.index(max(scores))]
