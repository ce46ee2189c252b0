"""What `@message` and `@dataclass` make of a class when it is imported, written out for the compiler.

It knows neither: of a message it would make an interpreted class, and of a dataclass one that is begun by interpreted
code. Written out, both are native, and fields are read in place. They are still compared, shown and copied by value.
What a `match` asks of their types is written as the compiler answers it soonest.
"""

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, cast

_DECLARED_BY: Final = frozenset({"message", "dataclass"})
_LEAF: Final = "mypy_extensions.mypyc_attr(acyclic=True, free_list_len=1)"
"""A message never changes, so it cannot come to hold itself: no collector need know it, and it is soon made anew."""


@dataclass(frozen=True, slots=True)
class _Field:
    """One line of a class's declaration."""

    name: str
    kind: str
    default: str = ""
    factory: str = ""
    """What makes the default, where each object has its own."""
    is_given: bool = True
    """Whether it may be given to a new object."""

    @property
    def parameter(self) -> str:
        if self.factory:
            return f"{self.name}: {self.kind} | None = None"
        return f"{self.name}: {self.kind} = {self.default}" if self.default else f"{self.name}: {self.kind}"

    @property
    def beginning(self) -> str:
        if not self.is_given:
            return f"self.{self.name} = {self.factory + '()' if self.factory else self.default}"
        if self.factory:
            return f"self.{self.name} = {self.factory}() if {self.name} is None else {self.name}"
        return f"self.{self.name} = {self.name}"


def written_out(source: str) -> str:
    """A module's source with its messages and dataclasses as plain classes."""
    tree = ast.parse(source)
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and any(_name(each) in _DECLARED_BY for each in node.decorator_list):
            _write_out(node)
    for each in ast.walk(tree):
        if isinstance(each, ast.Match) and isinstance(each.subject, ast.Name):
            _ask_directly(each, each.subject)
    tree.body.insert(1, ast.Import([ast.alias("typing"), ast.alias("mypy_extensions")]))  # behind the docstring
    return ast.unparse(tree)


def _write_out(declared: ast.ClassDef) -> None:
    is_compared = not any(_is_without_eq(each) for each in declared.decorator_list)
    fields = []
    for node in declared.body:
        if isinstance(node, ast.AnnAssign):
            fields.append(_field(node))
            node.value = None
    own = {node.name for node in declared.body if isinstance(node, ast.FunctionDef)}
    text = "\n".join(_methods(declared.name, fields, starts="__post_init__" in own, is_compared=is_compared))
    made = cast("ast.ClassDef", ast.parse(f"class {declared.name}:\n{text}").body[0])
    is_plain = not declared.bases and any(_name(each) == "message" for each in declared.decorator_list)
    declared.decorator_list = [ast.parse(_LEAF, mode="eval").body] if is_plain else []
    declared.body += [node for node in made.body if getattr(node, "name", "") not in own]


def _ask_directly(match: ast.Match, subject: ast.Name) -> None:
    """Write `case Kind():` as a guard: there the compiler compares types in place, and for a pattern it calls."""
    for case in match.cases:
        kinds = case.pattern.patterns if isinstance(case.pattern, ast.MatchOr) else [case.pattern]
        bare = [
            kind.cls for kind in kinds if isinstance(kind, ast.MatchClass) and not (kind.patterns or kind.kwd_attrs)
        ]
        if len(bare) == len(kinds):
            asked: ast.expr = ast.Call(ast.Name("isinstance"), [subject, ast.Tuple(bare)], [])
            case.guard = asked if case.guard is None else ast.BoolOp(ast.And(), [asked, case.guard])
            case.pattern = ast.MatchAs()


def _field(node: ast.AnnAssign) -> _Field:
    name, kind, value = ast.unparse(node.target), ast.unparse(node.annotation), node.value
    if not (isinstance(value, ast.Call) and _name(value) == "field"):
        return _Field(name, kind, "" if value is None else ast.unparse(value))
    told = {str(each.arg): ast.unparse(each.value) for each in value.keywords}
    is_given = told.get("init") != "False"
    return _Field(name, kind, told.get("default", ""), told.get("default_factory", ""), is_given=is_given)


def _methods(name: str, fields: Iterable[_Field], *, starts: bool, is_compared: bool) -> Iterable[str]:
    names = [field.name for field in fields]
    given = [field for field in fields if field.is_given]
    kinds = ", ".join(f"typing.Literal[{field.name!r}]" for field in given)
    match_args = f"({''.join(f'{field.name!r}, ' for field in given)})"
    yield f"    __match_args__: typing.ClassVar[tuple[{kinds or '()'}]] = {match_args}"
    yield f"    def __init__({', '.join(['self', *(field.parameter for field in given)])}) -> None:"
    yield from (f"        {field.beginning}" for field in fields)
    yield "        self.__post_init__()" if starts else "        pass"
    yield "    def __repr__(self) -> str:"
    shown = ", ".join(f"{each}={{self.{each}!r}}" for each in names)
    yield f"        return f'{name}({shown})'"
    if is_compared:
        yield "    def __eq__(self, other: object) -> bool:"
        same = " and ".join(f"self.{each} == other.{each}" for each in names) or "True"
        yield f"        return isinstance(other, {name}) and {same}"
        yield "    def __hash__(self) -> int:"
        yield f"        return hash(({''.join(f'self.{each}, ' for each in names)}))"
    yield "    def __reduce__(self) -> object:"
    yield f"        return {name}, ({''.join(f'self.{field.name}, ' for field in given)})"


def _name(node: ast.expr) -> str:
    return ast.unparse(node.func if isinstance(node, ast.Call) else node)


def _is_without_eq(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and any(ast.unparse(each) == "eq=False" for each in node.keywords)
