"""The page in a real browser, on a real server."""

from collections.abc import Iterator
from typing import Any

import pytest

from core.reasons import Reason
from tests.web.chromium import Browser, Page, binary
from tests.web.stand import Server, Stand
from tests.web.story import BOOK, Day

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(binary() is None, reason="no chromium binary on the PATH"),
]
READY = "document.getElementById('stream').textContent === 'live'"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser() as browser:
        yield browser


@pytest.fixture
def stand() -> Stand:
    return Stand()


@pytest.fixture
def day(stand: Stand) -> Day:
    day = Day(stand)
    for _ in range(30):
        day.bar()
    return day


@pytest.fixture
def server(stand: Stand) -> Iterator[Server]:
    with Server(stand) as server:
        yield server


@pytest.fixture
def page(browser: Browser, day: Day, server: Server) -> Page:
    page = browser.page(server.url)
    page.wait(f"{READY} && document.querySelectorAll('#feed li').length > {day.bars // 30}")
    return page


def text(page: Page, selector: str) -> Any:
    return page.evaluate(f"document.querySelector({selector!r}).textContent")


def lit(chart: str, state: str) -> str:
    return f"document.querySelector('figure[data-chart={chart}] [data-state={state}].active') !== null"


def test_it_loads_without_an_error_and_asks_nobody_else(page: Page, server: Server) -> None:
    page.wait("document.querySelectorAll('figure.chart svg').length === 7")
    assert page.problems == []
    assert page.requests_beyond(server.url) == []
    assert len(page.fetched) > 10


def test_the_api_reference_is_a_visible_link_away(page: Page, server: Server) -> None:
    rect = "document.getElementById('reference').getBoundingClientRect()"
    middle = f"document.elementFromPoint({rect}.x + {rect}.width / 2, {rect}.y + {rect}.height / 2)"
    assert page.evaluate(f"{rect}.width > 0 && {middle}.id === 'reference'")  # nothing lies over it
    page.follow("document.getElementById('reference').click()")
    assert page.evaluate("location.pathname") == "/docs"
    page.wait("document.querySelector('h1') !== null")
    assert page.requests_beyond(server.url) == []


def test_a_published_transition_lights_its_state_and_marks_its_edge(page: Page, server: Server, day: Day) -> None:
    assert page.evaluate(lit("session", "trading"))
    server.run(day.stand.fire, "session", "pause", Reason.OPERATOR_PAUSE, ts=day.now)
    page.wait(lit("session", "paused"))
    assert not page.evaluate(lit("session", "trading"))
    edge = "figure[data-chart=session] .taken"
    assert page.evaluate(f"document.querySelector('{edge}').dataset.transition") == "trading->paused"


def test_the_feed_says_the_reason_in_words_newest_first(page: Page, server: Server, day: Day) -> None:
    server.run(day.stand.fire, "session", "pause", Reason.OPERATOR_PAUSE, ts=day.now)
    page.wait("document.querySelector('#feed .reason').textContent.includes('OPERATOR_PAUSE')")
    assert Reason.OPERATOR_PAUSE.meaning in text(page, "#feed li .reason")
    assert "trading → paused" in text(page, "#feed li .move")


def test_the_same_said_again_is_counted_not_repeated(page: Page, server: Server, day: Day) -> None:
    for _ in range(3):
        server.run(day.stand.fire, "regime", "hold", Reason.REGIME_DWELL, ts=day.now)
    page.wait("document.querySelector('#feed li .times')?.textContent === '\u00d73'")


def test_the_feed_shows_one_chart_when_asked(page: Page) -> None:
    page.evaluate("[...document.querySelectorAll('#filters button')].find(b => b.textContent === 'session').click()")
    page.wait("document.querySelectorAll('#feed li').length === 3")
    assert page.evaluate("[...document.querySelectorAll('#feed .where')].every(n => n.textContent === 'session')")


def test_the_view_moves_the_strip_and_the_cards(page: Page, day: Day) -> None:
    day.stand.board.picture = {**day.stand.board.picture, "account": {"equity": 123456.789, "start_equity": 100000.0}}
    page.wait("document.getElementById('equity').textContent === '123,456.79'")
    assert text(page, "#change") == "+23.46 %"


def test_the_first_guard_that_said_no_is_explained(page: Page, day: Day) -> None:
    guards = [
        {"code": "NO_SIGNAL", "passed": True, "value": 1.0, "threshold": 0.0},
        {"code": "COST_TOO_HIGH", "passed": False, "value": 0.214, "threshold": 0.15},
        {"code": "SPREAD_TOO_WIDE", "passed": None, "value": None, "threshold": 5.0},
    ]
    shown = {"bar_open_ms": day.now, "decision": "blocked", "first": "COST_TOO_HIGH", "guards": guards}
    day.stand.board.picture = {**day.stand.board.picture, "evaluation": shown}
    page.wait("document.querySelectorAll('.guards li').length === 3")
    assert page.evaluate("[...document.querySelectorAll('.guards li')].map(n => n.className).join()") == (
        "passed,failed,unmeasured"
    )
    verdict = text(page, "#why-card .verdict")
    assert "0.214 against 0.150" in verdict
    assert Reason.COST_TOO_HIGH.meaning in verdict
    assert Reason.COST_TOO_HIGH.remedy in verdict


