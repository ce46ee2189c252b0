"""The connection keeper: one stream's life, told to those who depend on it."""

import pytest

from actors.connection import _REASONS, ConnectionKeeper
from core.messages import StreamChanged, SystemStarted
from core.notices import ConnectionChanged
from machines.connection import ConnectionChart
from machines.edges import edges
from tests.actors.stage import moves, reborn, told


def keeper(*, private: bool = False) -> ConnectionKeeper:
    connection = ConnectionKeeper("market", private=private, listeners=("gate", "strategist"))
    connection.receive(SystemStarted(resumed=False), 0)
    return connection


def said(connection: ConnectionKeeper, *events: str) -> list[str]:
    states = []
    for event in events:
        effects = connection.receive(StreamChanged("market", event, ""), 1)
        (changed,) = told(effects, "gate")
        assert told(effects, "strategist") == [changed]
        states.append(changed.state)
    return states


def test_a_public_stream_goes_live_without_authentication() -> None:
    assert said(keeper(), "connect", "open", "sync") == ["connecting", "syncing", "live"]


def test_a_private_stream_authenticates_first() -> None:
    states = said(keeper(private=True), "connect", "open", "authenticate", "sync")
    assert states == ["connecting", "authenticating", "syncing", "live"]


def test_a_stream_that_falls_silent_or_breaks_comes_back() -> None:
    connection = keeper()
    said(connection, "connect", "open", "sync")
    states = said(connection, "go_stale", "refresh", "drop", "retry", "open", "sync", "ban", "lift_ban", "disconnect")
    assert states[:3] == ["stale", "live", "backing_off"]
    assert states[-3:] == ["banned", "backing_off", "disconnected"]


def test_what_happened_and_its_detail_are_recorded() -> None:
    connection = keeper()
    said(connection, "connect")
    effects = connection.receive(StreamChanged("market", "drop", "reset by peer"), 1)
    assert moves(effects) == [("drop", "backing_off", ("STREAM_LOST",))]
    assert effects[0].facts == {"detail": "reset by peer"}  # type: ignore[union-attr]  # a transition


def test_another_streams_news_are_not_its_business() -> None:
    connection = keeper()
    assert not connection.wants(StreamChanged("orders", "connect", ""))
    assert connection.wants(StreamChanged("market", "connect", ""))
    assert connection.receive(ConnectionChanged("orders", "live"), 1) == ()


def test_a_restart_counts_on_and_begins_disconnected() -> None:
    old = keeper()
    said(old, "connect", "open", "sync")
    again = reborn(old, ConnectionKeeper("market", private=False, listeners=("gate", "strategist")))
    again.receive(SystemStarted(resumed=True), 5)
    assert again.view() == {"state": "disconnected", "instance": "market/connection/2"}


@pytest.mark.parametrize("event", sorted({edge.event for edge in edges(ConnectionChart)}))
def test_every_event_of_the_chart_has_its_reason(event: str) -> None:
    assert event in _REASONS
