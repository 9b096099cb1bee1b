"""What endpoints of both dialects do before they differ in words."""

from collections.abc import Callable, Iterable
from typing import Any

from terminal.sim.exchange.records import Fill, Order, Plan
from terminal.sim.exchange.terms import PlanKind, PlanStatus, PositionSide, Refusal, RefusalKind
from terminal.sim.weex.envelopes import done
from terminal.sim.weex.errors import Problem, Rejection, WeexError
from terminal.sim.weex.venue import Call, Venue

NO_END_MS = 10**15
BATCH_MAX = 20
HISTORY_MS = 90 * 86_400_000


def find_order(venue: Venue, order_id: str) -> Order:
    """The account's order of that id.

    Raises:
        WeexError: ORDER_NOT_FOUND.
    """
    order = venue.exchange.books.orders.get(order_id)
    if order is None:
        raise WeexError(Problem.ORDER_NOT_FOUND)
    return order


def id_of_client_id(venue: Venue, client_id: str) -> str:
    """The newest order that was sent with this client id.

    Raises:
        WeexError: ORDER_NOT_FOUND.
    """
    for order in reversed(venue.exchange.books.orders.values()):
        if order.client_oid == client_id:
            return order.order_id
    raise WeexError(Problem.ORDER_NOT_FOUND)


def cancel_everything(venue: Venue, pair: str | None, *, plans: bool) -> list[str]:
    """Cancel all open orders, or all waiting plans; returns their ids."""
    exchange = venue.exchange
    if plans:
        return [exchange.plans.cancel(p.order_id, exchange.now_ms).order_id for p in exchange.books.open_plans(pair)]
    return [exchange.orders.cancel(o.order_id, exchange.now_ms).order_id for o in exchange.books.open_orders(pair)]


def close_positions(
    venue: Venue, pair: str | None, position_id: str | None, refuse: Callable[[Refusal], Rejection]
) -> list[dict[str, Any]]:
    """Market-close every position that is meant, of the whole account when neither is named."""
    rows = []
    for position in list(venue.exchange.books.held(pair)):
        if position_id not in {None, position.position_id}:
            continue
        row: dict[str, Any] = {"positionId": int(position.position_id), "success": True}
        try:
            order = venue.exchange.close_position(position.pair, position.side)
        except Refusal as refusal:
            row |= {"success": False, "successOrderId": 0, "errorMessage": refuse(refusal).message}
        else:
            row |= {"successOrderId": int(order.order_id), "errorMessage": ""}
        rows.append(row)
    return rows


def newest_first(
    records: Iterable[Any], start_ms: int | None, end_ms: int | None, order_id: str | None = None
) -> list[Any]:
    """Orders, fills or plans of that id and time, newest first."""
    first, last = start_ms or 0, NO_END_MS if end_ms is None else end_ms
    found = [record for record in records if order_id in {None, record.order_id} and first <= record.created_ms <= last]
    return found[::-1]


def finished_orders(venue: Venue, pair: str | None) -> Iterable[Order]:
    """Filled and cancelled orders of the last 90 days, oldest first."""
    oldest = venue.exchange.now_ms - HISTORY_MS
    orders = venue.exchange.books.orders.values()
    return (o for o in orders if o.status.is_final and pair in {None, o.pair} and o.created_ms >= oldest)


def fills_of(venue: Venue, pair: str | None) -> Iterable[Fill]:
    return (fill for fill in venue.exchange.books.fills if pair in {None, fill.pair})


def visible_plans(venue: Venue, pair: str | None) -> list[Plan]:
    """Waiting plans that have become visible, oldest first."""
    now_ms = venue.exchange.now_ms
    return [plan for plan in venue.exchange.books.open_plans(pair) if plan.visible_ms <= now_ms]


def ended_plans(venue: Venue, pair: str | None) -> Iterable[Plan]:
    plans = venue.exchange.books.plans.values()
    return (p for p in plans if p.status is not PlanStatus.UNTRIGGERED and pair in {None, p.pair})


def protection_order(venue: Venue, order_id: str) -> Plan:
    """The account's stop or target of that id; a plain trigger is not one.

    Raises:
        Refusal: NOT_FOUND.
    """
    plan = venue.exchange.books.plans.get(order_id)
    if plan is None or plan.kind is PlanKind.TRIGGER:
        raise Refusal(RefusalKind.NOT_FOUND)
    return plan


def modify_auto_append(venue: Venue, call: Call) -> dict[str, Any]:
    """Both dialects name the fields and the answer alike."""
    position_id = call.body.text("positionId")
    on = call.body.boolean("autoAppendMargin")
    venue.exchange.settings.set_auto_append(position_id, on, venue.exchange.now_ms)
    return done(call.now_ms)


def positions_of(venue: Venue, pairs: Iterable[str]) -> list[Any]:
    """Positions that ever existed; a closed one stays with size 0, as documented."""
    found = (venue.exchange.books.position(pair, side) for pair in pairs for side in PositionSide)
    return [position for position in found if position is not None]
