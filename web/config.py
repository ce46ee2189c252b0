"""Settings of the page and its API."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, SecretStr


@dataclass(frozen=True, slots=True)
class WebConfig:
    """Where the page listens, who may read it, and how its stream is paced."""

    host: Annotated[str, Field(description="address to bind; anything beyond loopback needs viewer_token")] = (
        "127.0.0.1"
    )
    port: Annotated[int, Field(ge=0, le=65_535, description="TCP port; 0 lets the system choose a free one")] = 8000
    viewer_token: Annotated[
        SecretStr | None, Field(description="whoever reads the page must know it; none is needed on loopback")
    ] = None
    allowed_hosts: Annotated[
        tuple[str, ...],
        Field(description="further names in a request's Host header, such as a reverse proxy's; others are refused"),
    ] = ()
    coalesce_ms: Annotated[
        int, Field(ge=1, le=1_000, description="ms; events gathered into one write: 50 costs a twentieth of none")
    ] = 50
    view_ms: Annotated[
        int, Field(ge=50, le=60_000, description="ms; the panels' refresh: twice a second is as fast as people read")
    ] = 500
    keepalive_s: Annotated[
        float, Field(gt=0, le=300, description="s; a comment on a quiet stream, well under proxies' 60 s cut")
    ] = 15.0
    send_timeout_s: Annotated[
        float, Field(gt=0, le=300, description="s; a client that takes nothing for so long is cut, and may resume")
    ] = 10.0
    ring_rows: Annotated[
        int, Field(ge=1, le=1_000_000, description="rows kept in memory for streams: 0.4 s of the fastest replay")
    ] = 8_192
