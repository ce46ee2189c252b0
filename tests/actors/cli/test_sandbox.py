import json
import signal
import time
from typing import Any

import httpx
import pytest

LINEAR = {"category": "linear", "symbol": "BTCUSDT"}


def told(process: Any) -> dict[str, Any]:
    """The document it prints before it serves."""
    lines: list[str] = []
    while not lines or lines[-1] != "}\n":
        lines.append(process.stdout.readline())
        assert lines[-1], process.stderr.read()
    document: dict[str, Any] = json.loads("".join(lines))
    return document


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_tells_its_urls_serves_the_time_of_this_machine_and_ends_with_0(start: Any, number: signal.Signals) -> None:
    process = start("sandbox", "--port", "0", "--json")
    document = told(process)
    assert document["ws_trade_url"].endswith("/v5/trade")
    answer = httpx.get(f"{document['rest_url']}/v5/market/time").json()
    assert abs(answer["time"] - time.time() * 1_000) < 5_000
    rows = httpx.get(f"{document['rest_url']}/v5/market/kline", params={**LINEAR, "interval": "5"}).json()
    assert len(rows["result"]["list"]) == 200
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (0, "")
    assert "Traceback" not in err


def test_candles_are_played_in_their_own_time_when_it_is_compressed(start: Any, candles: Any, rows: Any) -> None:
    path = candles()
    process = start("sandbox", "--port", "0", "--json", "--candles", path, "--speed", "600", "--balance", "5000.5")
    document = told(process)
    first, bars = rows(2_500), {row[0]: row for row in rows(2_500)}
    assert document["time_ms"] == first[1_250][0]
    assert (document["symbols"], document["balance"]) == (["BTCUSDT"], "5000.5")
    url = document["rest_url"]
    while httpx.get(f"{url}/sandbox").json()["time_ms"] < document["time_ms"] + 600_000:
        time.sleep(0.05)
    found = httpx.get(f"{url}/v5/market/kline", params={**LINEAR, "interval": "5", "limit": 3}).json()["result"]["list"]
    for row in found[1:]:
        bar = bars[int(row[0])]
        assert [float(price) for price in row[1:5]] == [pytest.approx(price, abs=0.06) for price in bar[1:5]]


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (("--speed", "0"), "--speed"),
        (("--faults", "nonsense=1"), "nonsense"),
        (("--balance", "much"), "--balance"),
        (("--symbol", "BTCUSDT"), "--candles"),
        (("--key", ""), "--key"),
    ],
)
def test_what_it_cannot_use_is_said_in_one_line(cli: Any, options: tuple[str, str], named: str) -> None:
    result = cli("sandbox", "--port", "0", *options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert named in result.stderr
    assert result.stderr.count("\n") == 1


def test_files_must_be_of_different_symbols_and_reach_beyond_the_opening(cli: Any, candles: Any) -> None:
    path = candles()
    result = cli("sandbox", "--port", "0", "--candles", path, "--candles", path)
    assert (result.exit_code, "each symbol once" in result.stderr) == (2, True)
    result = cli("sandbox", "--port", "0", "--candles", path, "--from", "2030-01-01")
    assert (result.exit_code, "before and after its opening" in result.stderr) == (2, True)


def test_it_lists_its_faults(cli: Any) -> None:
    listed = json.loads(cli("sandbox", "--faults", "list", "--json").stdout)
    assert {"ack_lost", "ws_silent", "adl"} <= {fault["fault"] for fault in listed}
    assert "ack_lost" in cli("sandbox", "--faults", "list").stdout
