"""How a shadow trade is filled: pessimistic and pure.

* What the gate would have refused, with its stop or target on the wrong side of the market, is no trade.
* A market order enters at the next quote, on the far side, through as many levels as it needs.
* A limit order that rests enters at its price, and only once the market has traded through it by a tick.
* A stop leaves at the far side of the quote that reached it, which may be worse than the stop. A target
  leaves at the target, never better. Both leave as takers, as the venue's triggers do.
* The end of the horizon leaves at the far side.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from terminal.domain.market import BookLevel
from terminal.domain.order import ZERO, PositionSide, TimeInForce
from terminal.domain.shadow import ShadowExit, ShadowPhase, ShadowTrade

NEVER_THROUGH: Final = "the market never traded through its limit"
NOT_AT_ONCE: Final = "it would not have been filled at once, and might not wait"
PAST_STOP: Final = "the market had passed its stop already, so it could not have been sent"
PAST_TARGET: Final = "the market had passed its target already, so it could not have been sent"
WOULD_CROSS: Final = "the venue would have refused it: it would have taken instead of posted"


@dataclass(frozen=True, slots=True)
class Quote:
    """A two-sided book, best first, at one moment of the venue's time."""

    bids: tuple[BookLevel, ...]
    asks: tuple[BookLevel, ...]
    at_ms: int


def walked_price(levels: Sequence[BookLevel], size: Decimal) -> Decimal:
    """Average price of taking `size` from these levels; what they lack is taken at the worst of them.

    Raises:
        ValueError: there is no level at all.
    """
    if not levels:
        raise ValueError("an empty side of the book has no price")
    left, value = size, ZERO
    for level in levels:
        part = min(left, level.size)
        value += part * level.price
        left -= part
        if left == 0:
            break
    return (value + left * levels[-1].price) / size


def at_quote(trade: ShadowTrade, quote: Quote) -> ShadowTrade:
    """Carry a trade over one quote."""
    if trade.phase is ShadowPhase.WAITING:
        return _enter(trade, quote)
    return _watch(trade, quote) if trade.phase is ShadowPhase.OPEN else trade


def at_print(trade: ShadowTrade, price: Decimal, at_ms: int) -> ShadowTrade:
    """Carry a resting limit over a price the market traded at."""
    rests = trade.phase is ShadowPhase.WAITING and trade.plan.limit is not None and trade.seen_ms > 0
    return filled_at_limit(trade, at_ms) if rests and is_through(trade, price) else trade


def is_through(trade: ShadowTrade, price: Decimal) -> bool:
    """Tell whether a price lies beyond the limit by a tick or more."""
    plan = trade.plan
    return plan.limit is not None and (plan.limit - price) * plan.sign >= plan.price_step


# -- entry ------------------------------------------------------------------------


def _enter(trade: ShadowTrade, quote: Quote) -> ShadowTrade:
    plan, is_first = trade.plan, trade.seen_ms == 0
    far = quote.asks if plan.side is PositionSide.LONG else quote.bids
    if quote.at_ms >= plan.ends_ms and not is_first:
        return missed(trade, NEVER_THROUGH, quote.at_ms)
    if is_first and (behind := _behind(trade, far[0].price if plan.limit is None else plan.limit)):
        return missed(trade, behind, quote.at_ms)
    if plan.limit is None:
        return opened(trade, walked_price(far, plan.size), plan.taker_fee, quote.at_ms)
    reaches = (plan.limit - far[0].price) * plan.sign >= 0
    if is_first and reaches:
        if plan.tif is TimeInForce.POST_ONLY:
            return missed(trade, WOULD_CROSS, quote.at_ms)
        walked = walked_price(far, plan.size)
        price = min(walked, plan.limit) if plan.side is PositionSide.LONG else max(walked, plan.limit)
        return opened(trade, price, plan.taker_fee, quote.at_ms)
    if is_first and plan.tif in {TimeInForce.IOC, TimeInForce.FOK}:
        return missed(trade, NOT_AT_ONCE, quote.at_ms)
    if not is_first and is_through(trade, far[0].price):
        return filled_at_limit(trade, quote.at_ms)
    return replace(trade, seen_ms=quote.at_ms)


