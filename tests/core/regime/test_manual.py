"""Values set by hand: which are taken, how long they hold, and what they say while they do."""

from typing import Any

import pytest

from core.durations import DAY_MS, HOUR_MS, MINUTE_MS
from core.errors import ConfigurationError
from core.messages import InputOverridden
from core.news.board import NewsSignal
from core.regime.manual import ManualInputs, overridden
from core.regime.trend import Trend

MEASURED = NewsSignal(-0.5, -0.9, ())


def test_a_value_stands_in_place_of_the_measured_one_until_its_time_is_over() -> None:
    manual = ManualInputs()
    manual.take(InputOverridden("news", 0.4, HOUR_MS, "anna"), 1_000)
    news = manual.news(MEASURED)
    assert news is not None
    assert (news.n, news.n_crypto, manual.next_end_ms) == (0.4, None, 1_000 + HOUR_MS)
    assert manual.expire(1_000 + HOUR_MS - 1) == []
    (ended,) = manual.expire(1_000 + HOUR_MS)
    assert (ended.reason.name, ended.facts["input"], ended.facts["left_ms"]) == ("MANUAL_INPUT_EXPIRED", "news", 0)
    assert manual.news(MEASURED) is MEASURED


def test_each_input_is_its_own() -> None:
    manual = ManualInputs()
    manual.take(InputOverridden("dxy", -1.0, HOUR_MS, "anna"), 0)
    manual.take(InputOverridden("btc_dominance", 0.5, MINUTE_MS, "bert"), 0)
    assert manual.next_end_ms == MINUTE_MS
    assert manual.trend("dxy", None) == Trend(-1.0, ())
    assert [change.facts["input"] for change in manual.expire(MINUTE_MS)] == ["btc_dominance"]
    assert manual.trend("btc_dominance", None) is None
    assert manual.next_end_ms == HOUR_MS


def test_a_new_value_replaces_the_old_one_and_its_time() -> None:
    manual = ManualInputs()
    manual.take(InputOverridden("news", 0.4, HOUR_MS, "anna"), 0)
    manual.take(InputOverridden("news", -0.2, 2 * HOUR_MS, "bert"), 10)
    assert manual.facts(10)["manual"] == {
        "news": {"value": -0.2, "author": "bert", "until": 2 * HOUR_MS + 10, "left_ms": 2 * HOUR_MS}
    }
    assert manual.expire(HOUR_MS) == []


def test_what_is_not_set_cannot_be_taken_back() -> None:
    assert ManualInputs().take(InputOverridden("news", None, 0, "anna"), 0) is None


@pytest.mark.parametrize("value", [-1, -1.0, 0, 0.0, 1, None])
def test_every_value_within_bounds_is_taken(value: Any) -> None:
    assert overridden("news", value, HOUR_MS, "anna").value == value


@pytest.mark.parametrize(
    ("name", "value", "ttl_ms", "author", "said"),
    [
        ("gold", 0.1, HOUR_MS, "a", "input is 'gold': it must be one of news, dxy, btc_dominance"),
        ([], 0.1, HOUR_MS, "a", "input is"),
        ("news", 1.01, HOUR_MS, "a", "news is 1.01: it must be a number from -1 to 1"),
        ("news", float("nan"), HOUR_MS, "a", "news is nan"),
        ("news", float("-inf"), HOUR_MS, "a", "news is -inf"),
        ("news", True, HOUR_MS, "a", "news is True"),
        ("news", "0.1", HOUR_MS, "a", "news is '0.1'"),
        ("news", 0.1, MINUTE_MS - 1, "a", "ttl is 59999 ms"),
        ("news", 0.1, 7 * DAY_MS + 1, "a", "ttl is"),
        ("news", 0.1, 1e7, "a", "ttl is 10000000.0 ms: it must be a whole number"),
        ("news", 0.1, True, "a", "ttl is True"),
        ("news", 0.1, HOUR_MS, "", "author is ''"),
        ("news", 0.1, HOUR_MS, "a\nb", "author is"),
        ("news", 0.1, HOUR_MS, "x" * 65, "author is"),
        ("news", 0.1, HOUR_MS, 7, "author is 7"),
    ],
)
def test_what_is_out_of_bounds_is_refused_with_the_bounds(
    name: Any, value: Any, ttl_ms: Any, author: Any, said: str
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        overridden(name, value, ttl_ms, author)
    assert str(refused.value).startswith(said)
    assert "\n" not in str(refused.value)
