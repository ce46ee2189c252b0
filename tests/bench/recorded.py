"""Where the recordings of real markets are, for benchmarks that want them."""

import os
from pathlib import Path


def data() -> Path | None:
    """The folder that CHARTWRIGHT_DATA names, or the usual one beside the repository; None where it is absent."""
    root = Path(os.environ.get("CHARTWRIGHT_DATA", Path(__file__).parents[3] / "shared" / "data"))
    return root if root.is_dir() else None
