"""Closing positions whose margin no longer covers their maintenance.

Isolated positions stand alone; cross positions share the cash. A cross
account that falls short loses its open orders first, then its positions, the
worst one first, until what remains is covered. Cash never ends below zero:
the venue's fund takes the rest.
"""

from terminal.sim.exchange.books import AccountBooks
from terminal.sim.exchange.margin import MarginView
from terminal.sim.exchange.order_desk import OrderDesk, OrderRequest
from terminal.sim.exchange.records import Position
from terminal.sim.exchange.terms import ZERO, BillKind, Effect, EventKind, MarginMode, OrderOrigin
from terminal.sim.market.types import BookTif


class Liquidator:
    def __init__(self, books: AccountBooks, margin: MarginView, orders: OrderDesk) -> None:
        self._books = books
        self._margin = margin
        self._orders = orders

    def check(self, now_ms: int) -> None:
        """Liquidate whatever is under its maintenance margin now."""
        for position in list(self._books.held()):
            if position.margin_mode is MarginMode.ISOLATED and self._isolated_short(position):
                self._liquidate(position, now_ms)
        if self._cross_short():
            self._liquidate_cross(now_ms)
        if self._books.wallet.cash < 0 and not any(self._books.held()):
            self._books.move_cash(BillKind.SHORTFALL, -self._books.wallet.cash, now_ms)
            self._books.publish(EventKind.ACCOUNT, self._books.wallet, now_ms)

    def _cross_short(self) -> bool:
        needed = self._margin.cross_maintenance()
        return needed > 0 and self._margin.cross_equity() < needed

    def _isolated_short(self, position: Position) -> bool:
        backing = position.isolated_margin + self._margin.unrealized_of(position)
        return backing < self._margin.maintenance_of(position)

    def _liquidate_cross(self, now_ms: int) -> None:
        for order in self._books.open_orders():
            self._orders.cancel(order.order_id, now_ms, "LIQUIDATION")
        cross = [held for held in self._books.held() if held.margin_mode is MarginMode.CROSS]
        for position in sorted(cross, key=self._margin.unrealized_of):
            if not self._cross_short():
                return
            self._liquidate(position, now_ms)

    def _liquidate(self, position: Position, now_ms: int) -> None:
        """Sell the position into the book; what the book cannot take waits for the next check."""
        for order in self._books.open_orders(position.pair):
            if order.side is position.side and order.effect is Effect.CLOSE:
                self._orders.cancel(order.order_id, now_ms, "LIQUIDATION")
        wallet = self._books.wallet
        wallet.liquidating = True
        self._books.note_bill(BillKind.START_LIQUIDATE, ZERO, now_ms, position.pair)
        request = OrderRequest(
            pair=position.pair,
            client_oid="",
            side=position.side,
            effect=Effect.CLOSE,
            size=position.size,
            price=None,
            tif=BookTif.IOC,
            origin=OrderOrigin.LIQUIDATION,
        )
        self._orders.force(request, now_ms)
        wallet.liquidating = False
        self._books.note_bill(BillKind.FINISH_LIQUIDATE, ZERO, now_ms, position.pair)
        self._books.publish(EventKind.ACCOUNT, wallet, now_ms)
