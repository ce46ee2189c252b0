"""A daemon killed at any moment goes on, and ends with the same decisions as one that never was."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from actors.system import crew_params
from settings import load
from tests.endurance.outcome import SIM, Alone, outcome
from tests.endurance.soundness import check
from tests.endurance.stage import Process, Stage

PERP = "candles/BTCUSDT_binance_perp_5m_2023-01_2024-05.feather"
SPOT = "candles/BTCUSDT_binance_spot_5m_2021-08_2024-06.parquet"
HEADLINES = "news/bitcoin_headlines_labelled_2021-11_2023-06.csv.gz"
FIVE_MINUTES_MS = 300_000
BRISK = "200000"
"""Market time over wall time: 670 bars a second, so that a kill hits the moment it is meant for."""

End = Callable[[Stage, Process], object]


def test_a_simulated_market_killed_four_times_ends_as_if_it_never_was(tmp_path: Path, alone: Alone) -> None:
    stage = Stage(tmp_path, *SIM, "--speed", BRISK)
    _endure(stage, alone, "bare-trend", ends=[Stage.killed] * 4, seed=1)


def test_a_daemon_told_to_stop_goes_on_from_there(tmp_path: Path, alone: Alone) -> None:
    stage = Stage(tmp_path, *SIM, "--speed", BRISK)
    _endure(stage, alone, "bare-trend", ends=[Stage.stopped] * 2, seed=2)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_twenty_kills_change_nothing_in_a_market_with_macro_and_news(tmp_path: Path, shared_data: Path) -> None:
    stretch = ("--from", "2022-01-10", "--to", "2022-05-10")
    context = ("--macro", str(shared_data / "macro"), "--news", str(shared_data / HEADLINES))
    market = ("--venue", "replay", "--candles", str(shared_data / SPOT), *stretch, *context)
    _endured(tmp_path, "default", market, ends=[Stage.killed] * 20, seed=3)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_twenty_kills_change_nothing_among_a_thousand_trades(tmp_path: Path, shared_data: Path) -> None:
    stretch = ("--from", "2023-03-01", "--to", "2023-07-01")
    market = ("--venue", "replay", "--candles", str(shared_data / PERP), *stretch)
    open_when_killed = _endured(tmp_path, "bare-trend", market, ends=[Stage.killed] * 20, seed=4)
    assert 0 < open_when_killed < 20


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_kills_and_stops_in_turn_change_nothing_on_a_simulated_market(tmp_path: Path) -> None:
    ends: list[End] = [Stage.killed, Stage.stopped] * 10
    _endured(tmp_path, "default", ("--venue", "sim", "--bars", "30000"), ends=ends, seed=5)


def _endured(folder: Path, profile: str, market: tuple[str, ...], *, ends: list[End], seed: int) -> int:
    """`_endure` on a market of its own, as fast as it goes."""
    options = ("--profile", profile, *market, "--speed", "max")
    (folder / "undisturbed").mkdir()
    undisturbed = Stage(folder / "undisturbed", *options)
    told = outcome(undisturbed.finished())
    alone = Alone(told, undisturbed.inputs())
    return _endure(Stage(folder, *options), alone, profile, ends=ends, seed=seed)


def _endure(stage: Stage, alone: Alone, profile: str, *, ends: list[End], seed: int) -> int:
    """End a daemon again and again, each time at a random input, and compare it with one left alone.

    Returns how often it was ended with a position open.
    """
    assert alone.outcome["trades"] != 0
    chance = random.Random(seed)
    moments = sorted(chance.randrange(1, alone.inputs * 3 // 4) for _ in ends)
    open_then = 0
    for moment, end in zip(moments, ends, strict=True):
        _ended_at(stage, max(moment, stage.inputs() + 1), end)
        open_then += _is_sound(stage, profile)
    assert outcome(stage.finished()) == alone.outcome
    _is_sound(stage, profile)
    with stage.reader() as reader:
        assert len(reader.runs()) == 1
    return open_then


def _ended_at(stage: Stage, inputs: int, end: End) -> None:
    process = stage.start()
    assert stage.wait_for(inputs, process), stage.log()
    end(stage, process)


def _is_sound(stage: Stage, profile: str) -> bool:
    """Assert that the journal is; returns whether a position is open in it."""
    with stage.reader() as reader:
        params = crew_params(load(profile=profile))
        return check(reader, symbol="BTCUSDT", timeframe_ms=FIVE_MINUTES_MS, params=params)
