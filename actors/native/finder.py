"""Takes machine code in a source's place, where there is some that was made of it."""

import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import EXTENSION_SUFFIXES, ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from typing import Any

from actors.native.made import HOME, LIBRARY, MODULES, is_fresh


class NativeFinder(MetaPathFinder):
    """Finds compiled modules in the place where they are kept.

    Args:
        home: That place.
    """

    def __init__(self, home: Path) -> None:
        library = f"{LIBRARY}__mypyc"  # mypyc's own name for what the modules share
        self._files = {name: (home / Path(*name.split("."))) for name in (*MODULES, library)}

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> ModuleSpec | None:  # noqa: ARG002  the protocol's
        """Where a compiled module is; None for all others."""
        file = self._files.get(fullname)
        return None if file is None else spec_from_file_location(fullname, file.with_suffix(EXTENSION_SUFFIXES[0]))


def use(home: Path = HOME) -> bool:
    """Import compiled modules from now on; returns False, and changes nothing, where they are stale, absent or late.

    Late is after the first of them was imported from its source: it is all of them or none.
    """
    if any(name in sys.modules for name in MODULES) or not is_fresh(home):
        return False
    sys.meta_path.insert(0, NativeFinder(home))
    return True
