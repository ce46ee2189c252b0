"""The server, the client and the clock of the feed tests."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from tests.actors.adapters.feeds.served import DrivenClock, Script, plain_client, serving


@pytest.fixture(scope="module")
def _server() -> Iterator[Script]:
    script = Script()
    with serving(script):
        yield script


@pytest.fixture
def server(_server: Script) -> Iterator[Script]:
    yield _server
    _server.answers.clear()
    _server.asked.clear()


@pytest.fixture
async def http(anyio_backend: object) -> AsyncIterator[httpx.AsyncClient]:
    del anyio_backend
    async with plain_client() as found:
        yield found


@pytest.fixture
def clock() -> DrivenClock:
    return DrivenClock()
