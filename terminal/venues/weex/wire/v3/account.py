"""Account replies, spelled as WEEX v3 spells them. Source: weex contract API v3, account endpoints."""

from pydantic import Field

from terminal.net.wire.types import Amount, Leverage, OptionalSigned, Signed, TimeMs, Wire
from terminal.venues.weex.wire.account import AssetRow, IncomeRow, LeverageRow, PositionRow


class Asset(AssetRow):
    """A row of GET account/balance. v3's `balance` is v2's equity."""

    coin: str = Field(alias="asset")
    equity: Signed = Field(alias="balance")
    available: Signed = Field(alias="availableBalance")


class CommissionRate(Wire):
    """GET account/commissionRate; fractions of notional."""

    symbol: str
    maker: Signed = Field(alias="makerCommissionRate")
    taker: Signed = Field(alias="takerCommissionRate")


class AccountConfig(Wire):
    """GET account/accountConfig."""

    can_trade: bool = Field(alias="canTrade", strict=True)
    dual_side_position: bool | None = Field(default=None, alias="dualSidePosition")


class SymbolConfig(LeverageRow):
    """A row of GET account/symbolConfig: margin mode and leverages in one place."""

    symbol: str
    margin_mode: str = Field(alias="marginType")
    cross_leverage: Leverage = Field(alias="crossLeverage")
    isolated_long_leverage: Leverage = Field(alias="isolatedLongLeverage")
    isolated_short_leverage: Leverage = Field(alias="isolatedShortLeverage")


class LeverageEcho(Wire):
    """POST account/leverage: echoes what is in force now, without an envelope."""

    symbol: str
    cross_leverage: Leverage | None = Field(default=None, alias="crossLeverage")
    isolated_long_leverage: Leverage | None = Field(default=None, alias="isolatedLongLeverage")
    isolated_short_leverage: Leverage | None = Field(default=None, alias="isolatedShortLeverage")


class HeldRow(PositionRow):
    """v3's spelling of a position."""

    open_value: Amount = Field(alias="openValue")
    margin_mode: str = Field(default="CROSSED", alias="marginType")
    isolated_margin: OptionalSigned = Field(default=None, alias="isolatedMargin")
    updated_time: TimeMs = Field(default=0, alias="updatedTime")


class Income(IncomeRow):
    """An entry of POST account/income."""

    coin: str = Field(alias="asset")
    amount: Signed = Field(alias="income")
    kind: str = Field(alias="incomeType")


class IncomePage(Wire):
    """POST account/income."""

    items: tuple[Income, ...]
    has_next_page: bool = Field(alias="hasNextPage", strict=True)
