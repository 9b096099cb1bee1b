"""Requests that make an order: checked first, then serialised once. These bytes are journalled and sent."""

import re
from typing import Final

import orjson

from terminal.domain.canonical import decimal_text
from terminal.domain.errors import RequestRejected
from terminal.domain.instrument import InstrumentId, base_of
from terminal.domain.order import OrderKind, OrderTerms, PositionSide
from yourvenue.codes import VENUE

_CLIENT_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,36}", re.ASCII)


def symbol_of(instrument_id: InstrumentId) -> str:
    """Give the venue's name of a pair."""
    return f"{base_of(instrument_id)}-USDT"


def order_body(client_order_id: str, terms: OrderTerms) -> bytes:
    """Serialise a place-order request.

    Raises:
        RequestRejected: the terms make no sense together, or spot cannot express them.
    """
    _check(client_order_id, terms)
    fields = {
        "symbol": symbol_of(terms.instrument_id),
        "side": terms.side.value,
        "type": terms.kind.value,
        "tif": terms.tif.value,
        "size": decimal_text(terms.size),
        "client_id": client_order_id,
    }
    if terms.price is not None:
        fields["price"] = decimal_text(terms.price)
    return orjson.dumps(fields)


def _check(client_order_id: str, terms: OrderTerms) -> None:
    if not _CLIENT_ID.fullmatch(client_order_id):
        raise _no("The order's own id must be short and made of letters and digits only.")
    if terms.position_side is not PositionSide.LONG:
        raise _no("This is a spot venue: what is not held cannot be sold, so there is no short position.")
    if terms.leverage > 1:
        raise _no("This is a spot venue and has no leverage; set it to 1.")
    if not (terms.size.is_finite() and terms.size > 0):
        raise _no("The size must be above zero.")
    if (terms.kind is OrderKind.LIMIT) != (terms.price is not None):
        raise _no("A limit order needs a price and a market order has none.")
    if terms.price is not None and not (terms.price.is_finite() and terms.price > 0):
        raise _no("Prices must be above zero.")


def _no(text: str) -> RequestRejected:
    return RequestRejected(text, venue=VENUE)
