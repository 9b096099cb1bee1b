"""Words, filters, orders, executions and market figures: what the venue says, in domain terms."""

from decimal import Decimal

import pytest
from hashkey_kit import ADA, BTC, CID, DOGE, ETH, LTC, payload, terms

from terminal.domain.account import IncomeKind
from terminal.domain.errors import MalformedReply, RequestRejected
from terminal.domain.instrument import InstrumentId
from terminal.domain.market import Interval
from terminal.domain.order import Effect, OrderKind, PositionSide, Side, TimeInForce
from terminal.net.wire.decode import parse, parse_list
from terminal.ports.venue import VenueStatus
from terminal.venues.hashkey.mapper import words
from terminal.venues.hashkey.mapper.bodies import check_rules, order_body, sell_fields
from terminal.venues.hashkey.mapper.filters import HIGHEST_FEE, NO_BAND, NO_LIMIT, listings_from
from terminal.venues.hashkey.mapper.market import (
    book_from,
    candles_from,
    sane,
    ticker_from,
    trade_from,
    trades_from,
)
from terminal.venues.hashkey.mapper.orders import (
    execution_from_push,
    execution_from_row,
    fill_from,
    income_from,
    report_from_push,
    report_from_row,
)
from terminal.venues.hashkey.wire.account import Fees, FlowRow
from terminal.venues.hashkey.wire.market import DayRow, Depth, TradePush, TradeRow, kline_row
from terminal.venues.hashkey.wire.orders import FillRow, OrderRow
from terminal.venues.hashkey.wire.private import Report

FEES = parse(Fees, payload("vipInfo")).rows


def no_price(_coin):
    return None


# -- words ----------------------------------------------------------------------


def test_symbols_both_ways():
    assert words.symbol_of(BTC) == "BTCUSDT"
    assert words.instrument_of("DOGEUSDT") == DOGE
    with pytest.raises(RequestRejected):
        words.symbol_of(InstrumentId("PEPE-PERP"))
    for strange in ("BTCUSDC", "BTCUSDT-PERPETUAL", "btcusdt", ""):
        with pytest.raises(MalformedReply):
            words.instrument_of(strange)
    assert words.is_ours("BTCUSDT")
    assert not words.is_ours("PEPEUSDT")


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("PENDING_NEW", VenueStatus.PENDING),
        ("NEW", VenueStatus.OPEN),
        ("PARTIALLY_FILLED", VenueStatus.OPEN),
        ("FILLED", VenueStatus.FILLED),
        ("CANCELED", VenueStatus.CANCELED),
        ("PARTIALLY_CANCELED", VenueStatus.CANCELED),
        ("REJECTED", VenueStatus.CANCELED),
        ("PENDING_CANCEL", VenueStatus.CANCELING),
        ("SOMETHING", VenueStatus.UNKNOWN),
    ],
)
def test_statuses(word, status):
    assert words.status_of(word) is status


def test_sides_kinds_and_times_in_force():
    assert words.side_of("buy") is Side.BUY
    with pytest.raises(MalformedReply):
        words.side_of("BUY_OPEN")
    assert words.effect_of(Side.BUY) is Effect.OPEN
    assert words.effect_of(Side.SELL) is Effect.CLOSE
    assert words.kind_of("MARKET_OF_QUOTE") is OrderKind.MARKET
    assert words.kind_of("STOP") is None
    assert words.tif_of("LIMIT_MAKER", "GTC") is TimeInForce.POST_ONLY
    assert words.tif_of("LIMIT", None) is TimeInForce.GTC
    assert words.tif_of("LIMIT", "FOK") is TimeInForce.FOK
    assert words.tif_of("LIMIT", "GTX") is None
    assert set(words.INTERVALS) == set(Interval)
    assert words.income_kind_of("51") is IncomeKind.TRANSFER
    assert words.income_kind_of("906") is IncomeKind.OTHER


# -- filters ----------------------------------------------------------------------


