"""Orders, fills, positions and plans as REST shows them.

Figures of orders and fills are JSON numbers and their times text in seconds,
as the live venue sends them; the documents say text and integer ms (the
switch `ms_times`). Source: reference sections 2 and 7.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from terminal.sim.exchange.margin import MarginView
from terminal.sim.exchange.records import Plan, Position
from terminal.sim.exchange.terms import Effect, MarginMode, PlanKind, PlanStatus, PositionSide, PriceSource
from terminal.sim.serving.digits import text
from terminal.sim.woox.instruments import QUOTE, Listing, Product
from terminal.sim.woox.views import FillView, OrderView, position_side

PLAN_TYPES = {
    PlanKind.TRIGGER: "STOP",
    PlanKind.TAKE_PROFIT: "TAKE_PROFIT",
    PlanKind.STOP_LOSS: "STOP_LOSS",
}
PLAN_STATUSES = {
    PlanStatus.UNTRIGGERED: "NEW",
    PlanStatus.TRIGGERED: "FILLED",
    PlanStatus.CANCELED: "CANCELLED",
}
PRICE_SOURCES = {PriceSource.LAST: "MARKET_PRICE", PriceSource.MARK: "MARK_PRICE"}


def number(amount: Decimal) -> float:
    """A JSON number; it has at most 17 digits, so the shortest spelling of the double is exact."""
    return float(amount)


def time_of(ms: int, *, as_ms: bool) -> int | str:
    return ms if as_ms else f"{ms // 1000}.{ms % 1000:03d}"


def placed(order: OrderView, amount: Decimal | None) -> dict[str, Any]:
    return {
        "orderId": order.order_id,
        "clientOrderId": order.client_id,
        "type": order.type,
        "price": None if order.price is None else number(order.price),
        "quantity": number(order.size) if order.size else None,
        "amount": None if amount is None else number(amount),
        "bidAskLevel": None,
    }


def order_json(order: OrderView, *, as_ms: bool) -> dict[str, Any]:
    return {
        "orderId": order.order_id,
        "clientOrderId": order.client_id,
        "symbol": order.listing.symbol,
        "orderTag": "default",
        "side": order.side.value,
        "quantity": number(order.size),
        "amount": None,
        "type": order.type,
        "status": order.status,
        "price": None if order.price is None else number(order.price),
        "executed": number(order.filled),
        "visible": number(order.size) if order.price is not None else 0,
        "averageExecutedPrice": number(order.average),
        "totalFee": number(order.fee),
        "feeAsset": order.fee_asset,
        "totalRebate": 0,
        "rebateAsset": QUOTE,
        "reduceOnly": order.reduce_only,
        "createdTime": time_of(order.created_ms, as_ms=as_ms),
        "updatedTime": time_of(order.updated_ms, as_ms=as_ms),
        "realizedPnl": None if order.realized is None else number(order.realized),
        "positionSide": order.position_side,
        "marginMode": order.margin_mode.value,
        "leverage": order.leverage,
        "bidAskLevel": None,
    }


def fill_json(fill: FillView, *, as_ms: bool) -> dict[str, Any]:
    return {
        "id": fill.trade_id,
        "symbol": fill.listing.symbol,
        "orderId": fill.order_id,
        "executedPrice": number(fill.price),
        "executedQuantity": number(fill.size),
        "fee": number(fill.fee),
        "feeAsset": fill.fee_asset,
        "realizedPnl": None if fill.realized is None else number(fill.realized),
        "orderTag": "default",
        "side": fill.side.value,
        "isMaker": int(fill.is_maker),
        "isMatchRpi": 0,
        "executedTimestamp": time_of(fill.time_ms, as_ms=as_ms),
    }


@dataclass(frozen=True, slots=True)
class PositionSurroundings:
    """What a position's row tells beside the position: open orders, the last 24 hours, the mark."""

    mark: Decimal
    pending_long: Decimal
    pending_short: Decimal
    realized_24h: Decimal
    fees_24h: Decimal
    one_way: bool


def position_json(position: Position, margin: MarginView, around: PositionSurroundings) -> dict[str, Any]:
    """A held position; figures are text here, and a short's holding is negative."""
    entry = (position.open_value / position.size).quantize(Decimal("1E-8"))
    holding = position.size if position.side is PositionSide.LONG else -position.size
    isolated = position.margin_mode is MarginMode.ISOLATED
    return {
        "symbol": Listing(Product.PERP, position.pair).symbol,
        "holding": text(holding),
        "pendingLongQty": text(around.pending_long),
        "pendingShortQty": text(around.pending_short),
        "settlePrice": text(entry),
        "averageOpenPrice": text(entry),
        "pnl24H": text(around.realized_24h),
        "fee24H": text(around.fees_24h),
        "markPrice": text(around.mark),
        "estLiqPrice": text(margin.liquidation_price(position)),
        "timestamp": position.updated_ms,
        "adlQuantile": 1,
        "positionSide": position_side(position.side, one_way=around.one_way),
        "marginMode": position.margin_mode.value,
        "isolatedMarginToken": QUOTE if isolated else "",
        "isolatedMarginAmount": text(position.isolated_margin),
        "isolatedFrozenLong": "0",
        "isolatedFrozenShort": "0",
        "leverage": int(position.leverage),
    }


def plan_json(plan: Plan, *, one_way: bool, as_ms: bool) -> dict[str, Any]:
    """An algo order. A leg of a bracket names the order it protects as its root."""
    triggered = plan.status is PlanStatus.TRIGGERED
    root = int(plan.parent_order_id or plan.order_id)
    return {
        "algoOrderId": int(plan.order_id),
        "clientAlgoOrderId": int(plan.client_oid or 0),
        "rootAlgoOrderId": root,
        "parentAlgoOrderId": int(plan.parent_order_id or 0),
        "symbol": Listing(Product.PERP, plan.pair).symbol,
        "algoOrderTag": "default",
        "algoType": PLAN_TYPES[plan.kind],
        "side": plan.book_side.value,
        "quantity": number(plan.size),
        "isTriggered": triggered,
        "triggerPrice": number(plan.trigger_price),
        "triggerStatus": "SUCCESS" if triggered else "USELESS",
        "type": "MARKET" if plan.execute_price is None else "LIMIT",
        "rootAlgoStatus": PLAN_STATUSES[plan.status],
        "algoStatus": PLAN_STATUSES[plan.status],
        "triggerPriceType": PRICE_SOURCES[plan.price_source],
        "price": 0 if plan.execute_price is None else number(plan.execute_price),
        "triggerTime": time_of(plan.triggered_ms, as_ms=as_ms) if plan.triggered_ms else "0",
        "totalExecutedQuantity": number(plan.size) if triggered else 0,
        "visibleQuantity": number(plan.size),
        "averageExecutedPrice": 0,
        "totalFee": 0,
        "feeAsset": "",
        "totalRebate": 0,
        "rebateAsset": "",
        "reduceOnly": plan.effect is Effect.CLOSE,
        "createdTime": time_of(plan.created_ms, as_ms=as_ms),
        "updatedTime": time_of(plan.updated_ms, as_ms=as_ms),
        "positionSide": position_side(plan.side, one_way=one_way),
    }
