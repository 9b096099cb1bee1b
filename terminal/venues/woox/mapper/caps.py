"""The price of an order that should fill at once: as far as the book needs, and never farther than a cap.

Orders sent here never meet the hidden "retail price improvement" liquidity that the page
shows, and the book they do meet is thin. So a market order becomes an immediate-or-cancel
order with a price, read off that thin book.
"""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final

from terminal.domain.errors import RequestRejected
from terminal.domain.market import BookLevel, OrderBook
from terminal.domain.order import Effect, Side
from terminal.venues.woox.codes import VENUE

OPEN_CAP: Final = Decimal("0.01")
CLOSE_CAP: Final = Decimal("0.03")
SLACK: Final = Decimal("0.001")
"""Fractions of a price: how far an opening and an exit may go, and what the book may move meanwhile."""
_WITHIN: Final = Decimal("0.9")  # of the venue's band: its middle may stand elsewhere than our price


@dataclass(frozen=True, slots=True)
class Taking:
    """What is to be filled at once, from which price it is judged, the price step, and the venue's own band.

    `band` is a fraction of the price beyond which the venue refuses the order.
    """

    side: Side
    effect: Effect
    size: Decimal
    reference: Decimal
    step: Decimal
    band: Decimal


def capped_price(taking: Taking, book: OrderBook | None) -> Decimal:
    """Give the worst price the order may fill at, on the price step.

    Without a book that can be trusted it is the cap. An exit goes as far as the book needs and the
    venue lets it: it must pass.

    Raises:
        RequestRejected: an opening would have to go beyond its cap.
    """
    is_exit = taking.effect is Effect.CLOSE
    band = taking.band * _WITHIN
    cap = _moved(taking.reference, taking.side, min(band, CLOSE_CAP if is_exit else OPEN_CAP))
    worst = _worst(taking, book)
    if worst is None:
        return _on_step(cap, taking, inwards=not is_exit)
    nearer, farther = (min, max) if taking.side is Side.BUY else (max, min)
    if is_exit:
        edge = _moved(taking.reference, taking.side, band)
        return _on_step(nearer(edge, farther(cap, _moved(worst, taking.side, SLACK))), taking, inwards=False)
    if worst > cap if taking.side is Side.BUY else worst < cap:
        away = abs(worst / taking.reference - 1) * 100
        raise RequestRejected(
            f"The order book is too thin: this size reaches a price {away:.2f} % away. "
            "Make it smaller, or use a limit order.",
            venue=VENUE,
        )
    return _on_step(nearer(cap, _moved(worst, taking.side, SLACK)), taking, inwards=True)


def _worst(taking: Taking, book: OrderBook | None) -> Decimal | None:
    """The price at which the book holds enough; its last level when it does not; None without a book."""
    if book is None or not book.synchronised:
        return None
    levels: tuple[BookLevel, ...] = book.asks if taking.side is Side.BUY else book.bids
    left = taking.size
    for level in levels:
        left -= level.size
        if left <= 0:
            return level.price
    return levels[-1].price if levels else None


def _moved(price: Decimal, side: Side, share: Decimal) -> Decimal:
    return price * (1 + share if side is Side.BUY else 1 - share)


def _on_step(price: Decimal, taking: Taking, *, inwards: bool) -> Decimal:
    """Round to the step: an opening towards the market so that the cap holds, an exit away from it."""
    up = (taking.side is Side.BUY) is not inwards
    steps = (price / taking.step).to_integral_value(ROUND_CEILING if up else ROUND_FLOOR)
    return max(steps, Decimal(1)) * taking.step
