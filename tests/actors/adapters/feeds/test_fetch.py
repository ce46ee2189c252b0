"""One request against a real server: bytes, or a reason; never an exception, never a key in a text."""

import logging
from pathlib import Path

import anyio
import httpx
import pytest
from pydantic import SecretStr
from starlette.responses import RedirectResponse, Response

from actors.adapters.feeds.answer import Refused
from actors.adapters.feeds.fetch import Body, Fetcher, client
from actors.adapters.feeds.request import FileRequest, Request
from core.reasons import Reason
from tests.actors.adapters.feeds.served import SECRET, START, HalfBody, Script, SlowBody

pytestmark = pytest.mark.anyio

KEYED = {"secret_params": {"apikey": SecretStr(SECRET)}, "secret_headers": {"X-Key": SecretStr(SECRET)}}


@pytest.fixture
def fetcher(http: httpx.AsyncClient) -> Fetcher:
    return Fetcher(http, timeout_s=5.0)


async def refused(fetcher: Fetcher, server: Script) -> Refused:
    outcome = await fetcher.fetch(Request(server.at("/x"), **KEYED), START)  # type: ignore[arg-type]  # fields by name
    assert isinstance(outcome, Refused)
    assert SECRET not in repr(outcome)
    return outcome


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (429, Reason.FEED_QUOTA_SPENT),
        (401, Reason.FEED_KEY_REFUSED),
        (403, Reason.FEED_KEY_REFUSED),
        (426, Reason.FEED_KEY_REFUSED),
        (500, Reason.FEED_SERVER_ERROR),
        (503, Reason.FEED_SERVER_ERROR),
        (404, Reason.FEED_MALFORMED),
        (204, Reason.FEED_MALFORMED),
        (302, Reason.FEED_MALFORMED),
        (304, Reason.FEED_MALFORMED),
    ],
)
async def test_a_status_becomes_a_reason(fetcher: Fetcher, server: Script, status: int, reason: Reason) -> None:
    server.say("/x", b"" if status in {204, 304} else f"we know your key {SECRET}", status)
    outcome = await refused(fetcher, server)
    assert (outcome.reason, outcome.measured) == (reason, status)


@pytest.mark.parametrize(
    ("header", "wait_ms"),
    [
        ("120", 120_000),
        ("Tue, 05 Mar 2024 11:01:00 GMT", 60_000),
        ("Tue, 05 Mar 2024 10:00:00 GMT", 0),
        ("99999999999", 86_400_000),
        ("soon", None),
    ],
)
async def test_a_source_says_when_to_come_back(
    fetcher: Fetcher, server: Script, header: str, wait_ms: int | None
) -> None:
    server.say("/x", "slow down", 429, Retry_After=header)
    assert (await refused(fetcher, server)).retry_after_ms == wait_ms


@pytest.mark.parametrize(
    "page", [b"<!DOCTYPE html><html>Moved</html>", b"\n <html lang=en>", b"\xef\xbb\xbf<HTML>", b"", b"  "]
)
async def test_a_web_page_or_nothing_is_not_data(fetcher: Fetcher, server: Script, page: bytes) -> None:
    server.say("/x", page)
    assert (await refused(fetcher, server)).reason is Reason.FEED_MALFORMED


async def test_half_a_body_is_not_an_answer(fetcher: Fetcher, server: Script) -> None:
    server.answers["/x"] = lambda _: HalfBody(b'{"data": ')
    outcome = await refused(fetcher, server)
    assert outcome.reason is Reason.FEED_MALFORMED
    assert "middle" in outcome.detail


async def test_a_body_that_drips_is_cut_off(http: httpx.AsyncClient, server: Script) -> None:
    server.answers["/x"] = lambda _: SlowBody()
    outcome = await refused(Fetcher(http, timeout_s=0.2), server)
    assert (outcome.reason, outcome.threshold) == (Reason.FEED_UNREACHABLE, 0.2)


