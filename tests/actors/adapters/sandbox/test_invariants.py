"""Whatever is asked of it, and whatever goes wrong, the exchange's books balance."""

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from actors.adapters.sandbox.faults.catalogue import FAULTS, Chance
from actors.adapters.sandbox.faults.faults import Faults
from actors.adapters.sandbox.faults.plan import Plan
from actors.adapters.sandbox.faults.requests import RequestFaults
from actors.adapters.sandbox.faults.world import WorldFaults
from tests.actors.adapters.sandbox.stall import START, Stall, stall

WAVE = [
    (START, 60_900.0, 59_800.0, 60_500.0),
    (60_500.0, 60_600.0, 58_700.0, 59_500.0),
    (59_500.0, 60_400.0, 59_400.0, START),
]
PRICES = st.integers(588, 612).map(lambda hundreds: str(hundreds * 100))
QUANTITIES = st.sampled_from(["0.001", "0.05", "0.4", "3", "14"])
ORDERS = st.fixed_dictionaries(
    {"side": st.sampled_from(["Buy", "Sell"]), "qty": QUANTITIES},
    optional={
        "price": PRICES,
        "timeInForce": st.sampled_from(["GTC", "IOC", "FOK", "PostOnly"]),
        "reduceOnly": st.booleans(),
        "stopLoss": PRICES,
        "takeProfit": PRICES,
        "tpslMode": st.sampled_from(["Full", "Partial"]),
        "triggerPrice": PRICES,
        "triggerDirection": st.sampled_from([1, 2]),
    },
)
STOPS = st.fixed_dictionaries(
    {},
    optional={
        "stopLoss": PRICES | st.just("0"),
        "takeProfit": PRICES | st.just("0"),
        "trailingStop": st.sampled_from(["0", "150", "300"]),
    },
)
LEVERAGE = st.sampled_from(["1", "10", "100"])
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("/v5/order/create"), ORDERS),
        st.tuples(st.just("/v5/position/trading-stop"), STOPS),
        st.tuples(st.just("/v5/order/cancel-all"), st.just({})),
        st.tuples(st.just("/v5/order/amend"), st.fixed_dictionaries({}, optional={"qty": QUANTITIES, "price": PRICES})),
        st.tuples(st.just("/v5/position/set-leverage"), LEVERAGE.map(lambda x: {"buyLeverage": x, "sellLeverage": x})),
        st.tuples(st.just("wait"), st.sampled_from([0.1, 1.0, 7.0])),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(acts=ACTS, seed=st.integers(0, 5))
def test_the_books_balance(acts: list[tuple[str, Any]], seed: int) -> None:
    trader = stall(WAVE * 60)
    wrong = {name: 0.2 for name, fault in FAULTS.items() if fault.chance in {Chance.WRITE, Chance.MINUTE}}
    faults = Faults(Plan(rates=wrong, seed=seed))
    requests, world = RequestFaults(faults), WorldFaults(faults, trader.now)
    for path, body in acts:
        if path == "wait":
            trader.pass_minutes(body)
            world.pass_time(trader.exchange.floor)
        else:
            act(trader, requests, path, body)
        trader.told += trader.exchange.floor.drain()
        check(trader)


def act(trader: Stall, requests: RequestFaults, path: str, body: dict[str, Any]) -> None:
    floor = trader.exchange.floor
    if path == "/v5/order/create":
        body = {**body, "orderType": "Limit" if "price" in body else "Market"}
    if path == "/v5/order/amend":
        resting = floor.orders.open()
        body = {**body, "orderId": resting[0].order_id if resting else "none"}
    if requests.instead(path, body) is None:
        answer = trader.ask(path, **body)
        requests.after(floor, path, answer)
        requests.back(path, answer)


def check(trader: Stall) -> None:
    floor = trader.exchange.floor
    rows = [event.row for event in trader.told if event.topic == "execution"]
    profit = sum((Decimal(row["execPnl"]) - Decimal(row["execFee"]) for row in rows), Decimal(0))
    assert floor.account.wallet == 100_000 + profit
    sizes = [
        Decimal(row["execQty"]) * (1 if row["side"] == "Buy" else -1) for row in rows if row["execType"] != "Funding"
    ]
    position = floor.account.position("BTCUSDT", 0)
    assert position.size == sum(sizes, Decimal(0))
    assert (position.cost == 0) == (position.size == 0)
    assert len({row["execId"] for row in rows}) == len(rows)
    for order in floor.orders.newest():
        assert 0 <= order.filled <= order.qty
        assert (order.status == "Filled") == (order.filled == order.qty)
        if order.is_stop and order.is_open:
            assert order.side != position.side
            assert order.qty <= abs(position.size)
    assert floor.account.equity(floor.mark) > -1_000
    assert all(position.status == "Normal" for position in floor.account.held)
