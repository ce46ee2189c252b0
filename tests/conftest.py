"""Fixtures every test may use, and CHARTWRIGHT_REQUIRE: the marks whose tests must run, not skip."""

import os
from collections.abc import Generator
from pathlib import Path

import pytest
import structlog

import machines.instance  # noqa: F401  from its source, and so all others: tests change what compiled code would not let them

_REQUIRED = set(filter(None, os.environ.get("CHARTWRIGHT_REQUIRE", "").split(",")))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a skipped test whose mark CHARTWRIGHT_REQUIRE names: there, what it needs must be there."""
    report = yield
    required = sorted(_REQUIRED.intersection(mark.name for mark in item.iter_markers()))
    if report.skipped and required:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"CHARTWRIGHT_REQUIRE names {', '.join(required)}, yet this test was skipped: {reason}"
    return report


@pytest.fixture(autouse=True)
def _logging_starts_anew() -> Generator[None]:
    """Logging is process-wide: what a command configured for its own stderr must not outlive that stderr."""
    yield
    structlog.reset_defaults()


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with no settings of its own, and none in the environment that tests set."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CHARTWRIGHT_TREND__STOP_ATR", raising=False)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real market data; the test skips where it is absent."""
    root = Path(os.environ.get("CHARTWRIGHT_DATA", Path(__file__).parents[2] / "shared" / "data"))
    if not root.is_dir():
        pytest.skip(f"real market data is absent: {root} (set CHARTWRIGHT_DATA)")
    return root
