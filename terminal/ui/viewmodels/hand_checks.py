"""What a hand types into a table, checked before it is sent: a number, on the tick, on the right side."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from terminal.domain.instrument import Instrument
from terminal.domain.order import Effect, Order, OrderKind, OrderState, PositionSide
from terminal.domain.position import Position
from terminal.ui import formatting as f
from terminal.ui.viewmodels.numbers import parse

STOP, TARGET, PRICE, SIZE = "stop", "target", "price", "size"
_WORKING: Final = frozenset({OrderState.ACKED, OrderState.WORKING, OrderState.PARTIAL})


@dataclass(frozen=True, slots=True)
class Checked:
    """A number that may be sent, or the words why not.

    With both, the value is a corrected one: it is shown, and sent at the next Enter.
    """

    value: Decimal | None
    words: str = ""


def check_price(text: str, rules: Instrument | None) -> Checked:
    """Read a price and put it on the tick."""
    value = parse(text)
    if value is None or value <= 0:
        return Checked(None, "Type a price above 0, e.g. 90750.5.")
    if rules is not None and not rules.is_on_tick(value):
        rounded = rules.floor_price(value)
        shown = f.number(rounded, rules.price_decimals)
        words = f"Prices go in steps of {f.trimmed(rules.price_step)}: put on {shown}. Enter sends it."
        return Checked(rounded, words)
    return Checked(value)


def check_stop(
    text: str, held: Position, rules: Instrument | None, mark: Decimal | None, listed: Decimal | None
) -> Checked:
    """Read a stop: it moves only towards the market, and not through it."""
    read = check_price(text, rules)
    if read.value is None or read.words:
        return read
    long, decimals = held.side is PositionSide.LONG, rules.price_decimals if rules else None
    if listed is not None and (read.value < listed if long else read.value > listed):
        return Checked(None, f"A stop moves only towards the market; it stands at {f.number(listed, decimals)}.")
    if listed == read.value:
        return Checked(None, "The stop stands there already.")
    if mark is not None and (read.value >= mark if long else read.value <= mark):
        side = "below" if long else "above"
        words = f"A stop of a {'long' if long else 'short'} must be {side} the mark price {f.number(mark, decimals)}."
        return Checked(None, f"{words} To leave now, close.")
    return read


def check_target(text: str, held: Position, rules: Instrument | None, mark: Decimal | None) -> Checked:
    """Read a target: it stands on the side of the market where it earns."""
    read = check_price(text, rules)
    if read.value is None or read.words:
        return read
    long, decimals = held.side is PositionSide.LONG, rules.price_decimals if rules else None
    if mark is not None and (read.value <= mark if long else read.value >= mark):
        side = "above" if long else "below"
        words = f"A target of a {'long' if long else 'short'} must be {side} the mark price {f.number(mark, decimals)}."
        return Checked(None, words)
    return read


def check_size(text: str, order: Order, rules: Instrument | None) -> Checked:
    """Read an order's new size: on the step, never more than is open."""
    value = parse(text)
    if value is None or value <= 0:
        return Checked(None, "Type a size above 0.")
    if value > order.open_size:
        return Checked(None, f"An amendment never makes it larger: {f.trimmed(order.open_size)} is open.")
    if rules is not None and value < rules.min_size:
        return Checked(None, f"The smallest order is {f.trimmed(rules.min_size)} {rules.base}.")
    if rules is not None and not rules.is_on_step(value):
        rounded = rules.floor_size(value)
        words = f"Sizes go in steps of {f.trimmed(rules.size_step)}: put on {f.trimmed(rounded)}."
        return Checked(rounded, f"{words} Enter sends it.")
    return Checked(value)


def why_not_amend(order: Order) -> str:
    """Say why an order cannot be amended; "" when it can."""
    terms = order.terms
    if order.state not in _WORKING:
        return "Only an order that works at the venue can be amended."
    if terms.kind is not OrderKind.LIMIT:
        return "A market order has nothing to amend."
    if terms.effect is not Effect.OPEN or order.decision_id is None:
        return "Only an opening order of a decision can be amended; cancel this one."
    return ""