def _behind(trade: ShadowTrade, price: Decimal) -> str:
    """Say why the gate would have refused it at this price: its stop or target lies on the wrong side. "" if not."""
    plan = trade.plan
    if plan.stop is not None and (price - plan.stop) * plan.sign <= 0:
        return PAST_STOP
    return PAST_TARGET if plan.target is not None and (plan.target - price) * plan.sign <= 0 else ""


def opened(trade: ShadowTrade, price: Decimal, fee: Decimal, at_ms: int) -> ShadowTrade:
    """Enter at a price; `fee` is a fraction of notional."""
    fees = price * trade.plan.size * fee
    return replace(trade, phase=ShadowPhase.OPEN, entry_price=price, entry_ms=at_ms, fees=fees, seen_ms=at_ms)


def filled_at_limit(trade: ShadowTrade, at_ms: int) -> ShadowTrade:
    """Enter a resting order at its price, as a maker.

    Raises:
        ValueError: it has no limit.
    """
    if trade.plan.limit is None:
        raise ValueError("an order at the market does not rest")
    return opened(trade, trade.plan.limit, trade.plan.maker_fee, at_ms)


def missed(trade: ShadowTrade, note: str, at_ms: int) -> ShadowTrade:
    return replace(trade, phase=ShadowPhase.MISSED, note=note, seen_ms=at_ms, exit_ms=at_ms)


# -- exit -------------------------------------------------------------------------


def _watch(trade: ShadowTrade, quote: Quote) -> ShadowTrade:
    plan = trade.plan
    out = quote.bids if plan.side is PositionSide.LONG else quote.asks
    best = out[0].price
    if plan.stop is not None and (plan.stop - best) * plan.sign >= 0:
        return closed(trade, walked_price(out, plan.size), quote.at_ms, ShadowExit.STOP)
    if plan.target is not None and (best - plan.target) * plan.sign >= 0:
        return closed(trade, plan.target, quote.at_ms, ShadowExit.TARGET)
    if quote.at_ms >= plan.ends_ms:
        return closed(trade, walked_price(out, plan.size), quote.at_ms, ShadowExit.HORIZON)
    return replace(trade, seen_ms=quote.at_ms)


def closed(trade: ShadowTrade, price: Decimal, at_ms: int, how: ShadowExit) -> ShadowTrade:
    """Leave at a price, as a taker."""
    fees = trade.fees + price * trade.plan.size * trade.plan.taker_fee
    return replace(trade, phase=ShadowPhase.CLOSED, exit_price=price, exit_ms=at_ms, how=how, fees=fees, seen_ms=at_ms)


def settled(trade: ShadowTrade, rate: Decimal, mark: Decimal, at_ms: int) -> ShadowTrade:
    """Pay (or receive) funding at one settlement; one that was paid, or came before the entry, changes nothing."""
    return settled_all(trade, ((rate, mark, at_ms),))


def settled_all(trade: ShadowTrade, settlements: Iterable[tuple[Decimal, Decimal, int]]) -> ShadowTrade:
    """As `settled`, for several of them: rate, mark and time of each, oldest first."""
    if trade.phase is not ShadowPhase.OPEN:
        return trade
    plan, funding, funded_ms = trade.plan, trade.funding, trade.funded_ms
    for rate, mark, at_ms in settlements:
        if max(trade.entry_ms, funded_ms) < at_ms:
            funding += plan.size * mark * rate * plan.sign
            funded_ms = at_ms
    return trade if funded_ms == trade.funded_ms else replace(trade, funding=funding, funded_ms=funded_ms)
