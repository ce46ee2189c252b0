"""One order in FIX's words, with two more: `pending_replace`, and `unknown` for a request whose answer never came.

Everything that moves an order is in this file. The file does not know who sends its events: a bare verb is what the
venue reports, `request_…` is what we ask.

accept           pending_new, unknown → new
reject           pending_new, unknown → rejected
fill             pending_new, new, partially_filled, pending_cancel, pending_replace, unknown → filled  [is_complete]
fill             pending_new, new, pending_replace, unknown → partially_filled  [not is_complete]
fill             partially_filled, pending_cancel → (stays)  [not is_complete]
request_cancel   new, partially_filled → pending_cancel
cancel           pending_new, new, partially_filled, pending_cancel, pending_replace, unknown → canceled
refuse_cancel    pending_cancel → new
request_replace  new, partially_filled → pending_replace
replace          pending_replace → new
refuse_replace   pending_replace → new
expire           new, partially_filled, unknown → expired
lose_track       pending_new, pending_cancel, pending_replace → unknown
"""

from statemachine import State

from machines.chart import Chart


class OrderChart(Chart):
    """One per order sent to a venue."""

    title = "order"

    pending_new = State(initial=True)
    new = State()
    partially_filled = State()
    filled = State(final=True)
    pending_cancel = State()
    canceled = State(final=True)
    rejected = State(final=True)
    expired = State(final=True)
    pending_replace = State()
    unknown = State()

    accept = new.from_(pending_new, unknown)
    reject = rejected.from_(pending_new, unknown)
    # A fill may overtake the acknowledgment, a cancel and a replace.
    fill = filled.from_(
        pending_new, new, partially_filled, pending_cancel, pending_replace, unknown, cond="is_complete"
    )
    fill |= partially_filled.from_(pending_new, new, pending_replace, unknown, unless="is_complete")
    fill |= partially_filled.to(None, unless="is_complete")
    fill |= pending_cancel.to(None, unless="is_complete")  # the cancel is still under way
    request_cancel = pending_cancel.from_(new, partially_filled)
    cancel = canceled.from_(pending_new, new, partially_filled, pending_cancel, pending_replace, unknown)
    refuse_cancel = pending_cancel.to(new)
    request_replace = pending_replace.from_(new, partially_filled)
    replace = pending_replace.to(new)
    refuse_replace = pending_replace.to(new)
    expire = expired.from_(new, partially_filled, unknown)
    lose_track = unknown.from_(pending_new, pending_cancel, pending_replace)  # sent, and no answer came

    def is_complete(self, complete: bool) -> bool:  # noqa: FBT001  the library passes by name
        """Whether this fill was the order's last."""
        return complete
