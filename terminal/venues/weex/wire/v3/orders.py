"""Order, fill and algo replies, spelled as WEEX v3 spells them. Source: weex contract API v3, trade endpoints.

HTTP 200 is no yes here: most rows carry `success`, and false comes with `errorCode`.
"""

from pydantic import AliasChoices, Field

from terminal.net.wire.types import (
    Amount,
    Id,
    OptionalAmount,
    OptionalText,
    OptionalTimeMs,
    Price,
    Signed,
    TimeMs,
    Wire,
)


class PlacedOrder(Wire):
    """POST order, algoOrder and each row of placeTpSlOrder."""

    order_id: OptionalText = Field(default=None, alias="orderId", coerce_numbers_to_str=True)
    client_order_id: OptionalText = Field(default=None, validation_alias=AliasChoices("clientOrderId", "clientAlgoId"))
    success: bool = Field(strict=True)
    error_code: OptionalText = Field(default=None, alias="errorCode", coerce_numbers_to_str=True)
    error_message: OptionalText = Field(default=None, alias="errorMessage")


class CancelResult(Wire):
    """DELETE order, algoOrder and a row of the lists: with `success`, or with `status` and `errorMsg`."""

    order_id: OptionalText = Field(default=None, alias="orderId", coerce_numbers_to_str=True)
    success: bool | None = Field(default=None, strict=True)
    status: OptionalText = None
    message: OptionalText = Field(default=None, validation_alias=AliasChoices("errorMessage", "errorMsg"))


class OrderRow(Wire):
    """An order of GET order, openOrders and order/history. It names no fee; fills do."""

    symbol: str
    order_id: Id = Field(alias="orderId")
    client_order_id: OptionalText = Field(default=None, alias="clientOrderId")
    side: str
    position_side: str = Field(alias="positionSide")
    type: str
    time_in_force: str = Field(alias="timeInForce")
    status: str
    size: Amount = Field(alias="origQty")
    filled: Amount = Field(alias="executedQty")
    price: Amount
    average_price: OptionalAmount = Field(default=None, alias="avgPrice")
    reduce_only: bool = Field(default=False, alias="reduceOnly")
    time: TimeMs
    update_time: TimeMs = Field(default=0, alias="updateTime")


class FillRow(Wire):
    """A row of GET userTrades; `commission` is positive when paid."""

    trade_id: Id = Field(alias="id")
    order_id: Id = Field(alias="orderId")
    symbol: str
    side: str
    position_side: str = Field(alias="positionSide")
    price: Price
    size: Price = Field(alias="qty")
    commission: Signed
    maker: bool = Field(strict=True)
    realized_pnl: Signed = Field(alias="realizedPnl")
    time: TimeMs


class AlgoRow(Wire):
    """A trigger order of GET openAlgoOrders and allAlgoOrders."""

    symbol: str
    algo_id: Id = Field(alias="algoId")
    client_algo_id: OptionalText = Field(default=None, alias="clientAlgoId")
    order_type: str = Field(alias="orderType")
    status: str = Field(alias="algoStatus")
    side: str
    position_side: str = Field(alias="positionSide")
    quantity: Amount
    trigger_price: Price = Field(alias="triggerPrice")
    create_time: TimeMs = Field(alias="createTime")
    trigger_time: OptionalTimeMs = Field(default=None, alias="triggerTime")
    actual_order_id: OptionalText = Field(default=None, alias="actualOrderId", coerce_numbers_to_str=True)


class AlgoPage(Wire):
    """GET allAlgoOrders."""

    orders: tuple[AlgoRow, ...]
    has_more: bool = Field(alias="hasMore", strict=True)
