"""Commands carried out: one request each, its outcome first, and after it what had to be looked up to believe it.

A write is sent once. Where the answer itself asks for a look (the order of a cancel is gone, an id is known already, a
stop was "not modified"), the look follows at once; everything else is for whoever gave the command to ask.

Source:
    VENUES design, 5.2 and 5.3.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from actors.adapters.bybit.account import Account, Found
from actors.adapters.bybit.client import Client
from actors.adapters.bybit.outcomes import NotAnswered, Verdict
from actors.adapters.bybit.translate import Body, amend_body, cancel_body, place_body, set_stop_body
from core.errors import FeedMalformed, InvariantBroken
from core.reasons import Reason
from core.trading.reports import Command, OrderMissing

WRITES: Final = frozenset({"place", "amend", "cancel", "set_stop"})
"""Verbs that change something."""

_METHODS: Final = {
    "place": "place_order",
    "amend": "amend_order",
    "cancel": "cancel_order",
    "set_stop": "set_trading_stop",
}
_DONE: Final = Verdict("done", Reason.VENUE_ANSWERED)


class Commands:
    """Carries out commands; blocks its thread.

    Args:
        client: Sends them.
        account: Looks up.
        trigger_by: Which price triggers stops; `place_body` says why the last one.
    """

    def __init__(self, client: Client, account: Account, trigger_by: str = "LastPrice") -> None:
        self._client = client
        self._account = account
        self._trigger_by = trigger_by
        self._reads: Mapping[str, Callable[[Command], Sequence[object]]] = {
            "find_order": self._find,
            "snapshot": self._snapshot,
        }

    def carry_out(self, command: Command) -> Sequence[object]:
        """The inputs that a command leads to, CommandAnswered first; nothing for one that is for the journal alone."""
        if command.verb in WRITES:
            return self._write(command)
        if command.verb not in self._reads:
            return ()
        try:
            found = self._reads[command.verb](command)
        except NotAnswered as error:
            return (error.verdict.answered(command.verb, command.key),)
        except FeedMalformed as error:
            unreadable = Verdict("unreachable", Reason.VENUE_ANSWER_UNREADABLE, 0, str(error))
            return (unreadable.answered(command.verb, command.key),)
        return (_DONE.answered(command.verb, command.key), *found)

    def _write(self, command: Command) -> Sequence[object]:
        verb, key = command.verb, command.key
        try:
            body = self._body(command)
        except InvariantBroken as error:
            return (Verdict("refused", Reason.VENUE_REQUEST_REFUSED, 0, f"not sent: {error}").answered(verb, key),)
        verdict = self._client.send(verb, _METHODS[verb], body).verdict
        if verdict.reason is Reason.VENUE_CLOCK_SKEW:
            self._client.set_clock()
        if verb == "set_stop" and verdict.outcome == "done":
            return self._verified(command, verdict)
        asks = verdict.outcome == "done" if verb == "cancel" else verdict.reason is Reason.VENUE_DUPLICATE_ID
        return (verdict.answered(verb, key), *(self._looked_up(command) if asks else ()))

    def _body(self, command: Command) -> Body:
        match command.verb:
            case "place":
                return place_body(command.key, command.fields, trigger_by=self._trigger_by)
            case "amend":
                return amend_body(command.key, command.fields, trigger_by=self._trigger_by)
            case "cancel":
                return cancel_body(command.key, command.fields)
            case _:
                return set_stop_body(command.fields, trigger_by=self._trigger_by)

    def _verified(self, command: Command, verdict: Verdict) -> Sequence[object]:
        """A stop that was "not modified", which Bybit also says of a request that lacks something."""
        asked = Decimal(str(command.fields["stop"]))
        try:
            held = self._account.position(str(command.fields["symbol"]))
        except (NotAnswered, FeedMalformed) as error:
            unsure = Verdict("unknown", Reason.VENUE_OUTCOME_UNKNOWN, verdict.code, f"{verdict.detail}; {error}")
            return (unsure.answered(command.verb, command.key),)
        if held.stop != asked:
            told = f"{verdict.detail}, but the position's stop is {held.stop or 'not set'}"
            verdict = replace(verdict, outcome="refused", reason=Reason.VENUE_REQUEST_REFUSED, detail=told)
        return verdict.answered(command.verb, command.key), held

    def _looked_up(self, command: Command) -> Sequence[object]:
        try:
            return self._find(command)
        except (NotAnswered, FeedMalformed):
            return ()  # the command's own outcome says that it must be asked for

    def _find(self, command: Command) -> Sequence[object]:
        found: Found = self._account.find(str(command.fields["symbol"]), command.key)
        if found.order is None and not found.executions:
            return (OrderMissing(command.key, found.looked_ms),)
        return (*([found.order] if found.order else []), *found.executions)

    def _snapshot(self, command: Command) -> Sequence[object]:
        since = int(str(command.fields["since_ms"]))
        return (self._account.snapshot(str(command.fields["symbol"]), since, requested=True),)
