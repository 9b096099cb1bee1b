"""Positions as the fills on record explain them."""

from decimal import Decimal

from terminal.domain.fill import Fill
from terminal.domain.order import ZERO, PositionSide, Side
from terminal.domain.records import PositionAccepted
from terminal.domain.time_messages import PastPosition

Legs = tuple[PastPosition, ...]


def with_fill(legs: Legs, fill: Fill) -> Legs:
    """Give the legs after one execution: an opening one averages the entry, a closing one leaves it."""
    held = _leg(legs, fill)
    size = ZERO if held is None else held.size
    if (fill.side is Side.BUY) is (fill.position_side is PositionSide.LONG):
        total = size + fill.size
        return _put(legs, fill, total, _average(held, fill, total))
    return _put(legs, fill, size - fill.size, None if held is None else held.entry_price)


def with_accepted(legs: Legs, accepted: PositionAccepted) -> Legs:
    """Give the legs after a person took the venue's word; the entry of what our fills do not explain is not known."""
    held = _leg(legs, accepted)
    entry = held.entry_price if held is not None and held.size == accepted.at_venue else None
    return _put(legs, accepted, accepted.at_venue, entry)


def _side(what: Fill | PositionAccepted) -> PositionSide:
    return what.position_side if isinstance(what, Fill) else what.side


def _leg(legs: Legs, what: Fill | PositionAccepted) -> PastPosition | None:
    key = (what.instrument_id, _side(what))
    return next((leg for leg in legs if (leg.instrument_id, leg.side) == key), None)


def _average(held: PastPosition | None, fill: Fill, total: Decimal) -> Decimal | None:
    if held is None:
        return fill.price
    if held.entry_price is None or not total:
        return None
    return (held.entry_price * held.size + fill.price * fill.size) / total


def _put(legs: Legs, what: Fill | PositionAccepted, size: Decimal, entry: Decimal | None) -> Legs:
    key = (what.instrument_id, _side(what))
    others = tuple(leg for leg in legs if (leg.instrument_id, leg.side) != key)
    return others if size <= 0 else (*others, PastPosition(*key, size, entry))