def test_listings_from_the_documented_shape():
    listings = listings_from(payload("exchangeInfo"), FEES)
    assert {each.instrument_id for each in listings.instruments} == {BTC, ETH, DOGE}
    btc = listings.rows[BTC].instrument
    assert (btc.price_step, btc.size_step, btc.min_size, btc.max_size) == tuple(
        map(Decimal, ("0.01", "0.00001", "0.00001", "8"))
    )
    assert (btc.max_market_open_size, btc.min_notional) == (Decimal(4), Decimal(1))
    assert (btc.maker_fee, btc.taker_fee) == (Decimal("0.001"), Decimal("0.0012"))
    assert (btc.buy_limit_ratio, btc.sell_limit_ratio) == (Decimal("0.1"), Decimal("0.1"))
    assert (btc.min_leverage, btc.max_leverage, btc.max_position_size) == (1, 1, NO_LIMIT)
    assert listings.rows[ETH].instrument.taker_fee == HIGHEST_FEE
    assert listings.rows[DOGE].instrument.min_size == 5


def test_pairs_that_are_not_listed_or_not_open_say_why():
    missing = listings_from(payload("exchangeInfo"), ()).missing
    assert "not listed" in missing[ADA]
    assert "not open" in missing[LTC]
    assert BTC not in missing


def test_the_bare_object_of_the_printed_example_is_read_too():
    listings = listings_from(payload("exchangeInfo_bare"), ())
    assert [each.instrument_id for each in listings.instruments] == [BTC]


def test_rows_that_are_not_ours_are_not_even_parsed():
    reply = payload("exchangeInfo")
    reply["symbols"] += ["nonsense", {"symbol": "PEPEUSDT"}, {"symbol": "BTCUSDT", "oops": True}][:2]
    assert len(listings_from(reply, ()).rows) == 4
    quoted = payload("exchangeInfo")
    quoted["symbols"][0]["quoteAsset"] = "USDC"
    assert BTC not in listings_from(quoted, ()).rows


def test_filters_that_are_missing():
    reply = payload("exchangeInfo_bare")
    kept = [each for each in reply["filters"] if each["filterType"] in {"PRICE_FILTER", "LOT_SIZE"}]
    row = listings_from(reply | {"filters": kept}, ()).rows[BTC]
    assert (row.instrument.buy_limit_ratio, row.instrument.min_notional) == (NO_BAND, 0)
    assert (row.max_notional, row.max_market_notional) == (None, None)
    zero = [kept[0], kept[1] | {"maxQty": "0", "marketOrderMaxQty": "0"}]
    rules = listings_from(reply | {"filters": zero}, ()).rows[BTC].instrument
    assert (rules.max_size, rules.max_market_open_size) == (NO_LIMIT, None)
    for gone in (0, 1):
        with pytest.raises(MalformedReply, match="no tick or no step"):
            listings_from(reply | {"filters": [kept[1 - gone]]}, ())
    for strange in ([], {"x": 1}, {"symbols": "x"}, None):
        with pytest.raises(MalformedReply, match="lists no pairs"):
            listings_from(strange, ())


# -- orders -----------------------------------------------------------------------


def form(**changes):
    return dict(part.split("=") for part in order_body(CID, terms(**changes)).decode().split("&"))


def test_a_limit_order():
    assert order_body(CID, terms()) == (
        b"symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=0.01&price=85000&timeInForce=GTC"
        b"&newClientOrderId=abcd0123456789ab0123456789abcdef"
    )


def test_other_orders():
    assert form(tif=TimeInForce.IOC)["timeInForce"] == "IOC"
    maker = form(tif=TimeInForce.POST_ONLY)
    assert (maker["type"], maker["timeInForce"]) == ("LIMIT_MAKER", "GTC")
    market = form(kind=OrderKind.MARKET, tif=TimeInForce.IOC, price=None, size=Decimal("1E+1"))
    assert market == {
        "symbol": "BTCUSDT",
        "side": "BUY",
        "type": "MARKET",
        "quantity": "10",
        "newClientOrderId": CID,
    }
    sale = form(side=Side.SELL, effect=Effect.CLOSE, leverage=5)
    assert sale["side"] == "SELL"
    assert dict(sell_fields("own", "BTCUSDT", Decimal("0.5")))["quantity"] == "0.5"


