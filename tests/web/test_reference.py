"""The readable page about the API."""

import re
from collections.abc import Iterator

import pytest

from tests.web.chromium import Browser, Page, binary
from tests.web.stand import Server, Stand
from tests.web.story import Day
from web.endpoint import Endpoint
from web.openapi import document
from web.reference import page as reference
from web.routes import ENDPOINTS

HTML = reference(ENDPOINTS)


def test_every_endpoint_and_every_shape_has_its_place_and_every_link_leads_to_one() -> None:
    places = re.findall(r'id="([^"]+)"', HTML)
    assert len(places) == len(set(places))
    assert {endpoint.name for endpoint in ENDPOINTS} | set(document(ENDPOINTS)["components"]["schemas"]) <= set(places)
    assert set(re.findall(r'href="#([^"]+)"', HTML)) <= set(places)


def test_nothing_is_fetched_from_anywhere_else() -> None:
    assert re.findall(r"(?:https?:)?//\w", HTML) == []
    assert re.findall(r"<(?:script|link)[^>]*(?:src|href)=\"(?!/static/)", HTML) == []
    assert "style=" not in HTML  # the page's policy forbids it


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda each: each.name)
def test_every_parameter_is_shown_where_its_endpoint_is(endpoint: Endpoint) -> None:
    section = HTML.partition(f'id="{endpoint.name}"')[2].partition("</section>")[0]
    assert section.count(endpoint.path.partition("{")[0]) >= 2
    for parameter in endpoint.parameters:
        assert f"<code>{parameter.name}</code>" in section


@pytest.fixture(scope="module")
def opened() -> Iterator[Page]:
    """The page in a browser, on a stand with a made-up day."""
    if binary() is None:
        pytest.skip("no chromium binary on the PATH")
    stand = Stand()
    day = Day(stand)
    for _ in range(30):
        day.bar()
    with Browser() as browser, Server(stand) as server:
        page = browser.page(f"{server.url}/docs")
        page.wait("document.querySelectorAll('.try').length > 30")
        yield page
        assert page.problems == []
        assert page.requests_beyond(server.url) == []


def tried(page: Page, name: str, address: str = "") -> str:
    """What is shown after trying an endpoint."""
    here = f"document.getElementById('{name}')"
    if address:
        page.evaluate(f"{here}.querySelector('input').value = '{address}'")
    page.evaluate(f"{here}.querySelector('pre').replaceChildren(); {here}.querySelector('button').click()")
    return str(page.wait(f"{here}.querySelector('pre').textContent"))


@pytest.mark.browser
def test_an_endpoint_is_tried_in_place(opened: Page) -> None:
    shown = tried(opened, "transitions")
    assert shown.startswith("200 OK · application/json")
    assert shown.count('"seq"') == 3


@pytest.mark.browser
def test_a_refusal_is_shown_like_an_answer(opened: Page) -> None:
    assert "from 1 to 1000" in tried(opened, "transitions", "/api/transitions?limit=0")
    opened.problems.clear()  # the browser complains of every 422


@pytest.mark.browser
def test_no_other_host_is_asked(opened: Page) -> None:
    assert tried(opened, "machine", "//example.org/x") == "only this daemon is asked\n\n"


@pytest.mark.browser
def test_a_stream_is_shown_as_far_as_it_came(opened: Page) -> None:
    assert "retry: 1000" in tried(opened, "stream", "/api/stream?kinds=transition&after=0")
