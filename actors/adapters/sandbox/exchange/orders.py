"""Every order there was, found by id, by client id, and by what still matters."""

from collections.abc import Iterator

from actors.adapters.sandbox.exchange.order import Order


class Orders:
    """Orders in the order of their creation."""

    def __init__(self) -> None:
        self._all: dict[str, Order] = {}
        self._by_link: dict[str, Order] = {}
        self._open: dict[str, Order] = {}
        self._wiped: set[str] = set()

    def add(self, order: Order) -> None:
        """Keep a new order."""
        self._all[order.order_id] = order
        self._open[order.order_id] = order
        if order.link_id:
            self._by_link[order.link_id] = order

    def settle(self, order: Order) -> None:
        """An order has changed: forget it among the open ones if it is final."""
        if not order.is_open:
            self._open.pop(order.order_id, None)

    def revive(self, order: Order) -> None:
        """A triggered order is open again."""
        self._open[order.order_id] = order

    def find(self, order_id: str, link_id: str) -> Order | None:
        """By id, which wins, else by client id."""
        return self._all.get(order_id) if order_id else self._by_link.get(link_id)

    def knows(self, link_id: str) -> bool:
        """Whether a client id was used before."""
        return link_id in self._by_link

    def open(self, symbol: str | None = None) -> list[Order]:
        """Open orders, oldest first."""
        return [order for order in self._open.values() if symbol is None or order.symbol == symbol]

    def newest(self) -> Iterator[Order]:
        """All orders, newest first."""
        return reversed(self._all.values())

    def recent(self) -> Iterator[Order]:
        """Final orders of this service's life, newest first: a restart wipes them."""
        return (order for order in self.newest() if not order.is_open and order.order_id not in self._wiped)

    def wipe_recent(self) -> None:
        """The service restarts: final orders are found in the history alone."""
        self._wiped.update(order.order_id for order in self._all.values() if not order.is_open)
