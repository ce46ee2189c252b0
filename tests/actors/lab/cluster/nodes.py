"""A scheduler and its workers as users start them: processes of their own, on loopback."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import distributed

ROOT = Path(__file__).parents[4]
_CONNECT_S = 60


class Nodes:
    """Processes of one cluster; every one of them is gone after `stop`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._started: list[subprocess.Popen[bytes]] = []
        self.scheduler: subprocess.Popen[bytes] | None = None
        self.workers: list[subprocess.Popen[bytes]] = []
        self._environment: dict[str, str] = {}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{self.port}"

    def start(self, workers: int, *, threads: int = 1, **environment: str) -> None:
        """Start a scheduler and so many workers; back when all of them know each other."""
        self._environment = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
        self.scheduler = self._dask("scheduler", "--host", "127.0.0.1", "--port", str(self.port), "--no-dashboard")
        own = ("--no-nanny", "--no-dashboard", "--nthreads", str(threads), "--local-directory", str(self._folder))
        self.workers = [self._dask("worker", self.address, *own) for _ in range(workers)]
        with self.client() as client:
            if workers:
                client.wait_for_workers(workers, timeout=_CONNECT_S)

    def client(self) -> Any:
        """Somebody who may ask the scheduler."""
        return cast("Any", distributed).Client(self.address, timeout=_CONNECT_S, set_as_default=False)

    def stop(self) -> None:
        """End them all."""
        for process in self._started:
            process.kill()
            process.wait()

    def _dask(self, *arguments: str) -> "subprocess.Popen[bytes]":
        with (self._folder / f"{arguments[0]}-{len(self._started)}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._environment,
                cwd=self._folder,
            )
        self._started.append(process)
        return process


def kill(process: "subprocess.Popen[bytes] | None") -> None:
    """End a process as a power cut would."""
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
