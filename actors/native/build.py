"""Compile the hot path with mypyc, mypy's compiler: `python -m actors.native.build`, which installing ends with.

The sources stay the definition. A machine without mypyc or a C compiler runs them, with the same results, later.
"""

import shutil
import sys
import tempfile
from contextlib import chdir
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from actors.native.made import HOME, LIBRARY, MODULES, ROOT, is_fresh, note, path_of
from actors.native.values import written_out

_CONFIGURATION: Final = """
[mypy]
ignore_errors = True
ignore_missing_imports = True
explicit_package_bases = True
follow_imports_for_stubs = True
cache_dir = {cache}
[mypy-pandas.*,talib.*]
follow_imports = skip
"""
"""Types are checked elsewhere; pandas and TA-Lib are not looked into, because nothing compiled speaks to them. A
library that it does speak to must be known: what the compiler does not know it may guess."""
_CLOSE: Final = ("-fvisibility=hidden", "-fno-semantic-interposition")
"""Nobody else calls what is in the library, so its calls to itself need no table to look up."""
_COLD: Final = """
#include <Python.h>
void CPy_AddTraceback(const char *, const char *, int, PyObject *) __attribute__((cold));
void CPy_TypeErrorTraceback(const char *, const char *, int, PyObject *, const char *, PyObject *)
    __attribute__((cold));
"""
"""What leads to a traceback is laid out apart: a fifth of the code, and caches of instructions are small."""


def build(home: Path = HOME) -> None:
    """Compile all modules and keep them, unless what is kept is of these sources.

    Raises:
        ImportError: If mypyc or setuptools is not installed.
        Exception: What either raises, such as `CompileError` without a C compiler.
    """
    if is_fresh(home):
        return
    with tempfile.TemporaryDirectory() as scratch, chdir(ROOT):
        made = Path(scratch, "made")
        _compile(Path(scratch), made)
        note(made, _sources())
        shutil.rmtree(home, ignore_errors=True)
        home.parent.mkdir(exist_ok=True)
        shutil.move(made, home)


def _compile(scratch: Path, made: Path) -> None:
    from mypyc.build import mypycify  # noqa: PLC0415  absent where nothing is compiled
    from setuptools import Distribution  # noqa: PLC0415  likewise

    configuration = scratch / "mypy.ini"
    configuration.write_text(_CONFIGURATION.format(cache=scratch / "cache"))
    extensions = mypycify(
        [f"--config-file={configuration}", *_in_place(scratch), *(str(path_of(module)) for module in MODULES)],
        opt_level="2",
        debug_level="0",
        multi_file=True,
        group_name=LIBRARY,
        target_dir=str(scratch / "c"),
    )
    for extension in extensions if sys.platform == "linux" else []:
        extension.extra_compile_args += [*_CLOSE, f"-include{_cold(scratch)}"]
        extension.extra_link_args += ["-Wl,-Bsymbolic"]
    command: Any = Distribution({"name": LIBRARY, "ext_modules": extensions}).get_command_obj("build_ext")
    command.build_lib, command.build_temp = str(made), str(scratch / "objects")
    command.ensure_finalized()
    command.run()


def _cold(scratch: Path) -> Path:
    header = scratch / "cold.h"
    header.write_text(_COLD)
    return header


def _in_place(scratch: Path) -> list[str]:
    """What has the compiler read each module with its values written out."""
    told: list[str] = []
    for module in MODULES:
        text = scratch / f"{module}.py"
        text.write_text(written_out(path_of(module).read_text()))
        told += ["--shadow-file", str(path_of(module)), str(text)]
    return told


def _sources() -> list[Path]:
    """The modules and all of ours that they import: what they were compiled for."""
    for module in MODULES:
        import_module(module)
    files = [getattr(module, "__file__", None) for module in sys.modules.values()]
    own = [Path(file).relative_to(ROOT) for file in files if file and Path(file).is_relative_to(ROOT)]
    return sorted(path for path in own if path.parts[0] in ("core", "machines", "actors"))


if __name__ == "__main__":
    build()
