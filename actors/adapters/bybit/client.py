"""One request to Bybit by its own client, without that client's habits: no sleeps, no repetitions, no secrets told.

pybit repeats 10002 with a wider window and sleeps on 10006 in its caller's thread; its repr shows the secret, and its
requests are stamped by this machine's clock. Here it is given one attempt, no code to repeat, and the venue's clock.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import requests
from pybit.exceptions import FailedRequestError, InvalidRequestError
from pybit.unified_trading import HTTP
from pydantic import SecretStr
from requests.adapters import HTTPAdapter
from urllib3.connectionpool import HTTPConnectionPool

from actors.adapters.bybit.budget import Budget
from actors.adapters.bybit.clock import VenueClock
from actors.adapters.bybit.outcomes import NotAnswered, Verdict, brief, by_code, by_failure, by_status
from actors.adapters.bybit.params import BybitParams
from actors.clock import wall_clock_ms
from core.errors import ConfigurationError
from core.reasons import Reason

_SHORTEST: Final = 12
"""Characters of a real key or secret, at least; shorter ones are words."""
_NO_HEADERS: Final[Mapping[str, str]] = {}
_UNDECODED: Final = 409
"""What pybit calls an answer that is not JSON; Bybit's own answers know no such status."""
_AT_ONCE: Final = frozenset({Reason.VENUE_UNREACHABLE, Reason.VENUE_SERVER_ERROR, Reason.VENUE_CLOCK_SKEW})


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, or why there is none."""

    verdict: Verdict
    result: Mapping[str, Any]
    """Empty where there is none."""
    time_ms: int
    """When the venue answered, by its clock; 0: not told."""
    headers: Mapping[str, str]


class _OnePlace(HTTPAdapter):
    """Sends all requests to one place, whose connections are therefore found once."""

    _pool: HTTPConnectionPool | None = None

    def get_connection_with_tls_context(
        self,
        request: requests.PreparedRequest,
        verify: bool | str,  # noqa: FBT001  the library's own
        proxies: dict[str, str] | None = None,
        cert: str | tuple[str, str] | None = None,
    ) -> HTTPConnectionPool:
        """The place's connections, or those of the proxy before it."""
        if self._pool is None:
            self._pool = super().get_connection_with_tls_context(request, verify, proxies, cert)
        return self._pool


class _Http(HTTP):  # type: ignore[misc]  # pybit has no types
    """pybit's client that signs with the venue's time and keeps its secret."""

    def __init__(self, params: BybitParams, key: SecretStr | None, secret: SecretStr | None, clock: VenueClock) -> None:
        log = logging.getLogger("pybit._http_manager")
        kept = list(log.handlers)
        super().__init__(
            api_key=key.get_secret_value() if key else None,
            api_secret=secret.get_secret_value() if secret else None,
            timeout=params.request_timeout_ms / 1_000,
            recv_window=params.recv_window_ms,
            force_retry=False,
            max_retries=1,
            retry_codes={0},  # none: 0 is no error, and an empty set would mean pybit's own choice
            log_requests=False,
            return_response_headers=True,
        )
        log.handlers[:] = kept  # it adds one of its own where the program has none
        log.setLevel(logging.WARNING)
        self.endpoint = params.rest
        self.client.mount(params.rest, _OnePlace())
        self.client.max_redirects = 0  # a redirected order would arrive as a question, and the key somewhere else
        # Looked up once: from the environment at every request, it is a tenth of an order's time.
        self.client.proxies = requests.utils.get_environ_proxies(params.rest)
        self.client.trust_env = False
        self._venue_clock = clock
        self._writes: dict[str, requests.PreparedRequest] = {}

    def __repr__(self) -> str:
        return f"<Bybit at {self.endpoint}>"

    def _prepare_headers(
        self, payload: Any, recv_window: int, content_type: str = "application/json"
    ) -> dict[str, str]:
        stamp = self._venue_clock.now_ms()
        return {
            "Content-Type": content_type,
            "X-BAPI-API-KEY": self.api_key,
            "X-BAPI-SIGN": self._auth(payload, recv_window, stamp),
            "X-BAPI-SIGN-TYPE": "2",
            "X-BAPI-TIMESTAMP": str(stamp),
            "X-BAPI-RECV-WINDOW": str(recv_window),
        }

    def _prepare_request(self, method: str, path: str, params: str, headers: dict[str, str]) -> Any:
        """A write goes where the last one of its kind went: to prepare all of it anew is a fifth of an order's time."""
        if method != "POST":
            return super()._prepare_request(method, path, params, headers)
        if path not in self._writes:
            self._writes[path] = super()._prepare_request(method, path, "", {})
        request = self._writes[path].copy()
        request.headers.update(headers)
        request.prepare_body(params, None)
        return request

    def _check_status_code(self, response: Any, method: str, path: str, params: str) -> None:
        del params
        if response.status_code != requests.codes.ok:
            # pybit drops the body, which alone tells a region's ban from a rate's.
            raise FailedRequestError(
                f"{method} {path}", brief(response.text), response.status_code, "", response.headers
            )


