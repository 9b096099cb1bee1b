"""Rows in three shapes, and the venue's odd scalars."""

import pytest
from bitz_samples import ORDER, TICKER

from terminal.domain.errors import MalformedReply
from terminal.net.wire.decode import parse
from terminal.venues.bitz.wire.market import Bar, Contract, Envelope, Ticker, Trade
from terminal.venues.bitz.wire.orders import Order
from terminal.venues.bitz.wire.rows import rows_of

ROW = {"orderId": "7"}


@pytest.mark.parametrize(
    ("data", "rows"),
    [
        ([], []),
        ({}, []),
        ("", []),
        (None, []),
        ([ROW, ROW], [ROW, ROW]),
        (ROW, [ROW]),
        ({"0": ROW, "1": ROW}, [ROW, ROW]),
    ],
)
def test_rows(data, rows):
    assert rows_of(data, "orderId") == rows


@pytest.mark.parametrize("data", [5, "text", {"total": 3}, True])
def test_what_is_no_listing(data):
    with pytest.raises(MalformedReply, match="no listing"):
        rows_of(data, "orderId")


def test_the_documents_ticker():
    row = parse(Ticker, TICKER)
    assert (row.contract_id, str(row.turnover), str(row.quote_interest)) == ("101", "2502462.46", "89623073.47")
    for wrong in ("89623073.47", 5, "89 USDT extra"):
        with pytest.raises(MalformedReply, match="quoteOpenInterest"):
            parse(Ticker, TICKER | {"quoteOpenInterest": wrong})


def test_times():
    assert parse(Envelope, {"microtime": "0.41892000 1533035297"}).microtime == 1_533_035_297_418
    for wrong in ("1533035297", 5, "0.4 1533035297"):
        with pytest.raises(MalformedReply):
            parse(Envelope, {"microtime": wrong})
    trade = {"id": 5, "T": 1557994526, "p": "1", "n": "2", "s": "buy"}
    assert parse(Trade, trade).time_ms == 1_557_994_526_000
    for wrong in (1557994526000, True, "1.5"):
        with pytest.raises(MalformedReply):
            parse(Trade, trade | {"T": wrong})


def test_orders_are_strict():
    assert parse(Order, ORDER).direction == 1
    for field, wrong in (
        ("direction", "0"),
        ("direction", True),
        ("orderStatus", "2"),
        ("type", "stop"),
        ("isCross", ""),
    ):
        with pytest.raises(MalformedReply, match=field):
            parse(Order, ORDER | {field: wrong})


def test_a_contract_may_leave_out_what_only_our_exchange_adds():
    row = {
        "contractId": "101",
        "base": "BTC",
        "settle": "USDT",
        "contractSize": "0.001",
        "priceStep": "0.5",
        "minAmount": "1",
        "maxAmount": "1000",
        "maxLeverage": "20",
        "takerFee": "0.0008",
        "makerFee": "0.0002",
        "status": "1",
    }
    found = parse(Contract, row)
    assert (found.max_position_amount, found.price_range) == (None, None)


def test_a_bar_that_contradicts_itself():
    bar = {"time": "1557994500000", "open": "2", "high": "3", "low": "1", "close": "2.5", "volume": "9"}
    assert parse(Bar, bar).is_sane
    assert not parse(Bar, bar | {"low": "2.1"}).is_sane
    assert not parse(Bar, bar | {"high": "2.4"}).is_sane