@pytest.mark.parametrize(
    ("changes", "words_in"),
    [
        ({"side": Side.SELL}, "no short"),
        ({"effect": Effect.CLOSE}, "no short"),
        ({"size": Decimal(0)}, "above zero"),
        ({"size": Decimal("NaN")}, "above zero"),
        ({"price": None}, "needs a price"),
        ({"kind": OrderKind.MARKET}, "needs a price"),
        ({"price": Decimal(-1)}, "above zero"),
        ({"kind": OrderKind.MARKET, "price": None, "tif": TimeInForce.POST_ONLY}, "post-only"),
        ({"leverage": 2}, "no leverage"),
        ({"instrument_id": InstrumentId("PEPE-PERP")}, "not one of"),
    ],
)
def test_terms_spot_cannot_express(changes, words_in):
    with pytest.raises(RequestRejected, match=words_in):
        order_body(CID, terms(**changes))


def test_ids_of_ours_are_plain():
    with pytest.raises(RequestRejected, match="own id"):
        order_body("a b", terms())


def test_the_worth_of_an_opening_is_held_against_the_pair():
    listing = listings_from(payload("exchangeInfo"), ()).rows[BTC]
    check_rules(terms(), listing)
    with pytest.raises(RequestRejected, match="no less than 1"):
        check_rules(terms(size=Decimal("0.00001")), listing)
    with pytest.raises(RequestRejected, match="no more than 400000"):
        check_rules(terms(size=Decimal(5)), listing)
    market = terms(size=Decimal(3), price=None, kind=OrderKind.MARKET, tif=TimeInForce.IOC)
    with pytest.raises(RequestRejected, match="no more than 200000"):
        check_rules(market, listing)
    bare = payload("exchangeInfo_bare")
    kept = [each for each in bare["filters"] if each["filterType"] in {"PRICE_FILTER", "LOT_SIZE"}]
    check_rules(terms(size=Decimal(999)), listings_from(bare | {"filters": kept}, ()).rows[BTC])


def test_an_order_by_amount():
    report = report_from_row(parse(OrderRow, payload("order")))
    assert (report.size, report.filled_size) == (Decimal("0.0061"), Decimal("0.0061"))
    assert (report.kind, report.tif, report.status) == (OrderKind.MARKET, TimeInForce.IOC, VenueStatus.FILLED)
    assert (report.price, report.average_price) == (None, Decimal("3235.49"))
    assert (report.effect, report.client_order_id) == (Effect.OPEN, "1722004623170558")
    assert (report.created_ms, report.updated_ms) == (1722004623186, 1722004623406)


def test_a_resting_order():
    report = report_from_row(parse_list(OrderRow, payload("openOrders"))[0])
    assert (report.instrument_id, report.status, report.price) == (ETH, VenueStatus.OPEN, Decimal(2000))
    assert report.average_price is None


def test_the_quote_total_is_spelled_twice_and_words_we_do_not_know_freeze():
    raw = payload("order") | {"avgPrice": "0"}
    del raw["cumulativeQuoteQty"]
    report = report_from_row(parse(OrderRow, raw))
    assert report.average_price == Decimal("19.736489") / Decimal("0.0061")
    assert report_from_row(parse(OrderRow, raw | {"cummulativeQuoteQty": "0"})).average_price is None
    for change in ({"type": "STOP"}, {"timeInForce": "GTX"}, {"status": "NEWS"}):
        assert report_from_row(parse(OrderRow, payload("order") | change)).status is VenueStatus.UNKNOWN


def test_an_execution_report_and_its_fill():
    push = parse(Report, payload("ws_executionReport")[0])
    report = report_from_push(push)
    assert (report.status, report.filled_size, report.size) == (VenueStatus.OPEN, Decimal("0.1"), Decimal("0.4"))
    assert (report.average_price, report.updated_ms) == (Decimal("2463.36"), 1723037391181)
    execution = execution_from_push(push)
    assert execution.trade_id == "1747358716255075840"
    assert execution.moved == Decimal("0.09988")
    fill = fill_from(execution, Decimal(0), no_price)
    assert (fill.side, fill.position_side, fill.price) == (Side.BUY, PositionSide.LONG, Decimal("2463.36"))
    assert fill.fee == Decimal("0.00012") * Decimal("2463.36")


