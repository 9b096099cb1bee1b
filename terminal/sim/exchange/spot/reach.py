"""How far an order reaches into a book: what it costs, how much an amount buys, which own orders it meets."""

from collections.abc import Iterable
from decimal import Decimal

from terminal.sim.exchange.spot.rules import SpotRules
from terminal.sim.market.book import MatchingBook
from terminal.sim.market.types import BookSide

_ALL_LEVELS = 10_000
OwnOrder = tuple[str, int]  # order id, price in ticks


def cost_of(book: MatchingBook, rules: SpotRules, lots: int) -> Decimal:
    """What buying `lots` at market costs now; what the book cannot fill counts at its last price."""
    _, asks = book.depth(_ALL_LEVELS)
    cost, left, price = 0, lots, 0
    for price, offered in asks:
        part = min(left, offered)
        cost += price * part
        left -= part
        if not left:
            break
    return rules.tick * rules.lot * (cost + price * left)


def lots_for(book: MatchingBook, rules: SpotRules, side: BookSide, amount: Decimal) -> int:
    """Whole lots that `amount` of the quote coin buys, or brings when sold, at the book's prices."""
    bids, asks = book.depth(_ALL_LEVELS)
    budget = int(amount / (rules.tick * rules.lot))
    lots = 0
    for price, offered in asks if side is BookSide.BUY else bids:
        part = min(offered, budget // price)
        lots += part
        budget -= part * price
        if part < offered:
            break
    return lots


def own_orders_in_reach(
    book: MatchingBook, own: Iterable[OwnOrder], side: BookSide, lots: int, limit_ticks: int | None
) -> list[OwnOrder]:
    """The account's resting orders that a taker of `lots` would come to, best price first.

    An order counts as soon as its price would be reached: whoever stands
    before it at the same price is not looked at.
    """
    sign = 1 if side is BookSide.BUY else -1
    met = []
    for order_id, price in sorted(own, key=lambda order: order[1] * sign):
        if limit_ticks is not None and price * sign > limit_ticks * sign:
            break
        if book.available(side, price - sign, lots) >= lots:
            break
        met.append((order_id, price))
    return met
