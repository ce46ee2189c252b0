"""A path on disk as bytes: whatever is wrong with the path or its compression is said here, in one line."""

import difflib
import gzip
import io
import zipfile
import zlib
from pathlib import Path

from core.errors import ConfigurationError, FeedMalformed

_HEADER = b"\x1f\x8b"


def existing(path: Path) -> Path:
    """The path itself, if it is a file that can be looked at.

    Raises:
        ConfigurationError: If it is missing (with the nearest name that exists) or is no file.
    """
    if path.is_file():
        return path
    if path.exists():
        raise ConfigurationError(f"{path} is not a file: name one file in it")
    raise ConfigurationError(f"{path} does not exist{_hint(path)}")


def contents(path: Path) -> bytes:
    """The file's bytes, unpacked where it is a .gz or .zip.

    Raises:
        ConfigurationError: If it cannot be opened.
        FeedMalformed: If it is empty, cut short or not what its name says.
    """
    try:
        packed = existing(path).read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror or error}") from error
    unpacked = _unpacked(path, packed)
    if not unpacked.strip():
        raise FeedMalformed(f"{path} is empty")
    return unpacked


def _unpacked(path: Path, packed: bytes) -> bytes:
    suffix = path.suffix.lower()
    if suffix == ".gz" and packed:
        return _gunzipped(path, packed)
    return _unzipped(path, packed) if suffix == ".zip" and packed else packed


def _gunzipped(path: Path, packed: bytes) -> bytes:
    if not packed.startswith(_HEADER):
        raise FeedMalformed(f"{path} is not a gzip file, though its name says so")
    try:
        return gzip.decompress(packed)
    except (EOFError, OSError, zlib.error) as error:
        raise FeedMalformed(f"{path} is cut short or damaged: {error}; fetch it again") from error


def _unzipped(path: Path, packed: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            members = [name for name in archive.namelist() if name.lower().endswith(".csv")]
            if len(members) != 1:
                raise FeedMalformed(f"{path} holds {len(members)} CSV files; exactly one is read from a .zip")
            return archive.read(members[0])
    except (zipfile.BadZipFile, EOFError, OSError, zlib.error, RuntimeError, ValueError) as error:
        raise FeedMalformed(f"{path} is not a readable zip file: {error}; fetch it again") from error


def _hint(path: Path) -> str:
    folder = path.parent
    if not folder.is_dir():
        return f", nor does the folder {folder}"
    near = difflib.get_close_matches(path.name, sorted(entry.name for entry in folder.iterdir()), n=1, cutoff=0.5)
    return f"; did you mean {folder / near[0]}?" if near else f"; nothing in {folder} has a name like it"
