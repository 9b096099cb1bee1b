"""Times in two spellings, nulls as text, and pushes read by hand."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from woox_kit import FILL, ORDER

from terminal.domain.errors import MalformedReply
from terminal.net.wire.decode import parse
from terminal.venues.woox.wire.account import HoldingRow, ListenKey
from terminal.venues.woox.wire.market import BookReply, InstrumentRow
from terminal.venues.woox.wire.orders import FillRow, OrderRow, PlacedOrder
from terminal.venues.woox.wire.pushes import BookChange, book_change, snapshot_levels
from terminal.venues.woox.wire.types import moment_ms

D = Decimal


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1752049062496, 1752049062496),
        ("1752049062496", 1752049062496),
        ("1752049062.496", 1752049062496),
        (1752049062.496, 1752049062496),
        (1752049062, 1752049062000),
        ("0", 0),
        (0, 0),
        ("1752049062.4969", 1752049062496),
    ],
)
def test_a_time_in_either_spelling(value, expected):
    assert moment_ms(value) == expected


@pytest.mark.parametrize(
    "value", [True, None, "", "soon", "-1", -1, "1e12", [], "1.2.3", "١٧٥٢", 10**15, "9" * 20, float("nan"), 1e30]
)
def test_what_is_no_time(value):
    with pytest.raises(ValueError, match="time"):
        moment_ms(value)


@given(st.integers(min_value=10**12, max_value=9 * 10**13))
def test_the_two_spellings_of_a_time_agree(ms):
    assert moment_ms(ms) == moment_ms(f"{ms // 1_000}.{ms % 1_000:03}") == moment_ms(str(ms))


@pytest.mark.parametrize("absent", [None, "", "null"])
def test_a_null_in_any_spelling(absent):
    row = {"token": "BTC", "holding": 1, "frozen": 0, "availableBalance": absent, "markPrice": absent}
    read = parse(HoldingRow, row)
    assert (read.available, read.mark, read.average_price) == (None, None, None)


def test_a_number_of_0_is_no_id_and_no_price():
    read = parse(OrderRow, ORDER | {"clientOrderId": "0", "price": "0", "averageExecutedPrice": 0})
    assert (read.own_id, read.price, read.average_price) == (None, None, None)
    assert parse(PlacedOrder, {"orderId": 5}).own_id is None


@pytest.mark.parametrize("field", ["orderId", "symbol", "side", "type", "status", "createdTime"])
def test_an_order_without_a_part_that_matters_is_refused(field):
    row = dict(ORDER)
    del row[field]
    with pytest.raises(MalformedReply, match=field):
        parse(OrderRow, row)


def test_a_makers_flag_in_either_spelling():
    assert parse(FillRow, FILL | {"isMaker": True}).maker == 1
    assert parse(FillRow, FILL | {"isMaker": "0"}).maker == 0
    with pytest.raises(MalformedReply):
        parse(FillRow, [FILL])


@pytest.mark.parametrize("name", ["authKey", "listenKey"])
def test_a_listen_key_under_either_name(name):
    read = parse(ListenKey, {name: "abc", "expiredTime": 1752049062496})
    assert (read.key, read.expires_ms) == ("abc", 1752049062496)


def test_a_step_of_0_is_no_step():
    row = {"symbol": "x", "status": "TRADING", "quoteTick": "0", "quoteMin": "0", "quoteMax": "1"}
    with pytest.raises(MalformedReply, match="quoteTick"):
        parse(InstrumentRow, row | {"baseTick": "1", "baseMin": "1", "baseMax": "1"})


CHANGE = {"s": "PERP_BTC_USDT", "prevTs": 1, "ts": 2, "bids": [["10", "1"], ["9.5", "0"]], "asks": []}


def test_a_change_of_a_book_read_by_hand_and_by_its_model():
    quick = book_change(CHANGE)
    slow = book_change(CHANGE | {"prevTs": "1", "bids": [[10, 1], [9.5, 0]]})
    assert quick == slow == BookChange("PERP_BTC_USDT", 1, 2, ((D(10), D(1)), (D("9.5"), D(0))), ())


@pytest.mark.parametrize(
    "changes", [{"prevTs": None}, {"ts": "x"}, {"bids": [["10"]]}, {"asks": [["-1", "1"]]}, {"asks": None}]
)
def test_a_change_that_is_none(changes):
    with pytest.raises(MalformedReply):
        book_change(CHANGE | changes)
    with pytest.raises(MalformedReply):
        book_change([])


def test_levels_of_a_snapshot():
    data = {"bids": [{"price": "10", "quantity": "1"}], "asks": [{"price": 11, "quantity": 2}]}
    reply = parse(BookReply, {"timestamp": 5, "data": data})
    assert snapshot_levels(reply) == (((D(10), D(1)),), ((D(11), D(2)),))
