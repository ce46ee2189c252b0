"""`python -m tests.bench`: the command, with the hot path compiled, as the command line takes it for a backtest."""

import sys
from importlib import import_module

from actors.native.finder import use

if not use():
    print("the hot path runs as Python here: `python -m actors.native.build` compiles it", file=sys.stderr)  # noqa: T201
sys.exit(import_module("tests.bench.command").main())
