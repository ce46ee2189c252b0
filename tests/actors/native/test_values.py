"""Values written out for the compiler are what `@message` and `@dataclass` make of them; run here as plain Python."""

import ast
import copy
from importlib import import_module
from typing import Any, Final

import pytest

from actors.native.made import MODULES, ROOT, path_of
from actors.native.values import written_out

SOURCE: Final = '''
"""A module."""

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from core.message import message

T = TypeVar("T")


@message
class Fill:
    """One fill."""

    price: float
    fee: float = 0.5
    """Paid."""

    @property
    def cost(self) -> float:
        """Both."""
        return self.price + self.fee


@message
class Ended:
    """Nothing to say."""


@message
class Held(Generic[T]):
    """A box."""

    item: T


@dataclass(slots=True)
class Book:
    """What changes."""

    fills: list[Fill] = field(default_factory=list)
    size: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        self.size = float(len(self.fills))


@dataclass(slots=True, eq=False)
class Spot:
    """Itself alone."""

    title: str


class Plain:
    """Left as it is."""

    kept: int = 3


def told(said: object) -> str:
    match said:
        case Fill(price=0.0):
            return "free"
        case Fill() if said.fee > 1.0:
            return "dear"
        case Fill() | Ended():
            return "known"
        case [Fill(), Fill()]:
            return "two"
        case Held(item):
            return f"holds {item}"
        case _:
            return "nothing"
'''


def run(source: str) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": __name__}
    exec(compile(source, "written", "exec"), names)  # noqa: S102  our own text
    return names


@pytest.fixture(params=["declared", "written out"])
def names(request: pytest.FixtureRequest) -> dict[str, Any]:
    return run(SOURCE if request.param == "declared" else written_out(SOURCE))


def test_fields_defaults_and_methods_are_the_same(names: dict[str, Any]) -> None:
    fill = names["Fill"]
    assert (fill(2.0).fee, fill(2.0, fee=1.0).cost, fill.__match_args__) == (0.5, 3.0, ("price", "fee"))
    assert repr(fill(2.0)) == "Fill(price=2.0, fee=0.5)"
    assert repr(names["Ended"]()) == "Ended()"
    with pytest.raises(TypeError):
        fill()


def test_they_are_compared_and_copied_by_value(names: dict[str, Any]) -> None:
    fill, held = names["Fill"], names["Held"]
    assert fill(2.0) == fill(2.0, 0.5) != fill(2.0, 0.6)
    assert len({fill(2.0), fill(2.0), held(fill(2.0)), held(fill(2.0)), names["Ended"](), names["Ended"]()}) == 3
    assert fill(2.0) != names["Ended"]()
    assert copy.copy(held(3)) == held(3)


def test_each_object_has_its_own_defaults_and_begins_with_what_follows_from_them(names: dict[str, Any]) -> None:
    book, fill = names["Book"], names["Fill"]
    first, second = book(), book([fill(1.0)])
    first.fills.append(fill(2.0))
    assert (book().fills, second.size, first.size) == ([], 1.0, 0.0)
    assert book([fill(1.0)]) == second
    with pytest.raises(TypeError):
        book([], 3.0)


def test_what_is_only_itself_stays_so(names: dict[str, Any]) -> None:
    spot = names["Spot"]("a")
    assert spot == spot  # noqa: PLR0124
    assert spot != names["Spot"]("a")
    assert names["Plain"].kept == 3


def test_a_match_takes_the_same_case(names: dict[str, Any]) -> None:
    fill, told = names["Fill"], names["told"]
    said = [fill(0.0), fill(1.0, 2.0), fill(1.0), names["Ended"](), names["Held"](7), [fill(1.0)] * 2, [fill(1.0)]]
    assert [told(each) for each in said] == ["free", "dear", "known", "known", "holds 7", "two", "nothing"]


def test_of_a_match_only_what_looks_inside_is_left_as_patterns() -> None:
    cases = [each for each in ast.walk(ast.parse(written_out(SOURCE))) if isinstance(each, ast.match_case)]
    patterns = [ast.unparse(each.pattern) for each in cases]
    assert [each for each in patterns if each != "_"] == ["Fill(price=0.0)", "[Fill(), Fill()]", "Held(item)"]


@pytest.mark.parametrize("module", MODULES)
def test_nothing_that_is_compiled_is_left_to_a_decorator_that_the_compiler_does_not_know(module: str) -> None:
    source = (ROOT / path_of(module)).read_text()
    before, after = (
        {each.name: each for each in ast.parse(text).body if isinstance(each, ast.ClassDef)}
        for text in (source, written_out(source))
    )
    assert before.keys() == after.keys()
    for name, declared in after.items():
        left = {ast.unparse(each).split("(")[0] for each in declared.decorator_list}
        assert left <= {"mypy_extensions.mypyc_attr"}
        if before[name].decorator_list:
            wanted = getattr(import_module(module), name).__match_args__
            (begun,) = (each for each in declared.body if isinstance(each, ast.FunctionDef) and each.name == "__init__")
            assert [each.arg for each in begun.args.args[1:]] == list(wanted)
