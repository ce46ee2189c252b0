"""Who may trade: key, signature and time of a request.

Source:
    Bybit v5, guide (integration guidance): HMAC-SHA256, hex, of timestamp + key + receive window + payload; accepted is
    `server - window <= timestamp < server + 1000`. Sockets: websocket/wss-authentication.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from actors.adapters.sandbox.exchange.refusal import Code, Refused

_WINDOW_MS: Final = 5_000
_AHEAD_MS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Credentials:
    """The one key there is; its secret is in no repr."""

    key: str
    secret: str = field(repr=False)

    def check(self, headers: Mapping[str, str], payload: str, now: int | None) -> None:
        """Judge a signed request.

        Args:
            headers: Its headers.
            payload: Its query string or body, as it was sent.
            now: The time it is held against, UTC ms; None: times are not checked.

        Raises:
            Refused: With Bybit's code for what is wrong.
        """
        key, stamp = headers.get("x-bapi-api-key", ""), headers.get("x-bapi-timestamp", "")
        window = headers.get("x-bapi-recv-window", str(_WINDOW_MS))
        self._check_key(key)
        check_time(stamp, window, now)
        self._check_signature(f"{stamp}{key}{window}{payload}", headers.get("x-bapi-sign", ""))

    def check_socket(self, key: str, expires: str, signature: str, now: int | None) -> None:
        """Judge a socket's `auth`, likewise."""
        self._check_key(key)
        if not expires.isdecimal() or (now is not None and int(expires) <= now):
            raise Refused(Code.SIGNATURE, "Params Error: expires is in the past")
        self._check_signature(f"GET/realtime{expires}", signature)

    def _check_key(self, key: str) -> None:
        if not hmac.compare_digest(key.encode(), self.key.encode()):
            raise Refused(Code.KEY, "API key is invalid.")

    def _check_signature(self, text: str, given: str) -> None:
        wanted = hmac.new(self.secret.encode(), text.encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(wanted.encode(), given.encode()):
            raise Refused(Code.SIGNATURE, "error sign! please check your signature generation algorithm.")


def check_time(stamp: str, window: str, now: int | None) -> None:
    """A request's time lies within its window.

    Raises:
        Refused: If it does not, or is none.
    """
    if not stamp.isdecimal() or not window.isdecimal():
        raise Refused(Code.PARAMETER, "params error: timestamp or recv_window invalid")
    if now is not None and not now - int(window) <= int(stamp) < now + _AHEAD_MS:
        told = f"req_timestamp[{stamp}],server_timestamp[{now}],recv_window[{window}]"
        raise Refused(Code.CLOCK, f"invalid request, please check your server timestamp or recv_window param. {told}")
