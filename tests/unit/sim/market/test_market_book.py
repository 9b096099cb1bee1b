"""Price-time priority and times in force of one book."""

import pytest

from terminal.sim.market.book import Match, MatchingBook
from terminal.sim.market.types import BookSide, BookTif

BUY, SELL = BookSide.BUY, BookSide.SELL


@pytest.fixture
def book() -> MatchingBook:
    """Strangers bid 10 lots at 99, 98, 97 and offer 10 lots at 101, 102, 103."""
    made = MatchingBook("BTC")
    for away in (1, 2, 3):
        made.submit(None, BUY, 10, 100 - away)
        made.submit(None, SELL, 10, 100 + away)
    return made


def test_depth_lists_best_first(book):
    bids, asks = book.depth(2)
    assert bids == [(99, 10), (98, 10)]
    assert asks == [(101, 10), (102, 10)]


def test_market_order_walks_the_levels_and_never_rests(book):
    result = book.submit("a", BUY, 35, None)
    assert result.matches == (Match(101, 10, None), Match(102, 10, None), Match(103, 10, None))
    assert (result.resting_lots, result.cancelled_lots) == (0, 5)
    assert book.best_ask is None
    assert book.best_bid == 99


def test_limit_order_fills_in_part_and_rests_the_rest(book):
    result = book.submit("a", BUY, 14, 101)
    assert result.matches == (Match(101, 10, None),)
    assert result.resting_lots == 4
    assert book.best_bid == 101
    assert book.resting("a") == 4


def test_taker_pays_the_makers_price(book):
    result = book.submit("a", SELL, 3, 90)
    assert result.matches == (Match(99, 3, None),)


def test_better_price_goes_first_whatever_the_time(book):
    book.submit("early", SELL, 5, 101)
    book.submit("better", SELL, 5, 100)
    result = book.submit(None, BUY, 5, None)
    assert [m.maker_id for m in result.matches] == ["better"]


def test_earlier_order_goes_first_at_one_price(book):
    book.submit("first", SELL, 5, 100)
    book.submit("second", SELL, 5, 100)
    result = book.submit(None, BUY, 7, None)
    assert result.matches == (Match(100, 5, "first"), Match(100, 2, "second"))
    assert book.resting("first") == 0
    assert book.resting("second") == 3


def test_strangers_ahead_in_the_queue_are_served_first_and_those_behind_later(book):
    book.submit("own", BUY, 4, 99)
    book.submit(None, BUY, 6, 99)
    assert book.submit(None, SELL, 8, None).matches == (Match(99, 8, None),)
    result = book.submit(None, SELL, 8, None)
    assert result.matches == (Match(99, 2, None), Match(99, 4, "own"), Match(99, 2, None))


def test_post_only_is_refused_whole_when_it_would_take(book):
    version = book.version
    result = book.submit("a", BUY, 5, 101, BookTif.POST_ONLY)
    assert result.matches == ()
    assert (result.resting_lots, result.cancelled_lots) == (0, 5)
    assert book.version == version


def test_post_only_rests_inside_the_spread(book):
    assert book.submit("a", BUY, 5, 100, BookTif.POST_ONLY).resting_lots == 5
    assert book.best_bid == 100


@pytest.mark.parametrize(("lots", "limit", "filled"), [(20, 102, 20), (21, 102, 0), (30, None, 30), (31, None, 0)])
def test_fill_or_kill_is_all_or_nothing(book, lots, limit, filled):
    result = book.submit("a", BUY, lots, limit, BookTif.FOK)
    assert sum(m.lots for m in result.matches) == filled
    assert result.cancelled_lots == lots - filled
    assert result.resting_lots == 0


def test_immediate_or_cancel_drops_the_rest(book):
    result = book.submit("a", BUY, 14, 101, BookTif.IOC)
    assert sum(m.lots for m in result.matches) == 10
    assert result.cancelled_lots == 4
    assert book.resting("a") == 0


def test_cancel_removes_what_is_left(book):
    book.submit("a", BUY, 5, 100)
    book.submit(None, SELL, 2, 100, BookTif.IOC)
    assert book.cancel("a") == 3
    assert book.best_bid == 99
    assert book.cancel("a") == 0


def test_reduce_keeps_the_place_in_the_queue(book):
    book.submit("first", BUY, 5, 100)
    book.submit("second", BUY, 5, 100)
    assert book.reduce("first", 2) == 3
    assert book.submit(None, SELL, 4, None).matches == (Match(100, 3, "first"), Match(100, 1, "second"))
    assert book.reduce("second", 9) == 0
    assert book.reduce("second", 1) == 0
    assert book.best_bid == 99


def test_strangers_leave_without_touching_accounts_orders(book):
    book.submit("own", BUY, 4, 99)
    book.submit(None, BUY, 6, 99)
    assert book.remove_strangers(BUY, 99, 7) == 7
    assert book.level(BUY, 99) == (9, 4)
    assert book.remove_strangers(BUY, 99) == 9
    assert book.level(BUY, 99) == (0, 4)
    assert book.resting("own") == 4
    assert book.remove_strangers(BUY, 42) == 0


def test_prices_through_a_limit(book):
    assert book.prices_through(SELL, 102) == [101, 102]
    assert book.prices_through(BUY, 98) == [99, 98]
    assert book.prices_through(BUY, 100) == []


def test_every_change_raises_the_version(book):
    seen = [book.version]
    for change in (
        lambda: book.submit("a", BUY, 5, 100),
        lambda: book.reduce("a", 1),
        lambda: book.submit(None, SELL, 1, 100, BookTif.IOC),
        lambda: book.cancel("a"),
        lambda: book.remove_strangers(BUY, 99, 1),
    ):
        change()
        seen.append(book.version)
    assert seen == sorted(set(seen))


@pytest.mark.parametrize(
    ("order_id", "lots", "limit", "tif"),
    [
        ("b", 0, 100, BookTif.GTC),
        ("b", 1, 0, BookTif.GTC),
        ("b", 1, None, BookTif.POST_ONLY),
        ("a", 1, 100, BookTif.GTC),
    ],
)
def test_senseless_orders_are_refused(book, order_id, lots, limit, tif):
    book.submit("a", BUY, 1, 90)
    with pytest.raises(ValueError, match=r"lot|tick|price|another id"):
        book.submit(order_id, BUY, lots, limit, tif)
