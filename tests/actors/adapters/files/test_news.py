import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from actors.adapters.files.news import read_news
from core.errors import ConfigurationError, FeedMalformed
from core.messages import NewsPublished


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n")
    return path


def test_headlines_are_sorted_and_carry_their_source(tmp_path: Path) -> None:
    path = write(
        tmp_path / "n.csv",
        "published_at,headline,publisher",
        '2024-01-02T10:00:00Z,"Later,  with a comma",Wire',
        "2024-01-02T09:00:00Z,Earlier,",
    )
    assert read_news(path) == [
        NewsPublished(ms("2024-01-02 09:00:00"), "n", "Earlier"),
        NewsPublished(ms("2024-01-02 10:00:00"), "Wire", "Later, with a comma"),
    ]


def test_labels_in_the_file_are_never_read(tmp_path: Path) -> None:
    labelled = write(tmp_path / "n.csv", "Date,Title,Sentiment,Category", "2024-01-02 09:00:00,Up,0.9,0")
    relabelled = write(tmp_path / "m.csv", "Date,Title,Sentiment,Category", "2024-01-02 09:00:00,Up,n/a,down")
    assert [(n.ts, n.title) for n in read_news(labelled)] == [(n.ts, n.title) for n in read_news(relabelled)]


def test_a_news_api_response_is_read(tmp_path: Path) -> None:
    articles = [
        {"source": {"id": None, "name": "Wire"}, "title": "Halving", "publishedAt": "2024-04-20T00:09:00Z"},
        {"source": {"id": None, "name": "[Removed]"}, "title": "[Removed]", "publishedAt": "2024-04-19T00:00:00Z"},
        {"source": None, "title": None, "publishedAt": "2024-04-19T00:00:00Z"},
    ]
    document = json.dumps({"status": "ok", "totalResults": 3, "articles": articles})
    (tmp_path / "n.json.gz").write_bytes(gzip.compress(document.encode()))
    assert read_news(tmp_path / "n.json.gz") == [NewsPublished(ms("2024-04-20 00:09:00"), "Wire", "Halving")]


def test_a_news_api_error_is_passed_on(tmp_path: Path) -> None:
    write(tmp_path / "n.json", '{"status": "error", "code": "apiKeyInvalid", "message": "Your key is invalid"}')
    with pytest.raises(FeedMalformed, match="holds no list of rows; it says: Your key is invalid"):
        read_news(tmp_path / "n.json")


def test_a_day_without_a_time_counts_from_its_end(tmp_path: Path) -> None:
    days = write(tmp_path / "n.csv", "date,title", "2024-01-02,Something")
    assert read_news(days)[0].ts == ms("2024-01-03 00:00:00")
    moments = write(tmp_path / "m.csv", "date,title", "2024-01-02 00:00:00,Something")
    assert read_news(moments)[0].ts == ms("2024-01-02 00:00:00")


def test_a_repeated_headline_counts_once(tmp_path: Path) -> None:
    rows = ("2024-01-02 09:00:00,Up", "2024-01-02 09:00:00,Up", "2024-01-02 09:00:00,Down", "2024-01-02 09:01:00,Up")
    assert len(read_news(write(tmp_path / "n.csv", "date,title", *rows))) == 3


def test_the_first_ms_is_in_and_the_last_ms_is_out(tmp_path: Path) -> None:
    path = write(tmp_path / "n.csv", "date,title", *(f"2024-01-02 09:0{i}:00,{i} up" for i in range(4)))
    first, last = ms("2024-01-02 09:01:00"), ms("2024-01-02 09:03:00")
    assert [n.title for n in read_news(path, first_ms=first, last_ms=last)] == ["1 up", "2 up"]
    assert [n.title for n in read_news(path, first_ms=first + 1, last_ms=last + 1)] == ["2 up", "3 up"]


def test_a_headline_without_a_readable_time_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "n.csv", "date,title", "2024-01-02 09:00:00,Up", "yesterday,Down")
    with pytest.raises(FeedMalformed, match="row 3: date is 'yesterday'"):
        read_news(path)


def test_missing_columns_are_named(tmp_path: Path) -> None:
    with pytest.raises(FeedMalformed, match=r"no column title or headline .*; its columns are date, event"):
        read_news(write(tmp_path / "n.csv", "date,event", "2024-01-02,CPI"))
    with pytest.raises(FeedMalformed, match=r"no column publishedat or .*; its columns are when, title"):
        read_news(write(tmp_path / "n.csv", "when,title", "2024-01-02,CPI"))


def test_a_missing_file_is_a_matter_of_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="does not exist"):
        read_news(tmp_path / "n.csv")


def test_real_headlines_are_read(shared_data: Path) -> None:
    headlines = read_news(shared_data / "news" / "bitcoin_headlines_labelled_2021-11_2023-06.csv.gz")
    assert len(headlines) == 7_412
    assert headlines[0].ts == ms("2021-11-05 04:42:00")
    articles = read_news(shared_data / "news" / "newsapi_response_bitcoin_2020-08-09.json")
    assert len(articles) == 20
    assert "Cointelegraph" in {article.source for article in articles}


@pytest.mark.parametrize("name", ["forexfactory_2025-06.json", "macro_events_us_2000_2027.csv.gz", "fomc_dates.csv"])
def test_a_calendar_is_no_news(shared_data: Path, name: str) -> None:
    with pytest.raises(FeedMalformed, match="no column title"):
        read_news(shared_data / "news" / name)
