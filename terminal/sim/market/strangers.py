"""The other participants: they quote around the fair price, cancel, and take.

Levels are dense near the touch and sparser with distance, so that two hundred
of them span a realistic depth whatever the tick. Accounts' orders are never
cancelled here: when the price moves through one, strangers trade with it.
"""

import math
from random import Random

from terminal.sim.market.book import Match, MatchingBook
from terminal.sim.market.types import BookSide, BookTif, PairSpec

LEVELS = 200  # strangers keep at least this many on each side
_LEAST_LEVELS = LEVELS + 10  # so that a step of taking leaves LEVELS
_KEPT_LEVELS = LEVELS + 24  # after a look at the whole side
_MOST_LEVELS = LEVELS + 60
_NEAR_LEVELS = 24  # looked after in every step
_SPAN_BPS = 60.0  # what LEVELS levels cover where the tick is fine
_TOUCH_SHARE = 0.003  # of a minute's turnover on a level
_BPS_SHARE = 0.012  # of a minute's turnover per basis point of gap
_SIZE_SIGMA = 0.9  # long-tailed level sizes
_SIZE_CENTRE = -(_SIZE_SIGMA**2) / 2.0  # makes the mean size 1
_CROWDED, _HOLLOW = 0.35, 2.5  # of the usual gap: closer is thinned, wider is filled
_FLICKERS = 2  # quotes near the touch that change in a step
_SPREADS_FINE = (1, 1, 1, 2, 2, 3)
_SPREADS_COARSE = (1, 1, 1, 1, 1, 1, 1, 2)
_FINE_BPS = 0.3


