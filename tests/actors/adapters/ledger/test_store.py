"""How rows come into their table."""

import sqlalchemy as sa

from actors.adapters.ledger import schema, store


def test_each_row_is_written_out_of_its_list_once_and_not_once_for_each_value() -> None:
    engine = sa.create_engine("sqlite://")
    with engine.begin() as connection:
        schema.metadata.create_all(connection)
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {store._FROM_TEXT}", (1, "[]")).scalars("detail").all()
    assert [step for step in plan if step.startswith("MATERIALIZE")], plan
