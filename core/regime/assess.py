"""The regime scores of what is known now, every contribution kept.

Risk score s: the weighted mean of the dollar's trend with its sign turned, of dominance's and of the news; what is
missing or stale gives its weight to the rest. Crypto score x: the mean of dominance's trend and the crypto-only news.
RISK_ON and RISK_OFF score the two sides of s; DECOUPLED scores when crypto runs the way the dollar runs, against the
dollar's usual message; CHOP is what the strongest of them leaves.
"""

from typing import NamedTuple

from core.message import Facts, message
from core.news.board import NewsSignal
from core.regime.flip import Flip, Lines, Rule, find_flip
from core.regime.params import RegimeParams
from core.regime.score import Inputs, Scores, candidate_of, crypto_score, risk_score, scores_of, weights
from core.regime.trend import Trend


class Contribution(NamedTuple):
    """What one input adds to the risk score."""

    input: str
    """`dxy`, `btc_dominance` or `news`."""
    trend: float
    """As measured, in [-1, 1]."""
    weight: float
    """After missing inputs gave theirs away."""
    contribution: float
    """Signed: a rising dollar subtracts."""
    made_of: Trend | NewsSignal | None
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
    contributions: tuple[Contribution, ...]
    lines: dict[str, Lines]
    """By present input: how it moves the scores."""
    threshold: float
    """Score a candidate needs to become the regime."""
    decoupled_minimum: float

    def flips(self, present: str) -> dict[str, Flip | None]:
        """By known input: its nearest value that alone would make another regime than `present`; None where none does.

        Searched for when asked: most assessments change nothing, and nobody asks what would.
        """
        rule = Rule(present, self.threshold, self.decoupled_minimum)
        stands = {part.input: part.trend for part in self.contributions}
        return {name: find_flip(stands[name], lines, rule) for name, lines in self.lines.items()}

    def facts(self, present: str) -> Facts:
        """What the journal keeps.

        Args:
            present: The regime that holds once the record is written.
        """
        return {
            "candidate": self.candidate,
            "score": self.score,
            "threshold": self.threshold,
            "risk_score": self.risk_score,
            "crypto_score": self.crypto_score,
            "scores": {name: round(value, 6) for name, value in self.scores._asdict().items()},
            "inputs": {
                part.input: {
                    "trend": round(part.trend, 6),
                    "weight": round(part.weight, 6),
                    "contribution": round(part.contribution, 6),
                    **(part.made_of.facts() if part.made_of else {}),
                }
                for part in self.contributions
            },
            "flips": {
                name: None if flip is None else [round(flip.value, 6), flip.candidate]
                for name, flip in self.flips(present).items()
            },
        }


def assess(
    *, dxy: Trend | None, btc_dominance: Trend | None, news: NewsSignal | None, params: RegimeParams
) -> Assessment | None:
    """Score what is known; None where no input with a weight is."""
    inputs = Inputs(
        dxy=None if dxy is None else dxy.value,
        btc_dominance=None if btc_dominance is None else btc_dominance.value,
        news=None if news is None else news.n,
        news_crypto=None if news is None else news.n_crypto,
    )
    shares = weights(inputs, params)
    if not shares:
        return None
    s, x = risk_score(inputs, shares), crypto_score(inputs)
    scores = scores_of(s, inputs.dxy, x, params.decoupled_minimum)
    candidate = candidate_of(scores)
    sources = {"dxy": dxy, "btc_dominance": btc_dominance, "news": news}
    contributions = []
    moved_by = {}
    for name, weight in shares.items():
        trend = getattr(inputs, name)
        slope = -weight if name == "dxy" else weight
        contributions.append(Contribution(name, trend, weight, slope * trend, sources[name]))
        moved_by[name] = Lines(s, slope, inputs.dxy, float(name == "dxy"), x, _slope_in_crypto_score(name, inputs))
    return Assessment(
        risk_score=s,
        crypto_score=x,
        scores=scores,
        candidate=candidate,
        score=getattr(scores, candidate),
        contributions=tuple(contributions),
        lines=moved_by,
        threshold=params.threshold,
        decoupled_minimum=params.decoupled_minimum,
    )


def _slope_in_crypto_score(name: str, inputs: Inputs) -> float:
    """How the crypto score moves with an input; the news move as by a headline that is not about crypto."""
    if name != "btc_dominance":
        return 0.0
    return 1.0 if inputs.news_crypto is None else 0.5
