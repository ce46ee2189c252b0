"""What settings there are, read from the classes that declare them."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Annotated, Any, NamedTuple, get_args, get_origin, get_type_hints

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo


class Setting(NamedTuple):
    """One setting as its class declares it."""

    name: str
    """Dotted, such as `trend.stop_atr`."""
    type: Any
    default: Any
    description: str
    """Its unit, and why this default."""
    bounds: tuple[str, ...]
    """Such as `Ge(ge=2)`."""

    @property
    def is_secret(self) -> bool:
        """Whether the value must never be shown."""
        return SecretStr in (self.type, *get_args(self.type))


def declared(model: type[BaseModel]) -> Iterator[Setting]:
    """Every setting of a model of parameter dataclasses, section by section in order of declaration."""
    for name, info in model.model_fields.items():
        yield from _section(name, info.default)


def _section(name: str, section: Any) -> Iterator[Setting]:
    hints = get_type_hints(type(section), include_extras=True)
    for field in fields(section):
        value = getattr(section, field.name)
        if is_dataclass(value):
            yield from _section(f"{name}.{field.name}", value)
        else:
            yield _setting(f"{name}.{field.name}", hints[field.name], value)


def _setting(name: str, hint: Any, default: Any) -> Setting:
    plain, *extras = get_args(hint) if get_origin(hint) is Annotated else (hint,)
    info = next((extra for extra in extras if isinstance(extra, FieldInfo)), None)
    if info is None:
        return Setting(name, plain, default, "", ())
    return Setting(name, plain, default, info.description or "", tuple(map(str, info.metadata)))
