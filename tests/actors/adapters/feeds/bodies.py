"""Answers as the sources document them, made for a moment and a value."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from actors.adapters.feeds.alphavantage import WEIGHTS
from core.durations import DAY_MS, HOUR_MS, MINUTE_MS

RATES = (1.0850, 150.10, 1.2690, 1.3580, 10.350, 0.8840)
"""By pair, as the markets of March 2024 had them; the index stood near 103.8."""


def utc(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def twelvedata(now: int, interval: str, value: float = 103.8, *, bars: int = 12, flat: bool = False) -> str:
    """Bars up to the one that is still forming, newest first."""
    length = 4 * HOUR_MS if interval == "4h" else DAY_MS
    form = "%Y-%m-%d %H:%M:%S" if interval == "4h" else "%Y-%m-%d"
    opens = [now // length * length - step * length for step in range(bars)]
    opens = [ts for ts in opens if interval == "4h" or utc(ts).weekday() < 5]
    rows = [
        {"datetime": utc(ts).strftime(form), "close": f"{value + (0 if flat else ts // length % 7 / 100):.5f}"}
        for ts in opens
    ]
    return json.dumps({"meta": {"symbol": "DXY", "interval": interval}, "values": rows, "status": "ok"})


def twelvedata_error(code: int, message: str) -> str:
    return json.dumps({"code": code, "message": message, "status": "error"})


def alphavantage(now: int, pair: tuple[str, str], *, days: int = 30, drift: float = 0.0) -> str:
    """The days of a week's trading, newest first, today's included."""
    rate = RATES[list(WEIGHTS).index(pair)]
    dates = [utc(now) - timedelta(days=step) for step in range(days)]
    series = {
        day.strftime("%Y-%m-%d"): {"1. open": "1", "4. close": f"{rate * (1 + drift * (day.toordinal() % 7)):.5f}"}
        for day in dates
        if day.weekday() < 5
    }
    return json.dumps({"Meta Data": {"6. Time Zone": "UTC"}, "Time Series FX (Daily)": series})


def coingecko(now: int, share: float = 52.4) -> str:
    return json.dumps({"data": {"market_cap_percentage": {"btc": share, "eth": 17.0}, "updated_at": now // 1000}})


def coinmarketcap(now: int, share: float = 52.9) -> str:
    stamp = utc(now).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    status = {"error_code": 0, "error_message": None, "credit_count": 1}
    return json.dumps({"status": status, "data": {"btc_dominance": share, "last_updated": stamp}})


def coinmarketcap_error(code: int, message: str) -> str:
    return json.dumps({"status": {"error_code": code, "error_message": message, "credit_count": 0}})


def newsapi(headlines: Iterable[tuple[int, str]]) -> str:
    articles = [
        {"source": {"id": None, "name": "Wire"}, "title": title, "publishedAt": utc(ts).strftime("%Y-%m-%dT%H:%M:%SZ")}
        for ts, title in headlines
    ]
    return json.dumps({"status": "ok", "totalResults": len(articles), "articles": articles})


def cryptopanic(headlines: Iterable[tuple[int, str]]) -> str:
    posts = [
        {"kind": "news", "title": title, "published_at": utc(ts).strftime("%Y-%m-%dT%H:%M:%SZ")}
        for ts, title in headlines
    ]
    return json.dumps({"count": len(posts), "next": None, "results": posts})


def rss(headlines: Iterable[tuple[int, str]]) -> str:
    items = "".join(
        f"<item><title>{title}</title><pubDate>{utc(ts):%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>"
        for ts, title in headlines
    )
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>Wire</title>{items}</channel></rss>"


def atom(headlines: Iterable[tuple[int, str]]) -> str:
    entries = "".join(
        f"<entry><title>{title}</title><updated>{utc(ts).isoformat()}</updated></entry>" for ts, title in headlines
    )
    return f"<feed xmlns='http://www.w3.org/2005/Atom'><title>Wire</title>{entries}</feed>"


def forexfactory(events: Iterable[tuple[str, str]]) -> str:
    rows = [
        {"title": title, "country": "USD", "date": date, "impact": "High", "forecast": ""} for date, title in events
    ]
    return json.dumps(rows)


def bybit(now: int, result: object) -> str:
    return json.dumps({"retCode": 0, "retMsg": "OK", "result": result, "retExtInfo": {}, "time": now})


def bybit_funding(now: int, rate: float = 0.0001, *, count: int = 12) -> str:
    """Settled every eight hours, newest first."""
    last = now - now % (8 * HOUR_MS)
    rows = [
        {"symbol": "BTCUSDT", "fundingRate": f"{rate}", "fundingRateTimestamp": str(last - step * 8 * HOUR_MS)}
        for step in range(count)
    ]
    return bybit(now, {"category": "linear", "list": rows})


def bybit_interest(now: int, step_ms: int = 5 * MINUTE_MS, *, count: int = 12) -> str:
    """A coin more with every five minutes, newest first."""
    last = now - now % step_ms
    rows = [
        {"openInterest": f"{50_000 + ts // (5 * MINUTE_MS) % 1000}", "singleOpenInterest": "1", "timestamp": str(ts)}
        for ts in range(last, last - count * step_ms, -step_ms)
    ]
    result = {"symbol": "BTCUSDT", "category": "linear", "list": rows, "nextPageCursor": "x"}
    return bybit(now, result)


def bybit_ticker(now: int, mark: str = "60030", index: str = "60000") -> str:
    row = {"symbol": "BTCUSDT", "markPrice": mark, "indexPrice": index, "fundingRate": "0.009", "openInterest": "7"}
    return bybit(now, {"category": "linear", "list": [row]})


def ics(*entries: str) -> str:
    """A calendar of entries, each given by its own lines."""
    events = "".join(f"BEGIN:VEVENT\r\nUID:{n}\r\n{entry}\r\nEND:VEVENT\r\n" for n, entry in enumerate(entries))
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\n{events}END:VCALENDAR\r\n"
