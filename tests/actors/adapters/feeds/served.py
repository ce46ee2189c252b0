"""A real HTTP server that misbehaves by script, a clock that tests drive, and what the tests plant in both."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count

import anyio
import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

Answer = Callable[[Request], Response]

START = 1_709_636_400_000  # Tuesday 2024-03-05 11:00 UTC
SECRET = "tulip-and-anvil-1637"  # noqa: S105  it opens nothing


@dataclass(slots=True)
class Script:
    """What the server answers at each path, and what it was asked."""

    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[Request] = field(default_factory=list)
    url: str = ""

    def at(self, path: str) -> str:
        """The whole address of a path."""
        return f"{self.url}{path}"

    def say(self, path: str, body: bytes | str, status: int = 200, **headers: str) -> None:
        """Answer a path with a text."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[path] = lambda _: Response(body, status_code=status, headers=named)


class HalfBody(Response):
    """Promises more than it sends, then hangs up."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        length = str(2 * len(self.body)).encode()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", length)]})
        await send({"type": "http.response.body", "body": self.body, "more_body": False})


class SlowBody(Response):
    """Sends a byte now and then, and never the last one."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _ in range(60):
            await send({"type": "http.response.body", "body": b" ", "more_body": True})
            await asyncio.sleep(0.05)


class Silence(Response):
    """Takes the request, and lets who asked wait."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope, send
        await receive()  # the request
        await receive()  # who asked has gone


def app(script: Script) -> ASGIApp:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        script.asked.append(request)
        found = script.answers.get(request.url.path)
        response = Response("nothing here", status_code=404) if found is None else found(request)
        await response(scope, receive, send)

    starlette = Starlette()
    starlette.router.default = answer
    return starlette


@contextmanager
def serving(script: Script) -> Iterator[None]:
    """The script on a port of the system's choice, in a thread of its own."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:  # proto: no Nagle
        listening.bind(("127.0.0.1", 0))
        listening.listen(128)
        script.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        server = uvicorn.Server(uvicorn.Config(app(script), log_config=None, lifespan="off", access_log=False))
        server.config.timeout_graceful_shutdown = 1
        thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listening])))
        thread.start()
        try:
            yield
        finally:
            server.should_exit = True
            thread.join()


def plain_client() -> httpx.AsyncClient:
    """A client for addresses without TLS; loading the world's certificates takes longer than most tests."""
    return httpx.AsyncClient(timeout=5.0, trust_env=False, verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))


class DrivenClock:
    """Time passes when everybody sleeps, and not otherwise; one at a time is woken, who asked for it first.

    Args:
        now_ms: When it begins.
        sleepers: How many everybody is.
    """

    def __init__(self, now_ms: int = START, *, sleepers: int = 1) -> None:
        self.now = now_ms
        self._everybody = sleepers
        self._turns = count()
        self._asleep: list[tuple[int, int, anyio.Event]] = []

    def now_ms(self) -> int:
        return self.now

    async def sleep_until(self, due_ms: int) -> None:
        bell = anyio.Event()
        heappush(self._asleep, (max(due_ms, self.now), next(self._turns), bell))
        if len(self._asleep) == self._everybody:
            first_ms, _, first = heappop(self._asleep)
            self.now = max(self.now, first_ms)
            first.set()
        await bell.wait()
