"""One request, answered: bytes, or why there are none.

An answer that carries an ETag or a date of change is kept, and asked for again only where it has changed. Nothing is
raised, and no text holds a key: neither ours nor the library's log, which would show whole addresses.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime

import anyio
import httpx

from actors.adapters.feeds.answer import Refused
from actors.adapters.feeds.document import brief
from actors.adapters.feeds.request import FileRequest, Request
from core.durations import DAY_MS
from core.reasons import Reason

MOST_BYTES = 16 * 1024 * 1024
"""More than any of these documents has."""

_AGENT = "chartwright"
_KEY_STATUSES = (401, 402, 403, 426)


@dataclass(frozen=True, slots=True)
class Body:
    """An answer."""

    content: bytes
    is_new: bool
    """Whether it may differ from the last one."""


@dataclass(frozen=True, slots=True)
class _Kept:
    validators: Mapping[str, str]
    content: bytes


def client(timeout_s: float) -> httpx.AsyncClient:
    """An HTTP client for the feeds, whose library keeps addresses out of the log."""
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    return httpx.AsyncClient(timeout=timeout_s, headers={"User-Agent": _AGENT})


class Fetcher:
    """Fetches the requests of one source, and remembers what it may ask for conditionally.

    Args:
        http: Does the asking.
        timeout_s: For one answer as a whole, however slowly it drips.
    """

    def __init__(self, http: httpx.AsyncClient, *, timeout_s: float) -> None:
        self._http = http
        self._timeout_s = timeout_s
        self._kept: dict[str, _Kept] = {}
        self._stamps: dict[str, tuple[int, int]] = {}

    async def fetch(self, request: Request | FileRequest, now: int) -> Body | Refused:
        """The answer; never raises.

        Args:
            request: What to ask.
            now: UTC ms, for a source that says until when it wants to be left alone.
        """
        if isinstance(request, FileRequest):
            return self._look(request)
        with anyio.move_on_after(self._timeout_s):
            return await self._ask(request, now)
        return Refused(Reason.FEED_UNREACHABLE, "no whole answer in time", threshold=self._timeout_s)

    def _look(self, request: FileRequest) -> Body | Refused:
        """Whether a file has changed; who translates it reads it."""
        try:
            stat = request.path.stat()
        except OSError as error:
            return Refused(Reason.FEED_UNREACHABLE, f"{request.path}: {error.strerror}")
        stamp = (stat.st_mtime_ns, stat.st_size)
        is_new = self._stamps.get(request.key) != stamp
        self._stamps[request.key] = stamp
        return Body(b"", is_new)

    async def _ask(self, request: Request, now: int) -> Body | Refused:
        kept = self._kept.get(request.key)
        sent = dict(request.headers) | ({} if kept is None else dict(kept.validators))
        sent |= {name: secret.get_secret_value() for name, secret in request.secret_headers.items()}
        params = dict(request.params)
        params |= {name: secret.get_secret_value() for name, secret in request.secret_params.items()}
        answered = False
        try:
            async with self._http.stream(
                "GET", request.url, params=params or None, headers=sent, follow_redirects=not request.has_secret
            ) as response:
                answered = True
                content = await _read(response)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            return _broken(error, answered=answered, timeout_s=self._timeout_s)
        if content is None:
            return Refused(Reason.FEED_MALFORMED, "the answer is longer than any of its kind", threshold=MOST_BYTES)
        if response.status_code == httpx.codes.NOT_MODIFIED and kept is not None:
            return Body(kept.content, is_new=False)
        refused = _refusal(response, content, request, now)
        if refused is not None:
            return refused
        self._keep(request, response.headers, content)
        return Body(content, is_new=True)

    def _keep(self, request: Request, headers: httpx.Headers, content: bytes) -> None:
        pairs = (("If-None-Match", "ETag"), ("If-Modified-Since", "Last-Modified"))
        validators = {asked: headers[given] for asked, given in pairs if given in headers}
        if validators:
            self._kept[request.key] = _Kept(validators, content)
        else:
            self._kept.pop(request.key, None)


async def _read(response: httpx.Response) -> bytes | None:
    """The body; None where it is longer than anything we ask for."""
    parts, length = [], 0
    async for part in response.aiter_bytes():  # to its end or the time limit: generators left half-way leak on trio
        length += len(part)
        if length <= MOST_BYTES:
            parts.append(part)
    return b"".join(parts) if length <= MOST_BYTES else None


def _broken(error: Exception, *, answered: bool, timeout_s: float) -> Refused:
    """The words for an exchange that broke off; the library's own may hold the address."""
    kind = type(error).__name__
    if isinstance(error, httpx.TimeoutException):
        return Refused(Reason.FEED_UNREACHABLE, f"no answer in time ({kind})", threshold=timeout_s)
    if answered:
        return Refused(Reason.FEED_MALFORMED, f"the answer ends in the middle or is garbled ({kind})")
    return Refused(Reason.FEED_UNREACHABLE, f"no connection, or it was cut before an answer ({kind})")


def _refusal(response: httpx.Response, content: bytes, request: Request, now: int) -> Refused | None:
    """Why an answer is of no use, from its status and its look."""
    status = response.status_code
    if status == httpx.codes.OK:
        return _unlike_data(content)
    is_text = "html" not in response.headers.get("content-type", "")
    said = request.redacted(brief(content[:4096].decode("utf-8", "replace"))) if is_text else ""
    told = f"HTTP {status}: {said}" if said else f"HTTP {status}"
    wait_ms = _retry_after_ms(response.headers.get("retry-after", ""), now)
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return Refused(Reason.FEED_QUOTA_SPENT, told, status, retry_after_ms=wait_ms)
    if status in _KEY_STATUSES:
        return Refused(Reason.FEED_KEY_REFUSED, told, status)
    if status >= httpx.codes.INTERNAL_SERVER_ERROR:
        return Refused(Reason.FEED_SERVER_ERROR, told, status, retry_after_ms=wait_ms)
    return Refused(Reason.FEED_MALFORMED, told, status, int(httpx.codes.OK))


def _unlike_data(content: bytes) -> Refused | None:
    start = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not start:
        return Refused(Reason.FEED_MALFORMED, "the answer is empty")
    if start.startswith((b"<!doctype html", b"<html")):
        return Refused(Reason.FEED_MALFORMED, "a web page instead of data")
    return None


def _retry_after_ms(text: str, now: int) -> int | None:
    """What a Retry-After header asks for, in seconds or as a date; a day at most, or a typo would end the polling."""
    if text.isdecimal():
        return min(int(text) * 1000, DAY_MS)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    until = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return min(max(0, round(until.timestamp() * 1000) - now), DAY_MS)
