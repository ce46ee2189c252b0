"""The account's stream: orders, executions, the position and the wallet, after a snapshot of what a gap has hidden."""

from collections.abc import Callable
from random import Random
from typing import Final

from pydantic import SecretStr

from actors.adapters.bybit.clock import VenueClock
from actors.adapters.bybit.connection import Connection, Message, Post, Wanted
from actors.adapters.bybit.fields import text, whole
from actors.adapters.bybit.params import BybitParams
from actors.adapters.bybit.rest import BybitRest
from actors.adapters.bybit.translate import (
    COIN,
    execution_reported,
    order_reported,
    position_reported,
    rows,
    wallet_reported,
)

STREAM: Final = "private"
_READERS: Final[dict[str, Callable[[Message], object]]] = {
    "order": order_reported,
    "execution": execution_reported,
    "position": position_reported,
}
"""By topic; the wallet is read by itself."""


class AccountFeed:
    """One account's news about one symbol, for as long as it runs.

    Args:
        params: Where, and how patient.
        keys: API key and secret.
        symbol: Which.
        rest: Gives the snapshot.
        clock: The venue's time.
        post: Hands inputs to admission.
        since: From when on executions are asked for, UTC ms.
    """

    def __init__(
        self,
        params: BybitParams,
        keys: tuple[SecretStr, SecretStr],
        symbol: str,
        *,
        rest: BybitRest,
        clock: VenueClock,
        post: Post,
        since: Callable[[], int],
    ) -> None:
        self._symbol = symbol
        self._rest = rest
        self._post = post
        self._since = since
        self._connection = Connection(
            Wanted(STREAM, params.private_stream, (*_READERS, "wallet"), keys),
            params,
            now_ms=clock.now_ms,
            post=post,
            on_open=self._read_whole,
            on_message=self._hear,
            chance=Random(),  # noqa: S311  jitter
        )

    async def run(self) -> None:
        """Listen for ever."""
        await self._connection.run()

    def reconnect(self) -> None:
        """Connect anew: the stream tells nothing."""
        self._connection.reconnect()

    async def _read_whole(self) -> None:
        await self._post((await self._rest.snapshot(self._symbol, self._since()),))

    async def _hear(self, message: Message) -> None:
        if inputs := _told(message):
            await self._post(inputs)


def _told(message: Message) -> list[object]:
    topic = text(message, "topic")
    read = _READERS.get(topic)
    if read is not None:
        return [read(item) for item in rows(message, "data") if text(item, "category") in ("", "linear")]
    wallets = (wallet_reported(item, whole(message, "creationTime"), COIN) for item in rows(message, "data"))
    return [wallet for wallet in wallets if wallet is not None]
