"""Who may read the page, and what every answer carries.

A page on loopback is reachable by any web site its user visits, through a name that the site lets resolve to 127.0.0.1
(DNS rebinding). So a request must name a host we know.
"""

import hmac
from ipaddress import ip_address
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.errors import ConfigurationError
from web.config import WebConfig

COOKIE = "chartwright_viewer"
METHODS = ("GET", "HEAD")
_LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")
_HEADERS = {
    "content-security-policy": "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-cache",
}


def check_bind(config: WebConfig) -> None:
    """Refuse to show an account to a network without a token.

    Raises:
        ConfigurationError: If `host` is beyond loopback and there is no viewer token.
    """
    if config.viewer_token is None and not _is_loopback(config.host):
        raise ConfigurationError(
            f"web.host = {config.host!r} shows the page beyond this machine, so web.viewer_token must be set; "
            "or use web.host = 127.0.0.1"
        )
    if config.viewer_token is not None and not config.viewer_token.get_secret_value():
        raise ConfigurationError("web.viewer_token is empty: give it a long random text, or leave it out on loopback")


def _is_loopback(host: str) -> bool:
    return host == "localhost" or (_is_address(host) and ip_address(host).is_loopback)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _host_name(header: str) -> str:
    """The name in a Host header, without its port and an IPv6 address's brackets."""
    if header.startswith("["):
        return header[1:].partition("]")[0]
    return header.partition(":")[0].lower()


class Guard:
    """Lets through reads from known hosts by whoever knows the token."""

    def __init__(self, app: ASGIApp, *, config: WebConfig) -> None:
        self._app = app
        self._hosts = {*_LOOPBACK_NAMES, config.host.lower(), *(name.lower() for name in config.allowed_hosts)}
        self._any_address = _is_address(config.host) and ip_address(config.host).is_unspecified
        self._token = config.viewer_token.get_secret_value().encode() if config.viewer_token else None
        # The cookie is not the token: whoever reads a browser's cookies cannot log in elsewhere with it.
        self._cookie = hmac.new(self._token or b"", b"chartwright viewer", "sha256").hexdigest().encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a refusal, or pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        fresh_login = self._presents_token_in_url(scope)

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._finish(MutableHeaders(scope=message), set_cookie=fresh_login)
            await send(message)

        await (self._refusal(scope, logged_in=fresh_login) or self._app)(scope, receive, send_guarded)

    def _refusal(self, scope: Scope, *, logged_in: bool) -> JSONResponse | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not self._is_known(_host_name(host)):
            detail = f"this page is not served as {host!r}; add the name to web.allowed_hosts if it should be"
            return _answer(421, "misdirected_request", detail)
        if scope["method"] not in METHODS:
            answer = _answer(405, "method_not_allowed", "everything here is read-only: use GET or HEAD")
            answer.headers["allow"] = ", ".join(METHODS)
            return answer
        if not (logged_in or self._is_authorized(headers)):
            answer = _answer(
                401, "unauthorized", "send 'Authorization: Bearer TOKEN', or open the page with ?token=TOKEN"
            )
            answer.headers["www-authenticate"] = "Bearer"
            return answer
        return None

    def _is_known(self, name: str) -> bool:
        # Rebinding needs a name, so where every interface is bound, any plain address is as good as another.
        return name in self._hosts or (self._any_address and _is_address(name))

    def _is_authorized(self, headers: Headers) -> bool:
        if self._token is None:
            return True
        scheme, _, presented = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and hmac.compare_digest(presented.strip().encode(), self._token):
            return True
        cookies = (part.strip().partition("=") for part in headers.get("cookie", "").split(";"))
        return any(name == COOKIE and hmac.compare_digest(value.encode(), self._cookie) for name, _, value in cookies)

    def _presents_token_in_url(self, scope: Scope) -> bool:
        if self._token is None:
            return False
        presented = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[-1]
        return hmac.compare_digest(presented.encode(), self._token)

    def _finish(self, headers: MutableHeaders, *, set_cookie: bool) -> None:
        for name, value in _HEADERS.items():
            headers.setdefault(name, value)
        if set_cookie:
            # No redirect: after one, a browser coming from another site would not send a strict cookie.
            headers.append("set-cookie", f"{COOKIE}={self._cookie.decode()}; Path=/; HttpOnly; SameSite=Strict")


def _answer(status: int, error: str, detail: str) -> JSONResponse:
    return JSONResponse({"error": error, "detail": detail}, status_code=status)
