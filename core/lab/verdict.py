"""What the figures of a backtest say in plain words, the worst first."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, floor, isfinite
from typing import Annotated

from pydantic import Field

from core.lab.returns import Moments, annualised
from core.lab.sharpe import deflated_sharpe, minimum_track_record, probabilistic_sharpe


class FindingCode(StrEnum):
    """What may be found, in order of weight: the first found is the verdict."""

    NO_TRADES = "NO_TRADES"
    LOSES_BEFORE_COSTS = "LOSES_BEFORE_COSTS"
    EATEN_BY_COSTS = "EATEN_BY_COSTS"
    LOST_OUT_OF_SAMPLE = "LOST_OUT_OF_SAMPLE"
    LUCK = "LUCK"
    LUCK_AMONG_TRIALS = "LUCK_AMONG_TRIALS"
    OVERFITTED = "OVERFITTED"
    BOUNDS_INCLUDE_LOSS = "BOUNDS_INCLUDE_LOSS"
    TOO_FEW_TRADES = "TOO_FEW_TRADES"
    RECORD_TOO_SHORT = "RECORD_TOO_SHORT"
    COSTS_ARE_HEAVY = "COSTS_ARE_HEAVY"
    EDGE_HOLDS = "EDGE_HOLDS"


@dataclass(frozen=True, slots=True)
class VerdictParams:
    """Where doubt begins."""

    confidence: Annotated[
        float, Field(gt=0.5, lt=1, description="probability demanded of an edge; 0.95, as the papers' own examples")
    ] = 0.95
    min_trades: Annotated[
        int, Field(ge=2, le=100_000, description="trades below which a mean says little; 30, the usual rule of thumb")
    ] = 30
    max_pbo: Annotated[
        float, Field(ge=0, le=0.5, description="probability of overfitting put up with; 0.05, noise has 0.5")
    ] = 0.05
    max_cost_share: Annotated[
        float, Field(gt=0, le=1, description="share of the gross edge costs may take without remark; 0.5")
    ] = 0.5


@dataclass(frozen=True, slots=True)
class Evidence:
    """The figures a verdict rests on; None where something was not looked at."""

    trades: int
    net_r: float
    """Mean result of a trade after costs, R."""
    cost_r: float
    """Mean costs of a trade (fees, funding, slippage), R; its gross result is `net_r + cost_r`."""
    daily: Moments
    """Of the daily returns."""
    trials: float = 1.0
    """Independent parameter sets tried, this one included."""
    trials_variance: float | None = None
    """Of the daily Sharpe ratio across them; None takes what luck alone gives."""
    growth_low: float | None = None
    """A low quantile of resampled growth, share of the start equity (-0.1 loses a tenth)."""
    pbo: float | None = None
    """Probability of backtest overfitting of the search."""
    out_of_sample_r: float | None = None
    """Mean result of the trades after the parameters were chosen, R, after costs; NaN if there was none."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the figures say."""

    code: FindingCode
    sentence: str
    measured: float
    threshold: float
    """What `measured` is held against."""


def verdict(evidence: Evidence, params: VerdictParams) -> list[Finding]:
    """What is to be said of this backtest, the worst first; never empty.

    Whether an edge is luck is asked only where trades gained something after costs.
    """
    if not evidence.trades:
        return [Finding(FindingCode.NO_TRADES, "There was no trade, so nothing can be said.", 0, params.min_trades)]
    found = [*_costs(evidence, params), *_out_of_sample(evidence), *_length(evidence, params)]
    if evidence.net_r > 0:
        found += [*_luck(evidence, params), *_search(evidence, params)]
    if not found:
        found = [_holds(evidence, params)]
    order = list(FindingCode)
    return sorted(found, key=lambda finding: order.index(finding.code))


def _costs(evidence: Evidence, params: VerdictParams) -> Iterator[Finding]:
    net, cost = evidence.net_r, evidence.cost_r
    gross = net + cost
    if not gross > 0:
        yield Finding(
            FindingCode.LOSES_BEFORE_COSTS,
            f"There is no edge: before any costs a trade makes {gross:+.3f} R on average, and costs take {cost:.3f} R.",
            gross,
            0.0,
        )
    elif not net > 0:
        yield Finding(
            FindingCode.EATEN_BY_COSTS,
            f"Costs eat the edge: a trade makes {gross:+.3f} R before costs, pays {cost:.3f} R, keeps {net:+.3f} R.",
            cost,
            gross,
        )
    elif cost > params.max_cost_share * gross:
        yield Finding(
            FindingCode.COSTS_ARE_HEAVY,
            f"Costs take {cost / gross:.0%} of the edge: a trade makes {gross:+.3f} R before and {net:+.3f} R after.",
            cost / gross,
            params.max_cost_share,
        )


