"""Functions as machine code: parts, and the loops over parameter sets that are spread over all cores.

As in `core.measure.batch.compiled`, floats are left alone (no fused or reordered operations). Unlike there, dividing by
zero gives infinity or NaN, as it does for columns: an exception could not leave a thread.

Numba notices a change of the file a loop is in, but not of parts in other files: see `core.sweep.params.SETTINGS`.
"""

from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

import numpy as np
import numpy.typing as npt
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

Loop = TypeVar("Loop", bound=Callable[..., object])
Array = TypeVar("Array")

_PLAIN: Final[dict[str, Any]] = {"nogil": True, "error_model": "numpy"}
_UNWRAPPED: Final[dict[str, Any]] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
"""Neither Python nor C can call it: wrappers take a sixth of the time that compiling takes."""


def part(function: Loop) -> Loop:
    """A function that loops are made of; not kept on its own, and only for loops to call."""
    return cast("Loop", njit(**_PLAIN, **_UNWRAPPED)(function))


def inner(function: Loop) -> Loop:
    """A part whose code becomes a piece of its caller's: for what has one caller and runs for every signal."""
    return cast("Loop", njit(**_PLAIN, **_UNWRAPPED, forceinline=True)(function))


def callable_part(function: Loop) -> Loop:
    """A part that Python may call as well."""
    return cast("Loop", njit(**_PLAIN)(function))


def spread(loop: Loop) -> Loop:
    """A loop over `prange`, on all cores without the interpreter's lock, kept for later processes where it can be."""
    try:
        return cast("Loop", njit(**_PLAIN, parallel=True, cache=True)(loop))
    except RuntimeError:  # numba's answer to there being no folder to write to
        return cast("Loop", njit(**_PLAIN, parallel=True)(loop))


def _borrowed(_typing: Any, array: Any) -> Any:
    def uncounted(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        view = context.make_array(signature.return_type)(context, builder, given[0])
        view.meminfo = cast("Any", cgutils).get_null_value(view.meminfo.type)
        return view._getvalue()  # noqa: SLF001  as numba's own intrinsics do

    return array(array), uncounted


borrowed = cast("Callable[[Array], Array]", intrinsic(_borrowed))
"""For parts: the same array without counting who holds it; whoever lends it must keep it. Counting is atomic, once per
call and array, and cores that count the same array wait for each other: without this, two are no faster than one."""


def _drawn(_typing: Any, count: Any) -> Any:
    def added(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        view = context.make_array(signature.args[0])(context, builder, given[0])
        return builder.atomic_rmw("add", view.data, context.get_constant(types.int64, 1), "monotonic")

    return types.int64(count), added


drawn = cast("Callable[[npt.NDArray[np.int64]], int]", intrinsic(_drawn))
"""For loops: the first number of an array, which becomes one more; no two cores are given the same."""
