"""Wallets and positions to domain."""

from decimal import Decimal
from typing import Final

from terminal.domain.account import Balance, LeverageSetting, MarginMode
from terminal.domain.errors import MalformedReply
from terminal.domain.instrument import InstrumentId
from terminal.domain.order import PositionSide
from terminal.domain.position import Position
from terminal.venues.bitz.codes import VENUE
from terminal.venues.bitz.mapper.catalogue import Listed
from terminal.venues.bitz.wire import account as wire

_COIN: Final = "USDT"


def balance_from(account: wire.Account, now_ms: int) -> Balance:
    """Read the USDT wallet. Raises `MalformedReply` when there is none."""
    wallet = next((each for each in account.wallets if each.coin == _COIN), None)
    if wallet is None:
        raise MalformedReply("The account has no USDT wallet.", venue=VENUE)
    return Balance(wallet.total, wallet.available, wallet.order_margin, wallet.unrealized, now_ms)


def is_idle(account: wire.Account) -> bool:
    """Tell whether no margin is in use at all: then nothing is held, and no order rests.

    An order that rests takes margin unless it closes, and what it closes takes margin.
    """
    return not any(wallet.position_margin or wallet.order_margin for wallet in account.wallets)


def has_opening_orders(account: wire.Account) -> bool:
    """Tell whether margin is set aside for orders: without it, what rests can only close."""
    return any(wallet.order_margin for wallet in account.wallets)


def position_margin(account: wire.Account) -> Decimal:
    """Give the margin of all positions together."""
    return sum((wallet.position_margin for wallet in account.wallets), Decimal(0))


def position_from(listed: Listed, row: wire.Position) -> Position:
    return Position(
        instrument_id=listed.rules.instrument_id,
        side=PositionSide.LONG if row.direction == 1 else PositionSide.SHORT,
        size=listed.base(row.amount),
        entry_price=row.entry,
        leverage=int(row.leverage),
        margin=row.margin,
        unrealized_pnl=row.unrealized,
        liquidation_price=row.liquidation or None,
        updated_ms=row.updated_ms,
    )


def net_of(row: wire.Position | None) -> Decimal:
    """Give the signed number of contracts held; 0 when flat."""
    return Decimal(0) if row is None else row.amount * row.direction


def setting_of(instrument_id: InstrumentId, leverage: int, mode: MarginMode) -> LeverageSetting:
    """Give the setting of a venue that takes one figure with each order."""
    return LeverageSetting(instrument_id, leverage, leverage, leverage, mode is MarginMode.ISOLATED)
