"""One position's life and, beside it, its protection: the stop that must rest on the venue while quantity is open.

Everything that moves a position is in this file. The file does not know who sends its events. Event names differ
between the two regions, because an event is offered to both.

fill          pending, filling → filled  [is_complete]
fill          pending → filling  [not is_complete]
fill          filling → (stays)  [not is_complete]
abandon       pending → closed
take_partial  open → partial
close         open, partial, trailing → closed
finish_entry  filling → filled
trail         partial → trailing
request_stop  unprotected, lost → requested
release       unprotected, requested, confirmed, lost → released  [is_closed]
confirm_stop  requested, lost → confirmed
lose_stop     requested, confirmed → lost
"""
# ruff: noqa: N801, A001  states are named as the journal shows them

from typing import ClassVar

from statemachine import Event, State

from core.reasons import Reason
from machines.chart import Chart


class PositionChart(Chart):
    """One per position, from the decision to enter until nothing is left of it."""

    title = "position"
    own_reasons: ClassVar = {"release": (Reason.PROTECTION_RELEASED,)}

    class position(State.Parallel):
        """Both regions are active from the first moment to the last."""

        class lifecycle(State.Compound):
            """What there is of the position."""

            pending = State(initial=True)

            class open(State.Compound):
                """From the first fill on: quantity is at risk, whether or not the entry is complete."""

                filling = State(initial=True)
                filled = State()
                fill = filling.to(filled, cond="is_complete") | filling.to(None, unless="is_complete")
                finish_entry = filling.to(filled)  # the rest of the entry was canceled

            partial = State()
            trailing = State()
            closed = State(final=True)

            fill = pending.to(open.filled, cond="is_complete") | pending.to(open.filling, unless="is_complete")
            take_partial = open.to(partial)
            trail = partial.to(trailing)
            close = closed.from_(open, partial, trailing)
            abandon = pending.to(closed)  # the entry ended without a fill

        class protection(State.Compound):
            """What is known of the stop on the venue."""

            unprotected = State(initial=True)
            requested = State()
            confirmed = State()
            lost = State()
            released = State(final=True)

            request_stop = requested.from_(unprotected, lost)
            confirm_stop = confirmed.from_(requested, lost)  # a late report may overtake the loss
            lose_stop = lost.from_(requested, confirmed)
            release = Event(
                released.from_(unprotected, requested, confirmed, lost, cond="is_closed"),
                internal=True,
            )

    def is_complete(self, complete: bool) -> bool:  # noqa: FBT001  the library passes by name
        """Whether this fill was the entry's last."""
        return complete

    def is_closed(self) -> bool:
        """Whether nothing is left to protect."""
        return self.is_in("closed")

    def on_enter_closed(self) -> None:
        """Release the protection within the same macrostep, so that no journal shows one without the other."""
        self.raise_("release")
