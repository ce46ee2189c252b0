"""A headline model's file: arrays and a line of JSON in an `.npz`, read without running anything from it."""

import io
import json
import zipfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import numpy as np

from actors.adapters.files.source import contents
from core.errors import ConfigurationError
from core.message import Json
from core.news.model import CLASSES, HeadlineModel

FORMAT = "chartwright headline model 1"
_SEPARATOR = "\n"  # no feature holds one: they are made of words


def write_model(path: Path, model: HeadlineModel, about: Mapping[str, Json]) -> HeadlineModel:
    """Write a model and read it back as others will.

    Args:
        path: Where; replaced if it exists.
        model: Its weights are rounded to single precision.
        about: What it was made of; kept for people, never used.

    Raises:
        ConfigurationError: If the path cannot be written.
    """
    head = json.dumps({"format": FORMAT, "classes": CLASSES, "about": dict(about)}, sort_keys=True)
    packed = io.BytesIO()
    np.savez_compressed(
        packed,
        head=_bytes(head),
        names=_bytes(_SEPARATOR.join(model.names)),
        rarity=model.rarity.astype(np.float32),
        weights=model.weights.astype(np.float32),
        bias=model.bias.astype(np.float32),
    )
    try:
        path.write_bytes(packed.getvalue())
    except OSError as error:
        raise ConfigurationError(f"-o is {str(path)!r}, which cannot be written: {error.strerror}") from error
    return read_model(path)


def read_model(path: Path) -> HeadlineModel:
    """The model in a file that `chartwright train-news` wrote.

    Raises:
        ConfigurationError: If the path is at fault, or the file is anything else.
    """
    raw = contents(path)
    try:
        with np.load(io.BytesIO(raw), allow_pickle=False) as arrays:
            head = json.loads(arrays["head"].tobytes())
            names = tuple(arrays["names"].tobytes().decode().split(_SEPARATOR))
            rarity, weights, bias = (arrays[name].astype(np.float64) for name in ("rarity", "weights", "bias"))
    except (KeyError, ValueError, TypeError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise _refusal(path, str(error)) from error
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise _refusal(path, f"it does not say {FORMAT!r}")
    size = len(names)
    if (rarity.shape, weights.shape, bias.shape) != ((size,), (size, len(CLASSES)), (len(CLASSES),)):
        raise _refusal(path, "its arrays do not fit each other")
    if not all(np.isfinite(array).all() for array in (rarity, weights, bias)):
        raise _refusal(path, "a weight is no number")
    return HeadlineModel(names, rarity, weights, bias, sha256(raw).hexdigest())


def _bytes(text: str) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    return np.frombuffer(text.encode(), dtype=np.uint8)


def _refusal(path: Path, why: str) -> ConfigurationError:
    return ConfigurationError(
        f"news.model is {str(path)!r}, which is no headline model ({why}): make one with `chartwright train-news`"
    )
