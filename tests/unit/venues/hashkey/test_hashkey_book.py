"""A book of whole snapshots with the best prices laid over it."""

from decimal import Decimal

import pytest
from hashkey_kit import payload

from terminal.domain.errors import MalformedReply
from terminal.domain.market import BookLevel
from terminal.venues.hashkey.stream.book import STALE_S, LiveBook

DEPTH = payload("ws_depth")["data"]
BEST = payload("ws_bbo")["data"]


@pytest.fixture
def book():
    made = LiveBook(15)
    made.snapshot(DEPTH)
    return made


def prices(side):
    return [str(level.price) for level in side]


def test_a_snapshot_is_the_whole_book(book):
    assert (prices(book.bids), prices(book.asks)) == (["1650", "1649.5"], ["1650.5", "1651"])
    assert book.synchronised
    assert book.snapshot(DEPTH | {"t": DEPTH["t"] + 1, "b": [["1640", "1"]]})
    assert prices(book.bids) == ["1640"]


def test_an_older_snapshot_changes_nothing(book):
    assert not book.snapshot(DEPTH | {"t": DEPTH["t"] - 1, "b": []})
    assert len(book.bids) == 2


def test_only_the_depth_that_is_wanted_is_read():
    book = LiveBook(1)
    book.snapshot(DEPTH | {"b": [["1650", "1"], ["nonsense", "1"]]})
    assert prices(book.bids) == ["1650"]


@pytest.mark.parametrize(
    "raw",
    [
        DEPTH | {"b": [["1649.5", "1"], ["1650", "0.0864"]], "a": DEPTH["a"][::-1]},
        DEPTH | {"b": [[1650, 0.0864], [1649.5, 1]]},
    ],
)
def test_other_spellings_end_in_the_same_book(raw, book):
    other = LiveBook(15)
    other.snapshot(raw)
    assert (other.bids, other.asks) == (book.bids, book.asks)


def test_unreadable_and_crossed_snapshots(book):
    for raw in ({}, DEPTH | {"t": "x"}, DEPTH | {"b": [["-1", "1"]]}, []):
        with pytest.raises(MalformedReply):
            book.snapshot(raw)
    assert book.snapshot(DEPTH | {"t": DEPTH["t"] + 1, "a": [["1600", "1"]]})
    assert not book.synchronised


def test_empty_levels_are_no_levels():
    book = LiveBook(15)
    book.snapshot(DEPTH | {"b": [["1650", "0"]], "a": []})
    assert (book.bids, book.asks, book.synchronised) == ((), (), True)


def test_best_prices_lie_over_the_snapshot(book):
    assert book.best(BEST, 0.0)
    assert book.bids[0] == BookLevel(Decimal("1650.1"), Decimal("0.5"))
    assert prices(book.asks) == ["1650.4", "1650.5", "1651"]
    worse = BEST | {"t": BEST["t"] + 1, "b": "1649.5", "bz": "3", "a": "1651", "az": "1"}
    assert book.best(worse, 0.0)
    assert (prices(book.bids), prices(book.asks)) == (["1649.5"], ["1651"])


def test_best_prices_that_are_older_or_no_news(book):
    assert not book.best(BEST | {"t": DEPTH["t"] - 1}, 0.0)
    assert not book.best(BEST | {"b": "1650", "bz": "0.0864", "a": "1650.5", "az": "0.0074"}, 0.0)
    assert not book.best(BEST | {"b": "", "a": ""}, 0.0)
    assert book.best(BEST | {"t": BEST["t"] + 5}, 0.0)
    assert not book.best(BEST, 0.0)


def test_a_snapshot_from_before_the_best_prices_does_not_take_them_away(book):
    book.best(BEST, 0.0)
    book.snapshot(DEPTH | {"t": DEPTH["t"] + 1})
    assert prices(book.bids)[0] == "1650.1"
    book.snapshot(DEPTH | {"t": BEST["t"] + 1})
    assert prices(book.bids)[0] == "1650"


def test_best_prices_do_not_mend_a_broken_book(book):
    book.lose()
    assert not book.best(BEST, 0.0)
    assert not book.synchronised


def test_snapshots_that_stopped_show(book):
    assert not book.is_left_behind(99.0)
    book.best(BEST, 10.0)
    book.best(BEST | {"t": BEST["t"] + 10, "b": "1650.2"}, 11.0)
    assert not book.is_left_behind(10.0 + STALE_S)
    assert book.is_left_behind(10.1 + STALE_S)
    book.snapshot(DEPTH | {"t": BEST["t"] + 20})
    assert not book.is_left_behind(99.0)
