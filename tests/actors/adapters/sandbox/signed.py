"""A signing client of few lines, for tests that need the bare answers."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx


@dataclass(frozen=True, slots=True)
class Signed:
    """Asks with signature and time."""

    url: str
    secret: str = "sandbox"  # noqa: S105  the published one
    stamp: int = 1_709_640_000_000

    def get(self, path: str, query: dict[str, str]) -> Any:
        return self.raw("GET", path, urlencode(query)).json()

    def post(self, path: str, body: dict[str, Any]) -> Any:
        return self.raw("POST", path, json.dumps(body)).json()

    def raw(self, method: str, path: str, payload: str, *, timeout: float = 5.0) -> httpx.Response:
        headers = {
            "X-BAPI-API-KEY": "sandbox",
            "X-BAPI-TIMESTAMP": str(self.stamp),
            "X-BAPI-RECV-WINDOW": "5000",
            "X-BAPI-SIGN": sign(self.secret, f"{self.stamp}sandbox5000{payload}"),
        }
        url = f"{self.url}{path}" + (f"?{payload}" if method == "GET" and payload else "")
        content = payload if method == "POST" else None
        return httpx.request(method, url, content=content, headers=headers, timeout=timeout)


def sign(secret: str, text: str) -> str:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def auth() -> dict[str, Any]:
    """A socket's authentication."""
    expires = 9_999_999_999_999
    return {"op": "auth", "args": ["sandbox", expires, sign("sandbox", f"GET/realtime{expires}")]}