class Client:
    """Sends requests and says how they ended; blocks its thread, and may be used by several.

    Args:
        params: Where, and how long to wait.
        key: The API key; None: public questions alone.
        secret: Its secret.
        clock: Stamps requests, and learns from what is answered.

    Raises:
        ConfigurationError: If the address is none.
    """

    def __init__(self, params: BybitParams, key: SecretStr | None, secret: SecretStr | None, clock: VenueClock) -> None:
        if not params.rest.startswith(("https://", "http://")):
            raise ConfigurationError(f"rest_url is {params.rest!r}; it must begin with https:// (a sandbox: http://)")
        self._http = _Http(params, key, secret, clock)
        self._keys = [kept for kept in (key, secret) if kept and len(kept.get_secret_value()) >= _SHORTEST]
        self._clock = clock
        self.budget = Budget(params.writes_per_s, params.protective_share, params.ban_ms)

    def __repr__(self) -> str:
        return f"Client({self._http!r})"

    def close(self) -> None:
        """Close its connections."""
        self._http.client.close()

    def send(self, verb: str, method: str, body: Mapping[str, Any]) -> Reply:
        """Send a request once, or not at all while the address is shut out.

        Args:
            verb: The command's, or `read`: what an answer means depends on it.
            method: pybit's.
            body: What it says.
        """
        if banned_ms := self.budget.banned_ms(wall_clock_ms()):
            left = f"{banned_ms} ms are left, nothing was sent"
            return Reply(Verdict("unreachable", Reason.VENUE_BANNED, 0, left), {}, 0, _NO_HEADERS)
        reply = self._without_keys(self._send(verb, method, body))
        self.budget.learn(verb, reply.headers, wall_clock_ms())
        verdict = reply.verdict
        if verdict.reason is Reason.VENUE_BANNED:
            self.budget.ban(wall_clock_ms())
        elif verdict.reason is Reason.VENUE_RATE_LIMITED:
            left_ms = self.budget.shut(verb, wall_clock_ms())
            return replace(reply, verdict=replace(verdict, detail=f"{verdict.detail} (wait {left_ms} ms)"))
        return reply

    def _without_keys(self, reply: Reply) -> Reply:
        """Bybit repeats what was signed where it refuses a signature; that must not reach a journal."""
        detail = reply.verdict.detail
        for kept in self._keys:
            detail = detail.replace(kept.get_secret_value(), "…")
        return (
            reply if detail == reply.verdict.detail else replace(reply, verdict=replace(reply.verdict, detail=detail))
        )

    def _send(self, verb: str, method: str, body: Mapping[str, Any]) -> Reply:
        try:
            said, _, headers = getattr(self._http, method)(**body)
            return Reply(by_code(verb, 0), said.get("result") or {}, _stamp(said), headers)
        except InvalidRequestError as error:
            verdict = by_code(verb, int(error.status_code), str(error.message))
            return Reply(verdict, {}, 0, error.resp_headers or _NO_HEADERS)
        except FailedRequestError as error:
            return Reply(_failed(verb, error), {}, 0, error.resp_headers or _NO_HEADERS)
        except PermissionError:
            return Reply(Verdict("fatal", Reason.VENUE_KEY_REFUSED, 0, "no API key was given"), {}, 0, _NO_HEADERS)
        except (requests.RequestException, AttributeError, KeyError, TypeError, ValueError) as error:
            return Reply(by_failure(verb, error), {}, 0, _NO_HEADERS)

    def ask(self, method: str, **query: Any) -> Reply:
        """Ask a question, and once more at once where the first did not get through.

        Raises:
            NotAnswered: If it is not answered.
        """
        reply = self.send("read", method, query)
        if reply.verdict.outcome == "unreachable" and reply.verdict.reason in _AT_ONCE:
            if reply.verdict.reason is Reason.VENUE_CLOCK_SKEW:
                self.set_clock()
            reply = self.send("read", method, query)
        if reply.verdict.outcome != "done":
            raise NotAnswered(reply.verdict)
        return reply

    def set_clock(self) -> bool:
        """Ask for the venue's time once; whether it was told."""
        sent = self._clock.mark()
        reply = self.send("read", "get_server_time", {})
        stamp = str(reply.result.get("timeNano", ""))
        if stamp.isdecimal():
            self._clock.sample(sent, int(stamp) // 1_000_000)
        return stamp.isdecimal()


def _failed(verb: str, error: FailedRequestError) -> Verdict:
    if error.status_code == _UNDECODED and error.resp_headers is None:
        return by_failure(verb, ValueError())
    return by_status(verb, int(error.status_code), str(error.message))


def _stamp(said: Mapping[str, Any]) -> int:
    found = said.get("time")
    return found if isinstance(found, int) else 0
