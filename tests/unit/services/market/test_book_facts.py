from decimal import Decimal

import pytest

from helpers.builders import make_book
from terminal.domain.market import BookLevel
from terminal.services.market.book_facts import book_facts

D = Decimal


def levels(start: str, step: str, sizes) -> tuple[BookLevel, ...]:
    return tuple(BookLevel(D(start) + D(step) * number, D(size)) for number, size in enumerate(sizes))


def book(bids=(3, 1, 1, 1, 2), asks=(1, 1, 1, 1, 1)):
    return make_book(bids=levels("999.5", "-0.1", bids), asks=levels("1000.5", "0.1", asks))


def test_figures_of_a_book():
    facts = book_facts(book(), D(1_500))
    assert facts.spread_bp == 10.0
    assert (facts.levels_bid, facts.levels_ask) == (5, 5)
    assert facts.imbalance_5 == pytest.approx(3 / 13, abs=1e-4)
    assert facts.imbalance_15 is None
    # mid 1000, microprice (999.5 * 1 + 1000.5 * 3) / 4 = 1000.25
    assert facts.microprice_dev_bp == 2.5
    # half of 1,500 beyond the first level is paid at 1000.6
    size = D(1) + (D(1_500) - D("1000.5")) / D("1000.6")
    assert facts.slippage_buy_bp == pytest.approx(float((1_500 / size - D("1000.5")) / D("1000.5") * 10_000), abs=1e-3)
    assert facts.slippage_sell_bp == 0.0


def test_depth_counts_levels_within_ten_basis_points_only():
    far = make_book(bids=levels("999.5", "-0.6", (1, 1, 1)), asks=levels("1000.5", "0.6", (2, 2, 2)))
    facts = book_facts(far, None)
    assert facts.depth_bid_quote == D("999.5")
    assert facts.depth_ask_quote == D("2001.0")


def test_what_the_levels_do_not_hold_is_unknown_not_free():
    facts = book_facts(book(), D(100_000))
    assert facts.slippage_buy_bp is None
    assert facts.slippage_sell_bp is None
    assert book_facts(book(), None).slippage_buy_bp is None
    assert book_facts(book(), D(0)).slippage_buy_bp is None


def test_a_book_without_a_side_or_size_says_nothing():
    assert book_facts(make_book(bids=()), D(1)) is None
    assert book_facts(make_book(asks=()), D(1)) is None
    empty = make_book(bids=(BookLevel(D(1), D(0)),), asks=(BookLevel(D(2), D(0)),))
    assert book_facts(empty, D(1)) is None
