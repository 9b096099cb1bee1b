"""What is refused before anything is sent, the bytes of requests, and the price of orders that should fill at once."""

import json
from decimal import Decimal

import pytest
from woox_kit import BTC, PERPS, POSITION, SPOT, market, terms, trigger

from terminal.domain.account import MarginMode
from terminal.domain.errors import RequestRejected
from terminal.domain.instrument import perpetual
from terminal.domain.market import BookLevel, OrderBook
from terminal.domain.order import Effect, OrderKind, PositionSide, Side, TimeInForce
from terminal.venues.woox.mapper.bodies import AccountState, Leg, moved_body, order_body, stop_body
from terminal.venues.woox.mapper.caps import Taking, capped_price
from terminal.venues.woox.mapper.terms import check_order, check_protection, check_trigger
from terminal.venues.woox.mapper.words import PositionMode

D = Decimal
ONE_WAY = AccountState(PositionMode.ONE_WAY, MarginMode.CROSS)
HEDGED = AccountState(PositionMode.HEDGE, MarginMode.ISOLATED)
NAN, INF = D("NaN"), D("Infinity")


# -- terms ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"instrument_id": perpetual("TAO")}, "TAO-PERP"),
        ({"size": D(0)}, "size must be above zero"),
        ({"size": INF}, "size must be above zero"),
        ({"price": None}, "limit order needs a price"),
        ({"kind": OrderKind.MARKET}, "limit order needs a price"),
        ({"kind": OrderKind.MARKET, "price": None, "tif": TimeInForce.POST_ONLY}, "cannot be post-only"),
        ({"price": D(0)}, "Prices must be above zero"),
        ({"stop_price": NAN}, "Prices must be above zero"),
        ({"target_price": D(-1)}, "Prices must be above zero"),
        ({"side": Side.SELL, "effect": Effect.CLOSE, "stop_price": D(5)}, "closing order cannot carry"),
        ({"stop_price": D(60000)}, "both sides of the price"),
        ({"target_price": D(60000)}, "both sides of the price"),
        ({"side": Side.SELL, "stop_price": D(59000)}, "both sides of the price"),
        ({"side": Side.SELL, "target_price": D(61000)}, "both sides of the price"),
    ],
)
def test_terms_that_make_no_sense(changes, words):
    with pytest.raises(RequestRejected, match=words):
        check_order(terms(**changes), PERPS)


def test_terms_that_do():
    check_order(terms(stop_price=D(59000), target_price=D(61000)), PERPS)
    check_order(terms(side=Side.SELL, stop_price=D(61000)), PERPS)
    check_order(market(), PERPS)
    check_order(terms(side=Side.SELL, effect=Effect.CLOSE), SPOT)
    check_trigger(trigger(), PERPS)


def test_spot_knows_no_short():
    with pytest.raises(RequestRejected, match="sold short"):
        check_order(terms(side=Side.SELL), SPOT)
    with pytest.raises(RequestRejected, match="sold short"):
        check_trigger(trigger(position_side=PositionSide.SHORT), SPOT)


def test_stop_and_target_of_a_position():
    check_protection(POSITION, D(59000), D(61000))
    check_protection(POSITION, None, D(61000))
    with pytest.raises(RequestRejected, match="Neither"):
        check_protection(POSITION, None, None)
    with pytest.raises(RequestRejected, match="both sides"):
        check_protection(POSITION, D(61000), D(59000))


# -- bodies -------------------------------------------------------------------------


def test_an_order_of_a_one_way_account():
    leg = Leg(BTC, PositionSide.LONG, Effect.OPEN, D("0.1"))
    body = order_body(7, leg, TimeInForce.IOC, D(60001), ONE_WAY, PERPS)
    assert b" " not in body
    assert json.loads(body) == {
        "symbol": "PERP_BTC_USDT",
        "side": "BUY",
        "quantity": "0.1",
        "positionSide": "BOTH",
        "marginMode": "CROSS",
        "reduceOnly": False,
        "type": "IOC",
        "price": "60001",
        "clientOrderId": 7,
    }


def test_a_close_in_hedge_mode_names_its_side():
    leg = Leg(BTC, PositionSide.SHORT, Effect.CLOSE, D(1))
    fields = json.loads(order_body(7, leg, TimeInForce.GTC, D(1), HEDGED, PERPS))
    assert (fields["side"], fields["positionSide"], fields["reduceOnly"]) == ("BUY", "SHORT", True)
    assert (fields["marginMode"], fields["type"]) == ("ISOLATED", "LIMIT")


