"""Account rows both dialects send, named by us; each dialect's models add its spelling."""

from pydantic import Field

from terminal.net.wire.types import (
    Amount,
    Id,
    Leverage,
    OptionalAmount,
    OptionalSigned,
    OptionalText,
    Signed,
    TimeMs,
    Wire,
)


class AssetRow(Wire):
    """One coin's money. The spelling `unrealizePnl` is the venue's."""

    coin: str
    equity: Signed
    available: Signed
    frozen: Signed
    unrealize_pnl: Signed = Field(alias="unrealizePnl")


class PositionRow(Wire):
    """A row of account/position/allPosition or singlePosition. No entry price, no mark price."""

    symbol: str
    side: str
    leverage: Leverage
    size: Amount
    open_value: Amount
    margin_mode: str = "CROSSED"
    margin_size: OptionalSigned = Field(default=None, alias="marginSize")
    isolated_margin: OptionalSigned = None
    unrealize_pnl: OptionalSigned = Field(default=None, alias="unrealizePnl")
    liquidate_price: OptionalAmount = Field(default=None, alias="liquidatePrice")
    updated_time: TimeMs = 0


class LeverageRow(Wire):
    """One symbol's leverages."""

    cross_leverage: Leverage
    isolated_long_leverage: Leverage
    isolated_short_leverage: Leverage


class IncomeRow(Wire):
    """An entry of the account's bill; `kind` is the venue's word for it."""

    bill_id: Id = Field(alias="billId")
    coin: str
    symbol: OptionalText = None
    amount: Signed
    kind: str
    fill_fee: OptionalSigned = Field(default=None, alias="fillFee")
    time: TimeMs
