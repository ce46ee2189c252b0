"""One of Bybit's sockets, again and again: connected, authenticated, subscribed, listened to, found dead, made anew.

On httpx-ws rather than pybit's own sockets, which need two threads and about 65 us a message to reach the event loop,
cannot be canceled, and die for good in an outage of two seconds; httpx-ws costs no thread and runs on asyncio and trio.
A socket counts as dead when it answers no ping, not when the operating system notices.
"""

import hashlib
import hmac
import json
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random
from typing import Any, Final

import anyio
import httpx
import structlog
from httpx_ws import AsyncWebSocketSession, WebSocketUpgradeError, aconnect_ws
from pydantic import SecretStr

from actors.adapters.bybit.ends import EXPECTED, StreamDown, StreamRefused, each, weight
from actors.adapters.bybit.params import BybitParams
from actors.adapters.bybit.session import Session
from core.messages import StreamChanged

log = structlog.get_logger()

Message = dict[str, Any]
Post = Callable[[Sequence[object]], Awaitable[None]]

_STEADY_S: Final = 60.0
"""A socket that lived this long begins its backoff anew."""
_WAITING: Final = 4_096
_FORBIDDEN: Final = 403


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a stream is."""

    name: str
    url: str
    topics: tuple[str, ...]
    keys: tuple[SecretStr, SecretStr] | None = None
    silence_ms: int = 0
    """Real ms without any of its topics' messages after which it is dead; 0: topics may be silent."""


