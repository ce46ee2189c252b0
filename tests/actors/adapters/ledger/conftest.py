"""A journal on each database the ledger can use."""

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from tests.actors.adapters.ledger.book import Book

POSTGRES = os.environ.get("CHARTWRIGHT_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1/test")


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'journal.sqlite'}"


@pytest.fixture
def postgres_url() -> Iterator[str]:
    server = sa.create_engine(POSTGRES)
    schema = f"ledger_{uuid4().hex}"
    try:
        with server.begin() as connection:
            connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
    except sa.exc.OperationalError as error:
        pytest.skip(f"no PostgreSQL at CHARTWRIGHT_TEST_POSTGRES: {str(error.orig).splitlines()[0]}")
    yield server.url.update_query_dict({"options": f"-csearch_path={schema}"}).render_as_string(hide_password=False)
    with server.begin() as connection:
        connection.exec_driver_sql(f"DROP SCHEMA {schema} CASCADE")
    server.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def book(request: pytest.FixtureRequest) -> Iterator[Book]:
    """An empty journal, on each database."""
    book = Book(request.getfixturevalue(f"{request.param}_url"), owner=uuid4().hex)
    yield book
    book.close()


@pytest.fixture
def sqlite_book(sqlite_url: str) -> Iterator[Book]:
    """An empty journal in a file."""
    book = Book(sqlite_url, owner=uuid4().hex)
    yield book
    book.close()


@pytest.fixture
def postgres_book(postgres_url: str) -> Iterator[Book]:
    """An empty journal on a server."""
    book = Book(postgres_url, owner=uuid4().hex)
    yield book
    book.close()
