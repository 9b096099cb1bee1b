"""What a paper account is worth, what it may still spend, and when it would be liquidated.

Cross margin: all positions share the money.

equity    = cash + unrealised PnL at the mark price
frozen    = margin and fee reserved by resting opening orders
available = equity - margins of positions - frozen
"""

from collections.abc import Callable, Mapping
from decimal import ROUND_UP, Decimal
from typing import Final

from terminal.domain.errors import VenueUnavailable
from terminal.domain.instrument import Instrument, InstrumentId
from terminal.domain.order import ZERO, Effect, PositionSide
from terminal.venues.paper.records import PaperAccount, PaperOrder, PaperPosition

GRAIN: Final = Decimal("1E-10")  # amounts that come out of a division are kept to this
# The venue's documents name no maintenance rate: half the initial margin, at most 0.4 % of notional.
_MAINTENANCE: Final = Decimal("0.004")

MarkOf = Callable[[InstrumentId], Decimal | None]


def maintenance_rate(leverage: int) -> Decimal:
    return min(_MAINTENANCE, 1 / Decimal(2 * leverage))


def margin_of(position: PaperPosition) -> Decimal:
    return (position.open_value / position.leverage).quantize(GRAIN, ROUND_UP)


def opening_cost(size: Decimal, price: Decimal, leverage: int, taker_fee: Decimal) -> Decimal:
    """Margin and fee that opening takes."""
    value = size * price
    return (value / leverage + value * taker_fee).quantize(GRAIN, ROUND_UP)


class MarginView:
    """Figures of an account at the present marks.

    Raises (every figure that needs a price):
        VenueUnavailable: an instrument that is held has no live price yet.
    """

    def __init__(self, account: PaperAccount, rules: Mapping[InstrumentId, Instrument], mark_of: MarkOf) -> None:
        self._account = account
        self._rules = rules
        self._mark_of = mark_of

    def unrealized(self) -> Decimal:
        return sum((self.unrealized_of(each) for each in self._account.positions), ZERO)

    def unrealized_of(self, position: PaperPosition) -> Decimal:
        return position.unrealized_at(self._mark(position.instrument_id))

    def equity(self) -> Decimal:
        return self._account.cash + self.unrealized()

    def frozen(self) -> Decimal:
        return sum((self._reserved(order) for order in self._account.live_orders()), ZERO)

    def locked(self) -> Decimal:
        return sum((margin_of(each) for each in self._account.positions), ZERO)

    def available(self) -> Decimal:
        """May be negative; shown as no less than 0."""
        return self.equity() - self.locked() - self.frozen()

    def maintenance(self) -> Decimal:
        return sum((self._maintenance_of(each) for each in self._account.positions), ZERO)

    def is_short_of_margin(self) -> bool:
        """True when what is left no longer covers the maintenance of what is held."""
        return bool(self._account.positions) and self.equity() < self.maintenance()

    def liquidation_price(self, position: PaperPosition) -> Decimal | None:
        """The mark at which the account would be liquidated, all else unchanged; None when there is none."""
        rate = maintenance_rate(position.leverage)
        others = self.maintenance() - self._maintenance_of(position)
        backing = self.equity() - self.unrealized_of(position) - others
        if position.side is PositionSide.LONG:
            price = (position.open_value - backing) / (position.size * (1 - rate))
        else:
            price = (position.open_value + backing) / (position.size * (1 + rate))
        if price <= 0:
            return None
        rules = self._rules.get(position.instrument_id)
        return price.quantize(GRAIN) if rules is None else rules.floor_price(price)

    def _maintenance_of(self, position: PaperPosition) -> Decimal:
        return position.size * self._mark(position.instrument_id) * maintenance_rate(position.leverage)

    def _reserved(self, order: PaperOrder) -> Decimal:
        rules = self._rules.get(order.instrument_id)
        if order.effect is Effect.CLOSE or order.price is None or rules is None:
            return ZERO
        return opening_cost(order.remaining, order.price, order.leverage, rules.taker_fee)

    def _mark(self, instrument_id: InstrumentId) -> Decimal:
        mark = self._mark_of(instrument_id)
        if mark is None:
            raise VenueUnavailable(f"There is no live price of {instrument_id} yet.", venue="paper")
        return mark
