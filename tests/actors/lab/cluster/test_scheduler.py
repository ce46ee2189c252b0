"""What is missing for a cluster is said in one line each."""

import gc
import shutil
import sys
from pathlib import Path

import distributed
import pytest

from actors.lab.cluster.run import spread
from core.errors import ConfigurationError
from tests.actors.lab.cluster.nodes import ROOT, Nodes


def test_without_the_extra_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(ConfigurationError, match=r"pip install 'chartwright\[cluster\]'"),
        spread(cluster="tcp://127.0.0.1:1", kept=None),
    ):
        raise AssertionError("it connected without the library")


@pytest.mark.slow
@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nowhere://here", "127.0.0.1:port"])
def test_a_scheduler_that_does_not_answer_is_named_and_no_half_made_client_is_left(address: str) -> None:
    with pytest.raises(ConfigurationError, match="no scheduler answers"), spread(cluster=address, kept=None):
        raise AssertionError("it connected to nobody")
    assert not [each for each in gc.get_objects() if isinstance(each, distributed.Client) and each.status != "closed"]


@pytest.mark.slow
def test_a_scheduler_without_workers_says_how_to_start_one(nodes: Nodes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("actors.lab.cluster.scheduler._WORKERS_S", 1)
    nodes.start(0)
    with (
        pytest.raises(ConfigurationError, match=f"dask worker {nodes.address}"),
        spread(cluster=nodes.address, kept=None),
    ):
        raise AssertionError("it did not wait for a worker")


@pytest.mark.slow
def test_a_cluster_of_other_code_is_refused_before_anything_runs(nodes: Nodes, tmp_path: Path) -> None:
    older = tmp_path / "older"
    for package in ("core", "machines", "web", "actors"):
        shutil.copytree(ROOT / package, older / package, ignore=shutil.ignore_patterns("__pycache__"))
    with (older / "core" / "sweep" / "steps.py").open("a") as file:
        file.write("# another rounding\n")
    nodes.start(1, PYTHONPATH=str(older))
    with pytest.raises(ConfigurationError, match="runs other code"), spread(cluster=nodes.address, kept=None):
        raise AssertionError("it went on with other code")
