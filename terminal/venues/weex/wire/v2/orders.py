"""Order, fill and plan replies, spelled as WEEX v2 spells them. Source: weex contract API v2, trade endpoints.

These are strict: a required field that is missing or misspelled makes the reply
malformed, because an order must never be half understood.
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
from terminal.venues.weex.wire.private import ValuedFill


class PlacedOrder(Wire):
    """POST order/placeOrder. `client_oid` is null in the documents even when one was sent."""

    order_id: Id
    client_oid: OptionalText = None


class CancelResult(Wire):
    """POST order/cancel_order and cancel_plan; only `result` true counts."""

    result: bool = Field(strict=True)
    err_msg: OptionalText = None


class BatchRow(Wire):
    """A row of POST order/batchOrders. Partial failure is normal: each row speaks for itself."""

    order_id: OptionalText = Field(default=None, coerce_numbers_to_str=True)
    client_oid: OptionalText = None
    result: bool = Field(strict=True)
    error_code: OptionalText = Field(default=None, coerce_numbers_to_str=True)
    error_message: OptionalText = None


class BatchReply(Wire):
    """POST order/batchOrders."""

    order_info: tuple[BatchRow, ...]


class BatchCancelRow(Wire):
    """A row of POST order/cancel_batch_orders."""

    order_id: OptionalText = Field(default=None, coerce_numbers_to_str=True)
    client_oid: OptionalText = None
    result: bool = Field(strict=True)
    err_msg: OptionalText = None


class BatchCancelReply(Wire):
    """POST order/cancel_batch_orders."""

    rows: tuple[BatchCancelRow, ...] = Field(alias="cancelOrderResultList")


class CancelledRow(Wire):
    """A row of POST order/cancelAllOrders."""

    order_id: Id = Field(alias="orderId")
    success: bool = Field(strict=True)


class OrderRow(Wire):
    """An order of detail, current and history. There is no partially-filled status."""

    symbol: str
    order_id: Id
    client_oid: OptionalText = None
    size: Amount
    filled_qty: Amount
    fee: Signed
    price: Amount
    price_avg: OptionalAmount
    status: str
    type: str
    order_type: str
    create_time: TimeMs = Field(alias="createTime")
    update_time: TimeMs = Field(default=0, validation_alias=AliasChoices("updateTime", "updatedTime"))


class FillRow(ValuedFill):
    """A row of GET order/fills."""

    trade_id: Id = Field(alias="tradeId")


class FillPage(Wire):
    """GET order/fills."""

    list: tuple[FillRow, ...]
    next_flag: bool = Field(alias="nextFlag", strict=True)


class PlanRow(Wire):
    """A trigger order of GET order/currentPlan. `type` comes as "1".."10" or as a word."""

    symbol: str
    order_id: Id
    client_oid: OptionalText = None
    size: Amount
    type: str = Field(coerce_numbers_to_str=True)
    trigger_price: Price = Field(alias="triggerPrice")
    create_time: TimeMs = Field(alias="createTime")
    status: str = Field(default="", coerce_numbers_to_str=True)
    trigger_time: OptionalTimeMs = Field(default=None, alias="triggerTime")


class PlanPage(Wire):
    """GET order/historyPlan."""

    list: tuple[PlanRow, ...]
    next_page: bool = Field(alias="nextPage", strict=True)
