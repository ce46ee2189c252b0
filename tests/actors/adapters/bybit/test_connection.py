"""A socket may be cut, fall silent, be refused or banned: its chart follows, and it comes back by itself."""

from collections.abc import Awaitable, Callable, Iterator
from random import Random
from typing import Any

import anyio
import pytest
from pydantic import SecretStr

from actors.adapters.bybit.connection import Connection, Message, Wanted
from actors.adapters.sandbox.exchange.refusal import Code, Refused
from actors.adapters.sandbox.server.credentials import Credentials
from actors.server import bound
from core.messages import StreamChanged
from tests.actors.adapters.bybit.heard import Log, driven, params_for, running
from tests.actors.adapters.sandbox.served import STILL, Stand, served
from tests.actors.adapters.sandbox.signed import Signed

pytestmark = pytest.mark.anyio
KEYS = (SecretStr("sandbox"), SecretStr("sandbox"))
COMES_BACK = ("drop", "retry", "open", "sync")


@pytest.fixture
def stand() -> Iterator[Stand]:
    with served([STILL] * 30) as found:
        yield found


async def nothing(_: Message | None = None) -> None:
    """On open and on message, unless a test has something to do then."""


def public(
    stand: Stand,
    log: Log,
    on_open: Callable[[], Awaitable[None]] = nothing,
    on_message: Callable[[Message], Awaitable[None]] = nothing,
    **params: Any,
) -> Connection:
    """The market's stream."""
    chosen = params_for(stand.address, **params)
    wanted = Wanted("market", chosen.public_stream, ("kline.1.BTCUSDT",), silence_ms=chosen.kline_silence_ms)
    now_ms = driven(stand).now_ms
    return Connection(
        wanted, chosen, now_ms=now_ms, post=log.post, on_open=on_open, on_message=on_message, chance=Random(1)
    )


def private(stand: Stand, log: Log, keys: tuple[SecretStr, SecretStr] = KEYS) -> Connection:
    """The account's stream."""
    chosen = params_for(stand.address)
    wanted = Wanted("private", chosen.private_stream, ("order", "wallet"), keys)
    now_ms = driven(stand).now_ms
    return Connection(
        wanted, chosen, now_ms=now_ms, post=log.post, on_open=nothing, on_message=nothing, chance=Random(1)
    )


async def test_a_public_stream_is_live_once_it_is_subscribed_and_filled(stand: Stand) -> None:
    log, order = Log(), list[str]()

    async def fill() -> None:
        order.extend(log.events())

    async with running(public(stand, log, fill).run):
        await log.until_told("connect", "open", "sync")
    assert order == ["connect", "open"]


async def test_a_private_stream_is_authenticated_in_between(stand: Stand) -> None:
    log = Log()
    async with running(private(stand, log).run):
        await log.until_told("sync")
    assert log.events() == ["connect", "open", "authenticate", "sync"]


async def test_a_cut_socket_is_made_anew(stand: Stand) -> None:
    log = Log()
    async with running(public(stand, log).run):
        await log.until_told("sync")
        before = len(log.told)
        stand.sandbox.faults.arm("ws_cut")
        await log.until_told(*COMES_BACK, after=before)
    assert log.events(before)[:4] == list(COMES_BACK)


@pytest.mark.parametrize("fault", ["ws_silent", "ws_half_open"])
async def test_a_silent_socket_is_stale_from_its_first_missed_pong_and_dropped_after_the_second(
    stand: Stand, fault: str
) -> None:
    log = Log()
    async with running(public(stand, log).run):
        await log.until_told("sync")
        before = len(log.told)
        stand.sandbox.faults.arm(fault)
        await log.until_told("go_stale", *COMES_BACK, after=before)
    assert log.events(before)[:5] == ["go_stale", *COMES_BACK]
    assert log.detail("go_stale") == "no answer to a ping within 400 ms"
    assert log.detail("drop") == "silent for 800 ms"
    stale, dropped = (log.at_s[before + place] for place in (0, 1))
    assert 0.35 < dropped - stale < 2


@pytest.mark.slow
async def test_a_stalled_socket_is_stale_and_then_live_again_without_a_reconnect(stand: Stand) -> None:
    log = Log()
    async with running(public(stand, log, heartbeat_timeout_ms=2_000).run):
        await log.until_told("sync")
        before = len(log.told)
        stand.sandbox.faults.arm("ws_stall")
        await log.until_told("refresh", after=before)
    assert log.events(before) == ["go_stale", "refresh"]


async def test_a_socket_that_fell_silent_while_it_was_filled_is_not_called_live(stand: Stand) -> None:
    log = Log()

    async def fill() -> None:
        if "drop" not in log.events():
            stand.sandbox.faults.arm("ws_half_open")
            await log.until_told("go_stale")

    async with running(public(stand, log, fill).run):
        await log.until_told(*COMES_BACK)
    assert log.events()[:4] == ["connect", "open", "go_stale", "drop"]
    assert log.detail("drop") == "silent while it was being filled"


async def test_what_comes_while_it_is_filled_is_handled_after_it_and_in_order(stand: Stand) -> None:
    log, handled, enough = Log(), list[int](), anyio.Event()

    async def fill() -> None:
        stand.pass_minutes(3)
        await anyio.sleep(0.5)
        assert handled == []

    async def handle(message: Message) -> None:
        await anyio.sleep(0.01)
        handled.append(message["data"][0]["start"])
        if len(set(handled)) == 5:
            enough.set()

    async with running(public(stand, log, fill, handle).run):
        await log.until_told("sync")
        stand.pass_minutes(2)
        with anyio.fail_after(10):
            await enough.wait()
    assert handled == sorted(handled)
    assert log.events() == ["connect", "open", "sync"]


