import string
from itertools import islice

import numpy as np
import pytest

from actors.adapters.sim.headlines import BLANKS, SHOCKS, TEMPLATES, Tone
from actors.adapters.sim.market import START_MS, SimMarket
from actors.adapters.sim.news import unfold_news
from actors.adapters.sim.params import SimParams
from core.messages import NewsPublished
from core.news.classify import classify
from core.news.params import NewsParams

DAY_BARS = 288


def day(*, mood: int, jumps: dict[int, float] | None = None, per_day: float = 200.0) -> list[NewsPublished]:
    column = np.zeros(DAY_BARS)
    for bar, size in (jumps or {}).items():
        column[bar] = size
    return unfold_news(
        np.random.default_rng(1),
        day_ms=START_MS,
        bar_ms=300_000,
        moods=np.full(DAY_BARS, mood),
        jumps=column,
        params=SimParams(headlines_per_day=per_day),
    )


def tone(title: str) -> float:
    return classify(title, START_MS, NewsParams()).sentiment


def filled(template: str) -> list[str]:
    first = {name: words[0] for name, words in BLANKS.items()}
    last = {name: words[-1] for name, words in BLANKS.items()}
    return [template.format(**first), template.format(**last)]


def test_there_are_about_sixty_different_templates() -> None:
    templates = [template for group in (*TEMPLATES.values(), *SHOCKS.values()) for template in group]
    assert len(templates) == len(set(templates))
    assert 55 <= len(templates) <= 80


def test_every_blank_can_be_filled_and_every_filling_is_used() -> None:
    used = {
        name
        for group in (*TEMPLATES.values(), *SHOCKS.values())
        for template in group
        for _, name, _, _ in string.Formatter().parse(template)
        if name
    }
    assert used == set(BLANKS)


@pytest.mark.parametrize(("wanted", "sign"), [("good", 1), ("bad", -1)])
def test_a_lexicon_reads_nearly_every_headline_as_it_is_meant(wanted: Tone, sign: int) -> None:
    groups = [*(group for (_, kind), group in TEMPLATES.items() if kind == wanted), SHOCKS[wanted]]
    titles = [title for group in groups for template in group for title in filled(template)]
    read = [sign * tone(title) > 0 for title in titles]
    assert sum(read) >= 0.9 * len(read), [title for title, right in zip(titles, read, strict=True) if not right]


def test_a_lexicon_finds_no_tone_in_a_neutral_headline() -> None:
    titles = [t for (_, kind), group in TEMPLATES.items() if kind == "neutral" for x in group for t in filled(x)]
    assert [title for title in titles if tone(title)] == []


def test_good_moods_make_good_news_and_bad_moods_bad_news() -> None:
    means = [float(np.mean([tone(headline.title) for headline in day(mood=mood)])) for mood in range(3)]
    assert means[0] > 0.3
    assert means[1] < -0.3
    assert abs(means[2]) < 0.1


def test_a_jump_is_reported_within_its_bar_with_its_sign() -> None:
    up, down = day(mood=2, jumps={10: 0.02, 200: -0.02}, per_day=0.0)
    assert START_MS + 10 * 300_000 <= up.ts < START_MS + 11 * 300_000
    assert START_MS + 200 * 300_000 <= down.ts < START_MS + 201 * 300_000
    assert tone(up.title) > 0 > tone(down.title)


def test_no_headline_appears_where_none_is_wanted() -> None:
    assert day(mood=0, per_day=0.0) == []


def test_titles_begin_with_a_capital_and_have_no_blank_left() -> None:
    for chunk in islice(SimMarket(SimParams(), seed=1).chunks(), 60):
        for headline in chunk.news:
            assert headline.title[0].isupper()
            assert not set("{}") & set(headline.title)
