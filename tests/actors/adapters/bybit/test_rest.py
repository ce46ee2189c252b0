"""Questions are answered or raise; entries leave room for protection; the secret is told to nobody."""

import logging
import time
import traceback
from decimal import Decimal

import anyio
import pytest
from pydantic import SecretStr

from actors.adapters.bybit import candles
from actors.adapters.bybit.check import findings, look
from actors.adapters.bybit.client import Client
from actors.adapters.bybit.clock import VenueClock
from actors.adapters.bybit.outcomes import NotAnswered
from actors.adapters.bybit.params import BybitParams
from core.durations import HOUR_MS, MINUTE_MS
from core.errors import FeedMalformed
from core.trading.instrument import Instrument
from core.trading.live import LiveParams
from tests.actors.adapters.bybit.desk import desk, outcome
from tests.actors.adapters.sandbox.served import STILL, served
from tests.actors.adapters.sandbox.stall import OPENS, START

pytestmark = pytest.mark.anyio
SECRET = "planted-secret-that-nobody-may-see"  # noqa: S105  planted to be looked for


async def test_closed_bars_come_oldest_first_without_the_open_one() -> None:
    drawn = [(START, 60_100.0, 59_900.0, 60_050.0)] * 5
    with desk(drawn=drawn) as at:
        at.stand.pass_minutes(2.5)
        found = await at.rest.klines("BTCUSDT", MINUTE_MS, OPENS - 10 * MINUTE_MS, OPENS + HOUR_MS)
    assert (int(found.open_ms[0]), int(found.open_ms[-1]), len(found)) == (
        OPENS - 10 * MINUTE_MS,
        OPENS + MINUTE_MS,
        12,
    )
    assert found.gaps() == []
    assert (found.high[-1], found.low[-1], found.close[-1]) == (60_100.0, 59_900.0, 60_050.0)


async def test_a_long_history_is_read_page_by_page_without_a_gap() -> None:
    with desk(drawn=[STILL] * 1_100) as at:
        at.stand.pass_minutes(1_100)
        found = await at.rest.klines("BTCUSDT", MINUTE_MS, OPENS, OPENS + 1_099 * MINUTE_MS)
        none = await at.rest.klines("BTCUSDT", MINUTE_MS, OPENS + 9_000 * MINUTE_MS, OPENS + 9_010 * MINUTE_MS)
    assert (len(found), found.gaps(), len(none)) == (1_100, [], 0)


async def test_a_contract_nobody_lists_is_not_answered() -> None:
    with desk() as at, pytest.raises((NotAnswered, FeedMalformed)):
        await at.rest.instrument("NOPEUSDT")


async def test_the_same_questions_can_be_asked_before_there_is_a_loop() -> None:
    with served() as stand:
        client = Client(BybitParams(rest_url=stand.url), None, None, VenueClock())
        listed = Instrument(max_market=Decimal(500), max_limit=Decimal(1190))
        assert candles.listed(client, "BTCUSDT").instrument == listed
        assert len(candles.klines(client, "BTCUSDT", MINUTE_MS, OPENS - 5 * MINUTE_MS, OPENS)) == 5
        client.close()


async def test_the_account_is_looked_over() -> None:
    with desk() as at:
        found = await look(at.rest, at.clock, "BTCUSDT")
    levels = {
        each.level
        for each in findings(found, configured=found.contract.instrument, live=LiveParams(), leverage=None)[:-1]
    }
    assert levels == {"ok"}
    assert found.now_ms >= OPENS


async def test_the_clock_is_the_venues_after_a_measurement() -> None:
    with desk() as at:
        assert await at.rest.measure_clock()
        assert abs(at.clock.now_ms() - OPENS) < 5_000
        assert await at.rest.server_time() == OPENS


async def test_entries_in_a_crowd_are_turned_away_and_a_stop_is_not() -> None:
    told: list[str] = []
    with desk() as at:
        await at.place("e-0")

        async def enter(number: int) -> None:
            told.append(outcome(await at.place(f"e-{number}", price="50000.0", post_only=True)))

        async with anyio.create_task_group() as tasks:
            for number in range(1, 30):
                tasks.start_soon(enter, number)
            began = time.monotonic()
            assert outcome(await at.do("set_stop", "s", stop="58000.0")) == "accepted ACCEPTED"
            waited_s = time.monotonic() - began
    assert waited_s < 1
    assert set(told) == {"accepted ACCEPTED", "unreachable RATE_LIMITED"}
    assert told.count("accepted ACCEPTED") <= 12


async def test_an_exchange_that_is_not_there_is_unreachable_for_orders_and_questions_alike() -> None:
    with desk() as at:
        at.rest.client._http.endpoint = "http://127.0.0.1:9"
        assert outcome(await at.place("e-1")) == "unreachable UNREACHABLE"
        assert outcome(await at.do("find_order", "e-1")) == "unreachable UNREACHABLE"
        with pytest.raises(NotAnswered):
            await at.rest.server_time()


async def test_a_wrong_secret_is_fatal_and_appears_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    said: list[str] = []
    with desk(secret=SecretStr(SECRET)) as at:
        told = await at.place("e-1")
        assert outcome(told) == "fatal KEY_REFUSED"
        try:
            await at.rest.snapshot("BTCUSDT", 0)
        except NotAnswered as error:
            said = [*traceback.format_exception(error), repr(error.verdict)]
        parts = (at.rest, at.rest.client, at.rest.client._http, at.rest.account, at.clock, told)
        said += [text for part in parts for text in (repr(part), str(part))]
    assert len(said) > 12
    assert caplog.records
    assert SECRET not in "\n".join([*said, caplog.text])


async def test_pybit_adds_no_log_handler_and_stays_below_warnings() -> None:
    log = logging.getLogger("pybit._http_manager")
    before = list(log.handlers)
    with desk():
        assert log.handlers == before
        assert log.level == logging.WARNING


async def test_requests_are_stamped_by_the_venues_clock() -> None:
    with desk() as at:
        await at.rest.measure_clock()
        headers = at.rest.client._http._prepare_headers("", 5_000)
    assert abs(int(headers["X-BAPI-TIMESTAMP"]) - OPENS) < 5_000
