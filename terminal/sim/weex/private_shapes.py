"""The account's records as the private stream pushes them. Source: reference section 9.1.

Enums differ from the REST spelling; everything but flags is a string.
"""

from typing import Any

from terminal.sim.exchange.records import AccountEvent, Fill, Order, Position, Wallet
from terminal.sim.exchange.rules import MAKER_FEE, TAKER_FEE
from terminal.sim.exchange.terms import ZERO, Effect, OrderStatus, PositionSide
from terminal.sim.market.types import BookTif
from terminal.sim.weex.account_api import TOTALS
from terminal.sim.weex.replies import text
from terminal.sim.weex.symbols import MARGIN_MODE_NAMES, SYMBOLS

_TIMES_IN_FORCE = {
    BookTif.GTC: "GOOD_TIL_CANCEL",
    BookTif.POST_ONLY: "POST_ONLY",
    BookTif.FOK: "FILL_OR_KILL",
    BookTif.IOC: "IMMEDIATE_OR_CANCEL",
}
_STATUSES = {
    OrderStatus.PENDING: "PENDING",
    OrderStatus.OPEN: "OPEN",
    OrderStatus.FILLED: "FILLED",
    OrderStatus.CANCELED: "CANCELED",
}
_COMBINED = {"separatedMode": "COMBINED", "separatedOpenOrderId": "0"}


def push_frame(event: AccountEvent) -> dict[str, Any]:
    """One event in its envelope."""
    subject = event.subject
    if isinstance(subject, Order):
        key, row = "order", _order(subject)
    elif isinstance(subject, Fill):
        key, row = "orderFillTransaction", _fill(subject)
    elif isinstance(subject, Position):
        key, row = "position", _position(subject)
    else:
        key, row = "collateral", _collateral(subject)
    message = {
        "msgEvent": event.cause.value,
        "version": event.version,
        "data": {key: [row]},
        "time": event.time_ms,
    }
    return {"type": "trade-event", "channel": event.kind.value, "event": "payload", "msg": message}


def _side(side: PositionSide, effect: Effect) -> str:
    return "BUY" if (side is PositionSide.LONG) == (effect is Effect.OPEN) else "SELL"


def _order(order: Order) -> dict[str, Any]:
    return {
        "id": order.order_id,
        "coinId": "USDT",
        "contractId": SYMBOLS[order.pair],
        "marginMode": MARGIN_MODE_NAMES[order.margin_mode],
        **_COMBINED,
        "positionSide": order.side.value,
        "orderSide": _side(order.side, order.effect),
        "price": "0" if order.price is None else f"{order.price:f}",
        "size": text(order.size),
        "clientOrderId": order.client_oid,
        "type": "MARKET" if order.price is None else "LIMIT",
        "timeInForce": _TIMES_IN_FORCE[order.tif],
        "reduceOnly": order.effect is Effect.CLOSE,
        "triggerPrice": "0",
        "triggerPriceType": "UNKNOWN_PRICE_TYPE",
        "orderSource": "API",
        "openTpslParentOrderId": order.plan_id or "0",
        "isPositionTpsl": False,
        "isSetOpenTp": order.preset_take_profit is not None,
        "openTpParam": _open_param(order.preset_take_profit),
        "isSetOpenSl": order.preset_stop_loss is not None,
        "openSlParam": _open_param(order.preset_stop_loss),
        "leverage": text(order.leverage),
        "takerFeeRate": text(TAKER_FEE),
        "makerFeeRate": text(MAKER_FEE),
        "feeDiscount": "1",
        "liquidateFeeRate": "0",
        "status": _STATUSES[order.status],
        "triggerTime": "0",
        "triggerPriceTime": "0",
        "triggerPriceValue": "0",
        "cancelReason": order.cancel_reason or "UNKNOWN_ORDER_CANCEL_REASON",
        "latestFillPrice": text(order.latest_price),
        "maxFillPrice": text(order.max_price),
        "minFillPrice": text(order.min_price),
        "cumFillSize": text(order.filled_size),
        "cumFillValue": text(order.filled_value),
        "cumFillFee": text(order.fee),
        "cumLiquidateFee": text(order.liquidate_fee),
        "cumRealizePnl": text(order.realized_pnl),
        "createdTime": str(order.created_ms),
        "updatedTime": str(order.updated_ms),
    }


def _open_param(trigger: Any) -> dict[str, str] | None:
    return None if trigger is None else {"triggerPrice": f"{trigger:f}"}


def _fill(fill: Fill) -> dict[str, Any]:
    return {
        "id": fill.trade_id,
        "coinId": "USDT",
        "contractId": SYMBOLS[fill.pair],
        "orderId": fill.order_id,
        "marginMode": MARGIN_MODE_NAMES[fill.margin_mode],
        **_COMBINED,
        "positionSide": fill.side.value,
        "orderSide": _side(fill.side, fill.effect),
        "fillSize": text(fill.size),
        "fillValue": text(fill.value),
        "fillFee": text(fill.fee),
        "liquidateFee": text(fill.liquidate_fee),
        "realizePnl": text(fill.realized_pnl),
        "direction": "MAKER" if fill.is_maker else "TAKER",
        "createdTime": str(fill.created_ms),
        "updatedTime": str(fill.created_ms),
    }


def _position(position: Position) -> dict[str, Any]:
    return {
        "id": position.position_id,
        "coinId": "USDT",
        "contractId": SYMBOLS[position.pair],
        "side": position.side.value,
        "marginMode": MARGIN_MODE_NAMES[position.margin_mode],
        **_COMBINED,
        "leverage": text(position.leverage),
        "size": text(position.size),
        "openValue": text(position.open_value),
        "openFee": text(position.open_fee),
        "fundingFee": text(position.funding_fee),
        "isolatedMargin": text(position.isolated_margin),
        "cumOpenSize": text(position.cum_open_size),
        "cumOpenValue": text(position.cum_open_value),
        "cumOpenFee": text(position.cum_open_fee),
        "cumCloseSize": text(position.cum_close_size),
        "cumCloseValue": text(position.cum_close_value),
        "cumCloseFee": text(position.cum_close_fee),
        "cumFundingFee": text(position.cum_funding_fee),
        "cumLiquidateFee": text(position.cum_liquidate_fee),
        "createdMatchSequenceId": str(position.created_sequence),
        "updatedMatchSequenceId": str(position.updated_sequence),
        "createdTime": str(position.created_ms),
        "updatedTime": str(position.updated_ms),
        "autoAppendIsolatedMargin": position.auto_append,
    }


def _collateral(wallet: Wallet) -> dict[str, Any]:
    pending = ("Deposit", "Withdraw", "TransferIn", "TransferOut")
    return {
        "coinId": "USDT",
        "marginMode": "SHARED",
        "crossContractId": "0",
        "isolatedPositionId": "0",
        "amount": text(wallet.cash),
        **{f"pending{name}Amount": "0" for name in pending},
        "liquidating": wallet.liquidating,
        "legacyAmount": text(wallet.cash),
        **{f"cum{_camel(name)}Amount": text(wallet.totals.get(name, ZERO)) for name in TOTALS},
        "createdTime": str(wallet.created_ms),
        "updatedTime": str(wallet.updated_ms),
    }


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))
