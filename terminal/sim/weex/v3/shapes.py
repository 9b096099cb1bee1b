"""The account's records as v3's REST endpoints show them. Source: reference sections 5.2 and 6.4."""

from decimal import Decimal
from typing import Any

from terminal.sim.exchange.margin import MarginView
from terminal.sim.exchange.records import Bill, Fill, Order, Plan, Position
from terminal.sim.exchange.rules import ContractRules
from terminal.sim.exchange.terms import ZERO, Effect, PlanKind, PlanStatus
from terminal.sim.market.types import BookSide, BookTif
from terminal.sim.serving.digits import StepText, average_price, text
from terminal.sim.weex.account_rows import position_figures
from terminal.sim.weex.v3.errors import NOT_FOUND_TEXT
from terminal.sim.weex.v3.names import ASSET, MARGIN_TYPE_NAMES, STATUSES, SYMBOLS, WORKING_TYPE_NAMES


def placed(order_id: str, client_id: str) -> dict[str, Any]:
    return {"orderId": order_id, "clientOrderId": client_id, "success": True, "errorCode": "", "errorMessage": ""}


def cancelled(order_id: str, client_id: str) -> dict[str, Any]:
    return {"orderId": order_id, "origClientOrderId": client_id, "success": True, "errorCode": "", "errorMessage": ""}


def not_cancelled(order_id: str, client_id: str) -> dict[str, Any]:
    """There is nothing to cancel: no such order, or a finished one."""
    failure = {"success": False, "errorCode": NOT_FOUND_TEXT, "errorMessage": NOT_FOUND_TEXT}
    return {"orderId": order_id, "origClientOrderId": client_id, **failure}


def done_row(order_id: str) -> dict[str, Any]:
    """A row of the list calls, where ids are numbers."""
    return {"orderId": int(order_id), "success": True, "errorCode": "", "errorMessage": ""}


def order_json(order: Order, rules: ContractRules, *, show_client_id: bool = True) -> dict[str, Any]:
    return {
        "avgPrice": _price(average_price(order.filled_value, order.filled_size, rules.tick), rules),
        "clientOrderId": order.client_oid if show_client_id else "",
        "cumQuote": text(order.filled_value),
        "executedQty": text(order.filled_size),
        "orderId": int(order.order_id),
        "origQty": text(order.size),
        "price": _price(order.price or ZERO, rules),
        "reduceOnly": order.effect is Effect.CLOSE,
        "side": order.book_side.value,
        "positionSide": order.side.value,
        "status": STATUSES[order.status],
        "stopPrice": "0",
        "symbol": SYMBOLS[order.pair],
        "time": order.created_ms,
        "timeInForce": order.tif.value,
        "type": "MARKET" if order.price is None else "LIMIT",
        "updateTime": order.updated_ms,
        "workingType": "UNKNOWN_PRICE_TYPE",
    }


def plan_as_order_json(plan: Plan, rules: ContractRules) -> dict[str, Any]:
    """A conditional order among ordinary ones, as the order history shows it."""
    return {
        "avgPrice": _price(ZERO, rules),
        "clientOrderId": plan.client_oid,
        "cumQuote": "0",
        "executedQty": "0",
        "orderId": int(plan.order_id),
        "origQty": text(plan.size),
        "price": _price(plan.execute_price or ZERO, rules),
        "reduceOnly": plan.effect is Effect.CLOSE,
        "side": plan.book_side.value,
        "positionSide": plan.side.value,
        "status": plan.status.value,
        "stopPrice": _price(plan.trigger_price, rules),
        "symbol": SYMBOLS[plan.pair],
        "time": plan.created_ms,
        "timeInForce": _plan_tif(plan).value,
        "type": conditional_type(plan),
        "updateTime": plan.updated_ms,
        "workingType": WORKING_TYPE_NAMES[plan.price_source],
    }


