"""Account replies, spelled as WOO X spells them. Source: WOO X API v3, account, assets and futures."""

from pydantic import AliasChoices, Field

from terminal.net.wire.types import Amount, Leverage, Signed
from terminal.venues.woox.wire.types import Moment, OptionalAmount, OptionalMoment, OptionalPrice, OptionalSigned, Wire


class HoldingRow(Wire):
    """A row of GET asset/balances: one coin. `holding` may be owed, so it may be negative."""

    token: str
    holding: Signed
    frozen: Amount
    available: OptionalSigned = Field(default=None, alias="availableBalance")
    average_price: OptionalAmount = Field(default=None, alias="averageOpenPrice")
    mark: OptionalPrice = Field(default=None, alias="markPrice")


class Holdings(Wire):
    """`data` of GET asset/balances."""

    holding: list[HoldingRow]


class AccountInfo(Wire):
    """`data` of GET account/info. Money in USDT; `position_mode` ONE_WAY or HEDGE_MODE."""

    account_mode: str = Field(default="", alias="accountMode")
    position_mode: str = Field(alias="positionMode")
    equity: Signed = Field(alias="totalAccountValue")
    total_collateral: OptionalSigned = Field(default=None, alias="totalCollateral")
    free_collateral: OptionalSigned = Field(default=None, alias="freeCollateral")


class PositionRow(Wire):
    """A row of GET futures/positions. `holding` in base coin; negative is short."""

    symbol: str
    holding: Signed
    position_side: str = Field(alias="positionSide")
    entry_price: OptionalPrice = Field(default=None, alias="averageOpenPrice")
    mark: OptionalPrice = Field(default=None, alias="markPrice")
    liquidation: OptionalPrice = Field(default=None, alias="estLiqPrice")
    margin_mode: str = Field(default="CROSS", alias="marginMode")
    isolated_margin: OptionalAmount = Field(default=None, alias="isolatedMarginAmount")
    leverage: Leverage = 1
    time: OptionalMoment = Field(default=None, alias="timestamp")


class Positions(Wire):
    """`data` of GET futures/positions."""

    positions: list[PositionRow]


class LeverageRow(Wire):
    """One side of GET futures/leverage: LONG and SHORT in hedge mode, BOTH else."""

    position_side: str = Field(alias="positionSide")
    leverage: Leverage


class LeverageReply(Wire):
    """`data` of GET futures/leverage."""

    symbol: str
    margin_mode: str = Field(alias="marginMode")
    position_mode: str = Field(alias="positionMode")
    details: list[LeverageRow] = Field(min_length=1)


class FeeReply(Wire):
    """`data` of GET trade/tradingFee, in basis points: "10" is 0.1 %. A rebate is negative."""

    taker: Signed = Field(alias="takerFee")
    maker: Signed = Field(alias="makerFee")


class FundingFeeRow(Wire):
    """A row of GET futures/fundingFee/history. The fee is unsigned; `paid` says who paid: Pay or Receive."""

    id: str | int
    symbol: str
    fee: Signed = Field(alias="fundingFee")
    kind: str = Field(alias="paymentType")
    time: Moment = Field(alias="createdTime")


class ListenKey(Wire):
    """`data` of POST account/listenKey. Some programs were told `listenKey` for the first."""

    key: str = Field(min_length=1, validation_alias=AliasChoices("authKey", "listenKey"))
    expires_ms: Moment = Field(alias="expiredTime")
