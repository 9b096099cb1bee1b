"""What a holding cost, from executions alone."""

from decimal import Decimal

import pytest
from hashkey_kit import BTC
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain.order import Side
from terminal.venues.hashkey.holdings import CostBook, Dust
from terminal.venues.hashkey.mapper.orders import Execution

DUST = Dust(Decimal("0.00001"), Decimal("0.00001"), Decimal(1))


def execution(number, side, size, price, fee="0", coin="USDT", at_ms=None):
    return Execution(
        str(number), "7", None, BTC, side, Decimal(price), Decimal(size), Decimal(fee), coin, False, at_ms or number
    )


def buy(number, size, price, **more):
    return execution(number, Side.BUY, size, price, **more)


def sell(number, size, price, **more):
    return execution(number, Side.SELL, size, price, **more)


@pytest.fixture
def book():
    return CostBook(DUST)


def test_the_average_is_volume_weighted_since_the_holding_was_last_flat(book):
    book.add([buy(1, "1", "50"), sell(2, "1", "60"), buy(3, "1", "100"), buy(4, "3", "200")])
    assert book.now.average == 175
    assert book.realized("2") == 10
    book.add([sell(5, "2", "185")])
    assert (book.now.size, book.now.average, book.realized("5")) == (2, 175, 20)


def test_a_fee_in_the_base_coin_reduces_the_holding_and_not_the_price(book):
    book.add([buy(1, "1", "100", fee="0.0012", coin="BTC")])
    assert (book.now.size, book.now.average) == (Decimal("0.9988"), 100)


def test_dust_that_is_left_counts_as_flat(book):
    book.add([buy(1, "1", "100", fee="0.000001", coin="BTC"), sell(2, "0.99999", "110"), buy(3, "1", "500")])
    assert (book.now.average, book.now.size) == (500, Decimal("1.000009"))


def test_what_is_dust():
    assert DUST.holds(Decimal("0.0000199"), Decimal(90000))  # only 0.00001 of it is on the step, worth less than 1
    assert not DUST.holds(Decimal("0.00002"), Decimal(90000))
    assert not DUST.holds(Decimal("0.00001"), None)
    assert not Dust().holds(Decimal("0.00000001"), Decimal(1))


def test_what_was_held_before_has_no_known_price_until_it_is_sold(book):
    book.add([buy(1, "1", "100")])
    book.begin(Decimal(3))
    assert book.now.average is None
    assert book.entry(Decimal(3)) is None
    book.add([sell(2, "1", "120")])
    assert book.realized("2") == 0
    book.add([sell(3, "2", "120"), buy(4, "1", "130")])
    assert (book.now.average, book.entry(Decimal(1))) == (130, 130)


def test_coins_that_were_withdrawn_take_their_cost_with_them(book):
    book.add([buy(1, "5", "100"), buy(2, "1", "300")])
    book.begin(Decimal(1))  # five are gone without a trade
    assert (book.now.size, book.now.average) == (1, 300)
    book.add([sell(3, "1", "310"), buy(4, "2", "400")])
    assert (book.realized("3"), book.now.average) == (10, 400)
    book.add([buy(0, "1", "50", at_ms=0)])
    assert book.now.average == 400


def test_more_than_the_executions_explain_came_at_a_price_nobody_knows(book):
    book.begin(Decimal(0))
    book.add([buy(1, "1", "100")])
    assert book.entry(Decimal("1.5")) is None
    assert book.entry(Decimal("0.5")) == 100  # some was withdrawn: the rest cost what it cost


def test_late_and_repeated_executions_end_in_the_same_figures(book):
    rows = [buy(1, "1", "100"), buy(2, "1", "300"), sell(3, "1", "250"), buy(4, "2", "400")]
    for row in (rows[3], rows[0], rows[2], rows[2], rows[1]):
        book.add([row])
    other = CostBook(DUST)
    assert other.add(rows) == rows
    assert other.add(rows) == []
    assert (book.now, book.realized("3")) == (other.now, other.realized("3"))
    assert book.rows == tuple(rows)


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 50), st.integers(90, 110)), max_size=40))
def test_money_is_kept(moves):
    """Realised plus what the holding is worth over its cost is what was taken less what was paid."""
    book, held, money = CostBook(DUST), 0, 0
    for number, (is_buy, size, price) in enumerate(moves, start=1):
        part = size if is_buy else min(size, held)
        if part:
            book.add([(buy if is_buy else sell)(number, str(part), str(price))])
            held += part if is_buy else -part
            money += -part * price if is_buy else part * price
    realized = sum(book.realized(row.trade_id) for row in book.rows)
    cost = (book.now.average or 0) * held
    assert book.now.size == held
    assert realized == pytest.approx(money + cost, abs=Decimal("1e-9"))
