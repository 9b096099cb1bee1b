"""v3 account replies to domain."""

from terminal.domain.account import Balance, Income, LeverageSetting, MarginMode
from terminal.domain.errors import MalformedReply
from terminal.domain.instrument import InstrumentId
from terminal.domain.order import ZERO
from terminal.domain.position import Position
from terminal.venues.weex.mapper.words import income_kind_of, instrument_of, margin_mode_of, position_side_of
from terminal.venues.weex.wire.v3.account import Asset, IncomeRow, PositionRow, SymbolConfig

MARGIN_COIN = "USDT"


def balance_from(assets: list[Asset], ts_init_ms: int) -> Balance:
    """Give the margin coin's row. v3's `balance` is v2's equity.

    Raises:
        MalformedReply: there is none; an account without money still has the row.
    """
    for row in assets:
        if row.asset.upper() == MARGIN_COIN:
            return Balance(row.balance, row.available_balance, row.frozen, row.unrealize_pnl, ts_init_ms)
    raise MalformedReply(f"The account shows no {MARGIN_COIN} balance.", venue="WEEX")


def positions_from(rows: list[PositionRow]) -> tuple[Position, ...]:
    """Give held positions; the venue also returns rows of size 0."""
    return tuple(position_from(row) for row in rows if row.size > 0)


def position_from(row: PositionRow) -> Position:
    """Give one position. Entry = openValue / size, for the venue sends no entry price."""
    isolated = margin_mode_of(row.margin_type) is MarginMode.ISOLATED
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


def leverage_from(instrument_id: InstrumentId, config: SymbolConfig) -> LeverageSetting:
    """Give leverage and margin mode, which v3 answers together."""
    return LeverageSetting(
        instrument_id,
        cross=config.cross_leverage,
        isolated_long=config.isolated_long_leverage,
        isolated_short=config.isolated_short_leverage,
        is_isolated=margin_mode_of(config.margin_type) is MarginMode.ISOLATED,
    )


def income_from(row: IncomeRow) -> Income:
    return Income(
        income_id=row.bill_id,
        kind=income_kind_of(row.income_type),
        amount=row.income,
        fee=row.fill_fee or ZERO,
        instrument_id=instrument_of(row.symbol) if row.symbol else None,
        detail=row.income_type,
        ts_event_ms=row.time,
    )
