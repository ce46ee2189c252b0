"""Which faults strike how often: each one alone, and seeded mixtures."""

from random import Random

from actors.adapters.sandbox.faults.catalogue import FAULTS, Chance
from actors.adapters.sandbox.faults.plan import Plan

RATES = {
    Chance.WRITE: 0.3,
    Chance.READ: 0.5,
    Chance.MESSAGE: 0.15,
    Chance.SOCKET: 0.5,
    Chance.PUSH: 0.15,
    Chance.MINUTE: 0.12,
}
"""So that one alone strikes within a story, and the system still trades."""
NEEDS = {
    "auth_refused": {"ws_cut": 0.3},
    "subscription_lost": {"ws_cut": 0.3},
    "cancel_race": {"stop_removed": 0.1},
    "reduce_only": {"stop_removed": 0.1},
    "partial_canceled": {"stop_removed": 0.1},
}
"""What must happen for a fault to have an opportunity."""
OFTEN = {
    "cancel_race": 1.0,
    "reduce_only": 0.6,
    "confirm_missing": 0.3,
    "confirm_twice": 0.3,
    "ws_cut": 0.3,
    "adl": 0.25,
    "external_close": 0.25,
}
"""Rates of those that would hardly strike otherwise."""
MEANT = tuple(name for name in FAULTS if name not in {"book_snapshot", "book_restart", "ack_twice"})
"""Those of the order book strike while entries are chased, that of the trade socket has a test of its own."""


def alone(name: str) -> Plan:
    """One fault, as often as can be borne."""
    often = OFTEN.get(name, RATES[FAULTS[name].chance])
    return Plan({**NEEDS.get(name, {}), name: often}, seed=3)


def mixture(seed: int) -> Plan:
    """Five faults at once, each at up to half its rate."""
    dice = Random(seed)
    chosen = dice.sample(MEANT, 5)
    return Plan({name: RATES[FAULTS[name].chance] * dice.uniform(0.2, 0.5) for name in chosen}, seed=seed)
