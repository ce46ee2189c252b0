"""The quotas' counts over a restart: a daemon that is restarted often must not spend a day's quota on back-fills."""

import json
from collections.abc import Mapping
from pathlib import Path

import structlog

log = structlog.get_logger()


class Spent:
    """A small file in the state directory; losing it costs nothing but the count.

    Args:
        path: Where; need not exist.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._written = ""

    def load(self) -> dict[str, dict[int, int]]:
        """Credits by minute, UTC ms, by source; empty where nothing can be read."""
        try:
            document = json.loads(self._path.read_text(encoding="utf-8"))
            return {
                str(source): {int(minute): int(count) for minute, count in counts.items()}
                for source, counts in document.items()
            }
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, AttributeError, TypeError) as error:
            log.warning("feed quotas forgotten", path=str(self._path), error=str(error))
            return {}

    def save(self, spent: Mapping[str, Mapping[int, int]]) -> None:
        """Replace the file as a whole, where anything has changed; a full disk is no reason to stop polling."""
        text = json.dumps(spent)
        if text == self._written:
            return
        fresh = self._path.with_suffix(".new")
        try:
            fresh.write_text(text, encoding="utf-8")
            fresh.replace(self._path)
            self._written = text
        except OSError as error:
            log.warning("feed quotas not kept", path=str(self._path), error=str(error))
