"""Settings given against settings declared: every complaint is one line for a person."""

import difflib
import json
from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from actors.adapters.config.declared import Setting
from actors.adapters.config.sources import Given, Layer
from core.errors import ConfigurationError

_Model = TypeVar("_Model", bound=BaseModel)


def refuse_unknown(layer: Layer, known: Collection[str]) -> None:
    """Nothing, if every name is a setting's.

    Raises:
        ConfigurationError: Naming the first that is not, and the settings that may have been meant.
    """
    for name, given in layer.items():
        if name not in known:
            raise ConfigurationError(f"{name} ({given.source}) is not a setting{did_you_mean(name, known)}")


def did_you_mean(name: str, known: Collection[str]) -> str:
    """`; did you mean …?`: the same name in another section, else similar ones; empty where nothing is near."""
    leaf = name.rpartition(".")[2]
    near = [each for each in known if each.rpartition(".")[2] == leaf] or difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {' or '.join(near)}?" if near else ""


def validated(model: type[_Model], layer: Layer, known: Mapping[str, Setting]) -> _Model:
    """The settings, defaults where nothing was given.

    Raises:
        ConfigurationError: Naming the first bad setting, its value, where it was given and what is allowed.
    """
    try:
        return model.model_validate(_tree(layer, known))
    except ValidationError as error:
        # no cause: it would carry the input, secrets included, into a traceback
        raise ConfigurationError(_sentence(error.errors()[0], layer, known)) from None


def _tree(layer: Layer, known: Mapping[str, Setting]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for name, given in layer.items():
        *path, leaf = name.split(".")
        branch = tree
        for part in path:
            branch = branch.setdefault(part, {})
        branch[leaf] = _parsed(given, known[name])
    return tree


def _parsed(given: Given, setting: Setting) -> Any:
    """A list or table written as text becomes one; all other text is left to pydantic."""
    text = given.value
    if not isinstance(text, str) or not isinstance(setting.default, tuple | list | dict):
        return text
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return [part.strip() for part in text.split(",") if part.strip()]


def _sentence(problem: ErrorDetails, layer: Layer, known: Mapping[str, Setting]) -> str:
    path = ".".join(map(str, problem["loc"]))
    allowed = problem["msg"].removeprefix("Value error, ").replace("Input should", "it should")
    name = next((name for name in layer if path == name or path.startswith(f"{name}.")), None)
    if name is None:  # a rule between several settings, of a section or of several
        return f"{path}: {allowed}" if path else allowed
    shown = "a secret" if known[name].is_secret else repr(layer[name].value)
    return f"{name} is {shown} ({layer[name].source}): {allowed}. {name}: {known[name].description}"
