"""What a socket may end with, and which of several failures at once decides what is done about it."""

from collections.abc import Iterator
from typing import Any, Final

import anyio
import httpx
from httpx_ws import HTTPXWSException, WebSocketUpgradeError
from wsproto.utilities import ProtocolError

from core.errors import FeedError, VenueError


class StreamDown(VenueError):
    """The socket is of no more use; the text says why."""


class StreamRefused(VenueError):
    """The venue refuses the credentials."""


_ENDED: Final = (anyio.EndOfStream, anyio.ClosedResourceError, anyio.BrokenResourceError)
EXPECTED: Final = (HTTPXWSException, ProtocolError, httpx.HTTPError, OSError, VenueError, FeedError, *_ENDED)
"""All of them; httpx-ws lets its protocol's own errors through where a ping meets a farewell."""
_WEIGHTY: Final = (StreamRefused, WebSocketUpgradeError, StreamDown)


def each(group: BaseExceptionGroup[Any]) -> Iterator[Exception]:
    """The failures themselves, however deep they lie."""
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            yield from each(error)
        elif isinstance(error, Exception):
            yield error


def weight(failure: Exception) -> int:
    """Less is weightier: a refusal is followed by a cut, which says less."""
    return next(rank for rank, kind in enumerate((*_WEIGHTY, Exception)) if isinstance(failure, kind))
