"""Orders and fills. Source: reference section 7."""

from typing import Any, Final, TypeVar

from terminal.sim.exchange.terms import MarginMode, Refusal
from terminal.sim.woox.errors import WooError, already_cancelled, duplicated, malformed, missing, not_found
from terminal.sim.woox.fields import Fields
from terminal.sim.woox.instruments import TERMS
from terminal.sim.woox.order_terms import SIDES, OrderTerms, client_id, listing_of, optional_listing, order_terms
from terminal.sim.woox.shapes import fill_json, order_json, placed
from terminal.sim.woox.venue import Call, Venue
from terminal.sim.woox.views import REJECTED, FillView, OrderView, order_view

_STATUSES: Final = ("NEW", "PARTIAL_FILLED", "FILLED", "CANCELLED", "REJECTED", "INCOMPLETE", "COMPLETED")
_BPS: Final = 10_000
_PAGE: Final = 25
_PAGE_MAX: Final = 500
_NO_END_MS: Final = 10**15
T = TypeVar("T")


def place_order(venue: Venue, call: Call) -> dict[str, Any]:
    """Accept an order; what becomes of it is for the private stream and the queries to say."""
    terms = order_terms(venue, call.fields)
    if terms.client_oid in venue.exchange.books.client_oids or terms.client_oid in venue.spot.books.client_oids:
        raise duplicated()
    if terms.listing.is_spot:
        return placed(venue.spot.place(terms.spot_request(), venue.now_ms), terms.amount)
    _take_margin_mode(venue, terms.listing.pair, terms.margin_mode)
    rejection = venue.faults.take("late_reject", terms.listing.symbol)
    order = _accept_to_reject(venue, terms, rejection.message) if rejection else None
    if order is None:
        accepted = venue.exchange.orders.place(terms.contract_request(), venue.now_ms)
        order = order_view(accepted, one_way=venue.is_one_way)
    return placed(order, None)


def edit_order(venue: Venue, call: Call) -> dict[str, str]:
    """Another price or size for a resting contract order."""
    fields = call.fields
    order = find(venue, fields)
    price, size = fields.optional_decimal("price"), fields.optional_decimal("quantity")
    if price is None and size is None:
        raise missing("price or quantity")
    if order.listing.is_spot:
        raise WooError(302177, "Pending new orders cannot be edited.")
    if not order.is_open:
        raise WooError(317161, "The order is completed")
    if venue.faults.take("edit_rejected", order.listing.symbol) is not None:
        venue.edit_rejections.append(order)
        return {"status": "EDIT_SENT"}
    if size is not None and size <= order.filled:
        raise WooError(317170, "The order quantity must bigger than the executed quantity.")
    venue.exchange.orders.amend(str(order.order_id), price, size, venue.now_ms)
    return {"status": "EDIT_SENT"}


def cancel_order(venue: Venue, call: Call) -> dict[str, str]:
    """Ask for a cancel; whether it comes in time is another matter."""
    fields = call.fields
    listing = listing_of(fields)
    order = _found(venue, fields)
    if order is None or order.listing != listing or not order.is_open:
        raise already_cancelled()
    late = venue.faults.take("late_cancel", listing.symbol)
    if late is not None:
        venue.cancel_later(listing, str(order.order_id), venue.clock.exchange_ms(late.delay_ms))
    else:
        venue.cancel(listing, str(order.order_id))
    return {"status": "CANCEL_SENT"}


def cancel_all_orders(venue: Venue, call: Call) -> dict[str, str]:
    """All open orders, algo orders included, of a symbol or of the account."""
    listing = optional_listing(call.fields)
    for order in list(venue.orders()):
        if order.is_open and listing in {None, order.listing}:
            venue.cancel(order.listing, str(order.order_id))
    if listing is None or not listing.is_spot:
        for plan in venue.exchange.books.open_plans(listing.pair if listing else None):
            venue.exchange.plans.cancel(plan.order_id, venue.now_ms)
    return {"status": "CANCEL_ALL_SENT"}


def cancel_all_after(_venue: Venue, _call: Call) -> dict[str, str]:
    """The dead man's switch, which this account is not entitled to."""
    raise WooError(-1002, "API key or secret is invalid, it may because key have insufficient permission.", 401)


def order(venue: Venue, call: Call) -> dict[str, Any]:
    return order_json(find(venue, call.fields), as_ms=venue.shows_ms)


