"""The codebase about itself: sizes, names, purity, layers. Every check is tried on a text that must fail it."""

import ast
import re
from collections.abc import Callable, Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest
from importlinter.cli import lint_imports

from core.reasons import Reason

ROOT = Path(__file__).parents[1]
LAYERS = ("core", "machines", "web", "actors")
PYTHON = [ROOT / "settings.py", *(path for top in (*LAYERS, "tests") for path in sorted((ROOT / top).rglob("*.py")))]
TEXTS = [
    path
    for pattern in ("*.md", "*.py", "*.toml", "*.lock", ".git[ai]*", ".ci/*", "[a-z]*/**/*")
    for path in sorted(ROOT.glob(pattern))
    if path.is_file() and path.suffix not in {".png", ".gz", ".parquet", ".feather"} and "__pycache__" not in path.parts
]

VAGUE = re.compile(r"utils?|helpers?|common|managers?|base")
CLOCKS_CHANCE_AND_IO = re.compile(
    r"(?:time|random|secrets|uuid|os|sys|io|socket|ssl|pathlib|shutil|tempfile|subprocess|threading|multiprocessing"
    r"|concurrent|asyncio|anyio|trio|logging|structlog|sqlite3|sqlalchemy|urllib|http|httpx|requests|websocket"
    r"|numpy\.random)(?:\..*)?"
)
AMBIENT_CALLS = re.compile(
    r"(?:.*\.)?(?:datetime\.now|datetime\.utcnow|date(?:time)?\.today)|open|print|input|breakpoint"
)
LOG_CALLS = re.compile(r"(?:.*[._])?log(?:ger)?\.(?:debug|info|warning|error|exception|critical)")
HOSTS_AND_PATHS = re.compile(
    r"py[p]i\.org|python[h]osted|npm[j]s\.org|registr[y]\.|find-link[s]\s*=|index-ur[l]\s*=|file:/[/]/"
    r"|(?<![\w.~$}/])/(?:wor[k]|hom[e]|roo[t]|op[t]|User[s])/\w"
)

Check = Callable[[ast.Module, str], Iterator[str]]


def size(_: ast.Module, source: str) -> Iterator[str]:
    lines = source.count("\n")
    if lines > 300:
        yield f"{lines} lines: name the second idea and give it a file"


def functions(tree: ast.Module, _: str) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            docstring = node.body[0].end_lineno if ast.get_docstring(node) else node.lineno
            lines = (node.end_lineno or 0) - (docstring or 0)
            if lines > 40:
                yield f"{node.name} has {lines} lines below its docstring"


def purity(tree: ast.Module, _: str) -> Iterator[str]:
    for node in ast.walk(tree):
        yield from (f"imports {name}" for name in imported(node) if CLOCKS_CHANCE_AND_IO.fullmatch(name))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in {"np.random", "numpy.random"}:
            yield f"uses {ast.unparse(node)} (line {node.lineno})"
        if isinstance(node, ast.Call) and AMBIENT_CALLS.fullmatch(ast.unparse(node.func)):
            yield f"calls {ast.unparse(node.func)} (line {node.lineno})"


def catching(tree: ast.Module, _: str) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            caught = "BaseException" if node.type is None else ast.unparse(node.type)
            passes_on = isinstance(last := node.body[-1], ast.Raise) and last.exc is None
            if re.search(r"\b(Base)?Exception\b", caught) and not passes_on:
                yield f"keeps everything it catches (line {node.lineno}): only a supervisor does"


def logging(tree: ast.Module, _: str) -> Iterator[str]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and LOG_CALLS.fullmatch(ast.unparse(node.func))
            and not all(isinstance(arg, ast.Constant) for arg in node.args)
        ):
            yield f"logs a made-up text (line {node.lineno}): a literal name and key-values"


def places(_: ast.Module, source: str) -> Iterator[str]:
    for number, line in enumerate(source.splitlines(), 1):
        if found := HOSTS_AND_PATHS.search(line):
            yield f"names {found[0]!r} (line {number})"


def imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def complaints(check: Check, paths: list[Path]) -> list[str]:
    found = []
    for path in paths:
        source = path.read_text(encoding="utf-8")
        tree = ast.parse(source) if path.suffix == ".py" else ast.Module([], [])
        found += [f"{path.relative_to(ROOT)}: {text}" for text in check(tree, source)]
    return found


