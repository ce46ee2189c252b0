"""Notice that the journal's file was deleted or replaced: an unlinked file takes writes without complaint."""

from pathlib import Path

from core.errors import LedgerError


class WatchedFile:
    """A file whose identity is known."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._identity = self._found()

    def was_replaced(self) -> bool:
        """Whether another file has taken its place since the last look.

        Raises:
            LedgerError: If there is none.
        """
        before, self._identity = self._identity, self._found()
        return before != self._identity

    def _found(self) -> tuple[int, int]:
        try:
            found = self._path.stat()
        except OSError as error:
            raise LedgerError(
                f"journal {self._path}: the file is gone ({error.strerror}): put it back, the write is then repeated",
            ) from error
        return found.st_dev, found.st_ino
