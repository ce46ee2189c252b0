"""Work on every core: processes that begin anew, so that threads of compiled code are none of their business."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from os import cpu_count

from actors.native.finder import use


def cores() -> int:
    """How many this machine has."""
    return cpu_count() or 1


@contextmanager
def pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """So many processes; what is still waiting when the block is left by an error is never begun.

    Args:
        workers: At least one.
    """
    found = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=use)
    try:
        yield found
    finally:
        found.shutdown(wait=True, cancel_futures=True)
