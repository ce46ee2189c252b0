"""How often Python looks for garbage that holds itself, while the daemon's runtime runs."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

YOUNG = 20_000
"""Objects made since the last look and not let go of, until the next one: more than there are for rows that wait."""


@contextmanager
def seldom_sought() -> Iterator[None]:
    """Look less often for as long as the block lasts.

    Rows wait for the disk by the thousand, and then go by themselves. The interpreter would look at them again and
    again meanwhile, for a seventh of the journal's time. What does hold itself, such as a failure and its traceback,
    can wait as long. A process that never looks is left as it is.
    """
    young, *older = gc.get_threshold()
    gc.set_threshold(max(young, YOUNG) if young else 0, *older)
    try:
        yield
    finally:
        gc.set_threshold(young, *older)
