"""Replies about orders, fills and stops, spelled as WOO X spells them. Source: WOO X API v3, trading."""

from decimal import Decimal
from typing import Any

from pydantic import Field, model_validator

from terminal.net.wire.types import Amount, Count, Id, Price
from terminal.venues.woox.wire.types import (
    Moment,
    OptionalAmount,
    OptionalMoment,
    OptionalPrice,
    OptionalSigned,
    OwnId,
    Wire,
)


class PlacedOrder(Wire):
    """`data` of POST trade/order, and a row of POST trade/algoOrder."""

    order_id: Id = Field(alias="orderId")
    own_id: OwnId = Field(default=None, alias="clientOrderId")


class PlacedAlgos(Wire):
    """`data` of POST trade/algoOrder."""

    rows: list[PlacedOrder] = Field(min_length=1)


class OrderRow(Wire):
    """GET trade/order, and a row of GET trade/orders. `type` is also the time in force."""

    order_id: Id = Field(alias="orderId")
    own_id: OwnId = Field(default=None, alias="clientOrderId")
    symbol: str
    side: str
    type: str
    status: str
    size: OptionalAmount = Field(default=None, alias="quantity")
    price: OptionalPrice = None
    filled: Amount = Field(default=Decimal(0), alias="executed")
    average_price: OptionalPrice = Field(default=None, alias="averageExecutedPrice")
    fee: OptionalSigned = Field(default=None, alias="totalFee")
    fee_asset: str | None = Field(default=None, alias="feeAsset")
    reduce_only: bool = Field(default=False, alias="reduceOnly")
    position_side: str = Field(default="BOTH", alias="positionSide")
    created: Moment = Field(alias="createdTime")
    updated: OptionalMoment = Field(default=None, alias="updatedTime")


class FillRow(Wire):
    """A row of GET trade/transactionHistory. Which side of a position it was is not said."""

    trade_id: Id = Field(alias="id")
    order_id: Id = Field(alias="orderId")
    symbol: str
    side: str
    price: Price = Field(alias="executedPrice")
    size: Amount = Field(alias="executedQuantity")
    fee: OptionalSigned = None
    fee_asset: str | None = Field(default=None, alias="feeAsset")
    maker: Count = Field(default=0, alias="isMaker")
    realized_pnl: OptionalSigned = Field(default=None, alias="realizedPnl")
    time: Moment = Field(alias="executedTimestamp")

    @model_validator(mode="before")
    @classmethod
    def _flag(cls, value: Any) -> Any:
        """Take `isMaker` also as true and false: the documents write 0 and 1."""
        if isinstance(value, dict) and isinstance(value.get("isMaker"), bool):
            return {**value, "isMaker": int(value["isMaker"])}
        return value


class AlgoRow(Wire):
    """A row of GET trade/algoOrders: a stop or target that waits, or has fired."""

    algo_id: Id = Field(alias="algoOrderId")
    own_id: OwnId = Field(default=None, alias="clientAlgoOrderId")
    symbol: str
    algo_type: str = Field(alias="algoType")
    side: str
    type: str
    size: OptionalAmount = Field(default=None, alias="quantity")
    trigger_price: OptionalPrice = Field(default=None, alias="triggerPrice")
    status: str = Field(alias="algoStatus")
    triggered: bool = Field(default=False, alias="isTriggered")
    trigger_time: OptionalMoment = Field(default=None, alias="triggerTime")
    reduce_only: bool = Field(default=False, alias="reduceOnly")
    position_side: str = Field(default="BOTH", alias="positionSide")
    order_id: OwnId = Field(default=None, alias="orderId")
    created: Moment = Field(alias="createdTime")


class Sent(Wire):
    """`data` of a cancel or an edit: the request was taken, nothing more."""

    status: str


class Meta(Wire):
    """Where a page stands in its list."""

    total: Count
    size: Count = Field(alias="recordsPerPage")
    page: Count = Field(alias="currentPage")


class ExecutionPush(Wire):
    """Data of `executionreport`. `trade_id` None: no execution, the order only changed its state."""

    symbol: str = Field(alias="s")
    order_id: Id = Field(alias="oid")
    own_id: OwnId = Field(default=None, alias="cid")
    type: str = Field(alias="t")
    side: str = Field(alias="sd")
    position_side: str = Field(default="BOTH", alias="ps")
    size: Amount = Field(alias="sx")
    price: OptionalPrice = Field(default=None, alias="px")
    trade_id: OwnId = Field(default=None, alias="tid")
    fill_size: OptionalAmount = Field(default=None, alias="esx")
    fill_price: OptionalPrice = Field(default=None, alias="epx")
    fee: OptionalSigned = Field(default=None, alias="f")
    fee_asset: str | None = Field(default=None, alias="fa")
    filled: Amount = Field(alias="tesx")
    average_price: OptionalPrice = Field(default=None, alias="aepx")
    status: str = Field(alias="ss")
    reason: str | None = Field(default=None, alias="rs")
    total_fee: OptionalSigned = Field(default=None, alias="tf")
    reduce_only: bool = Field(default=False, alias="ro")
    maker: bool = Field(default=False, alias="mk")
    time: Moment = Field(alias="ts")
