"""A name that must be one of a few."""

from collections.abc import Collection
from difflib import get_close_matches

from core.errors import ConfigurationError

_FEW = 20


def one_of(name: str, known: Collection[str], what: str) -> str:
    """The name itself.

    Raises:
        ConfigurationError: If it is not known; the text gives the nearest ones, or all where they are few.
    """
    if name in known:
        return name
    near = get_close_matches(name, known, n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else f"see `chartwright {what}s`"
    if not near and len(known) <= _FEW:
        hint = f"there are {', '.join(known)}"
    raise ConfigurationError(f"there is no {what} {name!r}; {hint}")
