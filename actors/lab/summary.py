"""What a run came to, as the command line tells it: the same document for a backtest and a daemon."""

from datetime import UTC, datetime
from typing import cast

from actors.crew import Crew
from core.message import Json


def summary(crew: Crew, *, transitions: int, evaluations: int, elapsed_s: float, sha256: str) -> dict[str, Json]:
    """Bars, trades, money, refusals and the digest.

    Args:
        crew: The actors after the run; the account is the truth about money.
        transitions: Chart transitions recorded.
        evaluations: Closed bars evaluated.
        elapsed_s: Time spent, without loading.
        sha256: The run's `transitions_sha256`.
    """
    account, market = crew.risk.account, crew.strategist.view()
    bars = cast("int", market["bars"])
    return {
        "bars": bars,
        "first_time": _iso(cast("int", market["first_time"])) if bars else None,
        "last_time": _iso(cast("int", market["last_time"])) if bars else None,
        "trades": account.opened,
        "fills": account.fills,
        "wins": account.wins,
        "fees": account.fees,
        "funding": account.funding,
        "start_balance": account.start_balance,
        "final_equity": account.equity,
        "max_drawdown_pct": account.max_drawdown_pct,
        "profit_factor": account.gross_profit / account.gross_loss if account.gross_loss else None,
        "expectancy_r": account.sum_r / account.closed if account.closed else None,
        "transitions": transitions,
        "evaluations": evaluations,
        "decisions": market["decisions"],
        "blocked": market["blocked"],
        "by_regime": market["by_regime"],
        "by_mode": dict(account.by_mode),
        "by_exit": dict(account.by_exit),
        "elapsed_s": elapsed_s,
        "bars_per_s": bars / elapsed_s if elapsed_s else 0.0,
        "transitions_sha256": sha256,
    }


def _iso(ts_ms: int) -> str:
    return datetime.fromtimestamp(ts_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
