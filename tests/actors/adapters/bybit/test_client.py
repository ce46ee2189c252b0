"""One request is one request: a server that answers oddly, or not at all, is never sent an order twice."""

import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from pydantic import SecretStr

from actors.adapters.bybit.client import Client
from actors.adapters.bybit.clock import VenueClock
from actors.adapters.bybit.outcomes import NotAnswered
from actors.adapters.bybit.params import BybitParams
from actors.adapters.sandbox.faults.plan import Plan
from actors.adapters.sandbox.server.clock import MarketClock
from actors.adapters.sandbox.server.serve import serve
from actors.clock import wall_clock_ms
from actors.server import bound
from core.durations import HOUR_MS
from core.errors import ConfigurationError
from tests.actors.adapters.sandbox.served import STILL, sandbox_of

TIME = json.dumps(
    {"retCode": 0, "retMsg": "OK", "result": {"timeNano": "1700000000000000000"}, "time": 1_700_000_000_000}
)
ORDER = {"category": "linear", "symbol": "BTCUSDT", "side": "Buy", "orderType": "Market", "qty": "0.010"}
Said = tuple[int, str] | None
"""A status and a body; None: the connection is closed without a word."""


@contextmanager
def saying(*answers: Said) -> Iterator[tuple[Client, Counter[str]]]:
    """A client of a server that says these things, one a request, the last one for ever."""
    left, asked = list(answers), Counter[str]()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            asked[self.command] += 1
            said = left.pop(0) if len(left) > 1 else left[0]
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if said is None:
                self.close_connection = True
                return
            self.send_response(said[0])
            self.send_header("Content-Length", str(len(said[1])))
            self.send_header("Location", "/elsewhere")
            self.end_headers()
            self.wfile.write(said[1].encode())

        do_GET = do_POST = answer  # noqa: N815  the library's names

        def log_message(self, *args: Any) -> None:
            """Say nothing on stderr."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        serving = Thread(target=server.serve_forever, args=(0.01,))
        serving.start()
        params = BybitParams(rest_url=f"http://127.0.0.1:{server.server_port}/", request_timeout_ms=2_000)
        client = Client(params, SecretStr("k"), SecretStr("s"), VenueClock())
        try:
            yield client, asked
        finally:
            client.close()
            server.shutdown()
            serving.join()


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        (None, "unknown VENUE_OUTCOME_UNKNOWN"),
        ((200, "<html>hello</html>"), "unknown VENUE_ANSWER_UNREADABLE"),
        ((200, "[]"), "unknown VENUE_ANSWER_UNREADABLE"),
        ((200, '{"retCode": 10016}'), "unknown VENUE_ANSWER_UNREADABLE"),
        ((200, '{"retCode": "10016", "retMsg": "Server error."}'), "unknown VENUE_SERVER_ERROR"),
        ((302, ""), "unknown VENUE_OUTCOME_UNKNOWN"),
        ((502, "Bad Gateway"), "unknown VENUE_SERVER_ERROR"),
        ((200, '{"retCode": 10006, "retMsg": "Too many visits."}'), "unreachable VENUE_RATE_LIMITED"),
        ((200, '{"retCode": 10002, "retMsg": "invalid request"}'), "unreachable VENUE_CLOCK_SKEW"),
        ((403, "The distribution is configured to block access from your country."), "fatal VENUE_REGION_REFUSED"),
    ],
)
def test_an_order_is_sent_once_whatever_is_answered(said: Said, wanted: str) -> None:
    with saying(said) as (client, asked):
        verdict = client.send("place", "place_order", ORDER).verdict
        assert f"{verdict.outcome} {verdict.reason.name}" == wanted
        assert asked == {"POST": 1}


@pytest.mark.parametrize("first", [None, (502, "Bad Gateway")])
def test_a_question_is_asked_once_more_at_once(first: Said) -> None:
    with saying(first, (200, TIME)) as (client, asked):
        assert client.ask("get_server_time").time_ms == 1_700_000_000_000
        assert asked == {"GET": 2}


def test_a_question_is_not_asked_a_third_time() -> None:
    with saying((502, "Bad Gateway")) as (client, asked):
        with pytest.raises(NotAnswered, match="502"):
            client.ask("get_server_time")
        assert asked == {"GET": 2}


def test_a_refused_question_is_not_repeated() -> None:
    with saying((200, '{"retCode": 10001, "retMsg": "params error"}')) as (client, asked):
        with pytest.raises(NotAnswered, match="params error"):
            client.ask("get_kline", symbol="X")
        assert asked == {"GET": 1}


def test_an_address_that_is_none_is_a_setting_to_mend() -> None:
    with pytest.raises(ConfigurationError, match="rest_url"):
        Client(BybitParams(rest_url="api.bybit.com"), None, None, VenueClock())


@pytest.mark.parametrize("wrong_ms", [-HOUR_MS, HOUR_MS])
def test_on_a_machine_whose_clock_is_wrong_requests_are_stamped_right_after_one_refusal(wrong_ms: int) -> None:
    sandbox = sandbox_of((STILL,), MarketClock(), Plan())
    with bound("127.0.0.1", 0) as listening, start_blocking_portal() as portal:
        task = portal.start_task_soon(serve, sandbox, listening)
        params = BybitParams(rest_url=f"http://127.0.0.1:{listening.getsockname()[1]}")
        clock = VenueClock(wall_ms=lambda: wall_clock_ms() + wrong_ms)
        client = Client(params, SecretStr("sandbox"), SecretStr("sandbox"), clock)
        try:
            refused = client.send("read", "get_account_info", {}).verdict
            assert refused.reason.name == "VENUE_CLOCK_SKEW"
            assert client.ask("get_account_info").result["marginMode"] == "REGULAR_MARGIN"
            assert client.send("place", "place_order", {**ORDER, "orderLinkId": "e-1"}).verdict.outcome == "accepted"
            assert abs(clock.offset_ms + wrong_ms) < 500
        finally:
            client.close()
            task.cancel()


def test_writes_to_one_address_each_carry_their_own_body_and_signature() -> None:
    sandbox = sandbox_of((STILL,), MarketClock(), Plan())
    with bound("127.0.0.1", 0) as listening, start_blocking_portal() as portal:
        task = portal.start_task_soon(serve, sandbox, listening)
        params = BybitParams(rest_url=f"http://127.0.0.1:{listening.getsockname()[1]}")
        client = Client(params, SecretStr("sandbox"), SecretStr("sandbox"), VenueClock())

        def placed(name: str) -> str:
            return client.send("place", "place_order", {**ORDER, "orderLinkId": name}).verdict.outcome

        try:
            names = ["e-1", "e-1-and-a-longer-name", "e-2"]
            assert [placed(name) for name in names] == ["accepted"] * 3
            with ThreadPoolExecutor(2) as threads:
                assert set(threads.map(placed, [f"t-{place}" for place in range(6)])) == {"accepted"}
            assert client.send("place", "place_order", {**ORDER, "orderLinkId": "e-1"}).verdict.outcome != "accepted"
        finally:
            client.close()
            task.cancel()
