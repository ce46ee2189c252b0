"""The account's stream begins with a snapshot, and what happened meanwhile follows it."""

from collections.abc import Iterator

import pytest
from anyio import to_thread

from actors.adapters.bybit.account_feed import AccountFeed
from actors.adapters.bybit.rest import BybitRest
from actors.clock import wall_clock_ms
from core.trading.reports import (
    ExecutionReported,
    OrderReported,
    PositionReported,
    VenueSnapshot,
    WalletReported,
)
from core.trading.stake import Stake
from tests.actors.adapters.bybit.desk import KEY
from tests.actors.adapters.bybit.heard import Log, driven, params_for, running
from tests.actors.adapters.sandbox.served import STILL, Stand, served
from tests.actors.adapters.sandbox.signed import Signed

pytestmark = pytest.mark.anyio
MARKET = {"category": "linear", "symbol": "BTCUSDT", "side": "Buy", "orderType": "Market", "qty": "0.01"}
LIVE = ("connect", "open", "authenticate", "sync")


class Account:
    """The feed at a sandbox, and orders that are placed beside it."""

    def __init__(self, stand: Stand, log: Log) -> None:
        self.stand = stand
        self.params = params_for(stand.address, ban_ms=1_500)
        self.rest = BybitRest(self.params, KEY, KEY, driven(stand))
        self.before_snapshot: list[str] = []
        """Orders that are placed once the stream is subscribed and before the snapshot is read."""
        self.feed = AccountFeed(
            self.params, (KEY, KEY), "BTCUSDT", rest=self.rest, clock=driven(stand), post=log.post, since=self._since
        )

    def place(self, name: str) -> None:
        answer = Signed(self.stand.url).post("/v5/order/create", {**MARKET, "orderLinkId": name})
        assert answer["retCode"] == 0, answer

    def _since(self) -> int:
        while self.before_snapshot:
            self.place(self.before_snapshot.pop(0))
        return 0


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def account(log: Log) -> Iterator[Account]:
    with served([STILL] * 30) as stand:
        found = Account(stand, log)
        yield found
        found.rest.close()


def executed(told: list[object], name: str) -> bool:
    return any(isinstance(each, ExecutionReported) and each.client_order_id == name for each in told)


async def test_what_the_stream_told_meanwhile_follows_the_snapshot_and_counts_once(account: Account, log: Log) -> None:
    account.before_snapshot = ["a-1", "a-2"]
    async with running(account.feed.run):
        await log.until_told(*LIVE)
        await log.until(lambda: executed(log.told, "a-2"))
    (snapshot,) = log.of(VenueSnapshot)
    reports = (OrderReported, ExecutionReported, PositionReported, WalletReported)
    first = next(place for place, each in enumerate(log.told) if isinstance(each, reports))
    assert log.told.index(snapshot) < first
    streamed = log.of(ExecutionReported)
    assert {each.exec_id for each in snapshot.executions} == {each.exec_id for each in streamed}
    stake = Stake()
    new = [each for each in (*snapshot.executions, *streamed) if stake.is_new(each)]
    assert (sorted(each.client_order_id for each in new), stake.executions) == (["a-1", "a-2"], 2)
    assert not snapshot.requested


async def test_what_happened_while_it_was_cut_off_is_in_the_next_snapshot_before_it_is_live(
    account: Account, log: Log
) -> None:
    async with running(account.feed.run):
        await log.until_told("sync")
        before = len(log.told)
        account.stand.sandbox.faults.arm("ws_cut")
        await log.until_told("drop", after=before)
        await to_thread.run_sync(account.place, "b-1")
        await log.until_told("sync", after=before)
    after = [type(each).__name__ for each in log.told[before:]]
    assert after == ["StreamChanged"] * 4 + ["VenueSnapshot", "StreamChanged"]
    assert [each.client_order_id for each in log.of(VenueSnapshot)[-1].executions] == ["b-1"]


async def test_an_order_is_told_with_its_execution_the_position_and_the_wallet(account: Account, log: Log) -> None:
    async with running(account.feed.run):
        await log.until_told("sync")
        await to_thread.run_sync(account.place, "c-1")
        await log.until(lambda: log.of(WalletReported) and log.of(PositionReported) and executed(log.told, "c-1"))
        wallet = await to_thread.run_sync(account.rest.account.wallet)
    (execution,) = log.of(ExecutionReported)
    assert log.of(OrderReported)[-1].status == "filled"
    assert (log.of(PositionReported)[-1].side, log.of(PositionReported)[-1].quantity) == (1, execution.quantity)
    assert wallet is not None
    assert log.of(WalletReported)[-1].balance == wallet.balance == 100_000 - execution.fee


async def test_a_repeated_end_of_an_order_is_told_as_often_as_it_comes_and_changes_no_quantity(
    account: Account, log: Log
) -> None:
    account.stand.sandbox.faults.arm("filled_twice")
    async with running(account.feed.run):
        await log.until_told("sync")
        await to_thread.run_sync(account.place, "d-1")
        await log.until(lambda: [each.status for each in log.of(OrderReported)].count("filled") == 2)
    assert {each.filled for each in log.of(OrderReported) if each.status == "filled"} == {
        log.of(ExecutionReported)[0].quantity
    }


async def test_a_snapshot_that_fails_leaves_the_stream_down_and_it_is_tried_again(account: Account, log: Log) -> None:
    account.rest.client.budget.ban(wall_clock_ms())
    async with running(account.feed.run):
        await log.until_told("sync")
    assert log.events()[:6] == ["connect", "open", "authenticate", "drop", "retry", "open"]
    assert len(log.of(VenueSnapshot)) == 1


async def test_a_stream_found_deaf_is_read_anew(account: Account, log: Log) -> None:
    async with running(account.feed.run):
        await log.until_told("sync")
        account.feed.reconnect()
        await log.until_told("sync", "drop", "retry", "open", "authenticate", "sync")
    assert len(log.of(VenueSnapshot)) == 2
