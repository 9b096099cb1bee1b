"""Account replies, spelled as WEEX v2 spells them. Source: weex contract API v2, account endpoints."""

from pydantic import AliasChoices, Field

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
    """A row of GET account/assets. The spelling `unrealizePnl` is the venue's."""

    coin_name: str = Field(alias="coinName")
    available: Signed
    equity: Signed
    frozen: Signed
    unrealize_pnl: Signed = Field(alias="unrealizePnl")


class PositionRow(Wire):
    """A row of account/position/allPosition or singlePosition. No entry price, no mark price."""

    symbol: str
    side: str
    leverage: Leverage
    size: Amount
    open_value: Amount
    margin_mode: str = "SHARED"
    margin_size: OptionalSigned = Field(default=None, alias="marginSize")
    isolated_margin: OptionalSigned = None
    unrealize_pnl: OptionalSigned = Field(default=None, alias="unrealizePnl")
    liquidate_price: OptionalAmount = Field(default=None, alias="liquidatePrice")
    updated_time: TimeMs = 0


class LeverageRow(Wire):
    """One symbol's entry in GET account/settings."""

    isolated_long_leverage: Leverage
    isolated_short_leverage: Leverage
    cross_leverage: Leverage


class ModeRow(Wire):
    """A row of `modeSetting` in GET account/getAccount."""

    symbol: str
    margin_mode: str = Field(validation_alias=AliasChoices("marginMode", "margin_mode"))


class AccountDetail(Wire):
    """The `account` object of getAccount; the two endpoints mix camel and snake case."""

    mode_setting: tuple[ModeRow, ...] = Field(default=(), validation_alias=AliasChoices("modeSetting", "mode_setting"))


class AccountReply(Wire):
    """GET account/getAccount."""

    account: AccountDetail


class Bill(Wire):
    """An entry of POST account/bills. The documents say `cTime`, their sample `ctime`."""

    bill_id: Id = Field(alias="billId")
    coin: str
    symbol: OptionalText = None
    amount: Signed
    business_type: str = Field(alias="businessType")
    fill_fee: OptionalSigned = Field(default=None, alias="fillFee")
    time: TimeMs = Field(validation_alias=AliasChoices("ctime", "cTime"))


class BillPage(Wire):
    """POST account/bills."""

    items: tuple[Bill, ...]
    has_next_page: bool = Field(alias="hasNextPage", strict=True)
