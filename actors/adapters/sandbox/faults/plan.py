"""Which faults are wanted: rates and a seed, or a script.

A specification is `name=rate,...,seed=N`, or the path of a JSON file: a list of `{"fault": name}` with `"nth": n` (from
its n-th opportunity on) or `"at_s": s` (from so many real seconds after the start on), and `"times": n`.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from actors.adapters.sandbox.faults.catalogue import FAULTS
from core.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a script."""

    fault: str
    nth: int | None = None
    """Its n-th opportunity, from 1."""
    at_s: float | None = None
    """Real seconds since the start."""
    times: int = 1
    """How many opportunities in a row."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to go wrong."""

    rates: dict[str, float] = field(default_factory=dict)
    """Per opportunity, by fault."""
    seed: int = 0
    script: tuple[Step, ...] = ()


def plan(text: str) -> Plan:
    """What a specification asks for.

    Raises:
        ConfigurationError: If it cannot be understood.
    """
    if not text:
        return Plan()
    if "=" not in text:
        return Plan(script=_script(Path(text)))
    rates: dict[str, float] = {}
    seed = 0
    for part in text.split(","):
        name, _, value = part.strip().partition("=")
        if name == "seed" and value.isdecimal():
            seed = int(value)
        else:
            rates[known(name)] = _rate(name, value)
    return Plan(rates, seed)


def known(name: str) -> str:
    """A fault's name, if it is one.

    Raises:
        ConfigurationError: If it is none.
    """
    if name not in FAULTS:
        raise ConfigurationError(f"--faults names {name!r}; there are {', '.join(FAULTS)}, and seed=N")
    return name


def _rate(name: str, value: str) -> float:
    try:
        rate = float(value)
    except ValueError:
        rate = -1.0
    if not 0 <= rate <= 1:
        raise ConfigurationError(f"--faults {name}={value}: a rate is a number from 0 to 1, per opportunity")
    return rate


def _script(path: Path) -> tuple[Step, ...]:
    try:
        lines = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"--faults {path}: give rates such as ack_lost=0.05,seed=7, or a JSON script ({error})"
        ) from error
    if not isinstance(lines, list):
        raise ConfigurationError(f'--faults {path}: a script is a list such as [{{"fault": "ack_lost", "nth": 1}}]')
    return tuple(_step(path, line) for line in lines)


def _step(path: Path, line: Any) -> Step:
    try:
        step = Step(**line)
        valid = (step.nth is None) != (step.at_s is None) and step.times >= 1
    except TypeError:
        valid = False
    if not valid:
        raise ConfigurationError(f"--faults {path}: {line!r} needs a fault and either nth or at_s; times is optional")
    known(step.fault)
    return step
