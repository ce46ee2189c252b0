"""A run left alone to compare with, and no daemon left behind by a test that fails."""

from collections.abc import Iterator

import pytest

from tests.endurance.outcome import SIM, Alone, outcome
from tests.endurance.stage import STARTED, Stage


@pytest.fixture(scope="session")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Alone:
    """What the simulated market comes to when nobody disturbs the daemon."""
    stage = Stage(tmp_path_factory.mktemp("alone"), *SIM, "--speed", "max")
    told = outcome(stage.finished())
    return Alone(told, stage.inputs())


@pytest.fixture(autouse=True)
def _none_left_behind() -> Iterator[None]:
    yield
    while STARTED:
        with STARTED.pop() as process:
            process.kill()
