"""What a person may change at the click: a smaller size, a nearer stop, a lower leverage; nothing else."""

from dataclasses import replace
from decimal import Decimal

from terminal.domain.approval import Amendment
from terminal.domain.canonical import decimal_text
from terminal.domain.instrument import Instrument
from terminal.domain.order import Effect, OrderTerms, PositionSide


class AmendmentRefused(ValueError):
    """A change a person may not make; the text says why, in plain words."""


def amended_terms(terms: OrderTerms, change: Amendment, rules: Instrument, market: Decimal | None) -> OrderTerms:
    """Give the terms with a person's changes, floored to the step and put on the tick towards the entry.

    `market` is the present price the order would meet, None when unknown.

    Raises:
        AmendmentRefused: the change is not towards less risk, or cannot be an order.
    """
    if terms.effect is Effect.CLOSE:
        raise AmendmentRefused("a close is approved as it is. Reject it, or close a part in Positions")
    changed = terms
    if change.size is not None:
        changed = replace(changed, size=_size(terms, change.size, rules))
    if change.stop_price is not None:
        changed = replace(changed, stop_price=_stop(terms, change.stop_price, rules, market))
    if change.leverage is not None:
        changed = replace(changed, leverage=_leverage(terms, change.leverage))
    return changed


def _size(terms: OrderTerms, wanted: Decimal, rules: Instrument) -> Decimal:
    if not wanted.is_finite() or wanted <= 0:
        raise AmendmentRefused("the size must be a number above zero. To send nothing, reject it")
    if wanted > terms.size:
        raise AmendmentRefused(
            f"a person may make the size smaller, not larger than {decimal_text(terms.size)}. Ask the AI again"
        )
    size, least = rules.floor_size(wanted), rules.least_size(terms.expected_price)
    if size < least:
        raise AmendmentRefused(
            f"the size {decimal_text(wanted)} is below the least size {decimal_text(least)}. Type more"
        )
    return size


def _stop(terms: OrderTerms, wanted: Decimal, rules: Instrument, market: Decimal | None) -> Decimal:
    long = terms.position_side is PositionSide.LONG
    if not wanted.is_finite() or wanted <= 0:
        raise AmendmentRefused("the stop must be a price above zero")
    stop, own = rules.ceil_price(wanted) if long else rules.floor_price(wanted), terms.stop_price
    if own is not None and (wanted < own if long else wanted > own):
        raise AmendmentRefused(
            f"a person may move the stop nearer, not wider than {decimal_text(own)}. Ask the AI again"
        )
    edge = terms.expected_price if market is None else market
    if stop >= edge if long else stop <= edge:
        side = "below" if long else "above"
        raise AmendmentRefused(f"the stop {decimal_text(stop)} must lie {side} the price {decimal_text(edge)}")
    return stop


def _leverage(terms: OrderTerms, wanted: int) -> int:
    if wanted < 1:
        raise AmendmentRefused("the leverage must be 1x or more")
    if wanted > terms.leverage:
        raise AmendmentRefused(f"a person may lower the leverage, not raise it above {terms.leverage}x")
    return wanted