def inside(*tops: str) -> list[Path]:
    return [path for path in PYTHON if path.relative_to(ROOT).parts[0] in tops]


@pytest.mark.parametrize(
    ("check", "source"),
    [
        (size, "x = 1\n" * 301),
        (functions, "def f():\n" + "    x = 1\n" * 41),
        (functions, "async def f():\n    '''Say.'''\n" + "    x = 1\n" * 41),
        (purity, "import time"),
        (purity, "from os import environ"),
        (purity, "import urllib.request"),
        (purity, "from numpy.random import Generator"),
        (purity, "def f():\n    import random"),
        (purity, "x = np.random.normal()"),
        (purity, "x = datetime.now(UTC)"),
        (purity, "x = datetime.datetime.utcnow()"),
        (purity, "x = open('y')"),
        (purity, "print(1)"),
        (catching, "try:\n    pass\nexcept Exception:\n    pass"),
        (catching, "try:\n    pass\nexcept (ValueError, Exception) as error:\n    pass"),
        (catching, "try:\n    pass\nexcept:\n    pass"),
        (catching, "try:\n    pass\nexcept Exception:\n    raise ValueError"),
        (logging, "log.info(f'{x} came')"),
        (logging, "self._log.warning('x %s', y)"),
        (logging, "logger.error(text)"),
        (places, "# see https://py" + "pi.org"),
        (places, "DATA = '/wo" + "rk/shared'"),
        (places, "cd /ho" + "me/me"),
    ],
)
def test_a_text_that_breaks_a_rule_is_found(check: Check, source: str) -> None:
    assert list(check(ast.parse(source) if check is not places else ast.Module([], []), source))


@pytest.mark.parametrize(
    ("check", "source"),
    [
        (size, "x = 1\n" * 300),
        (functions, "def f():\n    '''Say\n\n    it.\n    '''\n" + "    x = 1\n" * 40),
        (purity, "from datetime import UTC, datetime\nx = datetime.fromtimestamp(0, tz=UTC)"),
        (purity, "import timeit_like, osmium\nself.open(1)\nchart.input(2)"),
        (catching, "try:\n    pass\nexcept ValueError:\n    pass"),
        (catching, "try:\n    pass\nexcept BaseException:\n    undo()\n    raise"),
        (logging, "log.info('bar_closed', symbol=symbol)"),
        (logging, "parser.error(f'{x}')"),
        (places, "x = 'https://example.com/home/page'; y = '~/.local/opt/x'; z = '/usr/bin/chromium'"),
    ],
)
def test_a_text_that_keeps_a_rule_passes(check: Check, source: str) -> None:
    assert list(check(ast.parse(source), source)) == []


def test_no_file_is_longer_than_300_lines() -> None:
    registry = ROOT / "core" / "reasons.py"  # one table, however long
    assert complaints(size, [path for path in PYTHON if path != registry]) == []


def test_no_function_is_longer_than_40_lines() -> None:
    assert complaints(functions, PYTHON) == []


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert VAGUE.fullmatch("utils")
    assert [str(path) for path in PYTHON if VAGUE.fullmatch(path.stem) or VAGUE.fullmatch(path.parent.name)] == []


def test_core_and_machines_know_no_clock_no_chance_and_no_outside() -> None:
    assert complaints(purity, inside("core", "machines")) == []


def test_only_a_supervisor_keeps_everything_it_catches() -> None:
    supervisors = sorted((ROOT / "actors" / "kernel").glob("*supervis*.py"))
    assert complaints(catching, [path for path in inside(*LAYERS) if path not in supervisors]) == []


def test_every_log_line_has_a_literal_name() -> None:
    assert complaints(logging, inside(*LAYERS)) == []


def test_no_file_names_a_package_index_or_a_path_of_one_machine() -> None:
    assert complaints(places, TEXTS) == []


def test_no_two_reasons_say_the_same() -> None:
    meanings = [reason.value[1] for reason in Reason]
    assert sorted(meanings) == sorted(set(meanings))


def test_imports_point_one_way() -> None:
    assert lint_imports(str(ROOT / "pyproject.toml"), no_cache=True, no_logo=True) == 0


def test_no_module_imports_itself_by_a_detour() -> None:
    graph = grimp.build_graph(*LAYERS, cache_dir=None)
    modules = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    assert len(list(TopologicalSorter(modules).static_order())) == len(modules)
