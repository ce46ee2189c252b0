"""News sources: headlines from what they document and from what was really answered, and their complaints."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from actors.adapters.feeds.answer import Refused
from actors.adapters.feeds.cryptopanic import CryptoPanic
from actors.adapters.feeds.news_file import NewsFile
from actors.adapters.feeds.newsapi import NewsApi
from actors.adapters.feeds.params import CryptoPanicParams, NewsApiParams, NewsFileParams, RssParams
from actors.adapters.feeds.rss import Rss
from actors.adapters.feeds.source import Source
from core.durations import DAY_MS, HOUR_MS
from core.messages import NewsPublished
from core.reasons import Reason
from tests.actors.adapters.feeds import bodies
from tests.actors.adapters.feeds.served import START

LOUD = "SEC approves spot bitcoin ETF"
KEY = SecretStr("k")


def read(source: Source, *answers: bytes | str) -> list[NewsPublished]:
    found = source.translate([a.encode() if isinstance(a, str) else a for a in answers], START)
    assert not isinstance(found, Refused), found
    return list(found)  # type: ignore[arg-type]  # news sources give headlines


def refused(source: Source, *answers: bytes | str) -> Reason:
    found = source.translate([a.encode() if isinstance(a, str) else a for a in answers], START)
    assert isinstance(found, Refused)
    return found.reason


def test_newsapi_gives_titles_with_publisher_and_time() -> None:
    source = NewsApi(NewsApiParams(key=KEY))
    (request,) = source.requests(START, history=False)
    assert request.params["from"] == "2024-03-04T11:00:00"
    assert read(source, bodies.newsapi([(START, f" {LOUD}\n"), (START, "[Removed]"), (START, "")])) == [
        NewsPublished(START, "Wire", LOUD)
    ]


def test_the_real_answer_of_newsapi_is_read_whole(shared_data: Path) -> None:
    body = (shared_data / "news" / "newsapi_response_bitcoin_2020-08-09.json").read_bytes()
    found = read(NewsApi(NewsApiParams()), body)
    assert len(found) == len(json.loads(body)["articles"])
    assert {datetime.fromtimestamp(each.ts / 1000, UTC).date().isoformat() for each in found} <= {
        "2020-08-09",
        "2020-08-08",
    }


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("rateLimited", Reason.FEED_QUOTA_SPENT),
        ("apiKeyExhausted", Reason.FEED_QUOTA_SPENT),
        ("apiKeyInvalid", Reason.FEED_KEY_REFUSED),
        ("parameterInvalid", Reason.FEED_MALFORMED),
    ],
)
def test_an_error_of_newsapi_becomes_a_reason(code: str, reason: Reason) -> None:
    answer = json.dumps({"status": "error", "code": code, "message": "no"})
    assert refused(NewsApi(NewsApiParams()), answer) is reason


def test_cryptopanic_gives_titles_with_or_without_a_publisher() -> None:
    source = CryptoPanic(CryptoPanicParams(key=KEY))
    (request,) = source.requests(START, history=True)
    assert set(request.secret_params) == {"auth_token"}
    answer = json.loads(bodies.cryptopanic([(START, LOUD), (START - 1000, "Other")]))
    answer["results"][1]["source"] = {"title": "The Block", "domain": "x"}
    assert read(source, json.dumps(answer)) == [
        NewsPublished(START, "cryptopanic", LOUD),
        NewsPublished(START - 1000, "The Block", "Other"),
    ]


@pytest.mark.parametrize(
    ("info", "reason"),
    [
        ("Token not found", Reason.FEED_KEY_REFUSED),
        ("API monthly quota exceeded", Reason.FEED_QUOTA_SPENT),
        ("", Reason.FEED_MALFORMED),
    ],
)
def test_an_error_of_cryptopanic_becomes_a_reason(info: str, reason: Reason) -> None:
    assert refused(CryptoPanic(CryptoPanicParams()), json.dumps({"status": "api_error", "info": info})) is reason


@pytest.mark.parametrize("write", [bodies.rss, bodies.atom])
def test_rss_and_atom_are_read_alike(write: object) -> None:
    assert callable(write)
    (found,) = read(Rss(RssParams()), write([(START, LOUD)]))
    assert found == NewsPublished(START, "Wire", LOUD)


@pytest.mark.parametrize(
    ("moment", "shift_h"),
    [
        ("Tue, 05 Mar 2024 06:00:00 EST", 0),
        ("Tue, 05 Mar 2024 13:00:00 +0200", 0),
        ("Tue, 05 Mar 2024 07:00:00 EDT", 0),
    ],
)
def test_a_feeds_own_zone_is_converted(moment: str, shift_h: int) -> None:
    document = bodies.rss([(START, LOUD)]).replace("Tue, 05 Mar 2024 11:00:00 GMT", moment)
    assert read(Rss(RssParams()), document)[0].ts == START + shift_h * HOUR_MS


def test_markup_and_entities_in_a_title_are_read_as_text() -> None:
    (found,) = read(Rss(RssParams()), bodies.rss([(START, "S&amp;P up;  Fed &#8216;patient&#8217;")]))
    assert found.title == "S&P up; Fed \u2018patient\u2019"


def test_a_document_that_stops_in_the_middle_is_refused() -> None:
    whole = bodies.rss([(START, LOUD), (START, "Other")])
    assert refused(Rss(RssParams()), whole[: len(whole) // 2]) is Reason.FEED_MALFORMED
    assert refused(Rss(RssParams()), "{}") is Reason.FEED_MALFORMED


BOMB = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "lol"}">' for n in range(9))


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda whole: whole.replace("<rss", f"<!DOCTYPE rss [{BOMB}]><rss").encode(), "declares entities"),
        (
            lambda whole: whole.replace("<rss", f"<!DOCTYPE rss [{BOMB}]><rss").encode("utf-16-le") + b"</rss>",
            "declares entities",
        ),
        (lambda whole: whole.replace("</channel>", "<a>" * 50_000 + "</channel>").encode(), "more tags"),
        (lambda whole: whole.replace("Wire", "W" * 1024 * 1024).encode(), "longer than any feed"),
    ],
)
def test_a_document_made_to_keep_the_parser_busy_is_not_parsed(spoil: Callable[[str], bytes], told: str) -> None:
    whole = bodies.rss([(START, LOUD)])
    found = Rss(RssParams()).translate([spoil(whole)], START)
    assert isinstance(found, Refused)
    assert found.reason is Reason.FEED_MALFORMED
    assert told in found.detail
    assert [each.title for each in read(Rss(RssParams()), spoil(whole), whole)] == [LOUD]


def test_a_document_type_alone_declares_nothing() -> None:
    kind = '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://x/rss-0.91.dtd">'
    assert read(Rss(RssParams()), bodies.rss([(START, LOUD)]).replace("<rss", f"{kind}<rss"))


def test_entries_without_times_are_refused_when_there_are_no_others() -> None:
    source = Rss(RssParams())
    document = bodies.rss([(START, LOUD)])
    start, end = document.index("<pubDate>"), document.index("</item>")
    assert refused(source, document[:start] + document[end:]) is Reason.FEED_MALFORMED
    assert read(source, bodies.rss([])) == []


def test_one_broken_feed_does_not_silence_the_others() -> None:
    source = Rss(RssParams(urls=("a", "b", "c")))
    assert len(source.requests(START, history=False)) == 3
    assert [each.title for each in read(source, b"", "<rss>", bodies.rss([(START, LOUD)]))] == [LOUD]
    assert refused(source, b"", "<rss>", b"") is Reason.FEED_MALFORMED


def test_a_file_gives_the_headlines_of_the_last_day(tmp_path: Path) -> None:
    path = tmp_path / "news.csv"
    moments = [START - DAY_MS - 1000, START - DAY_MS, START]
    path.write_text("time,title\n" + "".join(f"{bodies.utc(ms).isoformat()},Story {ms}\n" for ms in moments))
    assert [each.ts for each in read(NewsFile(NewsFileParams(path=str(path))), b"")] == moments[1:]


@given(st.binary(max_size=300))
def test_no_bytes_whatever_break_a_news_source(body: bytes) -> None:
    for source in (NewsApi(NewsApiParams()), CryptoPanic(CryptoPanicParams()), Rss(RssParams())):
        source.translate([body + b"</rss>"], START)


@given(st.integers(946_684_800, 4_102_444_800), st.integers(-12, 12))
def test_an_atom_time_keeps_its_moment_in_every_zone(moment_s: int, hours: int) -> None:
    at = datetime.fromtimestamp(moment_s, UTC)
    told = (at + timedelta(hours=hours)).replace(tzinfo=None).isoformat() + f"{hours:+03d}:00"
    document = f"<feed><title>x</title><entry><title>{LOUD}</title><updated>{told}</updated></entry></feed>"
    assert read(Rss(RssParams()), document)[0].ts == 1000 * moment_s
