"""How far a person may change a proposed order, and what the change comes to. Pure functions.

Only towards less risk: a smaller size, a stop nearer to the entry, a lower leverage.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from terminal.domain.account import Balance
from terminal.domain.approval import Amendment
from terminal.domain.instrument import Instrument
from terminal.domain.order import OrderTerms, PositionSide
from terminal.ui.formatting import DASH, money, number, percent
from terminal.ui.widgets.review.review_terms import Term, expected_entry, reward_to_risk, risk_of_equity


@dataclass(frozen=True, slots=True)
class Bounds:
    """What may be typed: `least` to `most`, both included and on `step`; `proposed` is one of the two."""

    least: Decimal
    most: Decimal
    step: Decimal
    proposed: Decimal

    def clamp(self, value: Decimal) -> Decimal:
        return min(max(value, self.least), self.most)


def size_bounds(terms: OrderTerms, rules: Instrument) -> Bounds | None:
    """Give sizes from the venue's least to the proposed one; None when there is nothing between."""
    return _bounds(rules.min_size, terms.size, rules.size_step, terms.size)


def stop_bounds(terms: OrderTerms, rules: Instrument) -> Bounds | None:
    """Give stops from the proposed one to a tick before the entry; None for an order without a stop."""
    stop, entry, tick = terms.stop_price, expected_entry(terms), rules.price_step
    if stop is None:
        return None
    if terms.position_side is PositionSide.LONG:
        return _bounds(stop, rules.ceil_price(entry) - tick, tick, stop)
    return _bounds(rules.floor_price(entry) + tick, stop, tick, stop)


def leverage_bounds(terms: OrderTerms, rules: Instrument) -> Bounds | None:
    """Give leverages from the venue's least to the proposed one."""
    proposed = Decimal(terms.leverage)
    return _bounds(Decimal(max(1, rules.min_leverage)), proposed, Decimal(1), proposed)


def amended(terms: OrderTerms, change: Amendment) -> OrderTerms:
    """Give the order as it would be sent with a change."""
    return replace(
        terms,
        size=terms.size if change.size is None else change.size,
        stop_price=terms.stop_price if change.stop_price is None else change.stop_price,
        leverage=terms.leverage if change.leverage is None else change.leverage,
    )


def amendment_words(change: Amendment) -> str:
    """Say what a person changed, e.g. `to size 0.1, 3x`; "" for nothing."""
    parts = []
    if change.size is not None:
        parts.append(f"size {number(change.size)}")
    if change.stop_price is not None:
        parts.append(f"stop {number(change.stop_price)}")
    if change.leverage is not None:
        parts.append(f"{change.leverage}x")
    return f"to {', '.join(parts)}" if parts else ""


def loss_at_stop(terms: OrderTerms, taker_fee: Decimal) -> Decimal | None:
    """Give what the stop loses in USDT, both taker fees in it; None without a stop."""
    if terms.stop_price is None:
        return None
    entry = expected_entry(terms)
    return terms.size * (abs(entry - terms.stop_price) + taker_fee * (entry + terms.stop_price))


def amend_figures(terms: OrderTerms, rules: Instrument, balance: Balance | None) -> tuple[Term, ...]:
    """Give the live figures of the amended order."""
    loss = loss_at_stop(terms, rules.taker_fee)
    share = percent(risk_of_equity(terms, balance))
    risk = DASH if share == DASH else f"{share} of equity"
    lost = DASH if loss is None else f"{money(-loss, signed=True)} USDT"
    return (
        Term("Risk", risk, "Loss at the stop before fees, against equity"),
        Term("At the stop", lost, "What the stop would lose, taker fees of both legs in it"),
        Term("R after costs", number(reward_to_risk(terms, rules.taker_fee), 2), "Win at the target per unit lost"),
        Term("Margin", f"{money(terms.notional / terms.leverage)} USDT", "Notional divided by the leverage"),
    )


def _bounds(least: Decimal, most: Decimal, step: Decimal, proposed: Decimal) -> Bounds | None:
    return Bounds(least, most, step, proposed) if least <= most and step > 0 else None