def _out_of_sample(evidence: Evidence) -> Iterator[Finding]:
    measured = evidence.out_of_sample_r
    if measured is None or measured > 0:
        return
    there = f"a trade makes {measured:+.3f} R" if isfinite(measured) else "it made no trade"
    yield Finding(
        FindingCode.LOST_OUT_OF_SAMPLE,
        f"It did not earn out of sample: there {there}, over all {evidence.net_r:+.3f} R.",
        measured,
        0.0,
    )


def _length(evidence: Evidence, params: VerdictParams) -> Iterator[Finding]:
    if evidence.trades < params.min_trades:
        yield Finding(
            FindingCode.TOO_FEW_TRADES,
            f"{evidence.trades} trades are too few to judge by; {params.min_trades} are the least.",
            evidence.trades,
            params.min_trades,
        )


def _luck(evidence: Evidence, params: VerdictParams) -> Iterator[Finding]:
    daily, confidence = evidence.daily, params.confidence
    sure = probabilistic_sharpe(daily)
    if not sure >= confidence:
        yield Finding(
            FindingCode.LUCK,
            f"The edge is not distinguishable from luck: the chance of a true Sharpe ratio above zero is {_share(sure)}"
            f" (seen: {_per_year(daily)}, over {daily.periods} days); {confidence:.0%} is asked.",
            sure,
            confidence,
        )
    needed = minimum_track_record(daily, confidence=confidence)
    if isfinite(needed) and daily.periods < needed:
        yield Finding(
            FindingCode.RECORD_TOO_SHORT,
            f"{daily.periods} days are too short a record: it takes {ceil(needed):,} to prove such a Sharpe ratio.",
            daily.periods,
            needed,
        )
    low = evidence.growth_low
    if low is not None and not low > 0:
        yield Finding(
            FindingCode.BOUNDS_INCLUDE_LOSS,
            f"Resampled, the same results may well lose: the low bound of growth is {low:+.1%}.",
            low,
            0.0,
        )


def _search(evidence: Evidence, params: VerdictParams) -> Iterator[Finding]:
    if evidence.trials > 1:
        sure = deflated_sharpe(evidence.daily, trials=evidence.trials, variance=evidence.trials_variance)
        if not sure >= params.confidence:
            yield Finding(
                FindingCode.LUCK_AMONG_TRIALS,
                f"The best of {evidence.trials:.0f} independent trials may look like this by luck: the chance that it"
                f" is more is {_share(sure)}; {params.confidence:.0%} is asked.",
                sure,
                params.confidence,
            )
    pbo = evidence.pbo
    if pbo is not None and not pbo <= params.max_pbo:
        yield Finding(
            FindingCode.OVERFITTED,
            f"The search overfits: its pick ends below the median out of sample in {_share(pbo)} of splits;"
            f" {params.max_pbo:.0%} is the most, pure noise has 50%.",
            pbo,
            params.max_pbo,
        )


def _holds(evidence: Evidence, params: VerdictParams) -> Finding:
    sure = probabilistic_sharpe(evidence.daily)
    return Finding(
        FindingCode.EDGE_HOLDS,
        f"Nothing here speaks against the edge: {evidence.net_r:+.3f} R a trade after costs over {evidence.trades}"
        f" trades, a true Sharpe ratio above zero with a chance of {_share(sure)}. The future may still differ.",
        sure,
        params.confidence,
    )


def _share(share: float) -> str:
    """A percentage, rounded down so that it reaches neither certainty nor what is asked before it does."""
    if not isfinite(share):
        return "unknown"
    return f"{min(floor(1000 * share + 1e-9) / 1000, 0.999):.1%}"


def _per_year(daily: Moments) -> str:
    return f"{annualised(daily.sharpe):.2f} a year" if isfinite(daily.sharpe) else "none can be measured"