def test_spot_names_neither_side_nor_margin():
    leg = Leg(BTC, PositionSide.LONG, Effect.CLOSE, D(1))
    fields = json.loads(order_body(7, leg, TimeInForce.FOK, D(1), ONE_WAY, SPOT))
    assert fields == {
        "symbol": "SPOT_BTC_USDT",
        "side": "SELL",
        "quantity": "1",
        "type": "FOK",
        "price": "1",
        "clientOrderId": 7,
    }


def test_a_stop_takes_the_market_and_a_conditional_entry_a_limit():
    leg = Leg(BTC, PositionSide.LONG, Effect.CLOSE, D(1))
    stop = json.loads(stop_body(7, leg, D(50000), None, ONE_WAY, PERPS))
    assert (stop["algoType"], stop["type"], stop["triggerPrice"], stop["clientAlgoOrderId"]) == (
        "STOP",
        "MARKET",
        "50000",
        7,
    )
    assert stop["reduceOnly"]
    assert "price" not in stop
    entry = json.loads(stop_body(7, Leg(BTC, PositionSide.LONG, Effect.OPEN, D(1)), D(5), D(6), ONE_WAY, PERPS))
    assert (entry["type"], entry["price"], entry["reduceOnly"]) == ("LIMIT", "6", False)
    assert json.loads(moved_body("10399260", D("50001.5"))) == {"algoOrderId": 10399260, "triggerPrice": "50001.5"}


# -- the price of an order that should fill at once --------------------------------------


def book(*, bids=(), asks=(), synchronised=True):
    def levels(rows):
        return tuple(BookLevel(D(price), D(size)) for price, size in rows)

    return OrderBook(BTC, levels(bids), levels(asks), 1, synchronised, 1)


def taking(side=Side.BUY, effect=Effect.OPEN, size="1", band="0.1"):
    return Taking(side, effect, D(size), D(1000), D("0.5"), D(band))


def test_without_a_book_it_is_the_cap():
    for untrusted in (None, book(asks=[("1001", "9")], synchronised=False), book()):
        assert capped_price(taking(), untrusted) == 1010
        assert capped_price(taking(Side.SELL, Effect.CLOSE), untrusted) == 970


def test_an_opening_goes_as_far_as_it_needs_and_a_little_more():
    asks = [("1001", "0.4"), ("1003", "0.6"), ("1004", "9")]
    assert capped_price(taking(), book(asks=asks)) == 1004  # 1003 and a thousandth, on the step towards the market
    bids = [("999", "0.4"), ("997", "9")]
    assert capped_price(taking(Side.SELL), book(bids=bids)) == D("996.5")


def test_an_opening_never_passes_its_cap():
    assert capped_price(taking(), book(asks=[("1009.8", "9")])) == 1010
    assert capped_price(taking(Side.SELL), book(bids=[("990.2", "9")])) == 990
    with pytest.raises(RequestRejected, match=r"too thin: this size reaches a price 1\.20 % away"):
        capped_price(taking(), book(asks=[("1001", "0.5"), ("1012", "9")]))
    with pytest.raises(RequestRejected, match="too thin"):
        capped_price(taking(Side.SELL), book(bids=[("985", "9")]))


def test_a_book_that_holds_too_little_counts_to_its_last_level():
    assert capped_price(taking(size="5"), book(asks=[("1001", "1"), ("1002", "1")])) == 1003


def test_an_exit_passes_however_thin_the_book_is():
    sale = taking(Side.SELL, Effect.CLOSE)
    assert capped_price(sale, book(bids=[("999", "9")])) == 970
    assert capped_price(sale, book(bids=[("950", "9")])) == 949
    assert capped_price(sale, book(bids=[("800", "9")])) == 910  # as far as the venue lets it
    purchase = taking(Side.BUY, Effect.CLOSE)
    assert capped_price(purchase, book(asks=[("1050", "9")])) == D("1051.5")
    assert capped_price(purchase, book(asks=[("1500", "9")])) == 1090


def test_a_venue_with_a_narrow_band_is_kept_to_it():
    assert capped_price(taking(band="0.005"), None) == D("1004.5")


def test_a_price_is_at_least_one_step():
    tiny = Taking(Side.SELL, Effect.CLOSE, D(1), D("0.0001"), D("0.5"), D(1))
    assert capped_price(tiny, None) == D("0.5")
