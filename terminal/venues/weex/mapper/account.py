"""Account replies of either dialect to domain."""

from collections.abc import Sequence
from typing import Final

from terminal.domain.account import Balance, Income, LeverageSetting, MarginMode
from terminal.domain.errors import MalformedReply
from terminal.domain.instrument import InstrumentId
from terminal.domain.order import ZERO
from terminal.domain.position import Position
from terminal.venues.weex.mapper.words import income_kind_of, instrument_of, margin_mode_of, position_side_of
from terminal.venues.weex.wire.account import AssetRow, IncomeRow, LeverageRow, PositionRow

MARGIN_COIN: Final = "USDT"


def balance_from(assets: Sequence[AssetRow], ts_init_ms: int) -> Balance:
    """Give the margin coin's row.

    Raises:
        MalformedReply: there is none; an account without money still has the row.
    """
    for row in assets:
        if is_margin_coin(row.coin):
            return Balance(row.equity, row.available, row.frozen, row.unrealize_pnl, ts_init_ms)
    raise MalformedReply(f"The account shows no {MARGIN_COIN} balance.", venue="WEEX")


def is_margin_coin(coin: str) -> bool:
    return coin.upper() == MARGIN_COIN


def positions_from(rows: Sequence[PositionRow]) -> tuple[Position, ...]:
    """Give held positions; the venue also returns rows of size 0."""
    return tuple(position_from(row) for row in rows if row.size > 0)


def position_from(row: PositionRow) -> Position:
    """Give one position. Entry = open_value / size, for the venue sends no entry price."""
    isolated = margin_mode_of(row.margin_mode) is MarginMode.ISOLATED
    margin = row.isolated_margin if isolated and row.isolated_margin else row.margin_size
    return Position(
        instrument_id=instrument_of(row.symbol),
        side=position_side_of(row.side),
        size=row.size,
        entry_price=row.open_value / row.size,
        leverage=row.leverage,
        margin=ZERO if margin is None else margin,
        unrealized_pnl=row.unrealize_pnl,
        liquidation_price=row.liquidate_price or None,  # "0" means none
        updated_ms=row.updated_time,
    )


def leverage_from(instrument_id: InstrumentId, row: LeverageRow, mode: MarginMode) -> LeverageSetting:
    """Give the leverage read back; v2's settings do not name the margin mode, so it comes beside them."""
    return LeverageSetting(
        instrument_id,
        cross=row.cross_leverage,
        isolated_long=row.isolated_long_leverage,
        isolated_short=row.isolated_short_leverage,
        is_isolated=mode is MarginMode.ISOLATED,
    )


def income_from(row: IncomeRow) -> Income:
    return Income(
        income_id=row.bill_id,
        kind=income_kind_of(row.kind),
        amount=row.amount,
        fee=row.fill_fee or ZERO,
        instrument_id=instrument_of(row.symbol) if row.symbol else None,
        detail=row.kind,
        ts_event_ms=row.time,
    )
