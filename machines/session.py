"""The whole system's mode: whether new entries are thought about at all.

Everything that moves the session is in this file. The file does not know who sends its events.

begin      starting → reconciling
reconcile  reconciling → trading
pause      trading → paused
resume     paused → trading
resume     safe_mode → reconciling
fail       starting, reconciling, trading, paused → safe_mode
fail       safe_mode → (stays)
heal       safe_mode → reconciling
stop       starting, reconciling, trading, paused, safe_mode → stopping
finish     stopping → stopped
"""

from statemachine import State

from machines.chart import Chart


class SessionChart(Chart):
    """One per run; entries are possible in `trading` alone."""

    title = "session"

    starting = State(initial=True)
    reconciling = State()
    trading = State()
    paused = State()
    safe_mode = State()
    stopping = State()
    stopped = State(final=True)

    begin = starting.to(reconciling)
    reconcile = reconciling.to(trading)
    pause = trading.to(paused)
    resume = paused.to(trading) | safe_mode.to(reconciling)  # what failed may have left the venue and us apart
    fail = safe_mode.from_(starting, reconciling, trading, paused) | safe_mode.to(None)  # another cause, same mode
    heal = safe_mode.to(reconciling)
    stop = stopping.from_(starting, reconciling, trading, paused, safe_mode)
    finish = stopping.to(stopped)
