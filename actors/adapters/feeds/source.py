"""What every source is: terms, requests, and a translation of their answers."""

from collections.abc import Sequence
from typing import Protocol

from actors.adapters.feeds.answer import Found, Refused
from actors.adapters.feeds.request import FileRequest, Request
from actors.adapters.feeds.terms import Terms


class Source(Protocol):
    """One provider of one feed; knows its format, and neither network nor clock."""

    @property
    def name(self) -> str:
        """As settings name it, such as `twelvedata`."""

    @property
    def terms(self) -> Terms:
        """How often it may be asked, how late it may be, and what asking costs."""

    @property
    def partial(self) -> bool:
        """Whether some of its requests may fail while the others count."""

    def requests(self, now: int, *, history: bool) -> Sequence[Request | FileRequest]:
        """What to ask, in order.

        Args:
            now: UTC ms.
            history: Ask for what look-backs need, not for the newest alone; empty where the source has no history.
        """

    def translate(self, bodies: Sequence[bytes], now: int) -> Sequence[Found] | Refused:
        """What the answers hold.

        Args:
            bodies: One for each request, in order; empty where a partial source's request failed, and for files.
            now: UTC ms; what becomes known later is left out.

        Raises:
            ValueError, LookupError, TypeError, OSError, FeedError: If the contents make no sense; the poller says so.
        """
