"""What a placement's answer says, in one shape for both dialects."""

from dataclasses import dataclass
from typing import Any

from terminal.domain.errors import MalformedReply
from terminal.net.wire.decode import parse
from terminal.net.wire.types import Id, Wire
from terminal.venues.weex.wire.v2.orders import CancelledRow, PlacedOrder
from terminal.venues.weex.wire.v3.orders import PlacedOrder as PlacedOrderV3


@dataclass(frozen=True, slots=True)
class Placed:
    """`order_id` is None when the venue did not take it; `code` and `message` then say why, if it said."""

    order_id: str | None
    client_order_id: str | None = None
    code: str = ""
    message: str = ""


class _OnlyId(Wire):
    order_id: Id


def placed_v2(value: Any) -> Placed:
    """Read POST placeOrder and plan_order.

    Raises:
        MalformedReply: no order id of digits.
    """
    reply = parse(PlacedOrder, value)
    return Placed(reply.order_id, reply.client_oid)


def protected_v2(value: Any) -> Placed:
    """Read POST placeTpSlOrder: one row, which gives no reason.

    Raises:
        MalformedReply: not exactly one row.
    """
    row = parse(CancelledRow, _only(value))
    return Placed(row.order_id) if row.success else Placed(None)


def placed_v3(value: Any) -> Placed:
    """Read POST order and algoOrder, where HTTP 200 may carry `success` false.

    Raises:
        MalformedReply: success without an order id of digits.
    """
    reply = parse(PlacedOrderV3, value)
    if not reply.success:
        return Placed(None, reply.client_order_id, reply.error_code or "", reply.error_message or "")
    order_id = parse(_OnlyId, {"order_id": reply.order_id}).order_id
    return Placed(order_id, reply.client_order_id)


def protected_v3(value: Any) -> Placed:
    """Read POST placeTpSlOrder of v3. Raises `MalformedReply`."""
    return placed_v3(_only(value))


def _only(value: Any) -> Any:
    rows = [value] if isinstance(value, dict) else value
    if not isinstance(rows, list) or len(rows) != 1:
        raise MalformedReply("The answer is not about one trigger order.", venue="WEEX")
    return rows[0]
