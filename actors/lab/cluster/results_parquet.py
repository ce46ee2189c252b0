"""Results as a folder of Parquet files, one for each chunk; pandas, DuckDB and Polars read the folder as one table.

A part is written beside its place and renamed when it is whole and on disk, so a crash leaves parts or no parts, never
halves.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Self, get_args

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from actors.lab.cluster.chunks import Chunk
from actors.lab.cluster.outcome import FIGURES, Outcome
from actors.lab.cluster.results import ResultsUnusable
from core.errors import ConfigurationError
from core.sweep.params import SWEPT
from core.sweep.records import ACCOUNT

_DAYS = "daily_equity"


class ParquetResults:
    """The chunks in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The folder, made where it is absent.

        Raises:
            ConfigurationError: If the path is something else, or cannot be made.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigurationError(
                f"--results is {folder}, where no folder can be ({error.strerror}): name a folder that may be "
                "written, or postgresql://USER@HOST/DATABASE"
            ) from error
        return cls(folder)

    def finished(self, chunks: Iterable[Chunk]) -> set[str]:
        """The ids of those chunks that are kept."""
        kept = {path.stem for path in self._folder.glob("*.parquet")}
        return {chunk.id for chunk in chunks if chunk.id in kept}

    def keep(self, chunk: Chunk, outcome: Outcome) -> None:
        """Write a part.

        Raises:
            ResultsUnusable: If the disk refuses.
        """
        draft = self._folder / f".{chunk.id}.{os.getpid()}.draft"
        try:
            with draft.open("wb") as file:
                pq.write_table(_table(chunk, outcome), file, compression="zstd", use_dictionary=["symbol", "market"])
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self._part(chunk))
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise ResultsUnusable(
                f"--results {self._folder} cannot be written ({error.strerror or error}): make room or give it to "
                "this user, then run the same command again; finished chunks are kept"
            ) from error

    def outcome(self, chunk: Chunk) -> Outcome:
        """Read a part.

        Raises:
            ResultsUnusable: If it is not what was written.
        """
        path = self._part(chunk)
        try:
            table = pq.ParquetFile(path).read()
            return _outcome(table, len(chunk))
        except (OSError, pa.ArrowException, KeyError, ValueError) as error:
            raise ResultsUnusable(f"{path} is damaged ({error}): delete it, and run the same command again") from error

    def close(self) -> None:
        """Nothing stays open."""

    def _part(self, chunk: Chunk) -> Path:
        return self._folder / f"{chunk.id}.parquet"


def _table(chunk: Chunk, outcome: Outcome) -> Any:
    named = {"symbol": chunk.symbol, "market": chunk.market}
    columns: dict[str, Any] = {name: pa.array([text] * len(chunk)).dictionary_encode() for name, text in named.items()}
    for name in dict.fromkeys(name for trial in chunk.trials for name in trial):
        columns[name] = _setting(name, [trial.get(name) for trial in chunk.trials])
    columns |= {"start_equity": outcome.start_equity, "final_equity": outcome.final_equity}
    columns |= {name: np.ascontiguousarray(outcome.accounts[name]) for name in FIGURES}
    if outcome.marks is not None:
        rows, days = outcome.marks.shape
        flat = np.ascontiguousarray(outcome.marks).reshape(-1)
        columns[_DAYS] = pa.ListArray.from_arrays(np.arange(rows + 1, dtype=np.int32) * np.int32(days), flat)
    about = {"chunk": chunk.id, "code": chunk.code}
    return pa.table(columns).replace_schema_metadata(about)


def _setting(name: str, values: list[object]) -> Any:
    """Numbers, also where a grid gave texts; a choice or a list as text. Null is the base's own value."""
    if get_args(SWEPT[name].hint)[0] in (int, float):
        return pa.array([None if value is None else float(str(value)) for value in values], pa.float64())
    return pa.array([None if value is None else str(value) for value in values], pa.string())


def _outcome(table: Any, rows: int) -> Outcome:
    if table.num_rows != rows:
        raise ValueError(f"{table.num_rows} rows, not {rows}")
    accounts = np.zeros(rows, ACCOUNT)
    for name in FIGURES:
        accounts[name] = table[name].to_numpy()
    marks = None
    if _DAYS in table.column_names:
        marks = table[_DAYS].combine_chunks().flatten().to_numpy().reshape(rows, -1)
    return Outcome(accounts, table["start_equity"].to_numpy(), marks)
