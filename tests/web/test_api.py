from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from core.errors import LedgerError
from core.reasons import Reason
from machines.catalog import CHARTS
from tests.web.asgi import call
from tests.web.stand import START_MS, Stand
from tests.web.story import BAR_MS, Day
from web.routes import ENDPOINTS

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def told() -> Stand:
    """A stand after a made-up day."""
    stand = Stand()
    day = Day(stand)
    for _ in range(60):
        day.bar()
    return stand


@pytest.fixture
def stand(told: Stand) -> Stand:
    """That stand, with a new application: one belongs to one event loop."""
    told.open()
    return told


async def get(stand: Stand, url: str) -> Any:
    answer = await call(stand.app, url)
    assert answer.status == 200, answer
    return answer.json()


async def test_transitions_are_oldest_first_and_paged_by_seq(stand: Stand) -> None:
    first = await get(stand, "/api/transitions?limit=3")
    second = await get(stand, f"/api/transitions?limit=2&after={first[-1]['seq']}")
    seqs = [row["seq"] for row in first + second]
    assert len(seqs) == 5
    assert seqs == sorted(set(seqs))
    assert {row["kind"] for row in first} == {"transition"}


async def test_the_newest_transitions_are_the_last_ones_oldest_first(stand: Stand) -> None:
    everything = await get(stand, "/api/transitions?limit=1000")
    assert await get(stand, "/api/transitions?newest=1&limit=4") == everything[-4:]


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("machine=order", lambda row: row["machine"] == "order"),
        ("instance=BTCUSDT/position/1", lambda row: row["instance"] == "BTCUSDT/position/1"),
        ("reason=ENTRY_FILLED", lambda row: "ENTRY_FILLED" in row["reasons"]),
    ],
)
async def test_transitions_are_filtered(stand: Stand, query: str, holds: Callable[[Any], bool]) -> None:
    rows = await get(stand, f"/api/transitions?limit=1000&{query}")
    everything = await get(stand, "/api/transitions?limit=1000")
    assert rows == [row for row in everything if holds(row)]
    assert rows


async def test_hashes_come_on_demand(stand: Stand) -> None:
    (row,) = await get(stand, "/api/transitions?limit=1&hash=1")
    assert row["hash"] == stand.journal.hash_of(row["seq"])


async def test_an_instance_with_nothing_new_is_empty_not_unknown(stand: Stand) -> None:
    assert await get(stand, "/api/transitions?instance=BTCUSDT/session/1&after=100000") == []


@pytest.mark.parametrize(
    ("url", "detail"),
    [
        ("/api/machines/positon", "did you mean 'position'?"),
        ("/api/machines/x/diagram.svg", "known: connection, feed, order"),
        ("/api/transitions?machine=orders", "did you mean 'order'?"),
        ("/api/transitions?reason=entry_filled", "did you mean 'ENTRY_FILLED'?"),
        ("/api/transitions?instance=BTCUSDT/position/99", "no instance"),
        ("/api/evaluations?symbol=BTCUSD", "did you mean 'BTCUSDT'?"),
        (f"/api/evaluations?at={START_MS}", "no bar was evaluated at or before 2024-03-05T14:30:00Z"),
        ("/api/transition", "did you mean '/api/transitions'?"),
        ("/static/nothing.js", "nothing at /static/nothing.js"),
    ],
)
async def test_what_does_not_exist_is_404_with_a_hint(stand: Stand, url: str, detail: str) -> None:
    answer = await call(stand.app, url)
    assert (answer.status, answer.json()["error"]) == (404, "not_found")
    assert detail in answer.json()["detail"]


