"""Private replies about orders and fills. Amounts in whole contracts, times in seconds.

Source: Bit-Z contract API, trade pages; the fill figures' names are our exchange's.
"""

from typing import Literal

from pydantic import Field

from terminal.net.wire.types import Amount, Id, Price, Signed, Wire
from terminal.venues.bitz.wire.types import PlusMinus, Seconds


class Placed(Wire):
    order_id: Id = Field(alias="orderId")


class Order(Wire):
    order_id: Id = Field(alias="orderId")
    contract_id: Id = Field(alias="contractId")
    amount: Amount
    price: Amount  # 0 of a market order
    kind: Literal["limit", "market"] = Field(alias="type")
    leverage: Amount
    direction: PlusMinus
    status: Literal["0", "1", "-1"] = Field(alias="orderStatus")
    is_cross: PlusMinus = Field(alias="isCross")
    filled: Amount = Field(alias="dealAmount")
    filled_price: Amount = Field(alias="dealPrice")  # 0 while nothing is filled
    fee: Signed = Field(alias="tradeFee")
    created_ms: Seconds = Field(alias="time")
    updated_ms: Seconds = Field(alias="updateTime")


class Trade(Wire):
    trade_id: Id = Field(alias="tradeId")
    order_id: Id = Field(alias="orderId")
    contract_id: Id = Field(alias="contractId")
    price: Price
    amount: Amount = Field(alias="tradeNum")
    side: Literal["buy", "sell"] = Field(alias="type")
    fee: Signed = Field(alias="tradeFee")
    realized: Signed = Field(alias="rlzPnl")
    time_ms: Seconds = Field(alias="time")

    @property
    def direction(self) -> int:
        return 1 if self.side == "buy" else -1
