"""A daemon in a process of its own, ended at will and started again on the same state directory."""

import json
import re
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import httpx

from actors import control
from actors.adapters.ledger.lock import StateDirectory
from actors.adapters.ledger.reader import LedgerReader
from core.errors import ConfigurationError

ROOT = Path(__file__).parents[2]
PATIENCE_S = 90.0
"""A daemon that takes longer over anything has hung."""

Process = subprocess.Popen[str]
STARTED: list[Process] = []
"""For the fixture that leaves none behind."""


def until(holds: Callable[[], bool], what: str, *, within_s: float = PATIENCE_S, every_s: float = 0.003) -> None:
    """Return as soon as a condition holds; an AssertionError naming it where it never does."""
    pause = threading.Event()
    for _ in range(int(within_s / every_s)):
        if holds():
            return
        pause.wait(every_s)
    raise AssertionError(f"{what}: not within {within_s:g} s")


class Stage:
    """A state directory and the command that fills it.

    Args:
        folder: Where state and logs go.
        options: Of `chartwright run`, but for the state directory.
        page: Whether the daemon serves its page, on any free port.
    """

    def __init__(self, folder: Path, *options: str, page: bool = False) -> None:
        self.state = folder / "state"
        self._log = folder / "log"
        self._database = self.state / "journal.sqlite"
        self._command = [sys.executable, "-m", "actors", "run", *options, "--json", "--log-level", "info"]
        self._command += ["--state-dir", str(self.state), *(("--port", "0") if page else ("--no-web",))]

    def start(self) -> Process:
        """Start the daemon; its log is appended to one file."""
        with self._log.open("a") as log:
            process = subprocess.Popen(self._command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True)
        STARTED.append(process)
        return process

    def finished(self, process: Process | None = None) -> dict[str, Any]:
        """What the daemon tells when it has ended by itself."""
        told, _ = (process or self.start()).communicate(timeout=PATIENCE_S * 3)
        assert told, self.log()
        document: dict[str, Any] = json.loads(told)
        return document

    def killed(self, process: Process) -> None:
        """End the daemon as a power cut would; an AssertionError where it had ended before."""
        process.kill()
        process.communicate()
        assert process.returncode == -signal.SIGKILL, self.log()

    def stopped(self, process: Process) -> dict[str, Any]:
        """Ask the daemon to stop, and return what it tells."""
        process.send_signal(signal.SIGTERM)
        document = self.finished(process)
        assert process.returncode == 0, self.log()
        return document

    def wait_for(self, inputs: int, process: Process) -> bool:
        """Return once so many inputs are durable; False where the daemon has ended before."""
        until(lambda: self.inputs() >= inputs or process.poll() is not None, f"{inputs} inputs durable\n{self.log()}")
        return process.poll() is None

    def wait_for_lock(self, process: Process) -> None:
        """Return once the daemon holds its state directory: it then verifies, restores and folds."""
        lock = self.state / "lock"
        until(lambda: lock.read_text() == f"{process.pid}\n" or process.poll() is not None, "the lock")

    def wait_until_ended(self, process: Process, *, within_s: float) -> None:
        """Return once the daemon has ended; an AssertionError where it goes on."""
        until(lambda: process.poll() is not None, "the daemon's end", within_s=within_s)

    def wait_for_trouble(self, process: Process) -> dict[str, Any]:
        """What the daemon says once it calls itself unhealthy, and why; a smaller commit may still fit soon after."""
        said: dict[str, Any] = {}

        def is_troubled() -> bool:
            said.clear()
            said.update(self.status())
            return process.poll() is not None or (said.get("healthy") is False and "why" in said)

        until(is_troubled, f"the daemon saying that something is wrong\n{self.log()}", every_s=0.05)
        return said

    def wait_until_still(self, process: Process) -> int:
        """How many bars the daemon has seen, once it takes no more."""
        seen = [0]

        def is_still() -> bool:
            if process.poll() is not None:
                return True
            seen.append(self.status()["counts"]["bars"])
            return len(seen) > 10 and len(set(seen[-10:])) == 1

        until(is_still, "the market standing still", every_s=0.05)
        return seen[-1]

    def status(self) -> dict[str, Any]:
        """What the running daemon says of itself; empty where it does not answer yet."""
        try:
            return anyio.run(partial(control.ask, self.state, "status"))
        except ConfigurationError:
            return {}

    def health(self) -> httpx.Response:
        """What the page's `/health` answers."""
        address = re.findall(r"page: (http://\S+)", self.log())[-1]
        return httpx.get(f"{address}/health")

    def inputs(self) -> int:
        """Inputs durable so far, as any other program would read them."""
        if not self._database.exists():
            return 0
        try:
            with closing(sqlite3.connect(f"file:{self._database}?mode=ro", uri=True)) as database:
                found: int | None = database.execute("SELECT max(last_input) FROM journal_commit").fetchone()[0]
        except sqlite3.OperationalError:  # its tables are being made
            return 0
        return found or 0

    @contextmanager
    def reader(self) -> Iterator[LedgerReader]:
        """The journal of the newest run."""
        directory = StateDirectory(self.state)
        with closing(LedgerReader.open(directory.database_url, owner=directory.owner)) as reader:
            yield reader

    def log(self) -> str:
        """What the daemon logged, for a failure's message."""
        return self._log.read_text() if self._log.exists() else "nothing was logged"


def resident_mb(process: Process) -> float:
    """Memory the process holds now, in MB."""
    status = Path(f"/proc/{process.pid}/status").read_text("ascii")
    found = re.search(r"^VmRSS:\s+(\d+) kB$", status, re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0
