"""Requests that make an order: checked first, then serialised once, as a form.

The bytes given here are journalled; time and signature are appended when they are sent.
"""

import re
from decimal import Decimal
from typing import Final

from terminal.domain.canonical import decimal_text
from terminal.domain.errors import RequestRejected
from terminal.domain.order import Effect, OrderKind, OrderTerms, PositionSide, Side, TimeInForce
from terminal.venues.hashkey.codes import VENUE
from terminal.venues.hashkey.mapper.filters import Listing
from terminal.venues.hashkey.mapper.words import symbol_of
from terminal.venues.hashkey.signing import encoded

_CLIENT_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)  # the venue allows 255 of anything
NO_SHORT: Final = (
    "HashKey spot cannot sell what is not held, so there is no short position. "
    "Choose a venue with perpetual contracts for it."
)


def order_fields(client_order_id: str, terms: OrderTerms) -> tuple[tuple[str, str], ...]:
    """Give the parameters of an order.

    Raises:
        RequestRejected: the terms make no sense together, or spot cannot express them.
    """
    check_order(client_order_id, terms)
    fields = [("symbol", symbol_of(terms.instrument_id)), ("side", terms.side.value)]
    if terms.tif is TimeInForce.POST_ONLY:
        fields.append(("type", "LIMIT_MAKER"))
    else:
        fields.append(("type", terms.kind.value))
    fields.append(("quantity", decimal_text(terms.size)))
    if terms.price is not None:
        fields.append(("price", decimal_text(terms.price)))
        fields.append(("timeInForce", "GTC" if terms.tif is TimeInForce.POST_ONLY else terms.tif.value))
    fields.append(("newClientOrderId", client_order_id))
    return tuple(fields)


def order_body(client_order_id: str, terms: OrderTerms) -> bytes:
    """Serialise a place-order request. Raises `RequestRejected`."""
    return encoded(order_fields(client_order_id, terms)).encode()


def check_order(client_order_id: str, terms: OrderTerms) -> None:
    """Check what holds whatever the pair's rules are. Raises `RequestRejected`."""
    symbol_of(terms.instrument_id)
    if not _CLIENT_ID.fullmatch(client_order_id):
        raise _no("The order's own id must be short and made of letters and digits only.")
    if terms.position_side is not PositionSide.LONG:
        raise _no(NO_SHORT)
    if not (terms.size.is_finite() and terms.size > 0):
        raise _no("The size must be above zero.")
    if (terms.kind is OrderKind.LIMIT) != (terms.price is not None):
        raise _no("A limit order needs a price and a market order has none.")
    if terms.price is not None and not (terms.price.is_finite() and terms.price > 0):
        raise _no("Prices must be above zero.")
    if terms.kind is OrderKind.MARKET and terms.tif is TimeInForce.POST_ONLY:
        raise _no("A market order cannot be post-only.")
    if terms.leverage > 1 and terms.effect is Effect.OPEN:
        raise _no("HashKey spot has no leverage; set it to 1.")


def check_rules(terms: OrderTerms, listing: Listing) -> None:
    """Hold an opening order against the pair's limits of size times price, which no other rule knows.

    Raises:
        RequestRejected: too small or too large.
    """
    worth = terms.size * terms.expected_price
    is_market = terms.kind is OrderKind.MARKET
    least = listing.instrument.min_notional
    most = (listing.max_market_notional if is_market else None) or listing.max_notional
    if worth < least:
        raise _no(f"The order is worth {_money(worth)} USDT; HashKey takes no less than {_money(least)}.")
    if most is not None and worth > most:
        raise _no(f"The order is worth {_money(worth)} USDT; HashKey takes no more than {_money(most)}.")


def sell_fields(client_order_id: str, symbol: str, size: Decimal) -> tuple[tuple[str, str], ...]:
    """Give the parameters of a sale at market, which closes a holding."""
    return (
        ("symbol", symbol),
        ("side", Side.SELL.value),
        ("type", OrderKind.MARKET.value),
        ("quantity", decimal_text(size)),
        ("newClientOrderId", client_order_id),
    )


def _money(value: Decimal) -> str:
    return decimal_text(value.quantize(Decimal("0.01")))


def _no(text: str) -> RequestRejected:
    return RequestRejected(text, venue=VENUE)
