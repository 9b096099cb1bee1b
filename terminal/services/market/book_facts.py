"""Figures of an order book that a model can use. Pure."""

from decimal import Decimal
from typing import Final

from terminal.domain.market import BookLevel, OrderBook
from terminal.domain.order import ZERO
from terminal.domain.snapshot_facts import BookFacts

_NEAR: Final = Decimal("0.001")  # 10 bp of the mid

_Levels = tuple[BookLevel, ...]


def book_facts(book: OrderBook, probe_quote: Decimal | None) -> BookFacts | None:
    """Describe a synchronised book; None when a side is empty or holds no size at its best price."""
    bid, ask = book.best_bid, book.best_ask
    if bid is None or ask is None or bid.size + ask.size <= 0 or bid.price + ask.price <= 0:
        return None
    mid = (bid.price + ask.price) / 2
    micro = (bid.price * ask.size + ask.price * bid.size) / (bid.size + ask.size)
    edge = mid * _NEAR
    return BookFacts(
        spread_bp=_bp(ask.price - bid.price, mid),
        levels_bid=len(book.bids),
        levels_ask=len(book.asks),
        imbalance_5=_imbalance(book, 5),
        imbalance_15=_imbalance(book, 15),
        depth_bid_quote=_worth(tuple(level for level in book.bids if level.price >= mid - edge)),
        depth_ask_quote=_worth(tuple(level for level in book.asks if level.price <= mid + edge)),
        microprice_dev_bp=_bp(micro - mid, mid),
        probe_quote=probe_quote,
        slippage_buy_bp=_slippage(book.asks, probe_quote),
        slippage_sell_bp=_slippage(book.bids, probe_quote),
    )


def _imbalance(book: OrderBook, count: int) -> float | None:
    """(bids - asks) / (bids + asks) of the first levels; None when a side has fewer."""
    if min(len(book.bids), len(book.asks)) < count:
        return None
    bids, asks = (sum((level.size for level in side[:count]), ZERO) for side in (book.bids, book.asks))
    return None if bids + asks <= 0 else round(float((bids - asks) / (bids + asks)), 4)


def _worth(levels: _Levels) -> Decimal:
    return sum((level.price * level.size for level in levels), ZERO)


def _slippage(levels: _Levels, wanted: Decimal | None) -> float | None:
    """Mean price of taking `wanted` of quote currency against the best price; None if the levels do not hold it."""
    if wanted is None or wanted <= 0:
        return None
    left, size = wanted, ZERO
    for level in levels:
        part = min(left, level.price * level.size)
        size += part / level.price
        left -= part
        if left <= 0:
            best = levels[0].price
            return abs(_bp(wanted / size - best, best))
    return None


def _bp(part: Decimal, whole: Decimal) -> float:
    return round(float(part / whole * 10_000), 4)
