"""Tables: made by migrations alone, and equal to what the code reads."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from actors.adapters.ledger.schema import VERSION_TABLE, metadata
from core.errors import ConfigurationError
from tests.actors.adapters.ledger.book import Book


def test_the_migrated_tables_are_the_ones_the_code_declares(book: Book) -> None:
    book.ledger()
    engine = sa.create_engine(book.url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE, "compare_type": True})
        assert compare_metadata(context, metadata) == []
        declared = {index.name for table in metadata.tables.values() for index in table.indexes}
        inspector = sa.inspect(connection)
        made = {index["name"] for table in metadata.tables for index in inspector.get_indexes(table)}
        assert declared <= made
    engine.dispose()


def test_opening_twice_changes_nothing(book: Book) -> None:
    book.written(1)
    book.ledger()
    assert book.reader().last_seq() == 4


def test_tables_of_a_newer_version_are_refused(book: Book) -> None:
    book.ledger()
    book.sql("UPDATE journal_version SET version_num = '9999'")
    with pytest.raises(
        ConfigurationError, match=r"newer chartwright \(tables 9999, this one knows up to 0001\): upgrade"
    ):
        book.ledger()


def test_migrations_do_not_depend_on_the_working_directory(
    sqlite_book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "alembic.ini").write_text("[alembic]\nscript_location = nowhere\n")
    monkeypatch.chdir(tmp_path)
    sqlite_book.written(1)
    assert sqlite_book.reader().last_seq() == 4


def test_a_database_that_another_program_uses_keeps_its_tables(book: Book) -> None:
    book.sql("CREATE TABLE alembic_version (version_num TEXT)")
    book.sql("CREATE TABLE run (mine INTEGER)")
    book.written(1)
    assert book.sql("INSERT INTO run VALUES (1)") == 1
