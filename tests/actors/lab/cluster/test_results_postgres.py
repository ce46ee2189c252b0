"""Results in PostgreSQL can be queried, and what cannot be used is said without a password."""

import pytest
import sqlalchemy as sa

from actors.lab.cluster.chunks import chunks
from actors.lab.cluster.market import SweptMarket
from actors.lab.cluster.place import results
from actors.lab.cluster.results import ResultsUnusable
from actors.lab.cluster.results_postgres import CHUNK, ROW
from actors.lab.cluster.worker import BENCH
from core.errors import ConfigurationError
from core.sweep.params import Trial
from core.sweep.result import SweepResult


@pytest.mark.postgres
def test_the_best_set_is_a_query(postgres_url: str, swept: SweptMarket, sets: list[Trial], local: SweepResult) -> None:
    store = results(postgres_url)
    for chunk in chunks(swept, sets, keep_days=True, most_sets=25):
        store.keep(chunk, BENCH.run(swept, chunk))
    store.close()
    engine = sa.create_engine(sa.make_url(postgres_url).set(drivername="postgresql+psycopg"))
    with engine.begin() as connection:
        best = connection.execute(sa.select(ROW).order_by(ROW.c.final_equity.desc()).limit(1)).mappings().one()
    engine.dispose()
    assert best["final_equity"] == local.final_equity.max()
    assert best["params"] == sets[int(local.final_equity.argmax())]
    assert len(best["daily_equity"]) == swept.days


@pytest.mark.postgres
def test_a_chunk_that_lost_rows_is_refused(postgres_url: str, swept: SweptMarket) -> None:
    store = results(postgres_url)
    [chunk] = chunks(swept, [{}, {"trend.stop_atr": "3"}], keep_days=True)
    store.keep(chunk, BENCH.run(swept, chunk))
    engine = sa.create_engine(sa.make_url(postgres_url).set(drivername="postgresql+psycopg"))
    with engine.begin() as connection:
        connection.execute(sa.delete(ROW).where(ROW.c.place == 1))
        assert connection.scalar(sa.select(sa.func.count()).select_from(CHUNK)) == 1
    engine.dispose()
    with pytest.raises(ResultsUnusable, match="1 of 2 rows"):
        store.outcome(chunk)
    store.close()


def test_a_server_that_is_not_there_is_said_without_its_password() -> None:
    with pytest.raises(ResultsUnusable, match="cannot be used") as refused:
        results("postgresql://me:hidden@127.0.0.1:1/none")
    assert "hidden" not in str(refused.value)


@pytest.mark.parametrize("url", ["sqlite:///results.sqlite", "mysql://me@127.0.0.1/x", "postgresql://me:a:b@:x/"])
def test_another_database_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="--results"):
        results(url)
