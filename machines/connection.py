"""One stream's health, or the request channel's: whether what it shows can be believed.

Everything that moves a connection is in this file. The file does not know who sends its events, nor how long a
backoff or a silence is: those are timers of the sender.

connect       disconnected → connecting
open          connecting → authenticating  [is_private]
open          connecting → syncing  [not is_private]
authenticate  authenticating → syncing
sync          syncing → live
go_stale      syncing, live → stale
refresh       stale → live
drop          connecting, authenticating, syncing, live, stale → backing_off
retry         backing_off → connecting
ban           connecting, authenticating, syncing, live, stale, backing_off → banned
lift_ban      banned → backing_off
refuse        connecting, authenticating → refused
disconnect    connecting, authenticating, syncing, live, stale, backing_off, banned, refused → disconnected
"""

from statemachine import State

from machines.chart import Chart


class ConnectionChart(Chart):
    """One per stream, and one for requests; only `live` permits entries."""

    title = "connection"

    disconnected = State(initial=True)
    connecting = State()
    authenticating = State()
    syncing = State()
    live = State()
    stale = State()
    backing_off = State()
    banned = State()
    refused = State()

    connect = disconnected.to(connecting)
    open = connecting.to(authenticating, cond="is_private") | connecting.to(syncing, unless="is_private")
    authenticate = authenticating.to(syncing)
    sync = syncing.to(live)
    go_stale = stale.from_(syncing, live)
    refresh = stale.to(live)
    drop = backing_off.from_(connecting, authenticating, syncing, live, stale)
    retry = backing_off.to(connecting)
    ban = banned.from_(connecting, authenticating, syncing, live, stale, backing_off)
    lift_ban = banned.to(backing_off)  # not at once to connecting: the ban came from asking too much
    refuse = refused.from_(connecting, authenticating)  # the credentials are wrong: trying again is of no use
    disconnect = disconnected.from_(connecting, authenticating, syncing, live, stale, backing_off, banned, refused)

    def is_private(self, private: bool) -> bool:  # noqa: FBT001  the library passes by name
        """Whether the stream must authenticate before it can be synced."""
        return private
