"""What `run --venue bybit` asks before there is a daemon, and how it refuses."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from actors.adapters.bybit.opened import Bybit
from actors.adapters.sandbox.server.clock import MarketClock
from actors.cli import venues
from actors.server import bound
from actors.system import RunOptions, crew_params, manifest
from core.book.params import BookParams
from core.durations import MINUTE_MS
from core.errors import ConfigurationError
from settings import Settings, load
from tests.actors.adapters.bybit.heard import timed
from tests.actors.adapters.sandbox.served import STILL

PAPER = ("run", "--venue", "bybit", "--no-web")


@pytest.fixture
def address() -> Iterator[str]:
    with timed(MarketClock(), [STILL]) as found:
        yield found


def settings(address: str, *overrides: str) -> Settings:
    return load(overrides=[f"bybit.rest_url=http://{address}", f"bybit.ws_url=ws://{address}", *overrides])


def refused(result: Any) -> str:
    """The one line that a refusal is."""
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("chartwright: ")
    return str(result.stderr)


def test_paper_on_bybit_takes_the_venues_own_steps_and_needs_no_key(address: str) -> None:
    found = settings(address, "instrument.tick=7", "measure.timeframe_minutes=1")
    chosen = venues.bybit(found, symbol=None, is_real=False)
    assert (chosen.mode, chosen.facts) == ("paper", {"symbol": "BTCUSDT", "timeframe_ms": MINUTE_MS})
    params = chosen.adapted(crew_params(found))
    assert (str(params.evaluation.instrument.tick), params.live) == ("0.1", None)


def test_the_book_is_followed_at_the_clocks_pace_unless_it_is_switched_off(address: str, tmp_path: Path) -> None:
    def followed(*overrides: str) -> tuple[Any, Any]:
        found = settings(address, "measure.timeframe_minutes=1", "bybit.clock_speed=60", *overrides)
        chosen = venues.bybit(found, symbol=None, is_real=False)
        intake: Any = chosen.intake(lambda _: iter(()), tmp_path)()
        return chosen.adapted(crew_params(found)).book, intake._book

    assert followed() == (BookParams().scaled(60),) * 2
    assert followed("book.enabled=false") == (None, None)


@pytest.mark.parametrize(("venue", "decides"), [("bybit", True), ("sim", False), ("replay", False)])
def test_how_the_book_is_read_makes_another_run_only_where_there_is_one(
    address: str, venue: str, *, decides: bool
) -> None:
    def fingerprint(*overrides: str) -> dict[str, Any]:
        found = settings(address, "measure.timeframe_minutes=1", *overrides)
        market = venues.bybit(found, symbol=None, is_real=False).market
        return manifest(found, market, RunOptions(venue, "default", 1)).fingerprint

    assert (fingerprint() != fingerprint("book.sample_ms=2000")) is decides
    assert ("book" in fingerprint()["settings"]) is decides


def test_without_macro_feeds_a_person_is_told_that_nothing_will_trade_unless_the_regime_is_pinned(
    address: str,
) -> None:
    minute = "measure.timeframe_minutes=1"
    (told,) = venues.bybit(settings(address, minute), symbol=None, is_real=False).remarks
    assert "nothing will trade" in told
    pinned = settings(address, minute, "regime.pinned=RISK_ON")
    assert venues.bybit(pinned, symbol=None, is_real=False).remarks == ()


def test_live_sources_that_a_market_of_its_own_never_asks_are_said_not_to_be_used() -> None:
    def told(*overrides: str) -> tuple[str, ...]:
        return venues.simulation(load(overrides=overrides), seed=1, symbol=None, speed=None, bars=1).remarks

    assert told() == ()
    for named in ("feeds.btc_dominance=coingecko", "feeds.calendar=forexfactory", "feeds.derivatives=bybit"):
        (remark,) = told(named)
        assert "feeds.* is set and not used" in remark


def test_the_contracts_context_is_an_input_where_its_feed_is_named_and_no_macro_feed(address: str) -> None:
    minute = "measure.timeframe_minutes=1"
    fed = settings(address, minute, "feeds.derivatives=bybit", "derivatives.crowding_guard=true")
    chosen = venues.bybit(fed, symbol=None, is_real=False)
    assert chosen.adapted(crew_params(fed)).derivatives == fed.derivatives
    assert "nothing will trade" in chosen.remarks[0]
    plain = settings(address, minute)
    assert venues.bybit(plain, symbol=None, is_real=False).adapted(crew_params(plain)).derivatives is None


def test_the_contracts_context_is_refused_on_a_clock_that_runs_faster(address: str) -> None:
    fast = settings(address, "measure.timeframe_minutes=1", "feeds.derivatives=bybit", "bybit.clock_speed=300")
    with pytest.raises(ConfigurationError, match=r"feeds\.derivatives is polled in real time, .*clock_speed is 300"):
        venues.bybit(fast, symbol=None, is_real=False)


def test_a_key_given_for_paper_is_not_used(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHARTWRIGHT_VENUE__API_KEY", "tulip")
    monkeypatch.setenv("CHARTWRIGHT_VENUE__API_SECRET", "rose")
    found = settings(address, "measure.timeframe_minutes=1")
    chosen = venues.bybit(found, symbol=None, is_real=False)
    intake: Any = chosen.intake(lambda _: iter(()), tmp_path)()
    assert intake._keys == (None, None)


def test_it_is_the_same_market_only_at_the_same_address_symbol_and_length(address: str) -> None:
    def fingerprint(**options: Any) -> dict[str, Any]:
        minutes = options.pop("minutes", 1)
        chosen = venues.bybit(settings(address, f"measure.timeframe_minutes={minutes}"), symbol=None, is_real=False)
        assert isinstance(chosen.market, Bybit)
        return chosen.market.fingerprint()

    assert fingerprint() == fingerprint() != fingerprint(minutes=5)
    assert fingerprint()["environment"] == f"http://{address}"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--speed", "3"), "--speed: a real market has its own pace"),
        (("--bars", "10"), "--bars: a real market has its own pace"),
        (("--candles", "x.csv"), "--candles: Bybit gives its own"),
        (("--from", "2024-01-01"), "--from: Bybit gives its own"),
        (("--timeframe", "7"), "Bybit has no candles of"),
        (("--rest-url", "api.bybit.com"), "rest_url is 'api.bybit.com'"),
    ],
)
def test_what_bybit_cannot_do_is_refused_in_one_line_before_it_is_asked(
    cli: Any, options: tuple[str, str], says: str
) -> None:
    assert says in refused(cli(*PAPER, *options))


def test_a_venue_that_does_not_answer_is_told_in_one_line(cli: Any) -> None:
    with bound("127.0.0.1", 0) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    assert f"{url} does not answer" in refused(cli(*PAPER, "--rest-url", url))


def test_a_symbol_nobody_lists_is_a_setting_to_mend(address: str) -> None:
    with pytest.raises(ConfigurationError, match="NOPEUSDT"):
        venues.bybit(settings(address), symbol="NOPEUSDT", is_real=False)
