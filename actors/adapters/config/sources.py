"""Where settings come from: each source is read into one flat mapping of dotted names, so all are checked alike."""

import os
import shlex
import stat
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic_settings import EnvSettingsSource

from core.errors import ConfigurationError

_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


class Given(NamedTuple):
    """A value as somebody wrote it."""

    value: Any
    source: str
    """Where, in words that follow `in` or stand in parentheses."""


Layer = dict[str, Given]
"""What one source says, by dotted name."""


def from_mapping(values: Mapping[str, Any], *, source: str) -> Layer:
    """A mapping by dotted names, as a profile is."""
    return {name: Given(value, source) for name, value in values.items()}


def from_toml(path: Path, known: Collection[str]) -> Layer:
    """A TOML file with a table per section.

    Args:
        path: The file.
        known: The settings' dotted names; a table that is not on the way to one is a value.

    Raises:
        ConfigurationError: If the file cannot be read, or is not TOML.
    """
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"config is {str(path)!r}: {error.strerror}; give a TOML file") from error
    except ValueError as error:
        raise ConfigurationError(f"config is {str(path)!r}, which is not a TOML file: {error}") from error
    return from_mapping(dict(_flat(tree, known)), source=str(path))


def refuse_exposed(path: Path, layer: Layer, secrets: Collection[str]) -> None:
    """Nothing, unless a file that others than its owner may read holds a secret.

    Args:
        path: The file.
        layer: What it says.
        secrets: The names of the settings that must stay secret.

    Raises:
        ConfigurationError: Naming the file and the secret's name, and how to close it.
    """
    held = next((name for name in layer if name in secrets), None)
    if held is None or os.name == "nt":  # Windows keeps such rights elsewhere
        return
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & _OTHERS:
        raise ConfigurationError(
            f"{str(path)!r} holds {held} and may be used by others (mode {mode:04o}): "
            f"chmod 600 {shlex.quote(str(path))}"
        )


def refuse_shown(layer: Layer, secrets: Collection[str], *, prefix: str) -> None:
    """Nothing, unless overrides hold a secret: the list of processes and the shell's history show them.

    Args:
        layer: What the overrides say.
        secrets: The names of the settings that give access to something.
        prefix: Of our variables, upper case.

    Raises:
        ConfigurationError: Naming the secret's name, and where it belongs.
    """
    held = next((name for name in layer if name in secrets), None)
    if held is not None:
        variable = prefix + held.upper().replace(".", "__")
        raise ConfigurationError(
            f"{held} is a secret, and --set shows it in the list of processes and in the shell's history: give it as "
            f"{variable} in the environment or in .env, or in a --config file, each file with mode 0600"
        )


def from_variables(variables: EnvSettingsSource, *, prefix: str, others: Collection[str], place: str) -> Layer:
    """Environment variables, or a file of them.

    Args:
        variables: As read by the library, which folds names to lower case.
        prefix: Of our variables, upper case.
        others: Variables with that prefix that are no settings, upper case.
        place: `environment`, or the file's name.
    """
    return {
        variable.removeprefix(prefix.lower()).replace("__", "."): Given(text, f"{variable.upper()} in {place}")
        for variable, text in variables.env_vars.items()
        if variable.startswith(prefix.lower()) and variable.upper() not in others and text
    }


def from_overrides(overrides: Sequence[str]) -> Layer:
    """Texts such as `trend.stop_atr=2`, as `--set` takes them; the last of one name wins."""
    layer = {}
    for text in overrides:
        name, equals, value = text.partition("=")
        if not equals:
            raise ConfigurationError(f"--set is {text!r}: write section.name=value, such as trend.stop_atr=2")
        layer[name.strip()] = Given(value.strip(), "--set")
    return layer


def _flat(tree: Mapping[str, Any], known: Collection[str], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in tree.items():
        name = prefix + key
        if isinstance(value, dict) and any(setting.startswith(f"{name}.") for setting in known):
            yield from _flat(value, known, f"{name}.")
        else:
            yield name, value