@pytest.mark.parametrize(
    ("url", "detail"),
    [
        ("/api/transitions?limit=0", "from 1 to 1000"),
        ("/api/transitions?limit=1001", "from 1 to 1000"),
        ("/api/transitions?after=-1", "whole number"),
        ("/api/transitions?after=1e3", "whole number"),
        ("/api/transitions?after=" + "9" * 5000, "whole number"),
        ("/api/transitions?limt=5", "did you mean 'limit'?"),
        ("/api/transitions?newest=maybe", "must be 1 or 0"),
        ("/api/evaluations?at=yesterday", "ISO 8601"),
        ("/api/stream?after=x", "whole number"),
        ("/api/stream?kinds=transitions", "did you mean 'transition'?"),
        ("/api/status?x=1", "unknown parameter"),
        ("/api/transitions?limit=5&limit=6", "given 2 times"),
        ("/api/transitions?instance=", "instance is empty"),
        ("/api/transitions?instance=two%20words", "one word"),
        ("/api/transitions?instance=" + "x" * 201, "at most 200"),
        ("/api/market/klines?limit=501", "from 1 to 500"),
        ("/api/trades/history?limit=201", "from 1 to 200"),
        ("/api/news/classified?limit=101", "from 1 to 100"),
        ("/api/machines/order/diagram.svg?labels=few", "must be 1 or 0"),
    ],
)
async def test_a_bad_parameter_is_422_and_says_what_is_allowed(stand: Stand, url: str, detail: str) -> None:
    answer = await call(stand.app, url)
    assert (answer.status, answer.json()["error"]) == (422, "bad_parameter")
    assert detail in answer.json()["detail"]


async def test_a_bad_last_event_id_is_422(stand: Stand) -> None:
    assert (await call(stand.app, "/api/stream", headers={"last-event-id": "abc"})).status == 422


@pytest.mark.parametrize("limit", [1, 1000])
async def test_the_outermost_limits_are_allowed(stand: Stand, limit: int) -> None:
    assert len(await get(stand, f"/api/transitions?limit={limit}")) <= limit


async def test_every_chart_is_described_with_its_live_instances(stand: Stand) -> None:
    charts = await get(stand, "/api/machines")
    assert [chart["name"] for chart in charts] == list(CHARTS)
    feed = await get(stand, "/api/machines/feed")
    assert {item["instance"] for item in feed["instances"]} == {
        "dxy/feed/1", "btc_dominance/feed/1", "news/feed/1",
    }  # fmt: skip
    assert {"states", "events", "transitions"} <= set(feed)


@pytest.mark.parametrize("chart", CHARTS)
@pytest.mark.parametrize("labels", [0, 1])
async def test_a_diagram_names_every_state_and_every_move(stand: Stand, chart: str, labels: int) -> None:
    answer = await call(stand.app, f"/api/machines/{chart}/diagram.svg?labels={labels}")
    assert answer.headers["content-type"].startswith("image/svg+xml")
    groups = list(ET.fromstring(answer.body).iter("{http://www.w3.org/2000/svg}g"))  # noqa: S314  drawn by us
    described = await get(stand, f"/api/machines/{chart}")
    assert {group.get("data-state") for group in groups} - {None} == {state["id"] for state in described["states"]}
    drawn = {
        (group.get("data-transition"), event)
        for group in groups
        for event in str(group.get("data-event") or "").split()
    }
    moves = {(f"{edge['source']}->{edge['target']}", edge["event"]) for edge in described["transitions"]}
    loops = {(move, event) for move, event in moves if len(set(move.split("->"))) == 1}
    assert drawn == (moves if labels else moves - loops)


async def test_an_evaluation_holds_every_guard_and_its_distance(stand: Stand) -> None:
    blocked = stand.journal.rows(kinds=("evaluation",), reason="COST_TOO_HIGH", limit=1)[0]
    found = await get(stand, f"/api/evaluations?at={blocked.ts}")
    assert (found["decision"], found["first"], len(found["guards"])) == ("blocked", "COST_TOO_HIGH", 17)
    cost = next(guard for guard in found["guards"] if guard["code"] == "COST_TOO_HIGH")
    assert cost["guard"] == "cost"
    assert cost["distance"] == pytest.approx(cost["value"] - cost["threshold"])
    spread = next(guard for guard in found["guards"] if guard["code"] == "SPREAD_TOO_WIDE")
    assert (spread["passed"], spread["distance"]) == (None, None)


