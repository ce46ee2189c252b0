"""Every way a request can end, as one of our outcomes: by return code, by HTTP status, by what the network did.

A request that only asks changes nothing, so what would be unknown of an order is merely unanswered of a question.

Source:
    Bybit v5, error codes and create-order (0 is an acknowledgment only); VENUES design, 5.2 and 5.3.
"""

import re
import ssl
from dataclasses import dataclass, replace
from typing import Final

import requests
from urllib3.exceptions import NewConnectionError

from actors.adapters.bybit.codes import FOREIGN, Meaning, meaning
from core.errors import VenueError
from core.reasons import Reason
from core.trading.reports import CommandAnswered, Outcome

READS: Final = frozenset({"find_order", "snapshot", "read"})
"""Verbs that change nothing."""

_PARAMETER: Final = 10001
_SHOWN: Final = 200
# 10001 is said of very different things; only its text tells them apart.
_TEXTS: Final[tuple[tuple[re.Pattern[str], Reason], ...]] = (
    (
        re.compile(r"stop_?loss.*(base_price|should (be )?(lower|higher))", re.IGNORECASE),
        Reason.VENUE_STOP_BEYOND_PRICE,
    ),
    (re.compile(r"zero position|position is zero", re.IGNORECASE), Reason.VENUE_POSITION_ABSENT),
    (re.compile(r"position (idx|mode)|account mode", re.IGNORECASE), Reason.VENUE_ACCOUNT_REFUSED),
)
_ABROAD: Final = re.compile(r"country|region|restricted location", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a request ended."""

    outcome: Outcome
    reason: Reason
    code: int = 0
    """The venue's own, or the status of HTTP; 0: none."""
    detail: str = ""

    def answered(self, verb: str, key: str) -> CommandAnswered:
        """As the answer to a command."""
        return CommandAnswered(verb, key, self.outcome, self.reason.name, self.code, self.detail)


class NotAnswered(VenueError):
    """A question that was not answered.

    Args:
        verdict: Why.
    """

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(f"{verdict.reason.meaning} {verdict.detail}".strip())
        self.verdict = verdict


def by_code(verb: str, code: int, text: str = "") -> Verdict:
    """The verdict on a return code.

    Args:
        verb: The command's, or `read`.
        code: As answered.
        text: The venue's words beside it.
    """
    if code == 0 and verb in READS:
        return Verdict("done", Reason.VENUE_ANSWERED)
    outcome, reason = meaning(verb, code)
    if code == _PARAMETER:
        reason = next((found for pattern, found in _TEXTS if pattern.search(text)), reason)
    return _of_verb(verb, Verdict(outcome, reason, code, brief(text)))


def by_status(verb: str, status: int, text: str = "") -> Verdict:
    """The verdict on an HTTP status that is not 200."""
    if status == requests.codes.forbidden and _ABROAD.search(text):
        return Verdict("fatal", Reason.VENUE_REGION_REFUSED, status, brief(text))
    found: Meaning = ("unknown", Reason.VENUE_SERVER_ERROR) if status >= 500 else meaning(verb, status)
    return _of_verb(verb, Verdict(*found, status, brief(f"HTTP {status} {text}")))


def by_failure(verb: str, error: Exception) -> Verdict:
    """The verdict on a request whose answer never came, or could not be read."""
    if _was_not_sent(error):
        return Verdict("unreachable", Reason.VENUE_UNREACHABLE, 0, _named(error))
    if isinstance(error, requests.RequestException) and not isinstance(error, ValueError):
        return _of_verb(verb, Verdict(*FOREIGN, 0, _named(error)))
    return _of_verb(verb, Verdict("unknown", Reason.VENUE_ANSWER_UNREADABLE, 0, _named(error)))


def brief(text: str) -> str:
    """The beginning of what was said, on one line."""
    words = " ".join(text.split())
    return words if len(words) <= _SHOWN else f"{words[: _SHOWN - 1]}…"


def _of_verb(verb: str, verdict: Verdict) -> Verdict:
    if verb not in READS or verdict.outcome != "unknown":
        return verdict
    unheard = verdict.reason is Reason.VENUE_OUTCOME_UNKNOWN and not verdict.code
    return replace(verdict, outcome="unreachable", reason=Reason.VENUE_UNREACHABLE if unheard else verdict.reason)


def _was_not_sent(error: Exception) -> bool:
    """Whether no connection came about: then nothing can have arrived."""
    never = requests.exceptions.ConnectTimeout | requests.exceptions.ProxyError | requests.exceptions.InvalidURL
    if isinstance(error, never):
        return True
    cause = error.args[0] if isinstance(error, requests.ConnectionError) and error.args else None
    reason = getattr(cause, "reason", cause)
    distrusted = any(isinstance(part, ssl.SSLCertVerificationError) for part in getattr(reason, "args", ()))
    return distrusted or isinstance(reason, NewConnectionError)


def _named(error: Exception) -> str:
    # Not its text: that of a network error holds addresses of objects, and that of others what was sent.
    return type(error).__name__
