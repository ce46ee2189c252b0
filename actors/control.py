"""The control socket: a Unix socket in the state directory, readable by its owner alone, one JSON line each way."""

import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import anyio
from anyio.abc import SocketStream, TaskStatus
from anyio.streams.buffered import BufferedByteReceiveStream

from core.errors import ChartwrightError, ConfigurationError
from core.message import Json, revised
from core.messages import InputOverridden, OperatorCommanded
from core.regime.manual import overridden

COMMANDS = ("status", "pause", "resume", "flatten", "input")
SOCKET = "control.sock"
UNREADY = "control.new"
MAX_LINE = 4096
MAX_ANSWER = 10_000_000
MAX_PATH = 107
"""Bytes in a Unix socket's path, unix(7)."""
PATIENCE_S = 5.0
"""A client that says nothing for so long is let go; a command that takes longer is still carried out."""

Order = OperatorCommanded | InputOverridden
Answer = Callable[[Order], Awaitable[dict[str, Json]]]
"""An operator's order -> what to tell."""

_GONE = (anyio.BrokenResourceError, anyio.ClosedResourceError, anyio.EndOfStream, anyio.IncompleteRead)
_NOT_UNDERSTOOD: dict[str, Json] = {
    "error": "not understood",
    "detail": 'send one line such as {"command": "status"}',
}


class Unanswered(ChartwrightError):
    """A daemon is there, but did not carry the command out."""


def address_in(path: Path) -> Path:
    """Where the socket of a state directory is.

    Raises:
        ConfigurationError: If the path is longer than the system allows.
    """
    address = path / SOCKET
    length = len(os.fsencode(address))
    if length > MAX_PATH:
        raise ConfigurationError(
            f"state directory {path} makes a socket path of {length} bytes, and the system allows {MAX_PATH}: "
            "use a shorter --state-dir"
        )
    return address


async def serve(path: Path, answer: Answer, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
    """Answer commands until canceled; whatever a client sends or does not, the next one is served.

    Args:
        path: The state directory.
        answer: Carries a command out.
        task_status: Told once clients can connect.
    """
    address = address_in(path)
    unready = address.with_name(UNREADY)
    unready.unlink(missing_ok=True)  # a crashed daemon leaves its own behind; the directory's lock says it is gone
    listener = await anyio.create_unix_listener(unready, mode=0o600)
    unready.replace(address)  # nobody may see it before its owner alone can use it

    async def handle(client: SocketStream) -> None:
        async with client:
            await _converse(client, answer)

    try:
        async with listener:
            task_status.started()
            await listener.serve(handle)
    finally:
        address.unlink(missing_ok=True)


async def ask(path: Path, command: str, **given: Json) -> dict[str, Json]:
    """Send a command, with what it is given, to the daemon of a state directory and return what it says.

    Raises:
        ConfigurationError: If no daemon is running there.
        Unanswered: If it refuses the command or does not answer.
    """
    try:
        client = await anyio.connect_unix(address_in(path))
    except OSError as error:
        raise ConfigurationError(
            f"no daemon is running with the state directory {path}: start one with `chartwright run --state-dir {path}`"
        ) from error
    try:
        async with client:
            await client.send(_line({"command": command, **given}))
            answer: dict[str, Json] = json.loads(
                await BufferedByteReceiveStream(client).receive_until(b"\n", MAX_ANSWER)
            )
    except _GONE as error:
        raise Unanswered(
            f"the daemon of {path} ended before it answered {command!r}: start it again, then ask"
        ) from error
    if "error" in answer:
        raise Unanswered(f"{answer['error']}: {answer['detail']}")
    return answer


async def _converse(client: SocketStream, answer: Answer) -> None:
    try:
        with anyio.move_on_after(PATIENCE_S):
            asked = _understood(await BufferedByteReceiveStream(client).receive_until(b"\n", MAX_LINE))
            await client.send(_line(await _answered(asked, answer)))
    except anyio.DelimiterNotFound:
        await client.send(_line(_NOT_UNDERSTOOD))
    except _GONE:
        return


def _understood(line: bytes) -> dict[str, object] | None:
    """A line with a command in it; None where it has none."""
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return message if isinstance(message, dict) and message.get("command") is not None else None


async def _answered(asked: dict[str, object] | None, answer: Answer) -> dict[str, Json]:
    if asked is None:
        return _NOT_UNDERSTOOD
    command = asked["command"]
    if command not in COMMANDS:
        return {"error": "unknown command", "detail": f"{command!r} is none of {', '.join(COMMANDS)}"}
    try:
        order = _order(str(command), asked)
    except ConfigurationError as error:
        return {"error": "not taken", "detail": str(error)}
    with anyio.move_on_after(PATIENCE_S - 1):
        return await answer(order)
    return {"error": "busy", "detail": f"{command} was taken, but is not done yet: see `chartwright status`"}


def _order(command: str, asked: dict[str, object]) -> Order:
    """The order in a line; a name is what the author says, the uid is what is known."""
    author = f"uid {os.getuid()}"  # the socket is its owner's, so nobody else speaks
    if command != "input":
        return OperatorCommanded(command, author)
    named = asked.get("author")
    value = asked.get("value", "")  # to take a value back is said aloud: null
    order = overridden(asked.get("input"), value, asked.get("ttl_ms", 0), author if named is None else named)
    return order if named is None else revised(order, author=f"{named} ({author})")


def _line(message: dict[str, Json]) -> bytes:
    return json.dumps(message).encode() + b"\n"
