"""The doctor at a venue: what is wrong with a key or an account is told in a line each, and ends with 1."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import SecretStr

from actors.adapters.bybit.opened import opened
from actors.adapters.bybit.params import BybitParams
from actors.cli.account import worded
from tests.actors.adapters.sandbox.served import Stand, served

KEY = "sandbox"


@pytest.fixture
def stand() -> Iterator[Stand]:
    with served() as found:
        yield found


@pytest.fixture
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHARTWRIGHT_VENUE__API_KEY", KEY)
    monkeypatch.setenv("CHARTWRIGHT_VENUE__API_SECRET", KEY)


def examined(cli: Any, stand: Stand, *options: str) -> tuple[int, list[dict[str, Any]]]:
    """The exit code, and what was said of the venue; its market time stands, so the clocks are not compared."""
    settings = (f"bybit.rest_url={stand.url}", "bybit.clock_speed=2", "web.port=0")
    given = [part for each in settings for part in ("--set", each)]
    result = cli("doctor", "--json", *given, *options)
    assert KEY not in result.stderr
    return result.exit_code, [each for each in json.loads(result.stdout) if each["check"] == "bybit"]


def said(found: list[dict[str, Any]]) -> str:
    return "\n".join(each["detail"] for each in found)


@pytest.mark.usefixtures("_keys")
def test_keys_that_are_set_are_looked_at_unasked_and_a_sound_account_passes(cli: Any, stand: Stand) -> None:
    code, found = examined(cli, stand)
    assert code == 0
    assert all(each["ok"] for each in found)
    for words in ("answers", "ticks of 0.1", "may trade", "may not withdraw", "one-way", "leverage is 10", "equity"):
        assert words in said(found)


@pytest.mark.usefixtures("_keys")
def test_an_account_in_hedge_mode_ends_with_1_and_says_what_to_do(cli: Any, stand: Stand) -> None:
    stand.client().switch_position_mode(category="linear", symbol="BTCUSDT", mode=3)
    code, found = examined(cli, stand, "--venue", "bybit")
    assert code == 1
    assert [each["detail"] for each in found if not each["ok"]] == [
        "The position mode is hedge: switch it to one-way, without positions and orders."
    ]


@pytest.mark.usefixtures("_keys")
def test_a_key_of_another_account_than_the_settings_name_ends_with_1(cli: Any, stand: Stand) -> None:
    code, found = examined(cli, stand, "--set", "venue.account=123456789")
    assert code == 1
    assert "venue.account names another one" in said([each for each in found if not each["ok"]])


def test_a_key_that_the_venue_refuses_ends_with_1_and_is_never_shown(
    cli: Any, stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHARTWRIGHT_VENUE__API_KEY", "tulip-and-anvil")
    monkeypatch.setenv("CHARTWRIGHT_VENUE__API_SECRET", "hammer-and-rose")
    code, found = examined(cli, stand)
    assert code == 1
    assert "could not be read" in said([each for each in found if not each["ok"]])
    assert "tulip" not in json.dumps(found)
    assert "hammer" not in json.dumps(found)


def test_without_keys_the_market_is_looked_at_when_it_is_named_and_else_left_alone(cli: Any, stand: Stand) -> None:
    code, found = examined(cli, stand, "--venue", "bybit")
    assert (code, all(each["ok"] for each in found)) == (0, True)
    assert "--live does not" in said(found)
    assert examined(cli, stand) == (0, [])
    assert examined(cli, stand, "--venue", "sim") == (0, [])


def test_a_contract_that_is_not_traded_there_ends_with_1(cli: Any, stand: Stand) -> None:
    code, found = examined(cli, stand, "--venue", "bybit", "--symbol", "ZEBRAUSDT")
    assert code == 1
    assert "ZEBRAUSDT" in said(found)


@pytest.mark.usefixtures("_keys")
def test_where_nobody_answers_it_says_so(cli: Any) -> None:
    result = cli("doctor", "--json", "--set", "bybit.rest_url=http://127.0.0.1:9", "--set", "web.port=0")
    assert result.exit_code == 1
    assert "http://127.0.0.1:9 does not answer" in result.stdout


def test_a_refusal_that_repeats_the_key_is_told_without_it(stand: Stand) -> None:
    key, secret = SecretStr("tulip-and-anvil"), SecretStr("hammer-and-rose")
    found = opened(BybitParams(rest_url=stand.url), symbol="BTCUSDT", minutes=5, key=key, secret=secret)
    text = worded(ValueError("error sign! origin_string[170tulip-and-anvil5000]"), found)
    assert text == "error sign! origin_string[170…5000]"
