import re

from core.message import Json
from tests.web.stand import Stand
from tests.web.story import Day
from web.metrics import exposition

SAMPLE = re.compile(r'(\w+)(\{(?:\w+="(?:[^"\\\n]|\\.)*",?)*\})? (-?[\d.e+-]+)')


def samples(text: str) -> dict[str, float]:
    """Every sample line, after checking that each is well formed and announced."""
    announced: set[str] = set()
    found = {}
    assert text.endswith("\n")
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            announced.add(line.split()[2])
        elif not line.startswith("# HELP "):
            match = SAMPLE.fullmatch(line)
            assert match, line
            assert match[1] in announced, line
            found[match[1] + (match[2] or "")] = float(match[3])
    return found


def test_a_running_system_is_measured() -> None:
    stand = Stand()
    day = Day(stand)
    for _ in range(40):
        day.bar()
    found = samples(exposition(stand.board.view(), clients=3))
    assert found["chartwright_healthy"] == 1
    assert found["chartwright_stream_clients"] == 3
    assert found["chartwright_bars_total"] == 40
    assert found["chartwright_durable_seq"] == stand.journal.last_seq()
    assert found['chartwright_session_state{state="trading"}'] == 1
    assert found['chartwright_feed_state{feed="news",state="stale"}'] == 1
    assert found['chartwright_blocked_total{reason="NO_SIGNAL"}'] == day.blocked["NO_SIGNAL"]


def test_an_empty_view_still_says_whether_the_system_is_healthy() -> None:
    assert samples(exposition({}, clients=0)) == {"chartwright_healthy": 1, "chartwright_stream_clients": 0}


def test_safe_mode_is_unhealthy() -> None:
    assert samples(exposition({"session": {"state": "safe_mode"}}, clients=0))["chartwright_healthy"] == 0


def test_whatever_a_label_holds_it_cannot_end_its_line() -> None:
    view: Json = {"actors": [{"name": 'a"b\\c\nd', "restarts": 2}]}
    found = samples(exposition(view, clients=0))
    assert found['chartwright_actor_restarts_total{actor="a\\"b\\\\c\\nd"}'] == 2
