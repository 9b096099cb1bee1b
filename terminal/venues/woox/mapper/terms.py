"""What WOO X would refuse in an order or a trigger, refused before anything is sent."""

from decimal import Decimal

from terminal.domain.errors import RequestRejected
from terminal.domain.order import Effect, OrderKind, OrderTerms, PositionSide, TimeInForce
from terminal.domain.position import Position
from terminal.ports.venue import TriggerTerms
from terminal.venues.woox.codes import VENUE
from terminal.venues.woox.mapper.symbols import Symbols, require_allowed


def check_order(terms: OrderTerms, symbols: Symbols) -> None:
    """Check that the terms make sense together. Raises `RequestRejected`."""
    require_allowed(terms.instrument_id)
    _check_size(terms.size)
    _check_short(terms.position_side, symbols)
    if (terms.kind is OrderKind.LIMIT) != (terms.price is not None):
        raise RequestRejected("A limit order needs a price and a market order has none.", venue=VENUE)
    if terms.kind is OrderKind.MARKET and terms.tif is TimeInForce.POST_ONLY:
        raise RequestRejected("A market order cannot be post-only.", venue=VENUE)
    _check_prices(terms.price, terms.stop_price, terms.target_price)
    _check_attached(terms)


def check_trigger(terms: TriggerTerms, symbols: Symbols) -> None:
    """Check a conditional order. Raises `RequestRejected`."""
    require_allowed(terms.instrument_id)
    _check_size(terms.size)
    _check_short(terms.position_side, symbols)
    _check_prices(terms.trigger_price, terms.price, terms.reference_price)


def check_protection(position: Position, stop: Decimal | None, target: Decimal | None) -> None:
    """Check stop and target of a held position against each other. Raises `RequestRejected`."""
    require_allowed(position.instrument_id)
    _check_prices(stop, target)
    if stop is None and target is None:
        raise RequestRejected("Neither stop nor target was given.", venue=VENUE)
    is_long = position.side is PositionSide.LONG
    below, above = (stop, target) if is_long else (target, stop)
    if below is not None and above is not None and below >= above:
        raise RequestRejected("Stop and target must lie on both sides of the price.", venue=VENUE)


def _check_size(size: Decimal) -> None:
    if not (size.is_finite() and size > 0):
        raise RequestRejected("The size must be above zero.", venue=VENUE)


def _check_short(position: PositionSide, symbols: Symbols) -> None:
    if symbols.is_spot and position is PositionSide.SHORT:
        raise RequestRejected(
            "Coins cannot be sold short on spot; sell what is held, or trade the perpetual.", venue=VENUE
        )


def _check_prices(*prices: Decimal | None) -> None:
    for price in prices:
        if price is not None and not (price.is_finite() and price > 0):
            raise RequestRejected("Prices must be above zero.", venue=VENUE)


def _check_attached(terms: OrderTerms) -> None:
    """Hold stop and target against the order's own price, as the venue does."""
    attached = [price for price in (terms.stop_price, terms.target_price) if price is not None]
    if not attached:
        return
    if terms.effect is Effect.CLOSE:
        raise RequestRejected("A closing order cannot carry a stop or a target.", venue=VENUE)
    is_long = terms.position_side is PositionSide.LONG
    below, above = (terms.stop_price, terms.target_price) if is_long else (terms.target_price, terms.stop_price)
    price = terms.expected_price
    if (below is not None and below >= price) or (above is not None and above <= price):
        raise RequestRejected(f"Stop and target must lie on both sides of the price {price}.", venue=VENUE)
