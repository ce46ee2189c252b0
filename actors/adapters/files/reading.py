"""The door to every data file: a path in, a table with at least one row out."""

from pathlib import Path

from actors.adapters.files import source
from actors.adapters.files.table import Table
from core.errors import ConfigurationError, FeedMalformed

_READERS = {
    ".csv": "csv_table",
    ".csv.gz": "csv_table",
    ".csv.zip": "csv_table",
    ".zip": "csv_table",
    ".parquet": "parquet_table",
    ".pq": "parquet_table",
    ".feather": "feather_table",
    ".json": "json_table",
    ".json.gz": "json_table",
}


def read_table(path: Path) -> Table:
    """The file's table, never without rows.

    Raises:
        ConfigurationError: If the path is missing, no file, or of a kind that is not read.
        FeedMalformed: If the contents are not what the file's ending says, or hold no rows.
    """
    reader = _reader(source.existing(path))
    # Arrow takes 150 ms to import, and most commands read no data file.
    from actors.adapters.files import formats  # noqa: PLC0415  (see above)

    table: Table = getattr(formats, reader)(path)
    if not len(table):
        raise FeedMalformed(f"{path} has columns {', '.join(table.columns) or 'none'} and no rows")
    return table


def release() -> None:
    """Give back what Arrow keeps of the memory that reading took: as much again as the data, for a whole run."""
    import pyarrow as pa  # noqa: PLC0415  (see above)

    pa.default_memory_pool().release_unused()


def _reader(path: Path) -> str:
    name = path.name.lower()
    ending = max((ending for ending in _READERS if name.endswith(ending)), key=len, default=None)
    if ending is None:
        raise ConfigurationError(f"{path}: cannot tell what kind of file this is; read are {' '.join(_READERS)}")
    return _READERS[ending]
