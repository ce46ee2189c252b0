"""The results that a user names: a folder, a database, or none."""

from pathlib import Path

from actors.lab.cluster.results import MemoryResults, Results


def results(place: str | None) -> Results:
    """The results at a place.

    Args:
        place: A folder, made where it is absent, or `postgresql://USER@HOST/DATABASE`; None: in memory.

    Raises:
        ConfigurationError: If the place names neither.
        ResultsUnusable: If it cannot be opened.
    """
    if place is None:
        return MemoryResults()
    if "://" in place:
        from actors.lab.cluster.results_postgres import PostgresResults  # noqa: PLC0415  pulls in SQLAlchemy

        return PostgresResults.open(place)
    from actors.lab.cluster.results_parquet import ParquetResults  # noqa: PLC0415

    return ParquetResults.open(Path(place))