class Strangers:
    """Keeps one pair's book alive around a given price."""

    def __init__(self, spec: PairSpec, book: MatchingBook) -> None:
        self._book = book
        tick_bps = float(spec.tick) / spec.start_price * 1e4
        extra = max(_SPAN_BPS / (tick_bps * LEVELS) - 1.0, 0.0)
        self._gaps = [1.0 + extra * 2.0 * rank / LEVELS for rank in range(_KEPT_LEVELS + 1)]
        notional = spec.minute_turnover * (_TOUCH_SHARE + _BPS_SHARE * tick_bps * (1.0 + extra))
        self._usual_lots = notional / (spec.start_price * float(spec.lot))
        self._spreads = _SPREADS_FINE if tick_bps < _FINE_BPS else _SPREADS_COARSE
        self._near_ticks = sum(self._gaps[:_NEAR_LEVELS])
        self._shaped_at: dict[BookSide, int] = {}
        self._touch: dict[BookSide, int] = {}

    def quote(self, mid_ticks: float, rng: Random) -> list[tuple[BookSide, Match]]:
        """Move all quotes to a new middle price.

        Returns:
            Matches with accounts' orders that the move traded through, each
            with the side that took.
        """
        spread = rng.choice(self._spreads)
        bid = max(1, round(mid_ticks - spread / 2.0))
        self._touch = {BookSide.BUY: bid, BookSide.SELL: bid + spread}
        swept = self._sweep(BookSide.BUY, bid)
        swept += self._sweep(BookSide.SELL, bid + spread)
        for side, touch in self._touch.items():
            self._withdraw(side, touch)
        for side, touch in self._touch.items():
            self._shape(side, touch, rng)
            self._flicker(side, rng)
        return swept

    def take(self, side: BookSide, lots: int, reach_ticks: int) -> list[Match]:
        """Take liquidity, at most `reach_ticks` beyond the step's first touch.

        What the levels within reach cannot fill is quoted again at the limit
        and taken there: a hidden order behind the visible ones.
        """
        touch = self._touch[side.opposite]
        limit = max(1, touch + reach_ticks if side is BookSide.BUY else touch - reach_ticks)
        first = self._book.submit(None, side, lots, limit, BookTif.IOC)
        left = first.cancelled_lots
        if not left:
            return list(first.matches)
        hidden = self._book.submit(None, side.opposite, left, limit, BookTif.POST_ONLY)
        if not hidden.resting_lots:  # an account's order of the taker's own side stands there
            return list(first.matches)
        return [*first.matches, *self._book.submit(None, side, left, limit, BookTif.IOC).matches]

    def _sweep(self, taker: BookSide, touch: int) -> list[tuple[BookSide, Match]]:
        """Trade with accounts' orders that stand at or beyond the new touch of the other side."""
        book, maker = self._book, taker.opposite
        owned = 0
        for price in book.prices_through(maker, touch):
            owned += book.level(maker, price)[1]
            book.remove_strangers(maker, price)
        if not owned:
            return []
        return [(taker, match) for match in book.submit(None, taker, owned, touch, BookTif.IOC).matches]

    def _withdraw(self, side: BookSide, touch: int) -> None:
        """Cancel strangers' quotes that are better than the new touch."""
        better = touch - 1 if side is BookSide.SELL else touch + 1
        for price in self._book.prices_through(side, better):
            self._book.remove_strangers(side, price)

    def _shape(self, side: BookSide, touch: int, rng: Random) -> None:
        """Bring gaps near the touch, or the whole side when it is due, back to their usual width."""
        shaped_at = self._shaped_at.get(side)
        if (
            shaped_at is None
            or abs(touch - shaped_at) > self._near_ticks
            or not _LEAST_LEVELS <= self._book.level_count(side) <= _MOST_LEVELS
        ):
            self._shaped_at[side] = touch
            end = self._walk(side, touch, _KEPT_LEVELS, rng)
            for price in self._book.prices(side)[_KEPT_LEVELS:]:
                if (price > end) if side is BookSide.SELL else (price < end):
                    self._book.remove_strangers(side, price)
        else:
            self._walk(side, touch, _NEAR_LEVELS, rng)

    def _walk(self, side: BookSide, touch: int, ranks: int, rng: Random) -> int:
        """Look at `ranks` levels from the touch outwards; returns where the last one stands.

        Crowded levels go, so that what a moving price leaves behind grows
        sparser; hollow stretches are quoted again.
        """
        book = self._book
        away = 1 if side is BookSide.SELL else -1
        old = [price for price in book.prices(side) if (price - touch) * away > 0]
        if not book.level(side, touch)[0]:
            self._add(side, touch, 0, rng)
        place, at = touch, 0
        for rank in range(1, ranks):
            gap = self._gaps[rank]
            while at < len(old) and (old[at] - place) * away < gap * _CROWDED:
                book.remove_strangers(side, old[at])
                at += 1
            if at < len(old) and (old[at] - place) * away <= gap * _HOLLOW:
                place = old[at]
                at += 1
                continue
            place += away * max(1, int(gap * rng.uniform(0.5, 1.5)))
            if place < 1:
                return 1
            self._add(side, place, rank, rng)
        return place

    def _flicker(self, side: BookSide, rng: Random) -> None:
        """Change a few sizes near the touch, so that the book breathes while the price rests."""
        prices = self._book.prices(side, 12)
        for _ in range(_FLICKERS):
            rank = min(int(rng.expovariate(0.4)), len(prices) - 1)
            price = prices[rank]
            strangers, _own = self._book.level(side, price)
            if strangers > 2.0 * self._usual_lots or (strangers > 1 and rng.random() < 0.5):
                # Some stay: an emptied touch would move the price.
                self._book.remove_strangers(side, price, int(strangers * rng.uniform(0.1, 0.8)))
            else:
                self._add(side, price, rank, rng)

    def _add(self, side: BookSide, price: int, rank: int, rng: Random) -> None:
        shape = 0.35 + 0.65 * min(rank / 12.0, 1.0)
        lots = max(1, int(self._usual_lots * shape * math.exp(rng.gauss(_SIZE_CENTRE, _SIZE_SIGMA))))
        self._book.submit(None, side, lots, price)
