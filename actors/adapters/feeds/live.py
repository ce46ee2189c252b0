"""The live feeds beside a market: made from settings, run until canceled; nothing where no source is named."""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from random import Random

from actors.adapters.feeds.actor import LiveFeeds
from actors.adapters.feeds.build import relays
from actors.adapters.feeds.bybit import Traded
from actors.adapters.feeds.clock import WallClock
from actors.adapters.feeds.config import FeedsConfig
from actors.adapters.feeds.fetch import client
from actors.adapters.feeds.spent import Spent

_FILE = "feeds.json"
"""In the state directory: what of each quota is spent."""


async def listen(
    config: FeedsConfig, traded: Traded, folder: Path, post: Callable[[Sequence[object]], Awaitable[None]]
) -> None:
    """Poll every source, in real time.

    Args:
        config: Which sources.
        traded: The contract that sources of its exchange tell about.
        folder: The state directory.
        post: Hands inputs to admission.

    Raises:
        ConfigurationError: If a source lacks its key, address or file.
    """
    if config.is_empty:
        return
    clock, spent = WallClock(), Spent(folder / _FILE)
    async with client(config.timeout_s) as http:
        found = relays(config, http=http, clock=clock, chance=Random(), traded=traded, spent=spent.load())  # noqa: S311
        await LiveFeeds(found, post, clock=clock, spent=spent).run()


async def check(config: FeedsConfig, traded: Traded) -> None:
    """Nothing, if every source has what it needs; raises as `listen`."""
    async with client(config.timeout_s) as http:
        relays(config, http=http, clock=WallClock(), chance=Random(), traded=traded)  # noqa: S311  jitter
