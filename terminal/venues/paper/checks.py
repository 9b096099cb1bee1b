"""What a paper account refuses, as the venue would: in words, before anything happens."""

from decimal import Decimal
from typing import Final

from terminal.domain.instrument import Instrument
from terminal.domain.order import ZERO, Effect, OrderKind, OrderTerms, PositionSide, Side, TimeInForce
from terminal.ports.venue import Refused, TriggerTerms
from terminal.venues.paper.margin import MarginView, opening_cost
from terminal.venues.paper.records import PaperAccount

CODE: Final = "paper"
MAX_OPEN_ORDERS: Final = 200


def refused(message: str, hint: str) -> Refused:
    return Refused(CODE, message, hint, halts=False)


def shape_trouble(terms: OrderTerms) -> str:
    """Say why terms make no order at all; "" when they do."""
    if not (terms.size.is_finite() and terms.size > 0):
        return "The size must be above zero."
    if (terms.kind is OrderKind.LIMIT) != (terms.price is not None):
        return "A limit order needs a price and a market order has none."
    if terms.kind is OrderKind.MARKET and terms.tif is TimeInForce.POST_ONLY:
        return "A market order cannot be post-only."
    prices = (terms.price, terms.stop_price, terms.target_price)
    if any(price is not None and not (price.is_finite() and price > 0) for price in prices):
        return "Prices must be above zero."
    return _preset_trouble(terms)


def trigger_trouble(terms: TriggerTerms) -> str:
    """Say why terms make no conditional order; "" when they do."""
    if not (terms.size.is_finite() and terms.size > 0):
        return "The size must be above zero."
    prices = (terms.trigger_price, terms.price, terms.reference_price)
    if any(price is not None and not (price.is_finite() and price > 0) for price in prices):
        return "Prices must be above zero."
    if terms.trigger_price == terms.reference_price:
        return "The trigger price is the market's price already."
    return ""


def _preset_trouble(terms: OrderTerms) -> str:
    """Hold stop and target against the order's own price, as the venue does."""
    if terms.stop_price is None and terms.target_price is None:
        return ""
    if terms.effect is Effect.CLOSE:
        return "A closing order cannot carry a stop or a target."
    is_long = terms.position_side is PositionSide.LONG
    below, above = (terms.stop_price, terms.target_price) if is_long else (terms.target_price, terms.stop_price)
    price = terms.expected_price
    if (below is not None and below >= price) or (above is not None and above <= price):
        return f"Stop and target must lie on both sides of the price {price}."
    return ""


def rule_trouble(terms: OrderTerms, rules: Instrument, mark: Decimal | None) -> Refused | None:
    """Hold terms against the contract's rules."""
    if not rules.is_on_step(terms.size) or terms.size < rules.min_size:
        return refused(
            f"The size {terms.size} does not fit: steps of {rules.size_step}, at least {rules.min_size}.",
            "Reload the contract rules.",
        )
    if terms.size > rules.max_size:
        return refused(f"The size {terms.size} is above the venue's {rules.max_size}.", "Lower the size.")
    if terms.price is None:
        limit = rules.max_market_open_size
        if terms.effect is Effect.OPEN and limit is not None and terms.size > limit:
            return refused(f"A market order may open at most {limit}.", "Lower the size.")
        return None
    if not rules.is_on_tick(terms.price):
        return refused(f"The price {terms.price} is not a multiple of {rules.price_step}.", "Correct the price.")
    if mark is not None and terms.side is Side.BUY and terms.price > mark * (1 + rules.buy_limit_ratio):
        return refused(f"The price {terms.price} is too far above the mark {mark}.", "Lower the price.")
    if mark is not None and terms.side is Side.SELL and terms.price < mark * (1 - rules.sell_limit_ratio):
        return refused(f"The price {terms.price} is too far below the mark {mark}.", "Raise the price.")
    return None


def account_trouble(
    terms: OrderTerms, account: PaperAccount, margin: MarginView, rules: Instrument, leverage: int, price: Decimal
) -> Refused | None:
    """Hold terms against what the account holds; `price` is what an opening would pay."""
    live = account.live_orders()
    if len(live) >= MAX_OPEN_ORDERS:
        return refused(f"There are {MAX_OPEN_ORDERS} open orders already.", "Cancel some first.")
    held = account.position(terms.instrument_id, terms.position_side)
    size = ZERO if held is None else held.size
    if terms.effect is Effect.CLOSE:
        closing = [
            order.remaining
            for order in live
            if order.effect is Effect.CLOSE
            and (order.instrument_id, order.position_side) == (terms.instrument_id, terms.position_side)
        ]
        free = size - sum(closing, ZERO)
        if terms.size > free:
            return refused(f"Only {free} of the position can be closed, not {terms.size}.", "Cancel resting closes.")
        return None
    if size + terms.size > rules.max_position_size:
        return refused(f"The position would pass the venue's {rules.max_position_size}.", "Lower the size.")
    cost, available = opening_cost(terms.size, price, leverage, rules.taker_fee), margin.available()
    if cost > available:
        return refused(
            f"Not enough free margin: {cost:.2f} USDT needed, {max(available, ZERO):.2f} free.", "Lower the size."
        )
    return None
