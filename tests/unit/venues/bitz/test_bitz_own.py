"""Which orders are ours, and the search for one whose answer got lost."""

from decimal import Decimal

import pytest
from bitz_samples import ORDER

from terminal.domain.order import Effect
from terminal.net.wire.decode import parse
from terminal.venues.bitz.mapper.orders import Wanted
from terminal.venues.bitz.own import LOOKS_S, Found, Made, OwnOrders
from terminal.venues.bitz.wire.orders import Order

SENT_MS = 1_557_994_526_700
WANTED = Wanted("101", 1, "limit", Decimal(500), Decimal(7500))
MINE = Made("mine", Effect.OPEN)


def row(order_id, **changes):
    return parse(Order, ORDER | {"orderId": str(order_id)} | changes)


@pytest.fixture
def own():
    return OwnOrders()


def begin(own, before=(), made=MINE, wanted=WANTED):
    return own.lost(made, wanted, before, SENT_MS, 100.0)


def test_exactly_one_new_match_is_ours(own):
    search = begin(own, before=("1",))
    assert own.unresolved("101")
    assert own.looked("101", [row(1), row(2)], 101.0) == [search]
    assert search.state is Found.FOUND
    assert own.of("2") == MINE
    assert own.of("1") is None
    assert not own.unresolved("101")
    assert own.searched(200.0) == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"contractId": "102"},
        {"direction": "-1"},
        {"type": "market", "price": "0"},
        {"amount": "499"},
        {"price": "7500.5"},
        {"time": 1557994523},  # more than two seconds before it was sent
    ],
)
def test_other_terms_or_an_earlier_time_do_not_fit(own, changes):
    search = begin(own)
    assert own.looked("101", [row(2, **changes)], 101.0) == []
    assert search.state is Found.SEARCHING


def test_two_seconds_before_it_was_sent_still_fit(own):
    search = begin(own)
    own.looked("101", [row(2, time=1557994524)], 101.0)
    assert search.state is Found.FOUND


def test_none_after_five_looks_over_fifteen_seconds_is_absent(own):
    search = begin(own)
    for number, after_s in enumerate(LOOKS_S):
        assert search.state is Found.SEARCHING
        assert own.next_look_s() == pytest.approx(100.0 + after_s)
        assert own.searched(100.0 + after_s) == ("101",)
        changed = own.looked("101", [], 100.0 + after_s)
        assert (changed == [search]) is (number == 4)
    assert search.state is Found.ABSENT
    assert not own.unresolved("101")
    assert own.next_look_s() is None


def test_looks_close_together_count_as_one(own):
    search = begin(own)
    for number in range(40):
        own.looked("101", [], 101.0 + number * 0.2)
    assert search.state is Found.SEARCHING
    assert search.looks == 8
    own.looked("101", [], 115.5)
    assert search.state is Found.ABSENT


def test_one_believed_absent_is_recognised_when_it_comes_late(own):
    search = begin(own)
    for after_s in LOOKS_S:
        own.looked("101", [], 100.0 + after_s)
    assert own.searched(116.0) == ()  # not looked at all the time any more
    assert own.searched(126.0) == ("101",)
    assert own.looked("101", [row(5)], 126.0) == [search]
    assert own.of("5") == MINE


def test_of_several_nobody_can_tell(own):
    search = begin(own)
    assert own.looked("101", [row(2), row(3)], 101.0) == [search]
    assert search.state is Found.SEVERAL
    assert (own.of("2"), own.of("3")) == (None, None)
    assert not own.unresolved("101")


def test_of_two_searches_with_the_same_terms_neither_takes_the_one_that_is_there(own):
    first, second = begin(own), begin(own, made=Made("other", Effect.OPEN))
    assert set(map(id, own.looked("101", [row(2)], 101.0))) == {id(first), id(second)}
    assert first.state is second.state is Found.SEVERAL
    assert own.of("2") is None


def test_two_searches_with_different_terms_do_not_disturb_each_other(own):
    first = begin(own)
    sell = begin(own, made=Made("exit", Effect.CLOSE), wanted=Wanted("101", -1, "market", Decimal(500), Decimal(0)))
    own.looked("101", [row(2), row(3, direction="-1", type="market", price="0")], 101.0)
    assert (first.state, sell.state) == (Found.FOUND, Found.FOUND)
    assert (own.of("2"), own.of("3")) == (MINE, Made("exit", Effect.CLOSE))


def test_an_order_that_is_known_to_be_ours_is_no_candidate(own):
    own.note("2", Made("earlier", Effect.OPEN))
    search = begin(own)
    assert not own.is_stranger("2", "101")
    assert own.is_stranger("3", "101")
    own.looked("101", [row(2)], 101.0)
    assert search.state is Found.SEARCHING


def test_searches_are_forgotten_in_the_end(own):
    begin(own)
    assert own.oldest_ms("101") == 1_557_994_524_000
    assert own.searched(281.0) == ()
    assert not own.unresolved("101")


def test_an_order_of_the_same_terms_is_a_twin_until_it_is_settled(own):
    search = begin(own)
    other = Wanted("101", 1, "limit", Decimal(499), Decimal(7500))
    assert own.twin_sought(WANTED)
    assert not own.twin_sought(other)
    own.looked("101", [row(2)], 101.0)
    assert search.state is Found.FOUND
    assert not own.twin_sought(WANTED)


def test_of_two_that_left_one_after_the_other_a_new_order_is_the_second(own):
    first = begin(own)
    for after_s in LOOKS_S:
        own.looked("101", [], 100.0 + after_s)
    assert first.state is Found.ABSENT
    second = own.lost(Made("second", Effect.CLOSE), WANTED, (), SENT_MS + 20_000, 120.0)
    assert own.looked("101", [row(7, time=SENT_MS // 1000 + 20)], 121.0) == [second]
    assert own.of("7") == Made("second", Effect.CLOSE)
    assert first.state is Found.ABSENT


def test_an_order_from_before_the_second_left_is_still_the_first(own):
    first = begin(own)
    for after_s in LOOKS_S:
        own.looked("101", [], 100.0 + after_s)
    second = own.lost(Made("second", Effect.CLOSE), WANTED, (), SENT_MS + 20_000, 120.0)
    assert own.looked("101", [row(7, time=SENT_MS // 1000 + 9)], 121.0) == [first]
    assert own.of("7") == MINE
    assert second.state is Found.SEARCHING
