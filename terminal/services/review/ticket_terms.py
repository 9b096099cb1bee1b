"""A person's terms on the AI's order: they may make it smaller and tighter, never larger or wider."""

from dataclasses import dataclass, replace
from decimal import Decimal

from terminal.domain.instrument import Instrument
from terminal.domain.order import ZERO, OrderKind, OrderTerms, PositionSide
from terminal.domain.plain_words import figure
from terminal.domain.ticket import SizeMode, TicketIdea
from terminal.services.orders.sizing import Sized


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The order after the person's terms; `words` say which were taken and which could not be."""

    terms: OrderTerms
    sized: Sized
    words: tuple[str, ...]


def narrow(terms: OrderTerms, sized: Sized, idea: TicketIdea, rules: Instrument, equity: Decimal) -> Narrowed:
    """Apply an idea to a market order the AI's decision was turned into.

    The size was worked out with the AI's own stop, so a tighter stop only lowers the risk.
    """
    words: list[str] = []
    changed = _with_limit(terms, idea, rules, words)
    changed = _with_stop(changed, idea, rules, words)
    changed = _with_target(changed, idea, rules, words)
    size, bound_by = _size(changed, sized, idea, rules, equity, words)
    refusal, least = sized.refusal, rules.least_size(changed.expected_price)
    if not refusal and size < least:
        refusal = f"{bound_by} asks for less than the least size {figure(least)}"
    return Narrowed(replace(changed, size=size), Sized(size, bound_by, refusal), tuple(words))


def _is_long(terms: OrderTerms) -> bool:
    return terms.position_side is PositionSide.LONG


def _with_limit(terms: OrderTerms, idea: TicketIdea, rules: Instrument, words: list[str]) -> OrderTerms:
    """A limit is taken up to the market's price: beyond it, it would allow a worse fill than was decided."""
    if idea.kind is not OrderKind.LIMIT or idea.limit_price is None or idea.limit_price <= 0:
        return terms
    long, touch = _is_long(terms), terms.reference_price
    price = rules.floor_price(idea.limit_price) if long else rules.ceil_price(idea.limit_price)
    if price > touch if long else price < touch:
        words.append(f"the limit {figure(price)} is beyond the market and was set to {figure(touch)}")
        price = touch
    return replace(terms, kind=OrderKind.LIMIT, tif=idea.tif, price=price)


def _with_stop(terms: OrderTerms, idea: TicketIdea, rules: Instrument, words: list[str]) -> OrderTerms:
    if idea.stop_price is None:
        return terms
    long, entry = _is_long(terms), terms.expected_price
    stop = rules.ceil_price(idea.stop_price) if long else rules.floor_price(idea.stop_price)
    if stop >= entry if long else stop <= entry:
        words.append(f"your stop {figure(stop)} is on the wrong side of {figure(entry)}; the AI's stays")
        return terms
    own = terms.stop_price
    if own is not None and (stop < own if long else stop > own):
        words.append(f"your stop {figure(stop)} is wider than the AI's {figure(own)}, which stays")
        return terms
    return replace(terms, stop_price=stop)


def _with_target(terms: OrderTerms, idea: TicketIdea, rules: Instrument, words: list[str]) -> OrderTerms:
    if idea.target_price is None:
        return terms
    long, entry = _is_long(terms), terms.expected_price
    target = rules.floor_price(idea.target_price) if long else rules.ceil_price(idea.target_price)
    if target <= entry if long else target >= entry:
        words.append(f"your target {figure(target)} is on the wrong side of the entry; the AI's stays")
        return terms
    own = terms.target_price
    if own is not None and (target > own if long else target < own):
        words.append(f"your target {figure(target)} is farther than the AI's {figure(own)}, which stays")
        return terms
    return replace(terms, target_price=target)


def _size(
    terms: OrderTerms, sized: Sized, idea: TicketIdea, rules: Instrument, equity: Decimal, words: list[str]
) -> tuple[Decimal, str]:
    asked = _asked_size(terms, idea, rules, equity)
    if asked is None:
        return sized.size, sized.bound_by
    wanted = rules.floor_size(max(ZERO, asked))
    if wanted > sized.size:
        words.append(f"your size {figure(wanted)} is above what {sized.bound_by} allows; it is {sized.size}")
        return sized.size, sized.bound_by
    return wanted, "your size"


def _asked_size(terms: OrderTerms, idea: TicketIdea, rules: Instrument, equity: Decimal) -> Decimal | None:
    value, price = idea.size_value, terms.expected_price
    if value is None or not value.is_finite() or price <= 0:
        return None
    if idea.size_mode is SizeMode.COIN:
        return value
    if idea.size_mode is SizeMode.USDT:
        return value / price
    if idea.size_mode is SizeMode.EQUITY_PCT:
        return equity * value / 100 / price
    if terms.stop_price is None:
        return None
    loss = abs(price - terms.stop_price) + (price + terms.stop_price) * rules.taker_fee
    return equity * value / 100 / loss
