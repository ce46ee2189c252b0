"""A market replayed once for all tests that ask about it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.replayed import Replayed, chosen, replay


@pytest.fixture(scope="session")
def replayed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replayed]:
    """What a daemon left behind: of Luna's week, or of a made market where there is no real data."""
    try:
        data: Path | None = request.getfixturevalue("shared_data")
    except pytest.skip.Exception:
        data = None
    with replay(chosen(data), tmp_path_factory.mktemp("replayed")) as found:
        yield found
