"""A commit's rows into their table.

SQLite takes them out of the very text that is hashed, in one step for all rows. Given row by row, Python's lock changes
hands twice for each, and the actors' thread wants it too; and all values would be bound once more.
"""

import sqlalchemy as sa

from actors.adapters.ledger.row import NO_ROWS, Columns
from actors.adapters.ledger.seal import Sealed
from actors.adapters.ledger.statements import statements

_VALUES = ", ".join(f"json_extract(row, '$[{place}]')" for place in range(len(Columns._fields)))
# With its limit, and behind a cross join, the list is walked once and its rows kept. Else SQLite writes a row out of it
# anew for each of its values, which takes twice as long as all else.
_ROWS = "(SELECT ? AS run) CROSS JOIN (SELECT value AS row FROM json_each(?) LIMIT -1)"
_FROM_TEXT = f"INSERT INTO journal_record (run, {', '.join(Columns._fields)}) SELECT run, {_VALUES} FROM {_ROWS}"  # noqa: S608  our own


def store_rows(connection: sa.Connection, key: int, sealed: Sealed) -> None:
    """Insert a commit's rows."""
    if connection.dialect.name != "sqlite" or any(map(_escapes, sealed.texts)):
        statements(connection.dialect).rows.run_each(connection, [(key, *row) for row in sealed.rows])
        return
    cursor = connection.connection.cursor()
    for text in sealed.texts:
        if text != NO_ROWS:
            cursor.execute(_FROM_TEXT, (key, text))


def _escapes(text: str) -> bool:
    # SQLite ends a text at \u0000, and lets half a pair of surrogates through.
    return "\\u" in text and "\\u" in text.replace("\\\\", "")
