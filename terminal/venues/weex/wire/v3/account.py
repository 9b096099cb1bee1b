"""Account replies, spelled as WEEX v3 spells them. Source: weex contract API v3, account endpoints."""

from pydantic import Field

from terminal.venues.weex.wire.types import (
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


class Asset(Wire):
    """A row of GET account/balance."""

    asset: str
    balance: Signed
    available_balance: Signed = Field(alias="availableBalance")
    frozen: Signed
    unrealize_pnl: Signed = Field(alias="unrealizePnl")


class CommissionRate(Wire):
    """GET account/commissionRate; fractions of notional."""

    symbol: str
    maker: Signed = Field(alias="makerCommissionRate")
    taker: Signed = Field(alias="takerCommissionRate")


class AccountConfig(Wire):
    """GET account/accountConfig."""

    can_trade: bool = Field(alias="canTrade", strict=True)
    dual_side_position: bool | None = Field(default=None, alias="dualSidePosition")


class SymbolConfig(Wire):
    """A row of GET account/symbolConfig: margin mode and leverages in one place."""

    symbol: str
    margin_type: str = Field(alias="marginType")
    cross_leverage: Leverage = Field(alias="crossLeverage")
    isolated_long_leverage: Leverage = Field(alias="isolatedLongLeverage")
    isolated_short_leverage: Leverage = Field(alias="isolatedShortLeverage")


class LeverageEcho(Wire):
    """POST account/leverage: echoes what is in force now, without an envelope."""

    symbol: str
    cross_leverage: Leverage | None = Field(default=None, alias="crossLeverage")
    isolated_long_leverage: Leverage | None = Field(default=None, alias="isolatedLongLeverage")
    isolated_short_leverage: Leverage | None = Field(default=None, alias="isolatedShortLeverage")


class PositionRow(Wire):
    """A row of account/position/allPosition or singlePosition. No entry price, no mark price."""

    symbol: str
    side: str
    leverage: Leverage
    size: Amount
    open_value: Amount = Field(alias="openValue")
    margin_type: str = Field(default="CROSSED", alias="marginType")
    margin_size: OptionalSigned = Field(default=None, alias="marginSize")
    isolated_margin: OptionalSigned = Field(default=None, alias="isolatedMargin")
    unrealize_pnl: OptionalSigned = Field(default=None, alias="unrealizePnl")
    liquidate_price: OptionalAmount = Field(default=None, alias="liquidatePrice")
    updated_time: TimeMs = Field(default=0, alias="updatedTime")


class IncomeRow(Wire):
    """An entry of POST account/income."""

    bill_id: Id = Field(alias="billId")
    asset: str
    symbol: OptionalText = None
    income: Signed
    income_type: str = Field(alias="incomeType")
    fill_fee: OptionalSigned = Field(default=None, alias="fillFee")
    time: TimeMs


class IncomePage(Wire):
    """POST account/income."""

    items: tuple[IncomeRow, ...]
    has_next_page: bool = Field(alias="hasNextPage", strict=True)
