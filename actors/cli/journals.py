"""Which journal a command reads: a state directory's own, or a database's."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from actors.adapters.ledger.lock import StateDirectory
from actors.adapters.ledger.reader import LedgerReader
from actors.cli.options import state_path
from settings import Settings, load


def database_url(directory: StateDirectory, given: str | None, settings: Settings) -> str:
    """The journal's URL: the option, else the setting, else the file in the state directory."""
    named = settings.journal.database
    return given or (named.get_secret_value() if named else directory.database_url)


@contextmanager
def opened_journal(state_dir: Path | None, database: str | None) -> Iterator[LedgerReader]:
    """The newest run of a state directory, with or without a daemon writing it.

    Raises:
        ConfigurationError: If nothing ever ran there, or the database's URL is unusable.
        LedgerError: If there is no such journal, or it cannot be read.
    """
    directory = StateDirectory(state_path(state_dir))
    owner = directory.owner
    reader = LedgerReader.open(database_url(directory, database, load()), owner=owner)
    try:
        yield reader
    finally:
        reader.close()