@pytest.mark.parametrize(("moved_ms", "bar"), [(0, "2024-03-05T14:30:00Z"), (BAR_MS - 1, "2024-03-05T14:30:00Z")])
async def test_an_evaluation_is_found_by_the_last_bar_closed_at_or_before_a_time(
    stand: Stand, moved_ms: int, bar: str
) -> None:
    found = await get(stand, f"/api/evaluations?symbol=BTCUSDT&at={START_MS + BAR_MS + moved_ms}")
    assert found["bar_time"] == bar
    assert found["symbol"] == "BTCUSDT"


@pytest.mark.parametrize("at", ["2024-03-05T14:35", "2024-03-05T14:35:00Z", "2024-03-05T15:35%2B01:00"])
async def test_a_time_may_be_written_in_iso_8601(stand: Stand, at: str) -> None:
    assert (await get(stand, f"/api/evaluations?at={at}"))["ts"] == START_MS + BAR_MS


async def test_every_reason_is_explained(stand: Stand) -> None:
    reasons = await get(stand, "/api/reasons")
    assert [reason["code"] for reason in reasons] == [reason.name for reason in Reason]
    assert all(reason["meaning"] and "remedy" in reason and reason["emitted_by"] for reason in reasons)


async def test_health_is_503_in_safe_mode_and_says_why() -> None:
    stand = Stand()
    stand.board.picture = {"session": {"state": "trading"}, "actors": [], "feeds": {}, "machines": []}
    assert (await call(stand.app, "/health")).status == 200
    stand.board.picture |= {"session": {"state": "safe_mode"}, "why": "The journal cannot be written."}
    answer = await call(stand.app, "/health")
    assert (answer.status, answer.json()["status"]) == (503, "unhealthy")
    assert answer.json()["why"] == "The journal cannot be written."
    stand.board.picture = {"healthy": False}
    assert (await call(stand.app, "/health")).status == 503


@pytest.mark.parametrize("url", ["/", "/ui", "/health", "/api/status", "/api/machines", "/metrics"])
async def test_an_empty_view_breaks_nothing(url: str) -> None:
    assert (await call(Stand().app, url)).status == 200


@pytest.mark.parametrize(
    "path", [each.path for each in ENDPOINTS if "{" not in each.path and "stream" not in each.path]
)
async def test_an_empty_system_answers_everything_or_says_what_is_missing(path: str) -> None:
    stand = Stand()
    answer = await call(stand.app, path)
    if answer.status != 200:
        assert answer.status == (404 if path == "/api/evaluations" else 503)
        assert answer.json()["error"] == ("not_found" if path == "/api/evaluations" else "input_absent")
        assert len(answer.json()["detail"]) > 20


@pytest.mark.parametrize("path", ["/api/capital-flow/current", "/api/capital-flow/interpretation"])
@pytest.mark.parametrize(
    ("dominance", "says"),
    [({}, "no value of bitcoin's dominance is known"), ({"value": 54.5}, "not known yet: it is read at a bar's close")],
)
async def test_a_flow_that_only_waits_for_a_bar_is_not_laid_to_a_missing_dominance(
    path: str, dominance: dict[str, float], says: str
) -> None:
    stand = Stand()
    stand.board.picture = {"flow": {"trend": None}, "feeds": {"btc_dominance": dominance}}
    answer = await call(stand.app, path)
    assert answer.status == 503
    assert says in answer.json()["detail"]


@pytest.mark.parametrize("at", [2**53, "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00%2B23:59", -1])
async def test_times_at_the_ends_of_the_calendar_are_answered_like_others(at: object) -> None:
    assert (await call(Stand().app, f"/api/evaluations?at={at}")).status == (422 if at == -1 else 404)


async def test_head_is_get_without_a_body(stand: Stand) -> None:
    answer = await call(stand.app, "/api/status", method="HEAD")
    assert answer.status == 200


async def test_an_unreadable_journal_is_503_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    stand = Stand()

    def broken(**_: object) -> list[object]:
        raise LedgerError("the disk is gone")

    monkeypatch.setattr(stand.journal, "rows", broken)
    answer = await call(stand.app, "/api/transitions")
    assert (answer.status, answer.json()) == (503, {"error": "journal_unavailable", "detail": "the disk is gone"})
