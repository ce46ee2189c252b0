"""A headline model's file: what is written is read, and nothing else is believed."""

import io
import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from actors.adapters.model.file import FORMAT, read_model, write_model
from core.errors import ConfigurationError, FeedMalformed
from core.news.model import HeadlineModel


def model() -> HeadlineModel:
    return HeadlineModel(
        ("w:hack", "w:moon"), np.array([1.0, 2.0]), np.array([[-1.0, 1, 0], [1, -1, 0]]), np.array([0.0, 0.0, 0.5]), ""
    )


def arrays(**changes: Any) -> bytes:
    head = json.dumps({"format": FORMAT}).encode()
    made: dict[str, Any] = {
        "head": np.frombuffer(head, np.uint8),
        "names": np.frombuffer(b"a\nb", np.uint8),
        "rarity": np.ones(2),
        "weights": np.ones((2, 3)),
        "bias": np.zeros(3),
    }
    packed = io.BytesIO()
    np.savez(packed, **{name: value for name, value in (made | changes).items() if value is not None})
    return packed.getvalue()


def test_what_is_written_is_read(tmp_path: Path) -> None:
    written = write_model(tmp_path / "m.npz", model(), {"headlines": 2})
    read = read_model(tmp_path / "m.npz")
    assert read.names == written.names == model().names
    for name in ("rarity", "weights", "bias"):
        assert np.array_equal(getattr(read, name), getattr(model(), name))
    assert len(read.sha256) == 64


def test_equal_models_are_equal_files(tmp_path: Path) -> None:
    one, other = (write_model(tmp_path / name, model(), {}) for name in ("a.npz", "b.npz"))
    assert one.sha256 == other.sha256
    assert write_model(tmp_path / "c.npz", model(), {"headlines": 1}).sha256 != one.sha256


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"head": None}, "head"),
        ({"head": np.frombuffer(b"{}", np.uint8)}, "does not say"),
        ({"head": np.frombuffer(b"[]", np.uint8)}, "does not say"),
        ({"head": np.frombuffer(b"no", np.uint8)}, "Expecting value"),
        ({"rarity": np.ones(3)}, "do not fit"),
        ({"weights": np.ones((2, 2))}, "do not fit"),
        ({"bias": np.array([0.0, np.nan, 0.0])}, "no number"),
        ({"names": np.frombuffer(b"\xff", np.uint8)}, "decode"),
        ({"bias": np.array(["a", "b", "c"])}, "convert"),
    ],
)
def test_a_file_that_is_no_model_is_refused_with_what_to_do(tmp_path: Path, changes: dict[str, Any], why: str) -> None:
    (tmp_path / "m.npz").write_bytes(arrays(**changes))
    with pytest.raises(ConfigurationError, match=rf"news\.model is .*m\.npz.*{why}.*chartwright train-news"):
        read_model(tmp_path / "m.npz")


class _Trap:
    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return (pytest.fail, ("code from the file was run",))


def test_nothing_in_a_file_is_ever_run(tmp_path: Path) -> None:
    trap = np.empty(1, dtype=object)
    trap[0] = _Trap()
    (tmp_path / "m.npz").write_bytes(arrays(bias=trap))
    (tmp_path / "p.npz").write_bytes(pickle.dumps(_Trap()))
    for name in ("m.npz", "p.npz"):
        with pytest.raises(ConfigurationError, match="no headline model"):
            read_model(tmp_path / name)


def test_a_file_cut_short_is_refused(tmp_path: Path) -> None:
    whole = arrays()
    (tmp_path / "m.npz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ConfigurationError, match="no headline model"):
        read_model(tmp_path / "m.npz")


def test_a_missing_or_empty_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="does not exist"):
        read_model(tmp_path / "m.npz")
    (tmp_path / "m.npz").write_bytes(b"")
    with pytest.raises(FeedMalformed, match="is empty"):
        read_model(tmp_path / "m.npz")


def test_a_path_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be written"):
        write_model(tmp_path / "none" / "m.npz", model(), {})
