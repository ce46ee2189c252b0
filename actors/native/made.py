"""What is compiled, and whether what was kept is of these sources: modules, their place, and what they were made of.

Only modules of the hot path are here, and only backtests take them. A daemon that trades runs the sources themselves.
"""

import json
import sys
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Final

MODULES: Final = (
    "core.digest",
    "core.evaluation.moment",
    "core.evaluation.propose",
    "core.evaluation.proposer",
    "core.flow.price",
    "core.messages",
    "core.news.alignment",
    "core.news.board",
    "core.news.classify",
    "core.news.desk",
    "core.news.story",
    "core.news.turns",
    "core.notices",
    "core.records",
    "core.regime.ageing",
    "core.regime.assess",
    "core.regime.flip",
    "core.regime.manual",
    "core.regime.reach",
    "core.regime.score",
    "core.regime.series",
    "core.regime.trend",
    "core.risk.account",
    "core.risk.sizing",
    "core.strategies.setup",
    "core.trading.adoption",
    "core.trading.book",
    "core.trading.booking",
    "core.trading.coast",
    "core.trading.floated",
    "core.trading.holding",
    "core.trading.orders",
    "core.trading.reports",
    "core.trading.signal",
    "core.trading.steps",
    "core.verdict",
    "machines.callback",
    "machines.compile",
    "machines.instance",
    "machines.library",
    "actors.derivatives",
    "actors.feed",
    "actors.gate",
    "actors.kernel.effects",
    "actors.kernel.kernel",
    "actors.kernel.simulated",
    "actors.kernel.timers",
    "actors.kernel.transcript",
    "actors.lab.columnar",
    "actors.lab.context",
    "actors.lifecycle",
    "actors.order",
    "actors.orders",
    "actors.paper",
    "actors.position",
    "actors.protection",
    "actors.regime",
    "actors.risk",
)
"""What a trade of a backtest leads through, and what inherits from it: a compiled class has compiled heirs alone."""
LIBRARY: Final = "chartwright"
"""They are one library, so that they call each other directly."""
ROOT: Final = Path(__file__).parents[2]
HOME: Final = Path(__file__).parent / "__pycache__" / "made"
"""Where machine code is kept, as bytecode is: nobody misses it but for the time it saves."""
_NOTE: Final = "made_of.json"


def path_of(module: str) -> Path:
    """A module's source, relative to `ROOT`."""
    return Path(*module.split(".")).with_suffix(".py")


def note(home: Path, sources: Iterable[Path]) -> None:
    """Write down beside machine code what it was made of: sources, relative to `ROOT`, and the interpreter."""
    made_of = {source.as_posix(): _digest(source) for source in sources}
    (home / _NOTE).write_text(json.dumps({"python": sys.implementation.cache_tag, "sources": made_of}))


def is_fresh(home: Path = HOME) -> bool:
    """Whether what is kept was made of the sources as they are, by an interpreter such as this."""
    try:
        noted = json.loads((home / _NOTE).read_text())
        is_of_these = all(_digest(Path(source)) == digest for source, digest in noted["sources"].items())
        return is_of_these and noted["python"] == sys.implementation.cache_tag
    except (OSError, ValueError, KeyError):
        return False


def _digest(source: Path) -> str:
    return sha256((ROOT / source).read_bytes()).hexdigest()
