"""A market, a grid, what the local search makes of them, and clusters to compare it with."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
import sqlalchemy as sa

from actors.lab.cluster.market import SweptMarket
from actors.lab.cluster.place import results
from actors.lab.cluster.results import Results
from actors.lab.regime_path import regime_path
from actors.lab.search.search import Search
from actors.lab.search.space import grid
from actors.system import crew_params
from core.sweep.params import Trial
from core.sweep.result import SweepResult
from settings import load
from tests.actors.lab.cluster.nodes import Nodes
from tests.actors.made import market

BARS = 6_000
POSTGRES = os.environ.get("CHARTWRIGHT_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1/test")
Same = Callable[[SweepResult, SweepResult], None]
Kept = Callable[[], Results]


@pytest.fixture(scope="session")
def params() -> Any:
    return crew_params(load(profile="bare-trend", env_file=Path("absent.env")))


@pytest.fixture(scope="session")
def source() -> Any:
    return market(BARS, seed=3)


@pytest.fixture(scope="session")
def swept(source: Any, params: Any) -> SweptMarket:
    return SweptMarket.made(source.whole().bars, regime_path(source, params), params)


@pytest.fixture(scope="session")
def sets() -> list[Trial]:
    """Sixty sets."""
    return grid(["trend.stop_atr=1,1.5,2,3,4", "measure.donchian_bars=15,20,30,40", "trend.trail_atr=1,2,3"])


@pytest.fixture(scope="session")
def local(source: Any, params: Any, sets: list[Trial]) -> SweepResult:
    """What `chartwright sweep` makes of the sets, in this process and at once."""
    return Search(source, params).run(sets)


@pytest.fixture
def same() -> Same:
    """Two results that do not differ in a bit."""

    def check(left: SweepResult, right: SweepResult) -> None:
        assert left.trials == right.trials
        assert left.accounts.dtype == right.accounts.dtype
        for name in left.accounts.dtype.names or ():
            assert left.accounts[name].tolist() == right.accounts[name].tolist(), name
        assert left.start_equity.tolist() == right.start_equity.tolist()
        assert left.marks is not None
        assert right.marks is not None
        assert np.array_equal(left.marks, right.marks)
        assert [left.summary(place) for place in range(len(left))] == [
            right.summary(place) for place in range(len(right))
        ]

    return check


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[Nodes]:
    """A cluster that nobody has started yet."""
    found = Nodes(tmp_path)
    yield found
    found.stop()


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """An empty schema of a PostgreSQL server, as `--results` takes it."""
    server = sa.create_engine(POSTGRES)
    schema = f"sweep_{uuid4().hex}"
    try:
        with server.begin() as connection:
            connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
    except sa.exc.OperationalError as error:
        pytest.skip(f"no PostgreSQL at CHARTWRIGHT_TEST_POSTGRES: {str(error.orig).splitlines()[0]}")
    named = server.url.set(drivername="postgresql").update_query_dict({"options": f"-csearch_path={schema}"})
    yield named.render_as_string(hide_password=False)
    with server.begin() as connection:
        connection.exec_driver_sql(f"DROP SCHEMA {schema} CASCADE")
    server.dispose()


@pytest.fixture(params=["folder", pytest.param("database", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty `--results`, of each kind."""
    if request.param == "folder":
        return str(tmp_path / "results.parquet")
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def kept(place: str) -> Iterator[Kept]:
    """The results at the place, opened anew each time; closed at the end."""
    opened: list[Results] = []

    def call() -> Results:
        opened.append(results(place))
        return opened[-1]

    yield call
    for each in opened:
        each.close()
