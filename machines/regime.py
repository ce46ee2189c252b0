"""The macro regime, with its hysteresis: a candidate must be strong enough and the last change old enough.

Everything that moves the regime is in this file; the scores are computed elsewhere. The file does not know who sends
its events. Dwell and threshold are guards here, so that nobody outside can change the regime sooner.

assess       undetermined → RISK_ON  [is_candidate and is_strong]
assess       undetermined → RISK_OFF  [is_candidate and is_strong]
assess       undetermined → DECOUPLED  [is_candidate and is_strong]
assess       undetermined → CHOP  [is_candidate and is_strong]
assess       RISK_ON, DECOUPLED, CHOP → RISK_OFF  [is_candidate and is_strong and has_dwelt]
assess       RISK_ON, RISK_OFF, CHOP → DECOUPLED  [is_candidate and is_strong and has_dwelt]
assess       RISK_ON, RISK_OFF, DECOUPLED → CHOP  [is_candidate and is_strong and has_dwelt]
assess       RISK_OFF, DECOUPLED, CHOP → RISK_ON  [is_candidate and is_strong and has_dwelt]
hold         undetermined, RISK_ON, RISK_OFF, DECOUPLED, CHOP → (stays)
lose_inputs  RISK_ON, RISK_OFF, DECOUPLED, CHOP → undetermined
pin          undetermined → RISK_ON
"""

from dataclasses import dataclass

from statemachine import State

from machines.chart import Chart


@dataclass
class RegimeMemory:
    """What the regime's guards measure against."""

    threshold: float
    """The least score that may change the regime, 0 to 1."""
    dwell_ms: int
    """The least time between two changes."""
    entered_ms: int = 0
    """When the present regime was entered, UTC ms."""


class RegimeChart(Chart):
    """One per system; which trades are permitted follows from its state."""

    title = "regime"
    memory = RegimeMemory

    undetermined = State(initial=True)
    RISK_ON = State()
    RISK_OFF = State()
    DECOUPLED = State()
    CHOP = State()

    # Leaving undetermined needs no dwell: knowing is better than not knowing.
    assess = undetermined.to(RISK_ON, RISK_OFF, DECOUPLED, CHOP, cond=["is_candidate", "is_strong"])
    assess |= RISK_ON.to(RISK_OFF, DECOUPLED, CHOP, cond=["is_candidate", "is_strong", "has_dwelt"])
    assess |= RISK_OFF.to(RISK_ON, DECOUPLED, CHOP, cond=["is_candidate", "is_strong", "has_dwelt"])
    assess |= DECOUPLED.to(RISK_ON, RISK_OFF, CHOP, cond=["is_candidate", "is_strong", "has_dwelt"])
    assess |= CHOP.to(RISK_ON, RISK_OFF, DECOUPLED, cond=["is_candidate", "is_strong", "has_dwelt"])
    hold = undetermined.to(None) | RISK_ON.to(None) | RISK_OFF.to(None) | DECOUPLED.to(None) | CHOP.to(None)
    lose_inputs = undetermined.from_(RISK_ON, RISK_OFF, DECOUPLED, CHOP)  # fail-safe: at once, whatever the dwell
    pin = undetermined.to(RISK_ON)  # a profile that does not measure the regime

    def is_candidate(self, candidate: str, target: State) -> bool:
        """Whether this edge leads to the leading regime."""
        return bool(candidate == target.id)

    def is_strong(self, score: float) -> bool:
        """Whether the leading score reaches the threshold; equality is enough."""
        return bool(score >= self.model.threshold)

    def has_dwelt(self, now: int) -> bool:
        """Whether the present regime has lasted its minimum; the exact dwell is enough."""
        return bool(now - self.model.entered_ms >= self.model.dwell_ms)

    def on_enter_state(self, now: int = 0) -> None:
        """Begin the dwell of whatever regime was entered."""
        self.model.entered_ms = now
