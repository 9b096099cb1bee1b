"""Order and fill replies, fields spelled as HashKey spells them. Source: HashKey API, spot trade."""

from typing import Any

from pydantic import AliasChoices, Field

from terminal.net.wire.types import Amount, Id, OptionalAmount, OptionalText, Price, TimeMs, Wire


class Placed(Wire):
    """POST /api/v1.1/spot/order, and DELETE /api/v1/spot/order, where `status` is the one at acceptance."""

    order_id: Id = Field(alias="orderId")
    client_order_id: OptionalText = Field(default=None, alias="clientOrderId")
    status: str = ""
    concentration: OptionalText = None


class OrderRow(Wire):
    """GET spot/order, openOrders and tradeOrders. The quote total is spelled twice, once with a slip."""

    order_id: Id = Field(alias="orderId")
    client_order_id: OptionalText = Field(default=None, alias="clientOrderId")
    symbol: str
    side: str
    type: str
    tif: OptionalText = Field(default=None, alias="timeInForce")
    status: str
    size: Amount = Field(alias="origQty")
    price: OptionalAmount = None
    filled: Amount = Field(alias="executedQty")
    filled_value: OptionalAmount = Field(
        default=None, validation_alias=AliasChoices("cumulativeQuoteQty", "cummulativeQuoteQty")
    )
    average: OptionalAmount = Field(default=None, alias="avgPrice")
    cancel_reason: OptionalText = Field(default=None, alias="ordCxlReason")
    time: TimeMs = Field(validation_alias=AliasChoices("time", "transactTime"))
    update_time: TimeMs = Field(default=0, alias="updateTime")


class FillRow(Wire):
    """GET account/trades. The fee of a purchase is taken from the coin received."""

    trade_id: Id = Field(alias="id")
    order_id: Id = Field(alias="orderId")
    client_order_id: OptionalText = Field(default=None, alias="clientOrderId")
    symbol: str
    price: Price
    size: Amount = Field(alias="qty")
    fee: Amount = Field(alias="commission")
    fee_coin: str = Field(alias="commissionAsset")
    is_buyer: bool = Field(alias="isBuyer", strict=True)
    is_maker: bool = Field(alias="isMaker", strict=True)
    time: TimeMs


class Accepted(Wire):
    """DELETE openOrders: `success`; cancelAllOpenOrders and cancelOrderByIds: `code` and what follows."""

    success: bool = True
    last_order_id: OptionalText = Field(default=None, alias="lastOrderId", coerce_numbers_to_str=True)


class Failure(Wire):
    """A row of cancelOrderByIds, which names only the orders that were not cancelled."""

    order_id: Id = Field(alias="orderId")
    code: str = Field(coerce_numbers_to_str=True)


class Failures(Wire):
    result: tuple[Failure, ...] = ()


class BatchItem(Wire):
    """One order of POST batchOrders, read apart: each has a code of its own."""

    code: str = Field(coerce_numbers_to_str=True)
    message: str = Field(default="", alias="msg")
    order: dict[str, Any] | None = None


class Batch(Wire):
    result: tuple[BatchItem, ...]
