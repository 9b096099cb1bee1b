"""Private replies about wallets and positions. Source: Bit-Z contract API, trade pages."""

from pydantic import Field

from terminal.net.wire.types import Amount, Id, Price, Signed, Wire
from terminal.venues.bitz.wire.types import PlusMinus, Seconds


class Wallet(Wire):
    coin: str
    available: Amount = Field(alias="balance")
    position_margin: Amount = Field(alias="positionMargin")
    order_margin: Amount = Field(alias="orderMargin")
    unrealized: Signed = Field(alias="unrlzPnl")
    total: Signed


class Account(Wire):
    wallets: list[Wallet] = Field(alias="balances")


class Position(Wire):
    contract_id: Id = Field(alias="contractId")
    entry: Price = Field(alias="price")
    direction: PlusMinus
    amount: Amount  # contracts
    liquidation: Amount = Field(alias="liquidationPrice")  # 0: none
    unrealized: Signed = Field(alias="unrlzPnl")
    margin: Amount
    leverage: Amount
    is_cross: PlusMinus = Field(alias="isCross")
    updated_ms: Seconds = Field(alias="time")
