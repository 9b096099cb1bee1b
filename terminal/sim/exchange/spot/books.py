"""A spot account's books: coins, orders, fills, and the events others hear of them."""

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from terminal.sim.exchange.books import IdSource
from terminal.sim.exchange.spot.records import (
    Flow,
    FlowKind,
    Holding,
    SpotEvent,
    SpotEventKind,
    SpotFill,
    SpotOrder,
)
from terminal.sim.exchange.spot.rules import SpotRules

_EVENTS_KEPT = 10_000


class SpotBooks:
    """One account. The desk changes it; protocols and tests read it.

    `revision` grows with each change, `version` with each event.
    """

    def __init__(self, rules: dict[str, SpotRules], seed: int) -> None:
        self.rules = rules
        self.ids = IdSource(seed)
        self.holdings: dict[str, Holding] = {}
        for rule in rules.values():
            for asset in (rule.quote, rule.base):
                self.holdings.setdefault(asset, Holding(asset))
        self.orders: dict[str, SpotOrder] = {}
        self.open_ids: dict[str, None] = {}  # insertion-ordered set of orders that are not final
        self.fills: list[SpotFill] = []
        self.flows: list[Flow] = []
        self.client_oids: dict[str, str] = {}  # the newest order of each client id
        self.version = 0
        self.revision = 0
        self.events: deque[SpotEvent] = deque(maxlen=_EVENTS_KEPT)

    def open_orders(self, pair: str | None = None) -> Iterator[SpotOrder]:
        """Orders that are not final, oldest first."""
        for order_id in list(self.open_ids):
            order = self.orders[order_id]
            if pair is None or order.pair == pair:
                yield order

    def add_order(self, order: SpotOrder) -> None:
        self.orders[order.order_id] = order
        self.open_ids[order.order_id] = None
        if order.client_oid:
            self.client_oids[order.client_oid] = order.order_id
        self.revision += 1

    def close_order(self, order: SpotOrder) -> None:
        """Take a final order off the list of open ones; what it still had locked is free again."""
        self.open_ids.pop(order.order_id, None)
        self.unlock(order, order.locked)

    def lock(self, order: SpotOrder, amount: Decimal) -> None:
        """Set coins aside for an order."""
        holding = self.holdings[order.lock_asset]
        holding.free -= amount
        holding.locked += amount
        order.locked += amount
        self.revision += 1

    def unlock(self, order: SpotOrder, amount: Decimal) -> None:
        self.lock(order, -amount)

    def spend_locked(self, order: SpotOrder, amount: Decimal, now_ms: int) -> None:
        """Pay with what an order has locked."""
        holding = self.holdings[order.lock_asset]
        holding.locked -= amount
        order.locked -= amount
        self._note(holding, FlowKind.TRADE, -amount, now_ms)

    def credit(self, asset: str, amount: Decimal, kind: FlowKind, now_ms: int) -> None:
        """Add to (or take from) what is free of a coin."""
        holding = self.holdings[asset]
        holding.free += amount
        self._note(holding, kind, amount, now_ms)

    def tell_order(self, order: SpotOrder, now_ms: int, fill: SpotFill | None = None) -> None:
        self._tell(SpotEventKind.ORDER, replace(order), now_ms, fill)

    def tell_fill(self, fill: SpotFill, now_ms: int) -> None:
        self._tell(SpotEventKind.FILL, fill, now_ms, fill)

    def tell_balances(self, assets: tuple[str, ...], now_ms: int) -> None:
        """Tell what the named coins are now, in one event."""
        self._tell(SpotEventKind.BALANCE, tuple(replace(self.holdings[asset]) for asset in assets), now_ms, None)

    def drain_events(self) -> list[SpotEvent]:
        drained = list(self.events)
        self.events.clear()
        return drained

    def _note(self, holding: Holding, kind: FlowKind, change: Decimal, now_ms: int) -> None:
        self.flows.append(Flow(self.ids.next(), holding.asset, kind, change, holding.total, now_ms))
        self.revision += 1

    def _tell(
        self,
        kind: SpotEventKind,
        subject: SpotOrder | SpotFill | tuple[Holding, ...],
        now_ms: int,
        fill: SpotFill | None,
    ) -> None:
        self.version += 1
        self.revision += 1
        self.events.append(SpotEvent(self.version, kind, subject, now_ms, fill))
