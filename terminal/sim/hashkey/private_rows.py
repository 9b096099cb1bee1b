"""Events of the account as the private stream words them. Source: reference section 8."""

from typing import Any

from terminal.sim.exchange.spot.records import Holding, SpotEvent, SpotFill, SpotOrder
from terminal.sim.hashkey.names import cancel_reason_of, status_of, symbol_of, tif_of, type_of
from terminal.sim.hashkey.shapes import figure, size_asked
from terminal.sim.serving.digits import text

Row = dict[str, Any]


def event_rows(event: SpotEvent, account_id: str, now_ms: int) -> tuple[str, list[Row]]:
    """(symbol, "" for coins; the rows to push, each in an array of its own)."""
    subject = event.subject
    if isinstance(subject, SpotOrder):
        return symbol_of(subject.pair), [execution_report(subject, event.fill, now_ms)]
    if isinstance(subject, SpotFill):
        return symbol_of(subject.pair), [ticket_info(subject, account_id, now_ms)]
    return "", [account_info(subject, now_ms)]


def execution_report(order: SpotOrder, fill: SpotFill | None, now_ms: int) -> Row:
    """An order's state; `l`, `L`, `n`, `d` are of the execution it is about, if any."""
    has_ended = order.status.is_final
    average = order.average_price
    return {
        "e": "executionReport",
        "E": str(now_ms),
        "s": symbol_of(order.pair),
        "c": order.client_oid,
        "S": order.side.value,
        "o": "MARKET_OF_QUOTE" if order.amount is not None else type_of(order),
        "f": tif_of(order),
        "q": size_asked(order),
        "p": figure(order.price),
        "X": status_of(order),
        "i": order.order_id,
        "l": "0" if fill is None else text(fill.size),
        "z": text(order.filled_size),
        "L": "0" if fill is None else text(fill.price),
        "n": "0" if fill is None else text(fill.fee),
        "N": "" if fill is None else fill.fee_asset,
        "u": True,
        "w": not has_ended,
        "m": fill is not None and fill.is_maker,
        "O": str(order.created_ms),
        "Z": text(order.filled_value),
        "x": cancel_reason_of(order),
        "C": False,
        "v": "0",
        "reqAmt": figure(order.amount),
        "d": "" if fill is None else fill.trade_id,
        "r": "0" if order.amount is not None else text(order.size - order.filled_size),
        "V": text(average.quantize(order.filled_value)) if order.filled_size else "0",
        "P": "0",
        "lo": False,
        "lt": "",
    }


def ticket_info(fill: SpotFill, account_id: str, now_ms: int) -> Row:
    return {
        "e": "ticketInfo",
        "E": str(now_ms),
        "s": symbol_of(fill.pair),
        "q": text(fill.size),
        "t": str(fill.created_ms),
        "p": text(fill.price),
        "T": fill.match_id,
        "o": fill.order_id,
        "c": fill.client_oid,
        "a": account_id,
        "m": fill.is_maker,
        "S": fill.side.value,
    }


def account_info(holdings: tuple[Holding, ...], now_ms: int) -> Row:
    """The coins that changed, as they are now."""
    return {
        "e": "outboundAccountInfo",
        "E": str(now_ms),
        "T": True,
        "W": True,
        "D": True,
        "B": [{"a": one.asset, "f": text(one.free), "l": text(one.locked), "r": ""} for one in holdings],
    }
