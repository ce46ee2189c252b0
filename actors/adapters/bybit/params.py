"""Where Bybit is and how patient its client is; times are wall time, whatever the market's clock does."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Final

from pydantic import Field

HOSTS: Final[dict[str, tuple[str, str, str]]] = {
    "mainnet": ("https://api.bybit.com", "wss://stream.bybit.com", "wss://stream.bybit.com"),
    "testnet": ("https://api-testnet.bybit.com", "wss://stream-testnet.bybit.com", "wss://stream-testnet.bybit.com"),
    # The demo environment trades on mainnet's prices, and has no public streams of its own.
    "demo": ("https://api-demo.bybit.com", "wss://stream.bybit.com", "wss://stream-demo.bybit.com"),
}
"""By environment: REST, public streams, private stream. Regional hosts are given as URLs."""


@dataclass(frozen=True, slots=True)
class BybitParams:
    """How Bybit is reached and how long it may be silent."""

    environment: Annotated[
        str, Field(pattern="^(mainnet|testnet|demo)$", description="mainnet, testnet or demo; each has keys of its own")
    ] = "mainnet"
    rest_url: Annotated[
        str,
        Field(description="another REST address, such as a regional host's or the sandbox's; empty: by environment"),
    ] = ""
    ws_url: Annotated[
        str, Field(description="another address of both kinds of streams, without the path; empty: by environment")
    ] = ""
    leverage: Annotated[
        Decimal | None,
        Field(
            ge=1, le=200, description="what the contract must be set to, or --live is refused; none: it is only told"
        ),
    ] = None
    recv_window_ms: Annotated[
        int, Field(ge=1_000, le=60_000, description="ms; how old a request may be when it arrives. 5000: Bybit's own")
    ] = 5_000
    request_timeout_ms: Annotated[
        int, Field(ge=500, le=60_000, description="ms; after it the outcome of a request is unknown. 5000: its window")
    ] = 5_000
    requests_at_once: Annotated[
        int,
        Field(
            ge=1, le=8, description="requests under way; 3: an order, a stop and a question do not wait for each other"
        ),
    ] = 3
    writes_per_s: Annotated[
        int, Field(ge=1, le=100, description="orders, cancels and stops a second; 10: Bybit's limit for most accounts")
    ] = 10
    protective_share: Annotated[
        float, Field(ge=0, le=0.9, description="share of that kept for stops, closes and cancels; 0.4: four of ten")
    ] = 0.4
    heartbeat_ms: Annotated[
        int, Field(ge=200, le=20_000, description="ms between pings of a stream; 5000: seen dead within seconds")
    ] = 5_000
    heartbeat_timeout_ms: Annotated[
        int, Field(ge=100, le=20_000, description="ms to wait for a pong; 3000: above any healthy round trip")
    ] = 3_000
    kline_silence_ms: Annotated[
        int, Field(ge=500, le=120_000, description="ms without a candle message; 15000: they come every few seconds")
    ] = 15_000
    connect_timeout_ms: Annotated[
        int, Field(ge=500, le=60_000, description="ms to connect, authenticate and subscribe; 10000")
    ] = 10_000
    first_backoff_ms: Annotated[
        int, Field(ge=50, le=60_000, description="ms before the first reconnect; doubles, with jitter. 500")
    ] = 500
    last_backoff_ms: Annotated[
        int,
        Field(
            ge=500, le=600_000, description="ms at most between reconnects; 30000: within Bybit's 500 connects in 5 min"
        ),
    ] = 30_000
    ban_ms: Annotated[
        int,
        Field(ge=100, le=86_400_000, description="ms of silence after HTTP 403; 600000: Bybit asks for ten minutes"),
    ] = 600_000
    refused_ms: Annotated[
        int, Field(ge=100, le=86_400_000, description="ms until refused credentials are tried again; 600000")
    ] = 600_000
    confirm_grace_ms: Annotated[
        int, Field(ge=100, le=60_000, description="ms after a bar's end for its confirmation, then REST is asked; 2500")
    ] = 2_500
    clock_every_ms: Annotated[
        int, Field(ge=1_000, le=3_600_000, description="ms between measurements of the clock's offset; 60000")
    ] = 60_000
    clock_speed: Annotated[
        float, Field(gt=0, le=100_000, description="market time over real time; 1 but on a sandbox that runs faster")
    ] = 1.0

    @property
    def rest(self) -> str:
        """REST address, without a slash at its end."""
        return (self.rest_url or HOSTS[self.environment][0]).rstrip("/")

    @property
    def public_stream(self) -> str:
        """Address of the public linear stream."""
        return f"{(self.ws_url or HOSTS[self.environment][1]).rstrip('/')}/v5/public/linear"

    @property
    def private_stream(self) -> str:
        """Address of the private stream."""
        return f"{(self.ws_url or HOSTS[self.environment][2]).rstrip('/')}/v5/private"
