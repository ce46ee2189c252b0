"""Many symbols at once come to exactly what each comes to alone."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from actors.lab.symbols import all_traded, in_folder, total, traded
from actors.lab.ticks import coarse_tick
from actors.sources import Files
from actors.system import crew_params
from core.errors import ConfigurationError, FeedMalformed
from core.trading.instrument import Instrument
from settings import load
from tests.actors.cli.conftest import walk
from tests.actors.made import bars_of

PARAMS = crew_params(load(profile="bare-trend", overrides=["measure.warm_up_bars=60"]))
TIMES = {"elapsed_s", "bars_per_s"}


def write(folder: Path, name: str, *, seed: int, bars: int = 1_000) -> None:
    lines = [",".join(map(str, row)) for row in walk(bars, seed=seed)]
    (folder / name).write_text("\n".join(["timestamp,open,high,low,close,volume", *lines, ""]))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for seed, name in enumerate(("ETH_USDT-5m.csv", "BTC_USDT-5m.csv", "ADAUSDT.csv"), 1):
        write(tmp_path, name, seed=seed)
    (tmp_path / "README.txt").write_text("no candles")
    return tmp_path


def timeless(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name not in TIMES}


def test_processes_and_runs_alone_come_to_the_same(folder: Path) -> None:
    paths, named = in_folder(folder, ()), Files(folder)
    together = all_traded(paths, named, PARAMS, workers=2)
    alone = [traded(Files(path, symbol), PARAMS) for symbol, path in paths.items()]
    assert [timeless(each.document) for each in together] == [timeless(each.document) for each in alone]
    here = all_traded(paths, named, PARAMS, workers=1)
    assert [timeless(each.document) for each in here] == [timeless(each.document) for each in alone]
    assert [each.document["symbol"] for each in together] == ["ADAUSDT", "BTCUSDT", "ETHUSDT"]
    assert len({each.document["transitions_sha256"] for each in together}) == 3


def test_the_total_is_the_sum_and_its_expectancy_is_that_of_all_trades(folder: Path) -> None:
    runs = all_traded(in_folder(folder, ()), Files(folder), PARAMS, workers=1)
    whole: dict[str, Any] = total(runs)
    documents: list[dict[str, Any]] = [each.document for each in runs]
    assert whole["trades"] == sum(each["trades"] for each in documents) > 20
    assert whole["final_equity"] == pytest.approx(sum(each["final_equity"] for each in documents))
    closed = [sum(each["by_exit"].values()) for each in documents]
    r = sum(each["expectancy_r"] * count for each, count in zip(documents, closed, strict=True))
    assert whole["expectancy_r"] == pytest.approx(r / sum(closed))
    nobody = total([each._replace(document={**each.document, "by_exit": {}, "expectancy_r": None}) for each in runs])
    assert nobody["expectancy_r"] is None


def test_symbols_are_found_by_name_in_the_order_asked_for(folder: Path) -> None:
    assert list(in_folder(folder, ["ETHUSDT", "ADAUSDT"])) == ["ETHUSDT", "ADAUSDT"]
    with pytest.raises(ConfigurationError, match=r"'XRPUSDT', and .* has ADAUSDT, BTCUSDT, ETHUSDT"):
        in_folder(folder, ["XRPUSDT"])
    with pytest.raises(ConfigurationError, match="ETHUSDT twice"):
        in_folder(folder, ["ETHUSDT", "ETHUSDT"])
    write(folder, "btcusdt.csv", seed=9)
    with pytest.raises(ConfigurationError, match="two files of BTCUSDT"):
        in_folder(folder, ())
    (folder / "empty").mkdir()
    with pytest.raises(ConfigurationError, match="no candle file"):
        in_folder(folder / "empty", ())


def test_a_broken_file_is_refused_from_another_process_with_its_own_words(folder: Path) -> None:
    (folder / "XRPUSDT.csv").write_text("timestamp,open,high,low,close,volume\n0,1,0.5,1,1,1\n300000,1,1,1,1,1\n")
    with pytest.raises(FeedMalformed, match=r"XRPUSDT\.csv"):
        all_traded(in_folder(folder, ()), Files(folder), PARAMS, workers=2)


@pytest.mark.parametrize(("tick", "said"), [("0.1", False), ("0", False), ("15", False), ("25", True)])
def test_a_price_step_above_five_basis_points_is_told(tick: str, said: bool) -> None:  # noqa: FBT001
    told = coarse_tick(bars_of(300), Instrument(tick=Decimal(tick)))
    assert bool(told) is said
    assert all("instrument.tick" in text for text in told)


@pytest.mark.slow
def test_real_symbols_together_are_what_they_are_alone(shared_data: Path) -> None:
    folder = shared_data / "candles" / "multi_5m_2022-01_2022-08"
    paths = in_folder(folder, ["BTCUSDT", "ETHUSDT", "LTCUSDT"])
    together = all_traded(paths, Files(folder), PARAMS, limit_bars=20_000, workers=2)
    for (symbol, path), each in zip(paths.items(), together, strict=True):
        alone = traded(Files(path, symbol), PARAMS, limit_bars=20_000)
        assert timeless(each.document) == timeless(alone.document)
