"""The desk: read, pinned or set aside with a reason, remembered."""

import json
from typing import Any

import pytest

from core.durations import HOUR_MS
from core.news.desk import RECENT, NewsDesk
from core.news.params import NewsParams
from core.reasons import Reason

NOW = 1_700_000_000_000
HACK = "Crypto exchange Kraken hacked, withdrawals halted"


def desk() -> NewsDesk:
    return NewsDesk(NewsParams())


@pytest.mark.parametrize(
    ("title", "ts", "reason"),
    [
        ("SEC approves spot bitcoin ETF", NOW, None),
        (HACK, NOW, Reason.NEWS_SAME_STORY),
        ("Kraken, a crypto exchange, halted withdrawals: hacked", NOW, Reason.NEWS_SAME_STORY),
        ("Celsius files for bankruptcy", NOW - 4 * HOUR_MS, Reason.NEWS_OUTDATED),
        ("Apple shares surge", NOW, Reason.NEWS_OFF_TOPIC),
        ("A word on bitcoin", NOW, Reason.NEWS_TAKES_NO_SIDE),
        ("Биткоин вырос", NOW, Reason.NEWS_NOT_ENGLISH),
    ],
)
def test_a_headline_counts_or_has_a_reason_why_not(title: str, ts: int, reason: Reason | None) -> None:
    made = desk()
    assert made.take(HACK, NOW, "wire").set_aside is None
    assert made.take(title, ts, "other").set_aside is reason


def test_people_see_what_became_of_each_headline_the_newest_first() -> None:
    made = desk()
    made.take(HACK, NOW, "wire")
    made.take("Apple shares surge", NOW + 1, "other")
    shown: Any = made.shown(NOW + 1)
    assert [(row["source"], row["counts"], row["set_aside"]) for row in shown["classified"]] == [
        ("other", False, "NEWS_OFF_TOPIC"),
        ("wire", True, None),
    ]
    assert shown["classified"][1]["terms"]
    assert shown["signal"]["n"] < 0
    assert shown["signal"]["alignment"] == "RISK"
    assert json.loads(json.dumps(shown)) == shown


def test_the_last_hundred_are_remembered() -> None:
    made = desk()
    for number in range(RECENT + 1):
        made.take(f"Apple shares surge {number}", NOW, "wire")
    shown: Any = made.shown(NOW)
    assert len(shown["classified"]) == RECENT
    assert shown["classified"][-1]["title"].endswith(" 1")


def test_what_is_saved_is_all_that_decides_and_all_that_is_shown() -> None:
    made, again = desk(), desk()
    made.take(HACK, NOW, "wire")
    for number in range(RECENT):
        made.take(f"Apple shares surge {number}", NOW, "wire")
    again.restore(json.loads(json.dumps(made.save())))
    assert again.shown(NOW) == made.shown(NOW)
    again.take("A word on bitcoin", NOW, "wire")
    assert len(again.shown(NOW)["classified"]) == RECENT  # type: ignore[arg-type]  # a list
    assert again.signal(NOW) == made.signal(NOW)
    assert again.take(HACK, NOW + 1, "other").set_aside is Reason.NEWS_SAME_STORY


def test_an_empty_desk_has_no_signal() -> None:
    assert desk().shown(NOW) == {"signal": None, "classified": []}