def orders(venue: Venue, call: Call) -> dict[str, Any]:
    """Orders of any state, newest first."""
    fields = call.fields
    listing = optional_listing(fields)
    side = fields.optional_choice("side", SIDES)
    kind = fields.optional_text("type")
    status = fields.optional_choice("status", {name: name for name in _STATUSES})
    start_ms, end_ms = fields.time_ms("startTime") or 0, fields.time_ms("endTime") or _NO_END_MS
    found = [
        order
        for order in venue.orders()
        if listing in {None, order.listing}
        and side in {None, order.side}
        and kind in {None, order.type}
        and (status is None or has_status(order.status, status, is_open=order.is_open))
        and start_ms <= order.created_ms <= end_ms
    ]
    found.sort(key=lambda order: (order.created_ms, order.order_id), reverse=True)
    rows, meta = page_of(found, fields)
    return {"rows": [order_json(row, as_ms=venue.shows_ms) for row in rows], "meta": meta}


def transactions(venue: Venue, call: Call) -> dict[str, Any]:
    """The account's fills, newest first; with `fromId` the oldest ones from there on."""
    fields = call.fields
    listing = optional_listing(fields)
    start_ms, end_ms = fields.time_ms("startTime") or 0, fields.time_ms("endTime") or _NO_END_MS
    first = fields.optional_integer("fromId", 0, 0, 2**63 - 1)
    limit = fields.optional_integer("limit", 100, 1, _PAGE_MAX)
    found = [
        fill
        for fill in venue.fills()
        if listing in {None, fill.listing} and start_ms <= fill.time_ms <= end_ms and fill.trade_id >= first
    ]
    found.sort(key=lambda fill: (fill.time_ms, fill.trade_id), reverse=True)
    page = fields.optional_integer("page", 1, 1, 10_000)
    shown = found[-limit:] if first else found[(page - 1) * limit : page * limit]
    meta = {"total": len(found), "recordsPerPage": limit, "currentPage": page}
    return {"rows": [fill_json(fill, as_ms=venue.shows_ms) for fill in shown], "meta": meta}


def transaction(venue: Venue, call: Call) -> dict[str, Any]:
    trade_id = call.fields.integer("tradeId", 0, 2**63 - 1)
    return fill_json(fill_of(venue, trade_id), as_ms=venue.shows_ms)


def trading_fee(_venue: Venue, call: Call) -> dict[str, str]:
    """In basis points."""
    listing = listing_of(call.fields)
    terms = TERMS[listing.product]
    taker, maker = (f"{(fee * _BPS).normalize():f}" for fee in (terms.taker_fee, terms.maker_fee))
    return {"symbol": listing.symbol, "takerFee": taker, "makerFee": maker}


def fill_of(venue: Venue, trade_id: int) -> FillView:
    """Raises `WooError` when the account has no such fill."""
    for fill in venue.fills():
        if fill.trade_id == trade_id:
            return fill
    raise WooError(317149, "trade not found")


def find(venue: Venue, fields: Fields) -> OrderView:
    """The order of that id or client id. Raises `WooError` when there is none."""
    found = _found(venue, fields)
    if found is None:
        raise not_found()
    return found


def page_of(found: list[T], fields: Fields) -> tuple[list[T], dict[str, int]]:
    """A page of rows and what is told about it."""
    page = fields.optional_integer("page", 1, 1, 10_000)
    size = fields.optional_integer("size", _PAGE, 1, _PAGE_MAX)
    meta = {"total": len(found), "recordsPerPage": size, "currentPage": page}
    return found[(page - 1) * size : page * size], meta


def has_status(status: str, wanted: str, *, is_open: bool) -> bool:
    """INCOMPLETE stands for all that are open, COMPLETED for all that are not."""
    if wanted in {"INCOMPLETE", "COMPLETED"}:
        return is_open is (wanted == "INCOMPLETE")
    return status == wanted


def _found(venue: Venue, fields: Fields) -> OrderView | None:
    if fields.has("orderId"):
        return venue.order_by_id(str(fields.integer("orderId", 0, 2**63 - 1)))
    named = client_id(fields)
    if not named:
        raise missing("orderId or clientOrderId")
    return venue.order_by_client_id(named)


def _take_margin_mode(venue: Venue, pair: str, mode: MarginMode | None) -> None:
    """An order may say its margin mode, and a pair at rest takes it.

    Raises:
        WooError: the pair is not at rest, so the mode of a position would change.
    """
    if mode is None or mode is venue.exchange.books.leverage[pair].mode:
        return
    try:
        venue.exchange.settings.set_mode(pair, mode)
    except Refusal as refusal:
        raise malformed("marginMode") from refusal


def _accept_to_reject(venue: Venue, terms: OrderTerms, message: str) -> OrderView:
    """An order that is accepted and then refused, without ever reaching the book (a fault)."""
    request = terms.contract_request()
    accepted = venue.exchange.orders.take_without_matching(request, venue.now_ms)
    venue.exchange.orders.cancel(accepted.order_id, venue.now_ms, f"{REJECTED}{message or 'Risk check failed.'}")
    return order_view(accepted, one_way=venue.is_one_way)
