"""A state directory: one daemon at a time, its owner's id and its database."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import uuid4

from sqlalchemy import URL

from core.errors import ConfigurationError


class StateDirectory:
    """A folder that belongs to one daemon; `with` holds it, readers only look at it.

    The kernel drops the lock when its holder ends, however it ends.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.expanduser().absolute()
        self._lock: int | None = None

    @property
    def owner(self) -> str:
        """The directory's id, made once.

        Raises:
            ConfigurationError: If no daemon ever ran here.
        """
        try:
            owner = self._owner_file.read_text("ascii").strip()
        except (OSError, ValueError) as error:
            raise self._refusal("holds no journal", "start a run first, or name another", error) from error
        if not owner:
            raise self._refusal("has an empty `owner` file", "restore it from a backup, or name another")
        return owner

    @property
    def database_url(self) -> str:
        """The default database: a file in the directory."""
        return URL.create("sqlite", database=str(self.path / "journal.sqlite")).render_as_string()

    def __enter__(self) -> Self:
        """Create the directory where it is missing, and hold it.

        Raises:
            ConfigurationError: If another daemon holds it, or it cannot be written.
        """
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
            self._hold(self._lock)
            self._name_owner()
        except OSError as error:
            self._release()
            raise self._refusal("cannot be used", "make it writable for this user, or name another", error) from error
        except ConfigurationError:
            self._release()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._release()

    @property
    def _owner_file(self) -> Path:
        return self.path / "owner"

    def _hold(self, lock: int) -> None:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            pid = os.pread(lock, 20, 0).decode("ascii", "replace").strip() or "unknown"
            raise ConfigurationError(
                f"another daemon (pid {pid}) is using {self.path}: stop it, or use another --state-dir",
            ) from error
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)

    def _name_owner(self) -> None:
        if self._owner_file.exists():
            return
        draft = self.path / "owner.new"  # renamed when whole, so that a crash leaves no half id
        draft.write_text(f"{uuid4().hex}\n", "ascii")
        draft.replace(self._owner_file)

    def _release(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _refusal(self, what: str, remedy: str, error: Exception | None = None) -> ConfigurationError:
        why = f" ({error.strerror})" if isinstance(error, OSError) else ""
        return ConfigurationError(f"state directory {self.path} {what}{why}: {remedy} --state-dir")
