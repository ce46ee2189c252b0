import json
import socket
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest

from actors import control
from actors.control import MAX_LINE, MAX_PATH, SOCKET, Unanswered, address_in, ask, serve
from core.errors import ConfigurationError
from core.message import Json, as_dict
from core.messages import OperatorCommanded

pytestmark = pytest.mark.anyio


async def echo(order: control.Order) -> dict[str, Json]:
    if isinstance(order, OperatorCommanded):
        return {"said": order.command, "by": order.author}
    return as_dict(order)


@asynccontextmanager
async def served(path: Path, answer: control.Answer = echo) -> AsyncIterator[None]:
    async with anyio.create_task_group() as tasks:
        await tasks.start(serve, path, answer)
        yield
        tasks.cancel_scope.cancel()


async def sent(path: Path, data: bytes, *, then_close: bool = False) -> bytes:
    """What comes back for these bytes until the other side closes."""
    async with await anyio.connect_unix(path / SOCKET) as client:
        await client.send(data)
        if then_close:
            await client.send_eof()
        found = b""
        with anyio.fail_after(10):
            try:
                while True:
                    found += await client.receive()
            except (anyio.EndOfStream, anyio.BrokenResourceError):
                return found


async def test_a_command_is_answered_and_its_author_named(tmp_path: Path) -> None:
    async with served(tmp_path):
        answer = await ask(tmp_path, "pause")
    assert answer["said"] == "pause"
    assert str(answer["by"]).startswith("uid ")


async def test_the_socket_is_its_owner_s_alone_and_goes_with_the_server(tmp_path: Path) -> None:
    async with served(tmp_path):
        assert stat.S_IMODE((tmp_path / SOCKET).stat().st_mode) == 0o600
    assert not (tmp_path / SOCKET).exists()


@pytest.mark.parametrize(
    "line",
    [b"", b"hello", b"[]", b"3", b'"status"', b"{}", b'{"command": null}', b"\xff\xfe", b"[" * 4000, b'{"a":1'],
)
async def test_a_line_that_is_no_command_is_answered_with_how_to_say_one(tmp_path: Path, line: bytes) -> None:
    async with served(tmp_path):
        answer = json.loads(await sent(tmp_path, line + b"\n"))
        assert (answer["error"], "status" in answer["detail"]) == ("not understood", True)
        assert (await ask(tmp_path, "status"))["said"] == "status"


@pytest.mark.parametrize("command", ["dance", "stop", "", 7, ["pause"], {"pause": 1}])
async def test_a_command_there_is_not_is_answered_with_those_there_are(tmp_path: Path, command: object) -> None:
    async with served(tmp_path):
        answer = json.loads(await sent(tmp_path, json.dumps({"command": command}).encode() + b"\n"))
    assert answer["error"] == "unknown command"
    assert repr(command) in answer["detail"]
    assert "status, pause, resume, flatten" in answer["detail"]


async def test_an_endless_line_is_refused_and_the_next_client_served(tmp_path: Path) -> None:
    async with served(tmp_path):
        assert b"not understood" in await sent(tmp_path, b"x" * (MAX_LINE + 1))
        assert (await ask(tmp_path, "status"))["said"] == "status"


async def test_clients_that_leave_in_the_middle_do_no_harm(tmp_path: Path) -> None:
    async with served(tmp_path):
        for data in (b"", b'{"comm'):
            with socket.socket(socket.AF_UNIX) as client:
                client.connect(str(tmp_path / SOCKET))
                client.sendall(data)
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(tmp_path / SOCKET))
            client.sendall(b'{"command": "status"}\n')
        assert await sent(tmp_path, b'{"comm', then_close=True) == b""
        assert (await ask(tmp_path, "status"))["said"] == "status"


async def test_a_command_that_takes_too_long_is_answered_as_busy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(order: control.Order) -> dict[str, Json]:
        del order
        await anyio.sleep_forever()
        raise AssertionError

    monkeypatch.setattr(control, "PATIENCE_S", 1.05)
    async with served(tmp_path, never):
        with pytest.raises(Unanswered, match="busy: pause was taken, but is not done yet"):
            await ask(tmp_path, "pause")


async def test_a_value_set_by_hand_comes_whole_and_its_author_never_hides_the_user(tmp_path: Path) -> None:
    async with served(tmp_path):
        named = await ask(tmp_path, "input", input="news", value=0.4, ttl_ms=60_000, author="anna")
        unnamed = await ask(tmp_path, "input", input="news", value=None)
    assert (named["input"], named["value"], named["ttl_ms"]) == ("news", 0.4, 60_000)
    assert named["author"] == f"anna ({unnamed['author']})"
    assert str(unnamed["author"]).startswith("uid ")


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"input": "news", "value": 2, "ttl_ms": 60_000},
        {"input": "news", "value": 0.4},
        {"input": "news", "ttl_ms": 60_000},
        {"input": {}, "value": 0.4, "ttl_ms": 60_000},
        {"input": "news", "value": 0.4, "ttl_ms": 60_000, "author": ["x"]},
    ],
)
async def test_a_value_that_cannot_be_is_refused_and_the_next_client_served(
    tmp_path: Path, given: dict[str, Json]
) -> None:
    async with served(tmp_path):
        with pytest.raises(Unanswered, match=r"not taken: .* must be"):
            await ask(tmp_path, "input", **given)
        assert (await ask(tmp_path, "status"))["said"] == "status"


async def test_asking_for_what_there_is_not_is_refused_aloud(tmp_path: Path) -> None:
    async with served(tmp_path):
        with pytest.raises(Unanswered, match="'dance' is none of status"):
            await ask(tmp_path, "dance")


async def test_the_socket_a_crashed_daemon_left_behind_is_replaced(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as crashed:
        crashed.bind(str(tmp_path / SOCKET))
    with pytest.raises(ConfigurationError, match="no daemon is running"):
        await ask(tmp_path, "status")
    async with served(tmp_path):
        assert (await ask(tmp_path, "status"))["said"] == "status"


async def test_without_a_daemon_asking_says_how_to_start_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=rf"no daemon .* {tmp_path}: start one with `chartwright run"):
        await ask(tmp_path, "status")


async def test_a_daemon_that_ends_before_it_answers_is_told_as_such(tmp_path: Path) -> None:
    listener = await anyio.create_unix_listener(tmp_path / SOCKET)

    async def hang_up(client: anyio.abc.SocketStream) -> None:
        await client.aclose()

    async with listener, anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, hang_up)
        with pytest.raises(Unanswered, match="ended before it answered 'status'"):
            await ask(tmp_path, "status")
        tasks.cancel_scope.cancel()


def test_a_path_of_the_longest_length_is_taken_and_one_byte_more_refused() -> None:
    room = MAX_PATH - len(f"/{SOCKET}")
    assert address_in(Path("/" + "x" * (room - 1)))
    with pytest.raises(ConfigurationError, match=f"{MAX_PATH + 1} bytes.*allows {MAX_PATH}: use a shorter"):
        address_in(Path("/" + "x" * room))


def test_the_longest_path_is_the_one_the_system_takes(tmp_path: Path) -> None:
    longest = tmp_path / ("x" * (MAX_PATH - len(str(tmp_path)) - 1))
    with socket.socket(socket.AF_UNIX) as taken:
        taken.bind(str(longest))
    with socket.socket(socket.AF_UNIX) as refused, pytest.raises(OSError, match="too long"):
        refused.bind(f"{longest}x")
