"""A daemon that trades through every kind of trouble writes its key, secret, signatures and account number nowhere."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from actors.adapters.sandbox.faults.plan import plan
from actors.adapters.sandbox.server.clock import MarketClock
from actors.adapters.sandbox.server.credentials import Credentials
from actors.adapters.sandbox.wire import account as wire
from tests.actors.adapters.bybit.heard import timed
from tests.actors.adapters.sandbox.served import until
from tests.actors.adapters.sandbox.stall import OPENS, START, Four
from web.routes import ENDPOINTS

KEY, SECRET, ACCOUNT = "TULIPkeyPlanted77", "ROSEsecretPlanted88", "481516234248"
SPEED = 300.0
RATES = plan(
    "server_error=0.2,bad_gateway=0.1,clock_skew=0.1,rate_burst=0.05,timeout_applied=0.1,ban=0.02,ws_cut=0.15,"
    "auth_refused=0.3,filled_twice=0.2,seed=3"
)
ASSIGNED = (
    f"bybit.clock_speed={SPEED}",
    "bybit.refused_ms=300",
    "bybit.ban_ms=300",
    "bybit.first_backoff_ms=50",
    "measure.timeframe_minutes=1",
    "measure.warm_up_bars=60",
)


def waves(bars: int) -> Iterator[Four]:
    """Breakouts one way and the other."""
    opened = START
    for number in range(bars):
        step = 10.0 if number // 40 % 2 == 0 else -10.0
        yield opened, max(opened, opened + step) + 2, min(opened, opened + step) - 2, opened + step
        opened += step


@dataclass(frozen=True, slots=True)
class Witness(Credentials):
    """Judges as ever, and keeps every signature it was shown."""

    signatures: set[str] = field(default_factory=set)

    def check(self, headers: Mapping[str, str], payload: str, now: int | None) -> None:
        self.signatures.add(headers.get("x-bapi-sign", ""))
        Credentials.check(self, headers, payload, now)

    def check_socket(self, key: str, expires: str, signature: str, now: int | None) -> None:
        self.signatures.add(signature)
        Credentials.check_socket(self, key, expires, signature, now)


def daemon(address: str, home: Path) -> "subprocess.Popen[bytes]":
    """`run --live` with everything planted, its log told in full."""
    venue = {"API_KEY": KEY, "API_SECRET": SECRET, "ACCOUNT": ACCOUNT}
    own = {name: value for name, value in os.environ.items() if not name.startswith("CHARTWRIGHT_")}
    planted = {f"CHARTWRIGHT_VENUE__{name}": value for name, value in venue.items()}
    places = ("--rest-url", f"http://{address}", "--ws-url", f"ws://{address}", "--port", "0")
    assigned = [part for each in ASSIGNED for part in ("--set", each)]
    options = ("--profile", "bare-trend", "--state-dir", str(home), "--log-level", "debug", "--json")
    with (home.parent / "out").open("wb") as out, (home.parent / "err").open("wb") as err:
        return subprocess.Popen(
            [sys.executable, "-m", "actors", "run", "--venue", "bybit", "--live", *places, *assigned, *options],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            env={**own, **planted, "PYTHONPATH": str(Path(__file__).parents[3])},
        )


def page(home: Path) -> str:
    """The page's address, once it is told."""

    def told() -> str:
        lines = (home.parent / "err").read_text().splitlines()
        return next((line.removeprefix("page: ") for line in lines if line.startswith("page: ")), "")

    return str(until(told, seconds=30))


def read(url: str) -> dict[str, bytes]:
    """All that the page answers, the stream for two seconds of it."""
    found = {}
    for endpoint in ENDPOINTS:
        if "{" not in endpoint.path and "stream" not in endpoint.path:
            found[endpoint.path] = httpx.get(f"{url}{endpoint.path}", timeout=20).content
    streamed = bytearray()
    with suppress(httpx.ReadTimeout), httpx.stream("GET", f"{url}/api/stream", timeout=2) as answer:
        for chunk in answer.iter_raw():
            streamed += chunk
            if len(streamed) > 100_000:
                break
    return found | {"/api/stream": bytes(streamed)}


def journal(home: Path) -> bytes:
    """The journal as `chartwright journal` tells it."""
    command = [sys.executable, "-m", "actors", "journal", "--state-dir", str(home), "--json", "--limit", "100000"]
    path = {"PYTHONPATH": str(Path(__file__).parents[3])}
    return subprocess.run(command, capture_output=True, check=True, env={**os.environ, **path}).stdout


@dataclass(frozen=True, slots=True)
class Left:
    """What a daemon has written and answered, and every signature it made."""

    written: dict[str, bytes]
    signatures: set[str]

    def where(self, *secrets: str) -> list[tuple[str, str]]:
        """Where any of these can be read."""
        return [(place, one) for place, said in self.written.items() for one in secrets if one.encode() in said]


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Left:
    """A run of some seconds in which things go wrong."""
    folder = tmp_path_factory.mktemp("secrets")
    plain, home, witness = wire.key_info, folder / "s", Witness(KEY, SECRET)
    told = {"userID": int(ACCOUNT), "userIDInt64": ACCOUNT}
    with pytest.MonkeyPatch.context() as patch, timed(MarketClock(OPENS, SPEED), [*waves(900)], RATES, witness) as at:
        patch.setattr(wire, "key_info", lambda key: plain(key) | told)
        process = daemon(at, home)
        try:
            url = page(home)
            until(lambda: len(httpx.get(f"http://{at}/sandbox").json()["faults"]["struck"]) > 12, seconds=30)
            until(lambda: httpx.get(f"http://{at}/sandbox").json()["executions"], seconds=30)
            written = read(url)
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0
        finally:
            process.kill()
            process.wait()
    written |= {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return Left(written | {"journal": journal(home)}, witness.signatures)


pytestmark = pytest.mark.slow


def test_the_run_traded_and_was_heard(left: Left) -> None:
    rows = json.loads(left.written["journal"])
    assert sum(row["kind"] == "command" and row["event"] == "place" for row in rows) > 0
    assert len(left.signatures) > 30
    assert len(left.written["/api/stream"]) > 1_000
    assert left.where("BTCUSDT/venue")


def test_key_secret_and_signatures_are_in_nothing_written_or_answered(left: Left) -> None:
    assert left.where(KEY, SECRET, *left.signatures) == []


def test_the_accounts_number_is_in_nothing_written_or_answered(left: Left) -> None:
    assert left.where(ACCOUNT) == []
