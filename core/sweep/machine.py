"""Functions as machine code: parts, and the loops over parameter sets that are spread over all cores.

As in `core.measure.batch.compiled`, floats are left alone (no fused or reordered operations). Unlike there, dividing by
zero gives infinity or NaN, as it does for columns: an exception could not leave a thread.

Numba notices a change of the file a loop is in, but not of parts in other files: see `core.sweep.params.SETTINGS`.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit
from numba.core import cgutils
from numba.extending import intrinsic

Loop = TypeVar("Loop", bound=Callable[..., object])
Array = TypeVar("Array")


def part(function: Loop) -> Loop:
    """A function that loops are made of; not kept on its own."""
    return cast("Loop", njit(nogil=True, error_model="numpy")(function))


def spread(loop: Loop) -> Loop:
    """A loop over `prange`, on all cores without the interpreter's lock, kept for later processes where it can be."""
    try:
        return cast("Loop", njit(nogil=True, error_model="numpy", parallel=True, cache=True)(loop))
    except RuntimeError:  # numba's answer to there being no folder to write to
        return cast("Loop", njit(nogil=True, error_model="numpy", parallel=True)(loop))


def _borrowed(_typing: Any, array: Any) -> Any:
    def uncounted(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        view = context.make_array(signature.return_type)(context, builder, given[0])
        view.meminfo = cast("Any", cgutils).get_null_value(view.meminfo.type)
        return view._getvalue()  # noqa: SLF001  as numba's own intrinsics do

    return array(array), uncounted


borrowed = cast("Callable[[Array], Array]", intrinsic(_borrowed))
"""For parts: the same array without counting who holds it; whoever lends it must keep it. Counting is atomic, once per
call and array, and cores that count the same array wait for each other: without this, two are no faster than one."""
