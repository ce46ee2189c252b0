"""What a run was made of, and how two of them differ."""

from collections.abc import Iterator
from dataclasses import dataclass

from core.message import Json

_ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What made a run's decisions what they are; a run is resumed only by an equal fingerprint."""

    fingerprint: dict[str, Json]
    """Venue, data hash, settings, seed, code and chart versions."""
    settings: Json
    """Every setting, without secrets."""
    versions: Json
    seed: int


def differences(old: Json, new: Json) -> Iterator[str]:
    """Each value that differs, as `name: old -> new`, nested names joined by dots."""
    before, after = dict(_leaves(old, "")), dict(_leaves(new, ""))
    for name in sorted(before.keys() | after.keys()):
        was, now = before.get(name, _ABSENT), after.get(name, _ABSENT)
        if was != now:
            yield f"{name}: {was} -> {now}"


def _leaves(value: Json, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _leaves(inner, f"{name}.{key}" if name else key)
    else:
        yield name, repr(value)
