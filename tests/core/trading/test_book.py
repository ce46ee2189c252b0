"""The paper book: what a bar reaches, what a fill leaves, and what is saved."""

import json
from decimal import Decimal
from math import nextafter

import pytest

from core.trading.book import PaperBook, Resting
from core.trading.orders import OrderRequest
from core.trading.wire import as_json, request_from


def resting(side: int, price: float | None, *, reduce_only: bool) -> Resting:
    return Resting("cw-1", "p/1", side, Decimal(1), price, reduce_only=reduce_only, stop_distance=None)


def request(role: str, side: int, quantity: str, price: str | None = None) -> OrderRequest:
    entry = role == "entry"
    return OrderRequest(
        client_order_id=f"cw-{role}",
        symbol="BTCUSDT",
        position="p/1",
        role=role,
        side=side,
        quantity=Decimal(quantity),
        price=None if price is None else Decimal(price),
        post_only=entry and price is not None,
        reduce_only=not entry,
        stop_distance=4.0 if entry else None,
    )


@pytest.mark.parametrize(
    ("side", "bar", "price"),
    [
        (-1, (100.0, 105.0, 99.0), 105.0),  # touched
        (-1, (100.0, nextafter(105.0, 0), 99.0), None),
        (-1, (107.0, 108.0, 106.0), 107.0),  # a gap fills at the better open
        (1, (106.0, 107.0, 105.0), 105.0),
        (1, (106.0, 107.0, nextafter(105.0, 200)), None),
        (1, (103.0, 104.0, 102.0), 103.0),
    ],
)
def test_a_closing_limit_fills_when_touched(side: int, bar: tuple[float, float, float], price: float | None) -> None:
    assert resting(side, 105.0, reduce_only=True).reached(*bar) == price


@pytest.mark.parametrize(
    ("side", "bar", "price"),
    [
        (1, (106.0, 107.0, 105.0), None),  # touched is not through
        (1, (106.0, 107.0, nextafter(105.0, 0)), 105.0),
        (1, (103.0, 104.0, 102.0), 105.0),  # a maker gets its own price, also over a gap
        (-1, (104.0, 105.0, 103.0), None),
        (-1, (104.0, nextafter(105.0, 200), 103.0), 105.0),
    ],
)
def test_a_post_only_entry_fills_when_traded_through(
    side: int, bar: tuple[float, float, float], price: float | None
) -> None:
    assert resting(side, 105.0, reduce_only=False).reached(*bar) == price


def test_a_market_order_waits_for_an_open() -> None:
    assert resting(1, None, reduce_only=False).reached(1.0, 2.0, 0.5) is None


@pytest.mark.parametrize(("side", "stop"), [(1, 96.0), (-1, 104.0)])
def test_an_entry_brings_its_stop(side: int, stop: float) -> None:
    book = PaperBook()
    book.rest(request("entry", side, "2"))
    assert book.take(book.resting["cw-entry"], 100.0) == 2
    assert (book.position, book.side, book.quantity, book.stop) == ("p/1", side, Decimal(2), stop)
    assert not book.resting
    assert book.holds("p/1")
    assert not book.holds("p/2")


def test_a_closing_order_never_takes_more_than_is_left() -> None:
    book = PaperBook(position="p/1", side=1, quantity=Decimal("0.3"))
    book.rest(request("target", -1, "1", "105"))
    assert book.take(book.resting["cw-target"], 105.0) == Decimal("0.3")
    assert book.quantity == 0
    assert not book.holds("p/1")


def test_the_book_comes_back_as_it_was() -> None:
    book = PaperBook(position="p/1", side=-1, quantity=Decimal("0.300"), stop=101.5)
    book.rest(request("target", 1, "0.300", "95.10"))
    book.rest(request("exit", 1, "0.300"))
    again = PaperBook.restore(json.loads(json.dumps(book.save())))
    assert again == book
    assert str(again.quantity) == "0.300"


@pytest.mark.parametrize("order", [request("entry", 1, "0.100"), request("target", -1, "2.50", "105.10")])
def test_an_order_comes_back_from_the_wire_digit_by_digit(order: OrderRequest) -> None:
    again = request_from(json.loads(json.dumps(as_json(order))))
    assert again == order
    assert (str(again.quantity), str(again.price)) == (str(order.quantity), str(order.price))