class Connection:
    """The life of one stream, as events of its connection chart and as messages.

    Args:
        wanted: Which.
        params: Patience.
        now_ms: The venue's time, for authentication.
        post: Hands inputs to admission.
        on_open: Called once it is subscribed, before any message: fills what was missed.
        on_message: Called with each message of a topic, in order.
        chance: For the jitter.
    """

    def __init__(
        self,
        wanted: Wanted,
        params: BybitParams,
        *,
        now_ms: Callable[[], int],
        post: Post,
        on_open: Callable[[], Awaitable[None]],
        on_message: Callable[[Message], Awaitable[None]],
        chance: Random,
    ) -> None:
        self._wanted = wanted
        self._params = params
        self._now_ms = now_ms
        self._post = post
        self._on_open = on_open
        self._on_message = on_message
        self._chance = chance
        self._failures = 0
        self._heard_s = 0.0
        """When anything was heard."""
        self._told_s = 0.0
        """When a topic's message was heard."""
        self._replies: dict[str, Message] = {}
        self._replied = anyio.Event()
        self._cut = anyio.Event()
        self._is_synced = self._is_stale = False
        self._inbox: deque[Message] | None = None
        """What came before it was filled; None: it is, and a message is handled where it is read."""
        self._busy_until_s = 0.0
        """While one is handled the socket is not read, which for as long as a silence may last is not the venue's."""

    def reconnect(self) -> None:
        """Give the present socket up: it is of no use, whatever it looks like."""
        self._cut.set()

    async def run(self) -> None:
        """Keep it up for ever."""
        await self._tell("connect")
        while True:
            began_s = anyio.current_time()
            await self._once()
            if anyio.current_time() - began_s > _STEADY_S:
                self._failures = 0
            pause_s = min(self._params.last_backoff_ms, self._params.first_backoff_ms * 2**self._failures) / 1_000
            self._failures = min(self._failures + 1, 16)
            await anyio.sleep(pause_s * self._chance.uniform(0.5, 1.0))
            await self._tell("retry")

    async def _once(self) -> None:
        """One socket, until it is of no more use and that has been told."""
        failure = await self._failure()
        if isinstance(failure, StreamRefused):
            await self._tell("refuse", self._worded(failure))
            await anyio.sleep(self._params.refused_ms / 1_000)
            await self._tell("disconnect")
            await self._tell("connect")
            await self._tell("drop", "trying the credentials once more")
        elif isinstance(failure, WebSocketUpgradeError):
            await self._unwelcome(failure.response.status_code)
        else:
            await self._tell("drop", self._worded(failure))

    async def _failure(self) -> Exception:
        """Live with one socket; returns why it is of no more use, the weightiest of all that went wrong at once."""
        failures: list[Exception] = []
        try:
            await self._live()
        except* EXPECTED as group:
            failures += each(group)
        return min(failures, key=weight, default=StreamDown("it ended"))

    def _worded(self, failure: Exception) -> str:
        """What went wrong, in words that may be written down: Bybit repeats the key where it refuses a signature."""
        text = str(failure) or type(failure).__name__
        for kept in self._wanted.keys or ():
            text = text.replace(kept.get_secret_value(), "…")
        return text

    async def _unwelcome(self, status: int) -> None:
        """The handshake was answered with something else."""
        if status != _FORBIDDEN:
            await self._tell("drop", f"HTTP {status}")
            return
        await self._tell("ban", f"HTTP {status}")
        await anyio.sleep(self._params.ban_ms / 1_000)
        await self._tell("lift_ban")

    async def _live(self) -> None:
        self._is_synced = self._is_stale = False
        self._busy_until_s = 0.0
        self._cut = anyio.Event()
        inbox: deque[Message] = deque()
        self._inbox = inbox
        async with self._socket() as socket, anyio.create_task_group() as tasks:
            tasks.start_soon(self._read, socket)
            with anyio.fail_after(self._params.connect_timeout_ms / 1_000):
                await self._tell("open")
                if self._wanted.keys is not None:
                    await self._authenticate(socket, *self._wanted.keys)
                await self._subscribe(socket)
            tasks.start_soon(self._beat, socket)
            tasks.start_soon(self._until_cut)
            await self._on_open()
            if self._is_stale:  # the chart knows no way from stale to live but an answer
                raise StreamDown("silent while it was being filled")
            await self._tell("sync")
            self._is_synced, self._told_s = True, anyio.current_time()
            while inbox:
                await self._on_message(inbox.popleft())
            self._inbox = None

    @asynccontextmanager
    async def _socket(self) -> AsyncIterator[AsyncWebSocketSession]:
        timeout_s = self._params.connect_timeout_ms / 1_000
        async with (
            httpx.AsyncClient(timeout=timeout_s) as client,
            aconnect_ws(
                self._wanted.url,
                client,
                keepalive_ping_interval_seconds=None,  # Bybit has pings of its own
                session_class=Session,
            ) as socket,
        ):
            yield socket

    async def _read(self, socket: AsyncWebSocketSession) -> None:
        """Sort what comes: topics are handled, or kept until it is filled; replies go to who waits for them."""
        while True:
            text = await socket.receive_text()
            self._heard_s = anyio.current_time()
            try:
                message = json.loads(text)
            except (ValueError, RecursionError) as error:
                raise StreamDown(f"a message is not JSON: {text[:80]!r}") from error
            if not isinstance(message, dict):
                raise StreamDown(f"a message is not an object: {text[:80]!r}")
            if "topic" in message:
                self._told_s = self._heard_s
                await self._take(message)
            elif message.get("op") in ("auth", "subscribe"):
                self._replies[message["op"]] = message
                self._replied.set()

    async def _take(self, message: Message) -> None:
        if self._inbox is not None:
            self._inbox.append(message)
            if len(self._inbox) > _WAITING:
                raise StreamDown(f"more than {_WAITING} messages came while it was being filled")
            return
        self._busy_until_s = self._heard_s + 2 * self._params.heartbeat_timeout_ms / 1_000
        await self._on_message(message)
        self._busy_until_s = 0.0
        self._heard_s = self._told_s = anyio.current_time()

    async def _authenticate(self, socket: AsyncWebSocketSession, key: SecretStr, secret: SecretStr) -> None:
        expires = self._now_ms() + self._params.connect_timeout_ms
        signed = f"GET/realtime{expires}".encode()
        signature = hmac.new(secret.get_secret_value().encode(), signed, hashlib.sha256).hexdigest()
        reply = await self._asked(socket, {"op": "auth", "args": [key.get_secret_value(), expires, signature]})
        if not reply.get("success", reply.get("retCode") == 0):
            raise StreamRefused(str(reply.get("ret_msg") or reply.get("retMsg") or "no reason given"))
        await self._tell("authenticate")

    async def _subscribe(self, socket: AsyncWebSocketSession) -> None:
        reply = await self._asked(socket, {"op": "subscribe", "args": list(self._wanted.topics)})
        if not reply.get("success"):
            raise StreamDown(f"the subscription was refused: {reply.get('ret_msg')}")

    async def _asked(self, socket: AsyncWebSocketSession, request: Message) -> Message:
        operation = request["op"]
        self._replies.pop(operation, None)
        await socket.send_text(json.dumps(request))
        while operation not in self._replies:
            self._replied = anyio.Event()
            await self._replied.wait()
        return self._replies.pop(operation)

    async def _beat(self, socket: AsyncWebSocketSession) -> None:
        """Ping for ever; the first silence blocks entries, the second ends the socket."""
        params = self._params
        while True:
            await anyio.sleep(params.heartbeat_ms / 1_000)
            asked_s = anyio.current_time()
            await socket.send_text('{"op":"ping"}')
            if await self._is_heard_since(asked_s):
                self._check_topics()
                continue
            self._is_stale = True
            await self._tell("go_stale", f"no answer to a ping within {params.heartbeat_timeout_ms} ms")
            if not await self._is_heard_since(asked_s):
                raise StreamDown(f"silent for {2 * params.heartbeat_timeout_ms} ms")
            if not self._is_synced:
                raise StreamDown("silent while it was being filled")
            await self._tell("refresh")
            self._is_stale = False

    async def _until_cut(self) -> None:
        await self._cut.wait()
        raise StreamDown("it was found deaf")

    async def _is_heard_since(self, moment_s: float) -> bool:
        """Wait for any message, as long as a pong may take."""
        due_s = anyio.current_time() + self._params.heartbeat_timeout_ms / 1_000
        step_s = self._params.heartbeat_timeout_ms / 20_000
        while not self._is_heard(moment_s) and anyio.current_time() < due_s:  # noqa: ASYNC110  cheaper than an event a message
            await anyio.sleep(step_s)
        return self._is_heard(moment_s)

    def _is_heard(self, moment_s: float) -> bool:
        return self._heard_s >= moment_s or anyio.current_time() < self._busy_until_s

    def _check_topics(self) -> None:
        limit_s, now_s = self._wanted.silence_ms / 1_000, anyio.current_time()
        if limit_s and self._is_synced and now_s - max(self._told_s, self._busy_until_s) > limit_s:
            raise StreamDown(f"{', '.join(self._wanted.topics)}: nothing for {limit_s:g} s")

    async def _tell(self, event: str, detail: str = "") -> None:
        if detail:
            log.info("stream", stream=self._wanted.name, was=event, detail=detail)
        await self._post((StreamChanged(self._wanted.name, event, detail),))