async def test_a_body_without_end_is_cut_off(fetcher: Fetcher, server: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("actors.adapters.feeds.fetch.MOST_BYTES", 10)
    server.say("/x", b"x" * 11)
    assert (await refused(fetcher, server)).reason is Reason.FEED_MALFORMED
    server.say("/x", b"x" * 10)
    assert isinstance(await fetcher.fetch(Request(server.at("/x")), START), Body)


@pytest.mark.parametrize("anyio_backend", ["asyncio"])  # trio complains of the generators httpx leaves behind
async def test_bytes_that_are_not_what_their_encoding_says_are_refused(fetcher: Fetcher, server: Script) -> None:
    server.say("/x", b"plain", Content_Encoding="gzip")
    assert (await refused(fetcher, server)).reason is Reason.FEED_MALFORMED


async def test_nobody_listening_is_unreachable(fetcher: Fetcher) -> None:
    outcome = await fetcher.fetch(Request("http://127.0.0.1:1/x", **KEYED), START)  # type: ignore[arg-type]  # likewise
    assert isinstance(outcome, Refused)
    assert outcome.reason is Reason.FEED_UNREACHABLE
    assert SECRET not in repr(outcome)


async def test_an_address_that_is_none_is_unreachable(fetcher: Fetcher) -> None:
    outcome = await fetcher.fetch(Request("http://[/x"), START)
    assert isinstance(outcome, Refused)
    assert outcome.reason is Reason.FEED_UNREACHABLE


async def test_a_key_is_not_sent_on_to_where_an_answer_points(fetcher: Fetcher, server: Script) -> None:
    server.answers["/x"] = lambda _: RedirectResponse(server.at("/elsewhere"))
    server.say("/elsewhere", b"{}")
    assert (await refused(fetcher, server)).measured == 307
    assert isinstance(await fetcher.fetch(Request(server.at("/x")), START), Body)
    assert [request.url.path for request in server.asked] == ["/x", "/x", "/elsewhere"]


async def test_an_etag_and_a_date_make_the_next_request_conditional(fetcher: Fetcher, server: Script) -> None:
    def answer(request: object) -> Response:
        headers = server.asked[-1].headers
        del request
        if headers.get("if-none-match") == '"v1"' and headers.get("if-modified-since") == "yesterday":
            return Response(status_code=304)
        return Response(b"[1]", headers={"ETag": '"v1"', "Last-Modified": "yesterday"})

    server.answers["/x"] = answer
    request = Request(server.at("/x"))
    assert await fetcher.fetch(request, START) == Body(b"[1]", is_new=True)
    assert await fetcher.fetch(request, START) == Body(b"[1]", is_new=False)
    server.say("/x", b"[2]")
    assert await fetcher.fetch(request, START) == Body(b"[2]", is_new=True)
    assert await fetcher.fetch(request, START) == Body(b"[2]", is_new=True)
    assert "if-none-match" not in server.asked[-1].headers


async def test_a_key_reaches_the_source_and_no_log(server: Script, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    server.say("/x", b"{}")
    async with client(5.0) as http:
        request = Request(server.at("/x"), {"a": "b"}, **KEYED)  # type: ignore[arg-type]  # likewise
        await Fetcher(http, timeout_s=5.0).fetch(request, START)
    assert server.asked[-1].query_params["apikey"] == server.asked[-1].headers["x-key"] == SECRET
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("uvicorn")]
    assert SECRET not in "".join(ours) + repr(request) + str(request) + request.key


async def test_a_file_is_new_when_it_has_changed(fetcher: Fetcher, tmp_path: Path) -> None:
    path = tmp_path / "dxy.csv"
    outcome = await fetcher.fetch(FileRequest(path), START)
    assert isinstance(outcome, Refused)
    assert outcome.reason is Reason.FEED_UNREACHABLE
    path.write_text("a")
    seen = [await fetcher.fetch(FileRequest(path), START) for _ in range(2)]
    assert seen == [Body(b"", is_new=True), Body(b"", is_new=False)]
    path.write_text("ab")
    assert await fetcher.fetch(FileRequest(path), START) == Body(b"", is_new=True)


async def test_canceling_is_not_held_up(http: httpx.AsyncClient, server: Script) -> None:
    server.answers["/x"] = lambda _: SlowBody()
    with anyio.move_on_after(0.1) as scope:
        await Fetcher(http, timeout_s=60.0).fetch(Request(server.at("/x")), START)
    assert scope.cancelled_caught
