"""Loops at machine speed.

Numba leaves floats alone (no fused or reordered operations), so a compiled loop that does what the streaming code does,
in its order, gives its bits. It notices a change of the file a function is in, but not of what that function calls: a
compiled function calls none of another file.
"""

from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit

Loop = TypeVar("Loop", bound=Callable[..., object])


def compiled(loop: Loop) -> Loop:
    """The function as machine code, made on its first call and kept for later processes.

    It is kept beside its source or, where that cannot be written, in the user's cache folder; NUMBA_CACHE_DIR overrides
    both. Processes may share either. Where no folder can be written, every process makes its own.
    """
    try:
        return cast("Loop", njit(cache=True)(loop))
    except RuntimeError:  # numba's answer to there being no folder to write to
        return cast("Loop", njit(loop))
