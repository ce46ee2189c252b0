"""What a search tries, as a user writes it: grids of values, and ranges to draw from."""

from collections.abc import Sequence
from itertools import product
from math import prod
from typing import NamedTuple

from core.errors import ConfigurationError
from core.sweep.params import Trial

MOST_TRIALS = 1_000_000


class Range(NamedTuple):
    """A setting's bounds for a sampler."""

    name: str
    low: float
    high: float
    step: float | None
    """None: any value between."""
    is_whole: bool


def grid(given: Sequence[str]) -> list[Trial]:
    """Every combination of `key=a,b,c` texts, the last key moving fastest.

    Raises:
        ConfigurationError: If a text is no such list, a key is named twice, or there are too many combinations.
    """
    axes: dict[str, list[str]] = {}
    for text in given:
        name, _, values = text.partition("=")
        if not name or not values:
            raise ConfigurationError(
                f"--grid is {text!r}: give a setting and its values, such as trend.stop_atr=1,1.5,2"
            )
        if name in axes:
            raise ConfigurationError(f"--grid names {name} twice")
        axes[name] = [value.strip() for value in values.split(",")]
    count = prod(map(len, axes.values()))
    if count > MOST_TRIALS:
        raise ConfigurationError(f"--grid makes {count:,} sets; at most {MOST_TRIALS:,} are tried in one search")
    return [dict(zip(axes, values, strict=True)) for values in product(*axes.values())]


def ranges(given: Sequence[str]) -> list[Range]:
    """`key=low:high` or `key=low:high:step` texts.

    Raises:
        ConfigurationError: If a text is no such range.
    """
    found = [_range(text) for text in given]
    names = [each.name for each in found]
    if len(set(names)) < len(names):
        raise ConfigurationError(f"--space names {max(names, key=names.count)} twice")
    return found


def _range(text: str) -> Range:
    name, _, rest = text.partition("=")
    parts = rest.split(":")
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        numbers = []
    if not name or len(numbers) not in (2, 3) or numbers[0] >= numbers[1] or min([1.0, *numbers[2:]]) <= 0:
        raise ConfigurationError(
            f"--space is {text!r}: give bounds, such as trend.stop_atr=1:3 or trend.stop_atr=1:3:0.25"
        )
    is_whole = all(part.strip().lstrip("-").isdecimal() for part in parts)
    return Range(name, numbers[0], numbers[1], numbers[2] if len(numbers) == 3 else None, is_whole)
