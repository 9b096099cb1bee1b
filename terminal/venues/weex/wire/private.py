"""Frames and elements of the private channels. Source: weex contract API v2 and v3, private WebSocket.

The two dialects send the same elements; v3 writes `symbol` where v2 writes `contractId`, and a
capture shows v3 accounts with v2's spelling, so both are read everywhere.
"""

from typing import Any

from pydantic import AliasChoices, Field

from terminal.net.wire.types import Amount, Count, Id, OptionalAmount, OptionalText, Price, Signed, TimeMs, Wire

_SYMBOL = AliasChoices("contractId", "symbol")


class NestedMessage(Wire):
    """The `msg` part of a v2 frame. `version` counts up account-wide, over all channels."""

    msg_event: str = Field(alias="msgEvent")
    version: Count
    data: dict[str, Any]


class FlatMessage(Wire):
    """A v3 frame; the elements stand in `d`."""

    msg_event: str = Field(alias="msgEvent")
    version: Count = Field(alias="v")
    elements: list[Any] = Field(alias="d")


class OrderPush(Wire):
    """An element of the orders channel. Enums are upper case and differ from REST's."""

    id: Id
    symbol: str = Field(validation_alias=_SYMBOL)
    position_side: str = Field(alias="positionSide")
    order_side: str = Field(alias="orderSide")
    price: Amount
    size: Amount
    client_order_id: OptionalText = Field(default=None, alias="clientOrderId")
    type: str
    time_in_force: str = Field(alias="timeInForce")
    reduce_only: bool = Field(default=False, alias="reduceOnly")
    order_source: str = Field(default="", alias="orderSource")
    parent_order_id: OptionalText = Field(default=None, alias="openTpslParentOrderId", coerce_numbers_to_str=True)
    is_position_tpsl: bool = Field(default=False, validation_alias=AliasChoices("isPositionTpsl", "positionTpsl"))
    status: str
    cum_fill_size: Amount = Field(alias="cumFillSize")
    cum_fill_value: Amount = Field(alias="cumFillValue")
    cum_fill_fee: Signed = Field(alias="cumFillFee")
    cum_liquidate_fee: OptionalAmount = Field(default=None, alias="cumLiquidateFee")
    created_time: TimeMs = Field(alias="createdTime")
    updated_time: TimeMs = Field(alias="updatedTime")


class ValuedFill(Wire):
    """A fill that names its value instead of its price; fillFee is positive when paid."""

    trade_id: Id
    symbol: str
    order_id: Id = Field(alias="orderId")
    position_side: str = Field(alias="positionSide")
    order_side: str = Field(alias="orderSide")
    fill_size: Price = Field(alias="fillSize")
    fill_value: Price = Field(alias="fillValue")
    fill_fee: Signed = Field(alias="fillFee")
    realize_pnl: Signed = Field(alias="realizePnl")
    direction: str = ""
    created_time: TimeMs = Field(alias="createdTime")


class FillPush(ValuedFill):
    """An element of the fill channel."""

    trade_id: Id = Field(validation_alias=AliasChoices("id", "tradeId"))
    symbol: str = Field(validation_alias=_SYMBOL)
