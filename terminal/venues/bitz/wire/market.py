"""Public replies, spelled as the venue does. Figures come as text, sizes in contracts.

The fields of `Contract` are our exchange's: no document has them. Trades and bars are as on
the venue's spot market. Source: Bit-Z contract API, market pages.
"""

from typing import Annotated, Literal

from pydantic import Field

from terminal.net.wire.types import Amount, Id, Price, Signed, TimeMs, Wire
from terminal.venues.bitz.wire.types import Microtime, Seconds, WithoutUnit


class Envelope(Wire):
    """The part of every answer that tells the time."""

    microtime: Microtime


class Contract(Wire):
    contract_id: Id = Field(alias="contractId")
    base: str
    settle: str
    contract_size: Price = Field(alias="contractSize")  # base coin
    price_step: Price = Field(alias="priceStep")
    min_amount: Amount = Field(alias="minAmount")
    max_amount: Amount = Field(alias="maxAmount")
    max_position_amount: Amount | None = Field(None, alias="maxPositionAmount")
    max_leverage: Amount = Field(alias="maxLeverage")
    price_range: Amount | None = Field(None, alias="priceRange")  # fraction of the mark
    taker_fee: Amount = Field(alias="takerFee")
    maker_fee: Amount = Field(alias="makerFee")
    status: str


class Ticker(Wire):
    contract_id: Id = Field(alias="contractId")
    low: Price = Field(alias="min")
    high: Price = Field(alias="max")
    latest: Price
    change: Signed = Field(alias="change24h")  # fraction
    amount: Amount  # contracts
    turnover: Amount = Field(alias="volumn")  # their spelling; quote currency
    open_interest: Amount = Field(alias="openInterest")  # contracts
    quote_interest: Annotated[Amount, WithoutUnit] = Field(alias="quoteOpenInterest")
    index: Price = Field(alias="indexPrice")
    fair: Price = Field(alias="fairPrice")
    funding: Signed = Field(alias="nextFundingRate")


class Level(Wire):
    price: Price
    amount: Amount  # contracts


class Book(Wire):
    """Best first on both sides."""

    bids: list[Level]
    asks: list[Level]


class Trade(Wire):
    trade_id: Id = Field(alias="id")
    time_ms: Seconds = Field(alias="T")
    price: Price = Field(alias="p")
    amount: Amount = Field(alias="n")  # contracts
    side: Literal["buy", "sell"] = Field(alias="s")


class Bar(Wire):
    open_ms: TimeMs = Field(alias="time")
    open: Price
    high: Price
    low: Price
    close: Price
    volume: Amount  # contracts

    @property
    def is_sane(self) -> bool:
        return self.low <= min(self.open, self.close) <= max(self.open, self.close) <= self.high


class Bars(Wire):
    """Newest first."""

    bars: list[Bar]
