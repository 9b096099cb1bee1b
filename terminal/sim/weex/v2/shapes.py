"""The account's records as v2's REST endpoints show them.

Source: reference sections 5.1, 6.2 and 6.3 (v2 columns). Money, prices and
sizes are strings; ids are numbers in some shapes and strings in others, as
documented.
"""

from decimal import Decimal
from typing import Any

from terminal.sim.exchange.margin import MarginView
from terminal.sim.exchange.records import Bill, Fill, Order, Plan, Position
from terminal.sim.exchange.rules import ContractRules
from terminal.sim.exchange.terms import ZERO, OrderStatus, PlanKind, PlanStatus, PriceSource
from terminal.sim.serving.digits import average_price, text
from terminal.sim.weex.account_rows import fill_figures, position_figures, price_text, snake
from terminal.sim.weex.v2.names import (
    COIN_ID,
    CONTRACT_IDS,
    DIRECTION_CODES,
    MARGIN_MODE_NAMES,
    ORDER_TYPE_NAMES,
    SYMBOLS,
    type_name,
)

_STATUSES = {
    OrderStatus.PENDING: "pending",
    OrderStatus.OPEN: "open",
    OrderStatus.FILLED: "filled",
    OrderStatus.CANCELED: "canceled",
}
_PLAN_STATUSES = {PlanStatus.UNTRIGGERED: "0", PlanStatus.TRIGGERED: "2", PlanStatus.CANCELED: "-1"}
PRICE_SOURCE_CODES = {PriceSource.LAST: "1", PriceSource.MARK: "3"}


def order_json(order: Order, rules: ContractRules, *, show_client_oid: bool = True) -> dict[str, Any]:
    return {
        "symbol": SYMBOLS[order.pair],
        "size": text(order.size),
        "client_oid": (order.client_oid or None) if show_client_oid else None,
        "createTime": str(order.created_ms),
        "filled_qty": text(order.filled_size),
        "fee": text(order.fee),
        "order_id": order.order_id,
        "price": price_text(order.price, "0.0"),
        "price_avg": text(average_price(order.filled_value, order.filled_size, rules.tick)),
        "status": _STATUSES[order.status],
        "type": type_name(order.side, order.effect, order.origin),
        "order_type": ORDER_TYPE_NAMES[order.tif],
        "totalProfits": text(order.realized_pnl),
        "contracts": int(order.size / rules.lot),
        "filledQtyContracts": int(order.filled_size / rules.lot),
        "presetTakeProfitPrice": _price_or_none(order.preset_take_profit),
        "presetStopLossPrice": _price_or_none(order.preset_stop_loss),
    }


def fill_json(fill: Fill, rules: ContractRules) -> dict[str, Any]:
    return {
        "tradeId": int(fill.trade_id),
        "orderId": int(fill.order_id),
        "symbol": SYMBOLS[fill.pair],
        "marginMode": MARGIN_MODE_NAMES[fill.margin_mode],
        "separatedMode": "COMBINED",
        **fill_figures(fill),
        "liquidateType": None,
        "legacyOrdeDirection": type_name(fill.side, fill.effect, fill.origin).upper(),
        "createdTime": fill.created_ms,
        "contractVal": text(rules.lot),
    }


def position_json(position: Position, margin: MarginView, account_id: str, lot: Decimal) -> dict[str, Any]:
    """Entry and mark prices are not among the fields: entry = open_value / size."""
    return {
        "id": int(position.position_id),
        "account_id": int(account_id),
        "coin_id": COIN_ID,
        "contract_id": CONTRACT_IDS[position.pair],
        "symbol": SYMBOLS[position.pair],
        "side": position.side.value,
        "margin_mode": MARGIN_MODE_NAMES[position.margin_mode],
        "separated_mode": "COMBINED",
        "separated_open_order_id": 0,
        "leverage": f"{position.leverage:.2f}",
        **{snake(name): figure for name, figure in position_figures(position).items()},
        "marginSize": text(position.margin),
        "is_auto_append_isolated_margin": position.auto_append,
        "created_match_sequence_id": position.created_sequence,
        "updated_match_sequence_id": position.updated_sequence,
        "created_time": position.created_ms,
        "updated_time": position.updated_ms,
        "contractVal": text(lot),
        "unrealizePnl": text(margin.unrealized_of(position)),
        "liquidatePrice": text(margin.liquidation_price(position)),
    }


def plan_json(plan: Plan) -> dict[str, Any]:
    is_market = plan.execute_price is None
    return {
        "symbol": SYMBOLS[plan.pair],
        "size": text(plan.size),
        "client_oid": plan.client_oid or None,
        "createTime": str(plan.created_ms),
        "filled_qty": text(plan.size if plan.status is PlanStatus.TRIGGERED else ZERO),
        "fee": "0",
        "order_id": plan.order_id,
        "price": price_text(plan.execute_price, "0.0"),
        "price_avg": "0",
        "status": _PLAN_STATUSES[plan.status],
        "type": DIRECTION_CODES[plan.side, plan.effect],
        "order_type": "3" if is_market else "0",
        "totalProfits": "0",
        "triggerPrice": f"{plan.trigger_price:f}",
        "triggerPriceType": PRICE_SOURCE_CODES[plan.price_source],
        "triggerTime": str(plan.triggered_ms) if plan.triggered_ms else None,
        "planType": None if plan.kind is PlanKind.TRIGGER else _PLAN_TYPES[plan.kind],
        "presetTakeProfitPrice": _price_or_none(plan.preset_take_profit),
        "presetStopLossPrice": _price_or_none(plan.preset_stop_loss),
    }


def bill_json(bill: Bill) -> dict[str, Any]:
    return {
        "billId": int(bill.bill_id),
        "coin": "USDT",
        "symbol": SYMBOLS.get(bill.pair, ""),
        "amount": text(bill.amount),
        "businessType": bill.kind.value,
        "balance": text(bill.balance),
        "fillFee": text(bill.fee),
        "transferReason": "UNKNOWN_TRANSFER_REASON",
        "ctime": bill.created_ms,
    }


_PLAN_TYPES = {PlanKind.TAKE_PROFIT: "profit_plan", PlanKind.STOP_LOSS: "loss_plan"}


def _price_or_none(price: Decimal | None) -> str | None:
    return None if price is None else f"{price:f}"
