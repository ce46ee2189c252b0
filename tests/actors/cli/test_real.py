"""Real money is refused until the key, the account and a person agree."""

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from actors.adapters.sandbox.server.clock import MarketClock
from actors.adapters.sandbox.wire import account as wire
from tests.actors.adapters.bybit.heard import timed, walk
from tests.actors.adapters.sandbox.served import STILL, until

Run = Callable[..., Any]
COMMAND = (sys.executable, "-m", "actors", "run", "--venue", "bybit", "--live", "--no-web")
ACCOUNT = "1"
"""The sandbox's only one."""


@pytest.fixture
def live(cli: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """`run --live` at a sandbox in real time, with its key."""
    with timed(MarketClock(), [STILL]) as address:

        def call(*options: str, key: str = "sandbox", secret: str = "sandbox") -> Any:  # noqa: S107  published
            monkeypatch.setenv("CHARTWRIGHT_VENUE__API_KEY", key)
            monkeypatch.setenv("CHARTWRIGHT_VENUE__API_SECRET", secret)
            places = ("--rest-url", f"http://{address}", "--ws-url", f"ws://{address}")
            return cli("run", "--venue", "bybit", "--live", "--no-web", *places, *options)

        yield call


def refused(result: Any) -> str:
    """The last line, which says why, after the findings."""
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Traceback" not in result.stderr
    said = str(result.stderr).splitlines()
    assert [line for line in said if line.startswith("chartwright: ")] == said[-1:]
    return said[-1]


def test_without_keys_it_says_where_they_belong(live: Run) -> None:
    told = refused(live(key="", secret=""))
    assert "CHARTWRIGHT_VENUE__API_KEY and CHARTWRIGHT_VENUE__API_SECRET" in told
    assert "CHARTWRIGHT_VENUE__API_KEY" in refused(live(secret=""))


def test_a_wrong_secret_is_refused_and_neither_is_shown(live: Run) -> None:
    result = live(secret="tulip-secret")  # noqa: S106  a wrong one
    assert "did not tell about the account" in refused(result)
    assert "tulip" not in result.stderr
    result = live(key="tulip-key")
    assert "did not tell about the account" in refused(result)
    assert "tulip" not in result.stderr


def test_a_key_that_may_withdraw_is_refused(live: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(wire._PERMISSIONS, "Wallet", ["Withdraw"])
    result = live("--set", f"venue.account={ACCOUNT}")
    assert "--live is refused until what failed above is mended" in refused(result)
    assert [line for line in result.stderr.splitlines() if line.startswith("FAIL")] == [
        "FAIL The key may withdraw money, which is never needed here: make one that may not."
    ]


def test_another_leverage_than_the_one_wanted_is_refused(live: Run) -> None:
    result = live("--set", f"venue.account={ACCOUNT}", "--set", "bybit.leverage=3")
    assert "--live is refused until what failed above is mended" in refused(result)
    (failed,) = (line for line in result.stderr.splitlines() if line.startswith("FAIL"))
    assert failed.startswith("FAIL The leverage is 10; bybit.leverage wants 3: ")


def test_another_account_than_the_one_named_is_not_traded(live: Run) -> None:
    told = refused(live("--set", "venue.account=4711"))
    assert "another account than the key's" in told
    assert "4711" not in told


def test_an_account_nobody_named_is_not_traded_without_a_terminal(live: Run, tmp_path: Path) -> None:
    told = refused(live("--state-dir", str(tmp_path / "s")))
    assert "name it in venue.account, or start it from a terminal" in told
    assert not (tmp_path / "s").exists()


@pytest.mark.slow
@pytest.mark.parametrize(("typed", "code"), [("4711", 2), (ACCOUNT, 0)])
def test_at_a_terminal_the_accounts_number_is_typed(tmp_path: Path, typed: str, code: int) -> None:
    keys = {"CHARTWRIGHT_VENUE__API_KEY": "sandbox", "CHARTWRIGHT_VENUE__API_SECRET": "sandbox"}
    paths = {"PYTHONPATH": str(Path(__file__).parents[3]), "PYTHONWARNINGS": "error"}
    terminal, theirs = pty.openpty()
    with timed(MarketClock(), walk(3)) as address:
        places = ("--rest-url", f"http://{address}", "--ws-url", f"ws://{address}")
        started = subprocess.Popen(
            [*COMMAND, *places, "--state-dir", str(tmp_path / "s")],
            stdin=theirs,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **keys, **paths},
        )
        os.write(terminal, f"{typed}\n".encode())
        assert started.stderr is not None
        said = ""
        while (line := started.stderr.readline()) and "Ctrl-C" not in line:
            said += line
        if not code:
            until((tmp_path / "s" / "control.sock").exists, seconds=20)
            started.send_signal(signal.SIGINT)
        _, rest = started.communicate(timeout=60)
        os.close(terminal)
        os.close(theirs)
    assert (started.returncode, "Traceback" in rest) == (code, False), said + rest
    assert ("the number typed is not the account's: nothing was started" in said) == bool(code)
    assert (tmp_path / "s").exists() == (not code)
