"""One macro or news feed's age: whether its last value may still be used.

Everything that moves a feed is in this file. The file does not know who sends its events, nor how old is too old.

update  stale, failed → fresh
expire  fresh → stale
fail    stale, fresh → failed
"""

from statemachine import State

from machines.chart import Chart


class FeedChart(Chart):
    """One per feed; a value that is not `fresh` weighs nothing."""

    title = "feed"

    stale = State(initial=True)  # nothing has arrived yet, which is as useless as something too old
    fresh = State()
    failed = State()

    update = fresh.from_(stale, failed)
    expire = fresh.to(stale)
    fail = failed.from_(fresh, stale)
