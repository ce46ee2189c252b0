"""What each regime permits, as a table; shown on the page and in the documentation."""

from dataclasses import dataclass, replace

from core.reasons import Reason
from core.regime.params import RegimeParams
from core.trading.modes import TREND_BREAKOUT, VWAP_REVERSION


@dataclass(frozen=True, slots=True)
class Permission:
    """One row: what may be traded, how large, and how it is managed."""

    regime: str
    policy: str
    """The policy under which this row holds; empty where the regime has none."""
    modes: tuple[str, ...]
    sides: tuple[int, ...]
    """+1 long, -1 short."""
    size_multiplier: float
    trail_atr: float | None = None
    """Trailing distance in ATR; None where nothing trails."""
    partial: str = ""
    """Where a part is taken: `1R`, `VWAP` or nowhere."""
    time_stop_bars: int | None = None
    """Bars without progress after which a position is closed; None = never."""
    note: str = ""
    blocked: Reason | None = None
    """Why nothing may be opened, where nothing may."""

    @property
    def allows_entries(self) -> bool:
        """Some mode and some side are permitted."""
        return bool(self.modes and self.sides)


PERMISSIONS: tuple[Permission, ...] = (
    Permission("RISK_ON", "", (TREND_BREAKOUT,), (1, -1), 1.0, 2.0, "1R", None, "runners"),
    Permission("DECOUPLED", "", (TREND_BREAKOUT,), (1, -1), 0.75, 2.0, "1R", 48, "in the crypto score's direction"),
    Permission("CHOP", "mean_reversion", (VWAP_REVERSION,), (1, -1), 0.5, None, "VWAP", 24, "back to the mean"),
    Permission("CHOP", "stand_down", (), (), 0.0, note="exits go on", blocked=Reason.REGIME_STAND_DOWN),
    Permission("RISK_OFF", "stand_down", (), (), 0.0, note="exits go on", blocked=Reason.REGIME_STAND_DOWN),
    Permission("RISK_OFF", "reduced", (TREND_BREAKOUT,), (-1,), 0.35, 1.5, "1R", 24, "faster exits"),
    Permission("undetermined", "", (), (), 0.0, note="exits go on", blocked=Reason.REGIME_UNDETERMINED),
)

_ROWS = {(row.regime, row.policy): row for row in PERMISSIONS}
_UP = replace(_ROWS["DECOUPLED", ""], sides=(1,))
_DOWN = replace(_ROWS["DECOUPLED", ""], sides=(-1,))
_NEITHER = replace(_ROWS["DECOUPLED", ""], sides=())


def stood_down(regime: str, reason: Reason, note: str) -> Permission:
    """Nothing may be opened, for a reason of its own; exits go on."""
    return Permission(regime, "stand_down", (), (), 0.0, note=note, blocked=reason)


def permit(regime: str, crypto_score: float | None, params: RegimeParams) -> Permission:
    """The row that holds: policies applied, and DECOUPLED only towards where the crypto score points."""
    if regime == "DECOUPLED":
        if not crypto_score:
            return _NEITHER
        return _UP if crypto_score > 0 else _DOWN
    policies = {"CHOP": params.chop_policy, "RISK_OFF": params.risk_off_policy}
    return _ROWS[regime, policies.get(regime, "")]
