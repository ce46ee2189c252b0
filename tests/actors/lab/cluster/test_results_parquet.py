"""A folder of parts is one table for others, and refuses what is not whole."""

from pathlib import Path

import pandas as pd
import pytest

from actors.lab.cluster.chunks import chunks
from actors.lab.cluster.market import SweptMarket
from actors.lab.cluster.results import ResultsUnusable
from actors.lab.cluster.results_parquet import ParquetResults
from actors.lab.cluster.worker import BENCH
from core.errors import ConfigurationError
from core.sweep.params import Trial
from core.sweep.result import SweepResult


def test_pandas_reads_the_folder_as_one_table(
    tmp_path: Path, swept: SweptMarket, sets: list[Trial], local: SweepResult
) -> None:
    store = ParquetResults.open(tmp_path / "out" / "results.parquet")
    for chunk in chunks(swept, sets, keep_days=True, most_sets=25):
        store.keep(chunk, BENCH.run(swept, chunk))
    table = pd.read_parquet(tmp_path / "out" / "results.parquet")
    assert len(table) == len(sets)
    assert sorted(table["final_equity"]) == sorted(local.final_equity.tolist())
    assert set(table["trend.stop_atr"]) == {1.0, 1.5, 2.0, 3.0, 4.0}
    assert {len(days) for days in table["daily_equity"]} == {swept.days}


def test_a_damaged_part_is_named_and_an_unfinished_one_is_not_a_part(tmp_path: Path, swept: SweptMarket) -> None:
    [chunk] = chunks(swept, [{}], keep_days=True)
    store = ParquetResults.open(tmp_path)
    (tmp_path / f".{chunk.id}.1.draft").write_bytes(b"PAR1")
    assert store.finished([chunk]) == set()
    (tmp_path / f"{chunk.id}.parquet").write_bytes(b"PAR1")
    with pytest.raises(ResultsUnusable, match=f"{chunk.id}.parquet is damaged"):
        store.outcome(chunk)
    store.keep(chunk, BENCH.run(swept, chunk))
    assert len(store.outcome(chunk)) == 1


def test_a_choice_by_name_is_a_text(tmp_path: Path, swept: SweptMarket) -> None:
    [chunk] = chunks(swept, [{"reversion.band_method": "atr"}, {}], keep_days=False)
    store = ParquetResults.open(tmp_path)
    store.keep(chunk, BENCH.run(swept, chunk))
    assert pd.read_parquet(tmp_path)["reversion.band_method"].dropna().to_list() == ["atr"]


def test_a_file_is_no_folder_for_results_and_a_lost_folder_is_said(tmp_path: Path, swept: SweptMarket) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(ConfigurationError, match="--results"):
        ParquetResults.open(tmp_path / "file")
    store = ParquetResults.open(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    [chunk] = chunks(swept, [{}], keep_days=False)
    with pytest.raises(ResultsUnusable, match="cannot be written"):
        store.keep(chunk, BENCH.run(swept, chunk))