def test_the_order_books_card_is_there_where_there_is_a_book(page: Page, day: Day) -> None:
    assert page.evaluate("document.getElementById('book-card').hidden")
    whole = day.stand.board.picture
    day.stand.board.picture = {**whole, "market": {**whole["market"], "book": BOOK}}
    page.wait("!document.getElementById('book-card').hidden")
    card = text(page, "#book-card")
    for shown in ("0.12 bps", "+0.25", "64,300.0 · 31 % · 2 min", "\N{MINUS SIGN}1.500 of 61 trades"):
        assert shown in card
    lost = {**BOOK, "book": "BOOK_GAP", "spread_bps": None}
    day.stand.board.picture = {**whole, "market": {**whole["market"], "book": lost}}
    page.wait("document.querySelector('#book-card p') !== null")
    assert Reason.BOOK_GAP.meaning in text(page, "#book-card")
    assert page.problems == []


def test_an_empty_view_shows_what_to_expect(browser: Browser) -> None:
    with Server(Stand()) as server:
        page = browser.page(server.url)
        page.wait(READY)
        page.wait(
            "document.querySelectorAll('aside .empty').length === 4 && document.querySelector('#feed .empty') !== null"
        )
        assert page.problems == []


def test_a_pinned_regime_is_said_to_be_pinned_and_what_it_allows(page: Page, day: Day) -> None:
    pinned = {"state": "RISK_ON", "pinned": "RISK_ON", "modes": ["TREND_BREAKOUT"], "size_multiplier": 1.0}
    day.stand.board.picture = {**day.stand.board.picture, "regime": pinned}
    page.wait("document.querySelector('#regime-card').textContent.includes('pin it (regime.pinned)')")
    assert "allows trend breakout" in text(page, "#regime-card")
    assert page.problems == []


def test_nulls_anywhere_in_the_view_break_nothing(page: Page, day: Day) -> None:
    whole = day.stand.board.picture
    for key in whole:
        day.stand.board.picture = {**whole, "symbol": f"no {key}", "run_id": "demo", key: None}
        page.wait("true" if key == "symbol" else f"document.title.startsWith('no {key}')")
    assert page.problems == []


def test_a_chart_is_enlarged_by_a_click_and_escape_closes_it(page: Page) -> None:
    page.evaluate("document.querySelector('figure[data-chart=order]').click()")
    page.wait("document.querySelector('dialog[open] svg [data-event=accept] text') !== null")
    for kind in ("keyDown", "keyUp"):
        page.call("Input.dispatchKeyEvent", type=kind, key="Escape", code="Escape", windowsVirtualKeyCode=27)
    page.wait("document.querySelector('dialog[open]') === null")


def test_it_says_that_the_stream_is_down_and_resumes_after_a_restart(browser: Browser, stand: Stand, day: Day) -> None:
    with Server(stand) as server:
        page = browser.page(server.url)
        page.wait(READY)
    page.wait("document.getElementById('stream').textContent.startsWith('down since')")
    stand.open()
    day.stand.fire("session", "pause", Reason.OPERATOR_PAUSE, ts=day.now)
    with Server(stand, port=server.port) as server:
        page.wait(READY)
        page.wait(lit("session", "paused"))
        server.run(stand.fire, "session", "resume", Reason.OPERATOR_RESUME, ts=day.now)
        page.wait(lit("session", "trading"))
        seqs = page.evaluate("[...document.querySelectorAll('#feed li')].map(n => Number(n.dataset.seq))")
        assert seqs[:2] == [stand.journal.last_seq(), stand.journal.last_seq() - 1]
        assert len(seqs) == len(set(seqs))


@pytest.mark.usefixtures("day")
@pytest.mark.parametrize("width", [390, 1280, 1440, 2560])
def test_nothing_is_wider_than_the_screen(browser: Browser, server: Server, width: int) -> None:
    page = browser.page(server.url, width=width)
    page.wait(READY)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.usefixtures("day")
@pytest.mark.parametrize("width", [390, 1440])
def test_every_chart_lies_within_its_panel(browser: Browser, server: Server, width: int) -> None:
    page = browser.page(server.url, width=width)
    page.wait(READY)
    overflowing = """[...document.querySelectorAll('figure.chart')].filter(figure =>
        figure.querySelector('svg').getBoundingClientRect().bottom > figure.getBoundingClientRect().bottom).length"""
    assert page.evaluate(overflowing) == 0