async def test_a_message_that_takes_long_to_handle_is_not_the_venues_silence(stand: Stand) -> None:
    log, handled, enough = Log(), list[Message](), anyio.Event()

    async def handle(message: Message) -> None:
        handled.append(message)
        await anyio.sleep(0.7)  # a pong is missed after 0.4 s
        if len(handled) == 3:
            enough.set()

    async with running(public(stand, log, nothing, handle, kline_silence_ms=2_000).run):
        await log.until_told("sync")
        stand.pass_minutes(1)
        with anyio.fail_after(10):
            await enough.wait()
    assert log.events() == ["connect", "open", "sync"]


async def test_one_that_takes_longer_than_any_silence_may_last_hides_none(stand: Stand) -> None:
    log = Log()

    async def handle(_: Message) -> None:
        await anyio.sleep_forever()

    async with running(public(stand, log, nothing, handle).run):
        await log.until_told("sync")
        stand.pass_minutes(1)
        await log.until_told("go_stale", "drop", "retry", "open", "sync")


async def test_a_subscription_that_is_acknowledged_and_forgotten_is_made_anew(stand: Stand) -> None:
    log = Log()
    stand.sandbox.faults.arm("subscription_lost")
    async with running(public(stand, log, kline_silence_ms=1_500).run):
        await log.until_told("sync", *COMES_BACK)
    assert log.detail("drop") == "kline.1.BTCUSDT: nothing for 1.5 s"


async def test_a_stream_found_deaf_is_made_anew(stand: Stand) -> None:
    log = Log()
    connection = private(stand, log)
    async with running(connection.run):
        await log.until_told("sync")
        connection.reconnect()
        await log.until_told("drop", "retry", "open", "authenticate", "sync")
    assert log.detail("drop") == "it was found deaf"


async def test_refused_credentials_are_waited_for_and_tried_once_more(stand: Stand) -> None:
    log = Log()
    stand.sandbox.faults.arm("auth_refused")
    async with running(private(stand, log).run):
        await log.until_told("sync")
    ends = ["open", "authenticate", "sync"]
    assert log.events() == ["connect", "open", "refuse", "disconnect", "connect", "drop", "retry", *ends]
    refused, disconnected = (log.at_s[place] for place in (2, 3))
    assert disconnected - refused >= 0.3
    assert log.detail("refuse") == "Invalid apikey"


async def test_what_the_venue_repeats_of_a_key_is_not_told(stand: Stand) -> None:
    class Telltale(Credentials):
        def check_socket(self, key: str, expires: str, signature: str, now: int | None) -> None:
            del now
            raise Refused(Code.SIGNATURE, f"error sign! origin_string[{expires}{key}{self.secret}] {signature[:4]}")

    log = Log()
    stand.sandbox.credentials = Telltale("tulip-key", "tulip-secret")
    async with running(private(stand, log, (SecretStr("tulip-key"), SecretStr("tulip-secret"))).run):
        await log.until_told("refuse")
    assert "error sign!" in log.detail("refuse")
    assert "tulip" not in repr(log.told)


async def test_a_restart_of_the_venue_is_survived(stand: Stand) -> None:
    log = Log()
    async with running(public(stand, log).run):
        await log.until_told("sync")
        before = len(log.told)
        stand.sandbox.faults.arm("restart")
        stand.pass_minutes(1)
        await log.until_told(*COMES_BACK, after=before)
    assert "ban" not in log.events()


async def test_a_ban_is_waited_out_in_full_before_anything_is_tried(stand: Stand) -> None:
    log = Log()
    async with running(public(stand, log).run):
        await log.until_told("sync")
        before = len(log.told)
        stand.sandbox.faults.arm("ban")
        banned = await anyio.to_thread.run_sync(Signed(stand.url).raw, "POST", "/v5/order/cancel-all", "{}")
        assert banned.status_code == 403
        stand.sandbox.faults.arm("ws_cut")
        await log.until_told("drop", "retry", "ban", "lift_ban", "retry", after=before)
        stand.sandbox.faults.heal()
        await log.until_told("lift_ban", "retry", "open", "sync", after=before)
    (first, at_s), (second, until_s) = [
        (each.event, when)
        for each, when in zip(log.told, log.at_s, strict=True)
        if isinstance(each, StreamChanged) and each.event in ("ban", "lift_ban")
    ][:2]
    assert (first, second, log.detail("ban")) == ("ban", "lift_ban", "HTTP 403")
    assert until_s - at_s >= 0.3


async def test_pauses_double_up_to_the_longest_less_a_jitter() -> None:
    log, chance = Log(), Random(5)
    with bound("127.0.0.1", 0) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
    params = params_for(address)
    wanted = Wanted("market", params.public_stream, ("kline.1.BTCUSDT",))
    connection = Connection(
        wanted, params, now_ms=int, post=log.post, on_open=nothing, on_message=nothing, chance=Random(5)
    )
    async with running(connection.run):
        await log.until(lambda: log.events().count("retry") == 5)
    times = {
        event: [at for each, at in zip(log.events(), log.at_s, strict=True) if each == event] for event in log.events()
    }
    pauses = [back - gone for gone, back in zip(times["drop"], times["retry"], strict=False)]
    for pause, longest in zip(pauses, (0.05, 0.1, 0.2, 0.4, 0.5), strict=True):
        wanted_s = longest * chance.uniform(0.5, 1.0)
        assert wanted_s - 0.005 <= pause < wanted_s + 0.3, pauses
