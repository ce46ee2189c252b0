"""Which journal a command reads: a state directory's own, or a database's."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from actors.adapters.ledger.lock import StateDirectory
from actors.adapters.ledger.reader import LedgerReader
from actors.cli.options import state_path
from core.records import JournalRow
from settings import Settings, load

_PAGE = 5_000


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


def journaled_by(database: str, owner: str) -> Callable[[str], Iterator[JournalRow]]:
    """What reads the input rows of a run by its id, oldest first."""

    def journaled(run_id: str) -> Iterator[JournalRow]:
        reader = LedgerReader.open(database, owner=owner, run_id=run_id)
        try:
            after = 0
            while rows := reader.rows(after=after, limit=_PAGE, kinds=("input",)):
                yield from rows
                after = rows[-1].seq
        finally:
            reader.close()

    return journaled
