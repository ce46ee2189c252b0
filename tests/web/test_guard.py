from typing import Any

import pytest
from pydantic import SecretStr

from core.errors import ConfigurationError
from tests.web.asgi import Answer, call
from tests.web.stand import Stand
from web.config import WebConfig
from web.guard import COOKIE, check_bind

TOKEN = "correct horse"  # noqa: S105  made up
anyio_test = pytest.mark.anyio


def stand(**config: Any) -> Stand:
    return Stand(config=WebConfig(**config))


async def answer_to(name: str, **config: Any) -> Answer:
    return await call(stand(**config).app, "/health", headers={"host": name})


@anyio_test
@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8000", "localhost:8000", "LOCALHOST", "[::1]:8000"])
async def test_a_name_of_this_machine_is_served(host: str) -> None:
    assert (await answer_to(host)).status == 200


@anyio_test
@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example:8000", "localhost.evil.example", "", "192.168.1.5", "[::2]:8000"]
)
async def test_a_foreign_host_is_refused(host: str) -> None:
    answer = await answer_to(host)
    assert answer.status == 421
    assert "web.allowed_hosts" in answer.json()["detail"]


@anyio_test
async def test_a_name_that_is_allowed_is_served() -> None:
    assert (await answer_to("charts.example", allowed_hosts=("Charts.example",))).status == 200


@anyio_test
async def test_where_every_interface_is_bound_any_plain_address_is_served_but_no_name() -> None:
    wide: dict[str, Any] = {"host": "0.0.0.0", "viewer_token": SecretStr(TOKEN)}  # noqa: S104  the case in question
    assert (await answer_to("192.168.1.5:8000", **wide)).status == 401
    assert (await answer_to("evil.example:8000", **wide)).status == 421


@anyio_test
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("path", ["/", "/api/status", "/static/app.js", "/nowhere"])
async def test_whatever_could_change_something_is_refused(method: str, path: str) -> None:
    answer = await call(stand().app, path, method=method)
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")
    assert answer.json()["error"] == "method_not_allowed"


@anyio_test
@pytest.mark.parametrize("path", ["/", "/api/status", "/static/app.js", "/health", "/metrics", "/api/stream"])
async def test_without_the_token_nothing_is_shown(path: str) -> None:
    answer = await call(stand(viewer_token=SecretStr(TOKEN)).app, path)
    assert (answer.status, answer.json()["error"]) == (401, "unauthorized")
    assert TOKEN not in str(answer)


@anyio_test
@pytest.mark.parametrize(
    ("header", "status"),
    [(f"Bearer {TOKEN}", 200), (f"bearer {TOKEN}", 200), (f"Bearer {TOKEN}x", 401), (f"Basic {TOKEN}", 401), ("", 401),
     (f"Bearer {TOKEN[:-1]}", 401)],
)  # fmt: skip
async def test_only_the_whole_token_is_the_token(header: str, status: int) -> None:
    answer = await call(stand(viewer_token=SecretStr(TOKEN)).app, "/health", headers={"authorization": header})
    assert answer.status == status


@anyio_test
async def test_a_token_in_the_address_becomes_a_cookie_that_is_not_the_token() -> None:
    app = stand(viewer_token=SecretStr(TOKEN)).app
    first = await call(app, "/?token=correct%20horse")
    cookie = first.headers["set-cookie"]
    assert first.status == 200
    assert cookie.startswith(f"{COOKIE}=")
    assert cookie.endswith("; HttpOnly; SameSite=Strict")
    assert TOKEN not in cookie
    second = await call(app, "/health", headers={"cookie": f"a=b; {cookie.partition(';')[0]}"})
    assert second.status == 200
    assert "set-cookie" not in second.headers


@anyio_test
async def test_a_wrong_token_in_the_address_sets_no_cookie() -> None:
    answer = await call(stand(viewer_token=SecretStr(TOKEN)).app, "/?token=guess")
    assert answer.status == 401
    assert "set-cookie" not in answer.headers


@anyio_test
async def test_the_cookie_of_another_token_is_refused() -> None:
    other = await call(stand(viewer_token=SecretStr("other")).app, "/?token=other")
    cookie = other.headers["set-cookie"].partition(";")[0]
    answer = await call(stand(viewer_token=SecretStr(TOKEN)).app, "/health", headers={"cookie": cookie})
    assert answer.status == 401


@anyio_test
@pytest.mark.parametrize("path", ["/", "/api/status", "/static/app.js", "/nowhere"])
async def test_every_answer_forbids_what_the_page_does_not_need(path: str) -> None:
    headers = (await call(stand().app, path)).headers
    assert headers["content-security-policy"].startswith("default-src 'self'")
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "charts.example"])  # noqa: S104  the cases in question
def test_a_page_beyond_this_machine_needs_a_token(host: str) -> None:
    with pytest.raises(ConfigurationError, match=r"viewer_token must be set; or use web\.host = 127\.0\.0\.1"):
        check_bind(WebConfig(host=host))
    check_bind(WebConfig(host=host, viewer_token=SecretStr(TOKEN)))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_loopback_needs_no_token(host: str) -> None:
    check_bind(WebConfig(host=host))


def test_an_empty_token_is_no_token() -> None:
    with pytest.raises(ConfigurationError, match="viewer_token is empty"):
        check_bind(WebConfig(viewer_token=SecretStr("")))


def test_the_token_is_not_in_the_settings_text() -> None:
    assert TOKEN not in repr(WebConfig(viewer_token=SecretStr(TOKEN)))