@pytest.mark.parametrize("change", [{"l": "0"}, {"L": "0"}, {"d": ""}, {"d": "0"}, {"l": None}])
def test_a_report_without_a_fill(change):
    assert execution_from_push(parse(Report, payload("ws_executionReport")[0] | change)) is None


def test_reports_of_words_we_do_not_know():
    raw = payload("ws_executionReport")[0]
    for change in ({"o": "STOP"}, {"f": "GTX"}):
        assert report_from_push(parse(Report, raw | change)).status is VenueStatus.UNKNOWN
    bare = parse(Report, raw | {"q": "0", "n": None, "N": None, "p": "0", "V": "0", "Z": "0"})
    assert (report_from_push(bare).size, report_from_push(bare).average_price) == (Decimal("0.1"), None)
    assert execution_from_push(bare).fee == 0


def test_fees_in_every_coin():
    raw = payload("trades_own")[0]
    bought = execution_from_row(parse(FillRow, raw))
    assert bought.moved == Decimal("0.0009988")
    sold = execution_from_row(parse(FillRow, raw | {"isBuyer": False, "commissionAsset": "USDT", "commission": "0.5"}))
    assert sold.moved == Decimal("-0.001")
    assert fill_from(sold, Decimal(2), no_price).fee == Decimal("0.5")
    assert fill_from(sold, Decimal(2), no_price).realized_pnl == 2
    third = execution_from_row(parse(FillRow, raw | {"commissionAsset": "HSK", "commission": "2"}))
    assert third.moved == Decimal("0.001")
    assert fill_from(third, Decimal(0), lambda coin: {"HSK": Decimal("1.5")}[coin]).fee == 3
    assert fill_from(third, Decimal(0), no_price).fee == 0


def test_the_ledger():
    entry = income_from(parse_list(FlowRow, payload("balanceFlow"))[0])
    assert (entry.kind, entry.amount, entry.detail) == (IncomeKind.TRANSFER, -1, "USER_ACCOUNT_TRANSFER")
    bare = income_from(parse(FlowRow, payload("balanceFlow")[0] | {"flowType": ""}))
    assert bare.detail == "51"


# -- market -----------------------------------------------------------------------


def test_day_figures():
    ticker = ticker_from(parse(DayRow, payload("ws_realtimes")["data"]))
    assert (ticker.instrument_id, ticker.last, ticker.change_24h) == (ETH, Decimal(2195), Decimal("-0.2472"))
    rest = ticker_from(parse_list(DayRow, payload("ticker_24hr"))[0])
    assert rest.change_24h == Decimal("0.0625")
    bare = payload("ticker_24hr")[0] | {"o": ""}
    assert ticker_from(parse(DayRow, bare)).change_24h is None


def test_books():
    book = book_from(BTC, parse(Depth, payload("depth")), 2)
    assert [level.price for level in book.bids] == [Decimal("84999.99"), Decimal("84999.5")]
    assert (book.synchronised, book.ts_event_ms) == (True, 1722873144371)
    with pytest.raises(MalformedReply, match="crossed"):
        book_from(BTC, parse(Depth, payload("depth") | {"a": [["84000", "1"]]}), 2)
    with pytest.raises(MalformedReply):
        parse(Depth, payload("depth") | {"a": [["84000"]]})


def test_prints_oldest_first_with_the_side_that_took():
    prints = trades_from(BTC, parse_list(TradeRow, payload("trades")))
    assert [(each.taker, each.trade_id) for each in prints] == [(Side.BUY, ""), (Side.SELL, "")]
    push = trade_from(ETH, parse(TradePush, payload("ws_trade")["data"]))
    assert (push.taker, push.trade_id) == (Side.SELL, "1745922896272048129")


def test_bars():
    bars = candles_from(payload("klines")[::-1], 60_000, 1721684350000)
    assert [(bar.open_ms, bar.closed) for bar in bars] == [(1721684280000, True), (1721684340000, False)]
    assert candles_from([], 60_000, 0) == ()
    with pytest.raises(MalformedReply, match="contradicts"):
        sane(kline_row([1721684280000, "3400", "3399", "3398", "3401.2", "1"]))
    for row in ([1, 2], "x"):
        with pytest.raises(MalformedReply):
            kline_row(row)
