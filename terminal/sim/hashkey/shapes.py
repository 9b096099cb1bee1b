"""JSON rows of orders, fills and coins. Source: reference sections 8 and 9. Figures and ids are text."""

from decimal import Decimal
from typing import Any

from terminal.sim.exchange.spot.records import Flow, FlowKind, Holding, SpotFill, SpotOrder
from terminal.sim.exchange.spot.rules import SpotRules
from terminal.sim.hashkey.names import EXCHANGE_ID, status_of, symbol_of, tif_of, type_of
from terminal.sim.market.types import BookSide
from terminal.sim.serving.digits import average_price, text

_FLOWS = {
    FlowKind.TRADE: (1, "TRADE"),
    FlowKind.FEE: (2, "FEE"),
    FlowKind.DEPOSIT: (900, "DEPOSIT"),
    FlowKind.WITHDRAWAL: (904, "WITHDRAW"),
}


def plain(written: str) -> str:
    """A figure without needless zeros."""
    return written.rstrip("0").rstrip(".") if "." in written else written


def figure(amount: Decimal | None) -> str:
    return "0" if amount is None else text(amount)


def placed_json(order: SpotOrder, account_id: str) -> dict[str, Any]:
    """The answer to a placed order."""
    return {**_head(order, account_id), "reqAmount": figure(order.amount)}


def cancelled_json(order: SpotOrder, account_id: str, status: str) -> dict[str, Any]:
    """The answer to a cancellation; `status` is what the order was when it was accepted."""
    return {**_head(order, account_id), "status": status, "reqAmount": figure(order.amount)}


def _head(order: SpotOrder, account_id: str) -> dict[str, Any]:
    return {
        "accountId": account_id,
        "symbol": symbol_of(order.pair),
        "symbolName": symbol_of(order.pair),
        "clientOrderId": order.client_oid,
        "orderId": order.order_id,
        "transactTime": str(order.created_ms),
        "price": figure(order.price),
        "origQty": size_asked(order),
        "executedQty": text(order.filled_size),
        "status": status_of(order),
        "timeInForce": tif_of(order),
        "type": type_of(order),
        "side": order.side.value,
    }


def order_json(order: SpotOrder, rules: SpotRules, account_id: str) -> dict[str, Any]:
    """A row of the order queries."""
    head = _head(order, account_id)
    del head["transactTime"]
    return {
        **head,
        "exchangeId": str(EXCHANGE_ID),
        "cummulativeQuoteQty": text(order.filled_value),  # spelled both ways
        "cumulativeQuoteQty": text(order.filled_value),
        "avgPrice": text(average_price(order.filled_value, order.filled_size, rules.tick)),
        "stopPrice": "0.0",
        "icebergQty": "0.0",
        "time": str(order.created_ms),
        "updateTime": str(order.updated_ms),
        "isWorking": True,
        "reqAmount": figure(order.amount),
        "feeCoin": "",  # deprecated: fees are in the trades
        "feeAmount": "0",
        "sumFeeAmount": "0",
    }


def size_asked(order: SpotOrder) -> str:
    """The size the order was sent with; an order by amount has none."""
    return "0" if order.amount is not None else text(order.size)


def fill_json(fill: SpotFill) -> dict[str, Any]:
    symbol = symbol_of(fill.pair)
    return {
        "id": fill.trade_id,
        "clientOrderId": fill.client_oid,
        "ticketId": fill.match_id,
        "symbol": symbol,
        "symbolName": symbol,
        "orderId": fill.order_id,
        "matchOrderId": "0",
        "price": text(fill.price),
        "qty": text(fill.size),
        "commission": text(fill.fee),
        "commissionAsset": fill.fee_asset,
        "time": str(fill.created_ms),
        "isBuyer": fill.side is BookSide.BUY,
        "isMaker": fill.is_maker,
        "fee": {"feeCoinId": fill.fee_asset, "feeCoinName": fill.fee_asset, "fee": text(fill.fee)},
        "feeCoinId": fill.fee_asset,
        "feeAmount": text(fill.fee),
        "makerRebate": "0",
        "hskDeduct": False,
    }


def balance_json(holding: Holding) -> dict[str, str]:
    return {
        "asset": holding.asset,
        "assetId": holding.asset,
        "assetName": holding.asset,
        "total": text(holding.total),
        "free": text(holding.free),
        "locked": text(holding.locked),
    }


def flow_json(flow: Flow, account_id: str) -> dict[str, Any]:
    value, name = _FLOWS[flow.kind]
    return {
        "id": flow.flow_id,
        "accountId": account_id,
        "coin": flow.asset,
        "coinId": flow.asset,
        "coinName": flow.asset,
        "flowTypeValue": value,
        "flowType": name,
        "flowName": "",
        "change": text(flow.change),
        "total": text(flow.total),
        "created": str(flow.created_ms),
    }
