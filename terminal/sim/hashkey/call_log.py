"""What the log of order calls keeps of a request and its answer."""

from collections.abc import Mapping
from typing import Any

from terminal.sim.hashkey.endpoint import Endpoint
from terminal.sim.hashkey.errors import HashKeyError
from terminal.sim.hashkey.params import batch
from terminal.sim.hashkey.venue import Call
from terminal.sim.serving.calls import OrderCall

_CLIENT_IDS = ("newClientOrderId", "clientOrderId")


def log_lines(call: Call, endpoint: Endpoint, result: Any, status: int) -> list[OrderCall]:
    """One line, or one for each order of a batch."""
    answer = result if isinstance(result, dict) else {}
    code = str(answer.get("code", ""))
    if not endpoint.is_json:
        order_id = str(answer.get("orderId") or call.params.raw.get("orderId", ""))
        return [_line(call, call.params.raw, order_id, status, code)]
    try:
        orders = batch(call.body)
    except HashKeyError:
        return [_line(call, {}, "", status, code)]
    rows = answer.get("result") or [{}] * len(orders)
    return [
        _line(call, order, str(row.get("order", {}).get("orderId", "")), status, str(row.get("code", code)))
        for order, row in zip(orders, rows, strict=True)
    ]


def _line(call: Call, sent: Mapping[str, str], order_id: str, status: int, code: str) -> OrderCall:
    client_id = next((sent[name] for name in _CLIENT_IDS if sent.get(name)), "")
    return OrderCall(call.now_ms, call.path, client_id, order_id, status, code)
