"""Files into tables, by the file's ending; the one module that knows the parsing libraries."""

import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import csv, feather, parquet

from actors.adapters.files import source
from actors.adapters.files.table import Table, Values, normal
from core.errors import FeedMalformed

_CANDLE = ("timestamp", "open", "high", "low", "close", "volume")
_KLINE = (
    *("open_time", "open", "high", "low", "close", "volume", "close_time", "quote_volume", "count"),
    *("taker_buy_volume", "taker_buy_quote_volume", "ignore"),
)
UNNAMED = {2: ("time", "value"), 6: _CANDLE, 12: _KLINE}
"""Columns of files without a header, by how many there are: a series, candles, Binance's klines."""


def parquet_table(path: Path) -> Table:
    """The table of a Parquet file."""
    return _columnar(path, "Parquet", _read_parquet)


def feather_table(path: Path) -> Table:
    """The table of a Feather (Arrow IPC) file."""
    return _columnar(path, "Feather", feather.read_table)


def csv_table(path: Path) -> Table:
    """The table of a text file; its separator and whether it has a header are seen from the first line."""
    text = _text(path)
    first = text.lstrip("\ufeff\r\n").split("\n", 1)[0]
    separator = max(",;\t|", key=first.count)
    fields = [field.strip(' "\r') for field in first.split(separator)]
    headed = not any(map(_is_number, fields))
    names = None if headed else _unnamed(path, len(fields))
    with _refusing(path, "CSV"):
        read = csv.read_csv(
            io.BytesIO(text.encode()),
            # Only the single-threaded reader knows the number of a bad row.
            read_options=csv.ReadOptions(use_threads=False, column_names=names),
            parse_options=csv.ParseOptions(delimiter=separator, newlines_in_values=True),
            convert_options=csv.ConvertOptions(null_values=[""], strings_can_be_null=True),
        )
        return _from_arrow(path, read, first_row=2 if headed else 1)


def json_table(path: Path) -> Table:
    """The table of a JSON file: a list of rows, a list of objects, or an object that holds such a list."""
    try:
        document = json.loads(_text(path))
    except (ValueError, RecursionError) as error:
        raise FeedMalformed(f"{path} is not JSON: {error}") from error
    rows = _rows(document)
    if not rows:
        raise FeedMalformed(f"{path} holds no list of rows{_said(document)}")
    named = _from_objects(path, rows) if isinstance(rows[0], dict) else _from_lists(path, rows)
    return Table(path, {normal(name): _column(values) for name, values in named.items()})


def _columnar(path: Path, kind: str, read: Callable[[Path], Any]) -> Table:
    if not source.existing(path).stat().st_size:
        raise FeedMalformed(f"{path} is empty")
    with _refusing(path, kind):
        table = read(path)
        table.validate(full=True)
        return _from_arrow(path, table, first_row=1)


def _read_parquet(path: Path) -> Any:
    # Not parquet.read_table: it imports pandas, for a second.
    with parquet.ParquetFile(path) as file:
        return file.read()


@contextmanager
def _refusing(path: Path, kind: str) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError, ValueError) as error:
        why = " ".join(str(error).split())[:160]
        raise FeedMalformed(f"{path} is not a readable {kind} file: {why}") from error


def _from_arrow(path: Path, table: Any, *, first_row: int) -> Table:
    names = [normal(name) for name in table.column_names]
    twice = next((name for name in names if name and names.count(name) > 1), None)
    if twice is not None:
        raise FeedMalformed(f"{path} has two columns named {twice}: rename or drop one")
    zoned = (n for n, field in zip(names, table.schema, strict=True) if getattr(field.type, "tz", None) is not None)
    columns = {name: _numpy(column) for name, column in zip(names, table.columns, strict=True)}
    return Table(path, columns, first_row, frozenset(zoned))


def _numpy(column: Any) -> Values:
    """The column's values; by DLPack where it can be, because Arrow's own conversion imports pandas, for a second."""
    array = column.combine_chunks()
    if not array.null_count:
        if pa.types.is_integer(array.type) or pa.types.is_floating(array.type):
            return np.from_dlpack(array)
        if pa.types.is_timestamp(array.type):
            return np.from_dlpack(array.view(pa.int64())).view(f"datetime64[{array.type.unit}]")
        if pa.types.is_date32(array.type):
            return np.from_dlpack(array.view(pa.int32())).astype("datetime64[D]")
    return _objects(array.to_pylist())


def _text(path: Path) -> str:
    raw = source.contents(path)
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise FeedMalformed(f"{path} is not UTF-8 text (byte {error.start}); save it as UTF-8") from error
    if "\0" in text:
        raise FeedMalformed(f"{path} is not text: it holds NUL characters")
    return text


def _unnamed(path: Path, count: int) -> list[str]:
    if count not in UNNAMED:
        raise FeedMalformed(f"{path} has no header, and {count} columns; without one, 2, 6 or 12 are understood")
    return list(UNNAMED[count])


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _rows(document: Any) -> list[Any]:
    if isinstance(document, dict):
        document = next((value for value in document.values() if isinstance(value, list)), None)
    return document if isinstance(document, list) else []


def _said(document: Any) -> str:
    message = document.get("message") if isinstance(document, dict) else None
    return f"; it says: {str(message)[:160]}" if message else ""


def _from_objects(path: Path, rows: list[Any]) -> dict[str, list[Any]]:
    bad = next((i for i, row in enumerate(rows) if not isinstance(row, dict)), None)
    if bad is not None:
        raise FeedMalformed(f"{path}, row {bad + 1}: {str(rows[bad])[:40]!r} is not an object like row 1")
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [row.get(name) for row in rows] for name in names}


def _from_lists(path: Path, rows: list[Any]) -> dict[str, list[Any]]:
    width = len(rows[0]) if isinstance(rows[0], list) else 0
    bad = next((i for i, row in enumerate(rows) if not isinstance(row, list) or len(row) != width), None)
    if bad is not None:
        raise FeedMalformed(f"{path}, row {bad + 1}: {str(rows[bad])[:40]!r} is not a list of {width} values")
    return dict(zip(_unnamed(path, width), map(list, zip(*rows, strict=True)), strict=True))


def _column(values: list[Any]) -> Values:
    kinds = set(map(type, values))
    if kinds == {int} and max(map(abs, values)) < 2**63:
        return np.array(values, dtype=np.int64)
    if kinds <= {int, float}:
        return np.array(values, dtype=np.float64)
    return _objects(values)


def _objects(values: list[Any]) -> Values:
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column
