"""The books as JSON and back, and the codec under them."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import orjson
import pytest
from hand_market import NOW_MS, SPECS, HandMarket

from terminal.sim.exchange.codec import decode, encode
from terminal.sim.exchange.exchange import Exchange
from terminal.sim.exchange.state import BooksWriter, load_books
from terminal.sim.exchange.terms import OrderStatus, PlanKind
from terminal.sim.market.types import BookSide, BookTif


@dataclass(frozen=True)
class Inner:
    amount: Decimal
    side: BookSide | None


@dataclass(frozen=True)
class Outer:
    name: str
    count: int
    inner: Inner
    many: list[Inner]
    by_name: dict[str, Decimal]
    anything: dict[str, Any]


def test_the_codec_gives_back_what_it_got():
    inner = Inner(Decimal("0.10"), BookSide.SELL)
    value = Outer("x", 3, inner, [inner, Inner(Decimal(0), None)], {"a": Decimal("1E-10")}, {"b": [1, None, 0.5]})
    raw = orjson.loads(orjson.dumps(encode(value)))

    assert decode(Outer, raw) == value
    assert raw["inner"]["amount"] == "0.10"


@pytest.mark.parametrize("change", [{"count": "3"}, {"inner": {"amount": "x", "side": None}}, {"by_name": 5}])
def test_the_codec_refuses_what_does_not_fit(change):
    raw = encode(Outer("x", 3, Inner(Decimal(1), None), [], {}, {})) | change
    with pytest.raises((TypeError, ValueError, ArithmeticError, AttributeError)):
        decode(Outer, raw)


@dataclass(frozen=True)
class Grown:
    """A class that got a second field after files were written with the first alone."""

    name: str
    side: BookSide = BookSide.BUY


def test_the_codec_reads_files_from_before_a_field_with_a_default():
    assert decode(Grown, {"name": "old"}) == Grown("old")
    assert decode(Grown, {"name": "new", "side": "SELL"}) == Grown("new", BookSide.SELL)
    with pytest.raises(KeyError):
        decode(Grown, {"side": "SELL"})


def test_the_codec_knows_its_types_only():
    with pytest.raises(TypeError, match="set"):
        encode({1, 2})


def restored(desk, market):
    raw = orjson.loads(BooksWriter(desk.books).dump())
    books = load_books(raw, dict(desk.exchange.rules), 1, desk.exchange.now_ms)
    return Exchange(market, SPECS, 1, desk.exchange.now_ms, books=books)


def busy(desk):
    desk.place("0.02", take_profit=Decimal(105000))
    desk.close("0.005")
    desk.place("0.01", "99000", tif=BookTif.POST_ONLY)
    desk.place("0.01", "99000.1")
    desk.exchange.keep_ai_log("", {"stage": "s", "input": {"x": 1.5}})
    desk.pass_time()


def test_restored_books_write_the_same_bytes(desk):
    busy(desk)
    again = restored(desk, HandMarket())

    assert BooksWriter(again.books).dump() == BooksWriter(desk.books).dump()


def test_restored_orders_rest_in_the_new_book(desk):
    busy(desk)
    market = HandMarket()
    again = restored(desk, market)
    waiting = [order.order_id for order in again.books.open_orders()]
    market.move("BTC", "98900")
    again.advance(again.now_ms + 1)

    assert len(waiting) == 2
    assert {again.books.orders[order_id].status for order_id in waiting} == {OrderStatus.FILLED}
    assert again.books.plans.keys() == desk.books.plans.keys()
    assert next(iter(again.books.plans.values())).kind is PlanKind.TAKE_PROFIT


def test_the_writer_keeps_up_with_later_changes(desk):
    busy(desk)
    writer = BooksWriter(desk.books)
    writer.dump()
    desk.place("0.001")
    desk.exchange.orders.cancel(next(desk.books.open_orders()).order_id, desk.exchange.now_ms)

    assert writer.dump() == BooksWriter(desk.books).dump()


def test_another_format_is_refused(desk):
    raw = orjson.loads(BooksWriter(desk.books).dump()) | {"format": 2}
    with pytest.raises(ValueError, match="format 2"):
        load_books(raw, dict(desk.exchange.rules), 1, NOW_MS)


def test_a_fresh_account_starts_with_its_deposit(desk):
    assert desk.cash == 1000
    assert [bill.amount for bill in desk.books.bills] == [Decimal(1000)]
    assert desk.exchange.margin.available() == 1000


def test_an_account_reset_leaves_nothing_open(desk):
    busy(desk)
    desk.exchange.reset_account(Decimal(700))

    assert desk.cash == desk.exchange.margin.available() == 700
    assert not any(desk.books.open_orders())
    assert not any(desk.books.open_plans())
    assert not any(desk.books.held())