def plan_json(plan: Plan, rules: ContractRules) -> dict[str, Any]:
    """A conditional order. One that came with an entry names that entry until it has fired."""
    return {
        "algoId": int(plan.order_id),
        "clientAlgoId": plan.client_oid,
        "algoType": "CONDITIONAL",
        "orderType": conditional_type(plan),
        "symbol": SYMBOLS[plan.pair],
        "side": plan.book_side.value,
        "positionSide": plan.side.value,
        "timeInForce": _plan_tif(plan).value,
        "quantity": text(plan.size),
        "algoStatus": plan.status.value,
        "actualOrderId": int(plan.actual_order_id or plan.parent_order_id or 0),
        "actualPrice": _price(ZERO, rules),
        "triggerPrice": _price(plan.trigger_price, rules),
        "price": _price(plan.execute_price or ZERO, rules),
        "tpTriggerPrice": _price_or_none(plan.preset_take_profit, rules),
        "tpPrice": None,
        "slTriggerPrice": _price_or_none(plan.preset_stop_loss, rules),
        "slPrice": None,
        "tpOrderType": None,
        "workingType": WORKING_TYPE_NAMES[plan.price_source],
        "closePosition": False,
        "reduceOnly": plan.effect is Effect.CLOSE,
        "createTime": plan.created_ms,
        "updateTime": plan.updated_ms,
        "triggerTime": plan.triggered_ms,
    }


def conditional_type(plan: Plan) -> str:
    """STOP or TAKE_PROFIT, with _MARKET when it has no price of its own.

    A plain trigger has no such kind: buying higher or selling lower is a stop,
    buying lower or selling higher a take profit.
    """
    if plan.kind is PlanKind.TRIGGER:
        is_stop = (plan.book_side is BookSide.BUY) == plan.fires_above
    else:
        is_stop = plan.kind is PlanKind.STOP_LOSS
    return ("STOP" if is_stop else "TAKE_PROFIT") + ("_MARKET" if plan.execute_price is None else "")


def fill_json(fill: Fill, rules: ContractRules) -> dict[str, Any]:
    return {
        "id": int(fill.trade_id),
        "orderId": int(fill.order_id),
        "symbol": SYMBOLS[fill.pair],
        "buyer": fill.book_side is BookSide.BUY,
        "commission": text(fill.fee),
        "commissionAsset": ASSET,
        "maker": fill.is_maker,
        "price": _price(average_price(fill.value, fill.size, rules.tick), rules),
        "qty": text(fill.size),
        "quoteQty": text(fill.value),
        "realizedPnl": text(fill.realized_pnl),
        "side": fill.book_side.value,
        "positionSide": fill.side.value,
        "time": fill.created_ms,
    }


def position_json(position: Position, margin: MarginView) -> dict[str, Any]:
    """Entry and mark prices are not among the fields: entry = openValue / size."""
    return {
        "id": int(position.position_id),
        "asset": ASSET,
        "symbol": SYMBOLS[position.pair],
        "side": position.side.value,
        "marginType": MARGIN_TYPE_NAMES[position.margin_mode],
        "separatedMode": "COMBINED",
        "separatedOpenOrderId": 0,
        "leverage": f"{position.leverage:.2f}",
        **position_figures(position),
        "marginSize": text(position.margin),
        "isAutoAppendIsolatedMargin": position.auto_append,
        "createdMatchSequenceId": position.created_sequence,
        "updatedMatchSequenceId": position.updated_sequence,
        "createdTime": position.created_ms,
        "updatedTime": position.updated_ms,
        "unrealizePnl": text(margin.unrealized_of(position)),
        "liquidatePrice": text(margin.liquidation_price(position)),
    }


def bill_json(bill: Bill) -> dict[str, Any]:
    return {
        "billId": int(bill.bill_id),
        "asset": ASSET,
        "symbol": SYMBOLS.get(bill.pair),
        "income": text(bill.amount),
        "incomeType": bill.kind.value,
        "balance": text(bill.balance),
        "fillFee": text(bill.fee),
        "time": bill.created_ms,
        "transferReason": "UNKNOWN_TRANSFER_REASON",
    }


def is_plan_over_unfired(plan: Plan) -> bool:
    """Withdrawn before it fired; one that fired lives on as the order it made."""
    return plan.status is PlanStatus.CANCELED


def _plan_tif(plan: Plan) -> BookTif:
    return BookTif.IOC if plan.execute_price is None else BookTif.GTC


def _price(price: Decimal, rules: ContractRules) -> str:
    """With the pair's decimals, zero included."""
    return f"{price:.{StepText(rules.tick).decimals}f}"


def _price_or_none(price: Decimal | None, rules: ContractRules) -> str | None:
    return None if price is None else _price(price, rules)
