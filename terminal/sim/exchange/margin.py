"""What the account is worth and what it may still spend.

equity    = cash + unrealised PnL of all positions
frozen    = margin and fee reserved by resting opening orders
available = cash - isolated margins + cross unrealised PnL - cross margins - frozen
"""

from collections.abc import Callable
from decimal import ROUND_UP, Decimal

from terminal.sim.exchange.books import AccountBooks
from terminal.sim.exchange.records import Order, Position
from terminal.sim.exchange.rules import maintenance_rate
from terminal.sim.exchange.terms import MONEY_GRAIN, ZERO, Effect, MarginMode, PositionSide

MarkOf = Callable[[str], Decimal]


def order_cost(size: Decimal, price: Decimal, leverage: Decimal, fee_rate: Decimal) -> Decimal:
    """Margin and fee that opening `size` at `price` takes."""
    value = size * price
    return (value / leverage + value * fee_rate).quantize(MONEY_GRAIN, ROUND_UP)


class MarginView:
    """Margin figures of the books at the present mark prices."""

    def __init__(self, books: AccountBooks, mark_of: MarkOf) -> None:
        self._books = books
        self._mark_of = mark_of

    def unrealized(self, mode: MarginMode | None = None) -> Decimal:
        return sum((self.unrealized_of(held) for held in self._held(mode)), ZERO)

    def unrealized_of(self, position: Position) -> Decimal:
        return position.unrealized(self._mark_of(position.pair)) if position.size else ZERO

    def equity(self) -> Decimal:
        return self._books.wallet.cash + self.unrealized()

    def frozen(self) -> Decimal:
        return sum((self._reserved(order) for order in self._books.open_orders()), ZERO)

    def available(self) -> Decimal:
        """May be negative; endpoints show no less than 0."""
        locked = sum((held.margin for held in self._held(None)), ZERO)
        return self._books.wallet.cash + self.unrealized(MarginMode.CROSS) - locked - self.frozen()

    def maintenance_of(self, position: Position) -> Decimal:
        return position.size * self._mark_of(position.pair) * maintenance_rate(position.leverage)

    def cross_equity(self) -> Decimal:
        """What stands behind the cross positions."""
        isolated = sum((held.isolated_margin for held in self._held(MarginMode.ISOLATED)), ZERO)
        return self._books.wallet.cash - isolated + self.unrealized(MarginMode.CROSS)

    def cross_maintenance(self) -> Decimal:
        return sum((self.maintenance_of(held) for held in self._held(MarginMode.CROSS)), ZERO)

    def liquidation_price(self, position: Position) -> Decimal:
        """The mark at which the position would be liquidated, all else unchanged; 0 = none.

        Solves equity(mark) = maintenance(mark) for this pair's mark.
        """
        if not position.size:
            return ZERO
        rate = maintenance_rate(position.leverage)
        if position.margin_mode is MarginMode.ISOLATED:
            backing = position.isolated_margin
        else:
            others = self.cross_maintenance() - self.maintenance_of(position)
            backing = self.cross_equity() - self.unrealized_of(position) - others
        if position.side is PositionSide.LONG:
            price = (position.open_value - backing) / (position.size * (1 - rate))
        else:
            price = (position.open_value + backing) / (position.size * (1 + rate))
        return max(price, ZERO).quantize(self._books.rules[position.pair].tick)

    def _held(self, mode: MarginMode | None) -> list[Position]:
        return [held for held in self._books.held() if mode is None or held.margin_mode is mode]

    def _reserved(self, order: Order) -> Decimal:
        if order.effect is Effect.CLOSE:
            return ZERO
        fee_rate = self._books.rules[order.pair].taker_fee
        return order_cost(order.remaining, order.reserve_price, order.leverage, fee_rate)
