"""Strangers keep a deep, uncrossed book and trade with what stands in their way."""

from random import Random

import pytest

from terminal.sim.market.book import MatchingBook
from terminal.sim.market.pairs import EIGHT_PAIRS
from terminal.sim.market.strangers import LEVELS, Strangers
from terminal.sim.market.types import BookSide

BUY, SELL = BookSide.BUY, BookSide.SELL


def seeded(seed):
    return Random(seed)  # noqa: S311 - reproducible draws are what the market needs


def quoted(spec, mid=None):
    book = MatchingBook(spec.base)
    desk = Strangers(spec, book)
    middle = mid or spec.start_price / float(spec.tick)
    desk.quote(middle, seeded(1))
    return book, desk, middle


@pytest.mark.parametrize("spec", EIGHT_PAIRS, ids=lambda s: s.base)
def test_book_stays_deep_tight_and_uncrossed_while_the_price_wanders(spec):
    book, desk, middle = quoted(spec)
    rng = seeded(2)
    step = max(1.0, middle * 3e-4)
    for _ in range(120):
        middle += rng.gauss(0.0, step)
        desk.quote(middle, rng)
        bids, asks = book.depth(1_000)
        assert len(bids) >= LEVELS
        assert len(asks) >= LEVELS
        assert 1 <= asks[0][0] - bids[0][0] <= 3
        assert bids[0][0] - 1 <= middle <= asks[0][0] + 1
        span = (asks[-1][0] - bids[-1][0]) / middle
        assert span < max(0.05, 3.0 * len(asks) * 2 / middle)
        side = rng.choice([BUY, SELL])
        lots = rng.randint(1, 500)
        assert sum(match.lots for match in desk.take(side, lots, 2)) == lots
        assert book.best_bid < book.best_ask


def test_depth_is_plausible_and_long_tailed():
    btc = EIGHT_PAIRS[0]
    book, _desk, middle = quoted(btc)
    bids, _ = book.depth(1_000)
    near = sum(lots for price, lots in bids if price > middle * 0.999) * float(btc.lot)
    assert 2.0 < near < 40.0
    sizes = sorted(lots for _, lots in bids)
    assert sizes[-1] > 5 * sizes[len(sizes) // 2]


def test_price_moving_through_an_order_fills_it_at_its_price():
    book, desk, middle = quoted(EIGHT_PAIRS[0])
    price = int(middle) - 50
    book.submit("own", BUY, 7, price)
    assert desk.quote(middle - 20, seeded(3)) == []
    swept = desk.quote(middle - 200, seeded(4))
    assert [(side, m.price_ticks, m.lots, m.maker_id) for side, m in swept] == [(SELL, price, 7, "own")]
    assert book.resting("own") == 0


def test_order_away_from_the_price_is_left_alone():
    book, desk, middle = quoted(EIGHT_PAIRS[2])
    book.submit("own", SELL, 7, int(middle) + 60)
    for turn in range(40):
        desk.quote(middle + turn % 5, seeded(turn))
    assert book.resting("own") == 7


def test_taker_meets_an_order_at_the_touch_after_those_ahead():
    book, desk, _ = quoted(EIGHT_PAIRS[2])
    ask = book.best_ask
    ahead = book.level(SELL, ask)[0]
    book.submit("own", SELL, 5, ask)
    matches = desk.take(BUY, ahead + 3, 0)
    assert [(m.lots, m.maker_id) for m in matches] == [(ahead, None), (3, "own")]
    assert book.resting("own") == 2


def test_hidden_size_never_walks_beyond_reach():
    book, desk, _ = quoted(EIGHT_PAIRS[0])
    ask = book.best_ask
    matches = desk.take(BUY, 10_000_000, 3)
    assert sum(m.lots for m in matches) == 10_000_000
    assert max(m.price_ticks for m in matches) <= ask + 3
