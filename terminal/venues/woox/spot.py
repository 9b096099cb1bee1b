"""What a spot account holds, seen as positions: each coin that is worth something is a long one with leverage 1.

The venue names what a coin cost (`averageOpenPrice`); where it does not, the account's own
purchases since it held none of it tell, and failing these the present price.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from terminal.domain.account import Balance, Income, LeverageSetting, MarginMode
from terminal.domain.competition import is_allowed
from terminal.domain.errors import RequestRejected
from terminal.domain.fill import Fill
from terminal.domain.instrument import InstrumentId, perpetual
from terminal.domain.order import ZERO, PositionSide, Side
from terminal.domain.position import Position
from terminal.venues.woox.codes import VENUE
from terminal.venues.woox.desk import Desk
from terminal.venues.woox.mapper.account import spot_balance
from terminal.venues.woox.wire.account import HoldingRow

DUST: Final = Decimal(1)
"""In USDT: what is worth less cannot be sold and is no position."""


@dataclass(frozen=True, slots=True)
class Coin:
    """A held coin and its price now; `cost` is what one of it cost, None when the venue does not say."""

    instrument_id: InstrumentId
    size: Decimal
    price: Decimal
    cost: Decimal | None

    @property
    def value(self) -> Decimal:
        return self.size * self.price


def average_cost(fills: Iterable[Fill]) -> Decimal | None:
    """Give what a coin cost on average since it was last sold out; None when that is not known. Oldest first."""
    size = cost = ZERO
    for fill in fills:
        if fill.side is Side.BUY:
            size, cost = size + fill.size, cost + fill.size * fill.price
        elif fill.size >= size:
            size = cost = ZERO
        else:
            size, cost = size - fill.size, cost * (size - fill.size) / size
    return cost / size if size else None


def position_of(coin: Coin, cost: Decimal | None, now_ms: int) -> Position:
    """Give a coin as a position. Without a known cost it counts as bought at the present price."""
    entry = coin.cost or cost or coin.price
    return Position(
        instrument_id=coin.instrument_id,
        side=PositionSide.LONG,
        size=coin.size,
        entry_price=entry,
        leverage=1,
        margin=coin.value,
        unrealized_pnl=coin.size * (coin.price - entry),
        liquidation_price=None,
        updated_ms=now_ms,
    )


class SpotHoldings:
    """Everything raises `VenueError`. `fills_of` reads a pair's own executions, as far back as the venue tells."""

    def __init__(self, desk: Desk, fills_of: Callable[[InstrumentId], Awaitable[Iterable[Fill]]]) -> None:
        self._desk = desk
        self._fills_of = fills_of

    async def positions(self) -> tuple[Position, ...]:
        """Read the coins that are held, as long positions."""
        held = await self._held(await self._coins(await self._desk.account.balances()))
        self._desk.known.note_held(held)
        return held

    async def balance(self) -> Balance:
        """Read the quote coin; the coins held count in the equity at their present price."""
        rows = await self._desk.account.balances()
        coins = await self._coins(rows)
        gain = sum((each.unrealized_pnl or ZERO for each in await self._held(coins)), ZERO)
        value = sum((coin.value for coin in coins), ZERO)
        return spot_balance(rows, gain, value, self._desk.clock.now_ms())

    async def free(self, instrument_id: InstrumentId) -> Decimal:
        """Read how much of a coin can be sold now, on the size step."""
        for row in await self._desk.account.balances():
            if perpetual(row.token.upper()) == instrument_id:
                free = row.holding - row.frozen if row.available is None else row.available
                return self._whole(instrument_id, free)
        return ZERO

    async def income(self, instrument_id: InstrumentId | None, since_ms: int) -> list[Income]:
        """Give nothing: coins pay no funding."""
        del instrument_id, since_ms
        return []

    async def set_leverage(self, instrument_id: InstrumentId, leverage: int) -> None:
        """Refuse. Raises `RequestRejected`."""
        del instrument_id, leverage
        raise RequestRejected("WOO X spot has no leverage: coins are bought with what is there.", venue=VENUE)

    async def leverage(self, instrument_id: InstrumentId) -> LeverageSetting:
        """Refuse. Raises `RequestRejected`."""
        del instrument_id
        raise RequestRejected("WOO X spot has no leverage: coins are bought with what is there.", venue=VENUE)

    async def margin_mode(self, instrument_id: InstrumentId) -> MarginMode:
        """Refuse. Raises `RequestRejected`."""
        del instrument_id
        raise RequestRejected("WOO X spot has no margin mode: a coin is owned, not lent.", venue=VENUE)

    async def set_margin_mode(self, instrument_id: InstrumentId, mode: MarginMode) -> None:
        """Refuse. Raises `RequestRejected`."""
        del mode
        await self.margin_mode(instrument_id)

    async def _coins(self, rows: Iterable[HoldingRow]) -> list[Coin]:
        """Give every coin that is held, crumbs too."""
        coins = []
        for row in rows:
            instrument_id = perpetual(row.token.upper())
            if row.holding > 0 and is_allowed(instrument_id):
                price = row.mark or await self._price(instrument_id)
                coins.append(Coin(instrument_id, row.holding, price, row.average_price))
        return coins

    async def _held(self, coins: Iterable[Coin]) -> tuple[Position, ...]:
        """Give what of it can be sold, as positions."""
        held = []
        for coin in coins:
            sellable = replace(coin, size=self._whole(coin.instrument_id, coin.size))
            if sellable.value >= self._least_value(coin.instrument_id):
                cost = None if coin.cost else average_cost(await self._fills_of(coin.instrument_id))
                held.append(position_of(sellable, cost, self._desk.clock.now_ms()))
        return tuple(held)

    def _whole(self, instrument_id: InstrumentId, size: Decimal) -> Decimal:
        """Round down to what can be sold; less than the least order is nothing."""
        rules = self._desk.known.rules.get(instrument_id)
        if rules is None:
            return size
        whole = size // rules.size_step * rules.size_step
        return whole if whole >= rules.min_size else ZERO

    def _least_value(self, instrument_id: InstrumentId) -> Decimal:
        """Give the value below which a holding cannot be sold."""
        rules = self._desk.known.rules.get(instrument_id)
        return DUST if rules is None else max(DUST, rules.min_notional or ZERO)

    async def _price(self, instrument_id: InstrumentId) -> Decimal:
        """Read the last price: some replies name none beside the holding."""
        rows = await self._desk.market.market_trades(self._desk.symbols.spell(instrument_id), 1)
        return rows[0].price if rows else ZERO
