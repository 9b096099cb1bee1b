"""Account replies to domain."""

from terminal.domain.account import Balance, LeverageSetting
from terminal.domain.errors import MalformedReply
from terminal.domain.instrument import InstrumentId
from terminal.domain.order import ZERO
from terminal.domain.position import Position
from terminal.venues.weex.mapper.words import instrument_of, position_side_of
from terminal.venues.weex.wire.account import AccountReply, Asset, LeverageRow, PositionRow

MARGIN_COIN = "USDT"
CROSS, ISOLATED = 1, 3  # marginMode as the venue counts it
_MODES = {"SHARED": CROSS, "ISOLATED": ISOLATED}


def balance_from(assets: list[Asset], ts_init_ms: int) -> Balance:
    """Give the margin coin's row.

    Raises:
        MalformedReply: there is none; an account without money still has the row.
    """
    for asset in assets:
        if asset.coin_name.upper() == MARGIN_COIN:
            return Balance(asset.equity, asset.available, asset.frozen, asset.unrealize_pnl, ts_init_ms)
    raise MalformedReply(f"The account shows no {MARGIN_COIN} balance.", venue="WEEX")


def positions_from(rows: list[PositionRow]) -> tuple[Position, ...]:
    """Give held positions; the venue also returns rows of size 0."""
    return tuple(position_from(row) for row in rows if row.size > 0)


def position_from(row: PositionRow) -> Position:
    """Give one position. Entry = open_value / size, for the venue sends no entry price."""
    isolated = row.margin_mode.upper() == "ISOLATED"
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


def leverage_from(instrument_id: InstrumentId, row: LeverageRow, mode: int) -> LeverageSetting:
    """Give the leverage read back; `mode` is the margin mode as the venue counts it."""
    return LeverageSetting(
        instrument_id,
        cross=row.cross_leverage,
        isolated_long=row.isolated_long_leverage,
        isolated_short=row.isolated_short_leverage,
        is_isolated=mode != CROSS,
    )


def margin_mode_of(reply: AccountReply, symbol: str) -> int:
    """Give the symbol's margin mode as the venue counts it; cross when it was never set.

    Raises:
        MalformedReply: a mode we do not know: guessing would be refused or, worse, accepted.
    """
    for row in reply.account.mode_setting:
        if row.symbol == symbol:
            mode = _MODES.get(row.margin_mode.upper())
            if mode is None:
                raise MalformedReply(f"Unknown margin mode {row.margin_mode[:16]!r}.", venue="WEEX")
            return mode
    return CROSS
