"""A one-way account: one net position per pair, and an order against it closes before it opens.

The books keep long and short apart, so here at most one of the two has a size. What an order
is (closing or opening) is decided when it is matched: what was held when it was placed may be
gone by then, and an order may close one side and open the other.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from terminal.sim.exchange.exchange import Exchange
from terminal.sim.exchange.records import Order, Position
from terminal.sim.exchange.settlement import settle_execution
from terminal.sim.exchange.terms import ZERO, Effect, PositionSide
from terminal.sim.market.types import BookSide, Execution


class NetExchange(Exchange):
    """An exchange whose account holds at most one side of each pair."""

    def net_position(self, pair: str) -> Position | None:
        """The side that is held, None when flat."""
        return next(self.books.held(pair), None)

    def role_of(self, pair: str, side: BookSide, size: Decimal) -> tuple[PositionSide, Effect]:
        """What an order placed now will do: close, when nothing of it would be left to open."""
        against = PositionSide.SHORT if side is BookSide.BUY else PositionSide.LONG
        if size <= self.orders.closable(pair, against):
            return against, Effect.CLOSE
        return _other(against), Effect.OPEN

    def _settle(self, executions: Sequence[Execution]) -> None:
        for execution in executions:
            order = self.books.orders[execution.order_id]
            timely = execution if execution.time_ms <= self.now_ms else replace(execution, time_ms=self.now_ms)
            for side, effect, lots in self._parts(order, timely):
                order.side, order.effect = side, effect
                if effect is Effect.OPEN:
                    self._take_terms(order)
                settle_execution(self.books, order, replace(timely, lots=lots))

    def _parts(self, order: Order, execution: Execution) -> Iterator[tuple[PositionSide, Effect, int]]:
        """The closing part first, then what is left to open."""
        against = PositionSide.SHORT if order.book_side is BookSide.BUY else PositionSide.LONG
        held = self.books.position(order.pair, against)
        rules = self.books.rules[order.pair]
        closing = min(execution.lots, rules.lots(held.size if held else ZERO) or 0)
        if closing:
            yield against, Effect.CLOSE, closing
        if execution.lots > closing:
            yield _other(against), Effect.OPEN, execution.lots - closing

    def _take_terms(self, order: Order) -> None:
        """A position has the margin mode and leverage of the newest order that opened some of it."""
        position = self.books.position_or_new(order.pair, order.side, order.updated_ms)
        position.margin_mode, position.leverage = order.margin_mode, order.leverage


def _other(side: PositionSide) -> PositionSide:
    return PositionSide.LONG if side is PositionSide.SHORT else PositionSide.SHORT
