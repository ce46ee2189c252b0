"""The account's loss limits: full size, half size, or no entry until the day or the week is over.

Everything that moves risk is in this file. The file does not know who sends its events, nor what the limits are. Days
are UTC days and weeks begin on Monday.

reduce     normal → reduced
recover    reduced → normal
halt_day   normal, reduced → halted_for_day
halt_week  normal, reduced, halted_for_day → halted_for_week
new_day    reduced, halted_for_day → normal
new_week   reduced, halted_for_day, halted_for_week → normal
"""

from statemachine import State

from machines.chart import Chart


class RiskChart(Chart):
    """One per account."""

    title = "risk"

    normal = State(initial=True)
    reduced = State()
    halted_for_day = State()
    halted_for_week = State()

    reduce = normal.to(reduced)
    recover = reduced.to(normal)
    halt_day = halted_for_day.from_(normal, reduced)
    halt_week = halted_for_week.from_(normal, reduced, halted_for_day)
    new_day = normal.from_(reduced, halted_for_day)  # a week's halt outlives its days
    new_week = normal.from_(halted_for_week, reduced, halted_for_day)
