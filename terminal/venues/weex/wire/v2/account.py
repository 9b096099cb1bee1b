"""Account replies, spelled as WEEX v2 spells them. Source: weex contract API v2, account endpoints."""

from pydantic import AliasChoices, Field

from terminal.net.wire.types import TimeMs, Wire
from terminal.venues.weex.wire.account import AssetRow, IncomeRow


class Asset(AssetRow):
    """A row of GET account/assets."""

    coin: str = Field(alias="coinName")


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


class Bill(IncomeRow):
    """An entry of POST account/bills. The documents say `cTime`, their sample `ctime`."""

    kind: str = Field(alias="businessType")
    time: TimeMs = Field(validation_alias=AliasChoices("ctime", "cTime"))


class BillPage(Wire):
    """POST account/bills."""

    items: tuple[Bill, ...]
    has_next_page: bool = Field(alias="hasNextPage", strict=True)
