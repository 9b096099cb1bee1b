"""Words, names, numbers and figures, to the venue and back."""

from decimal import Decimal

import pytest
from woox_kit import ALGO, BTC, CID, FILL, HELD, INSTRUMENT, ORDER, PERPS, PUSH, SPOT

from terminal.domain.account import IncomeKind, LeverageSetting, MarginMode
from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.errors import MalformedReply, RequestRejected
from terminal.domain.instrument import perpetual
from terminal.domain.market import Interval
from terminal.domain.order import Effect, OrderKind, PositionSide, Side, TimeInForce
from terminal.net.wire.decode import parse
from terminal.ports.venue import VenueStatus
from terminal.venues.woox.mapper import account, market, orders, words
from terminal.venues.woox.mapper.ids import OwnIds, number_of
from terminal.venues.woox.mapper.symbols import Symbols
from terminal.venues.woox.wire.account import (
    AccountInfo,
    FeeReply,
    FundingFeeRow,
    HoldingRow,
    LeverageReply,
    PositionRow,
)
from terminal.venues.woox.wire.market import (
    BookReply,
    FundingPast,
    FundingRow,
    FuturesRow,
    InstrumentRow,
    KlineRow,
    TradePush,
    TradeRow,
)
from terminal.venues.woox.wire.orders import AlgoRow, ExecutionPush, FillRow, OrderRow

D = Decimal


# -- names -------------------------------------------------------------------------


@pytest.mark.parametrize("symbols", [PERPS, SPOT])
def test_every_pair_has_a_name_and_finds_back(symbols):
    for instrument_id in ALLOWED_INSTRUMENTS:
        assert symbols.instrument_of(symbols.spell(instrument_id)) == instrument_id
        assert symbols.instrument_of(symbols.spell(instrument_id)) == instrument_id  # the second time from memory


def test_the_two_products_have_names_of_their_own():
    assert (PERPS.spell(BTC), SPOT.spell(BTC)) == ("PERP_BTC_USDT", "SPOT_BTC_USDT")
    assert PERPS.index_of(BTC) == "SPOT_BTC_USDT"
    assert PERPS.of_index("SPOT_BTC_USDT") == BTC
    assert PERPS.is_ours("PERP_BTC_USDT")
    assert not PERPS.is_ours("SPOT_BTC_USDT")
    with pytest.raises(MalformedReply):
        PERPS.instrument_of("SPOT_BTC_USDT")


def test_a_pair_we_do_not_trade_is_read_but_never_spelled():
    assert PERPS.instrument_of("PERP_TAO_USDT") == perpetual("TAO")
    with pytest.raises(RequestRejected, match="TAO-PERP"):
        PERPS.spell(perpetual("TAO"))


@pytest.mark.parametrize("symbol", ["PERP_BTC_USDC", "BTCUSDT", "", "PERP_btc_USDT", "PERP_B٣_USDT"])
def test_a_name_that_is_none(symbol):
    with pytest.raises(MalformedReply):
        PERPS.instrument_of(symbol)


def test_names_seen_are_kept_only_up_to_a_limit():
    symbols = Symbols(PERPS.product)
    for number in range(1_100):
        symbols.instrument_of(f"PERP_X{number}_USDT")
    assert len(symbols._seen) == 1_024


# -- our ids -------------------------------------------------------------------------


def test_an_id_becomes_the_same_number_every_time_and_fits():
    numbers = {number_of(f"{CID}{each}") for each in range(2_000)}
    assert len(numbers) == 2_000
    assert all(0 < number < 2**63 for number in numbers)
    assert number_of(CID) == number_of(CID)


def test_a_number_is_ours_when_we_know_its_text():
    ids = OwnIds()
    number = str(ids.number(CID))
    assert ids.name("1", number) == CID
    assert ids.name("1", "42") == "42"  # somebody else's
    assert ids.name("1", None) is None
    ids.link("1", CID)
    assert ids.name("1", None) == CID  # some replies show 0 in place of our number


def test_ids_of_an_earlier_run_are_learnt():
    ids = OwnIds()
    assert ids.name("1", str(number_of(CID))) == str(number_of(CID))
    ids.recall([CID])
    assert ids.name("1", str(number_of(CID))) == CID


# -- words ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("NEW", VenueStatus.OPEN),
        ("PARTIAL_FILLED", VenueStatus.OPEN),
        ("FILLED", VenueStatus.FILLED),
        ("CANCELLED", VenueStatus.CANCELED),
        ("REJECTED", VenueStatus.CANCELED),
        ("EDIT_SENT", VenueStatus.OPEN),
        ("CANCEL_SENT", VenueStatus.CANCELING),
        ("CANCEL_ALL_SENT", VenueStatus.CANCELING),
        ("filled", VenueStatus.FILLED),
        ("COMPLETED", VenueStatus.UNKNOWN),
        ("", VenueStatus.UNKNOWN),
    ],
)
def test_statuses(word, status):
    assert words.status_of(word) is status


@pytest.mark.parametrize(
    ("word", "tif", "kind"),
    [
        ("LIMIT", TimeInForce.GTC, OrderKind.LIMIT),
        ("IOC", TimeInForce.IOC, OrderKind.LIMIT),
        ("FOK", TimeInForce.FOK, OrderKind.LIMIT),
        ("POST_ONLY", TimeInForce.POST_ONLY, OrderKind.LIMIT),
        ("MARKET", TimeInForce.IOC, OrderKind.MARKET),
        ("ASK", None, OrderKind.LIMIT),
    ],
)
def test_the_type_is_the_time_in_force(word, tif, kind):
    assert words.tif_of(word) is tif
    assert words.kind_of(word) is kind


def test_intervals_read_back():
    for interval, word in words.INTERVALS.items():
        assert words.interval_of(word) is interval
    with pytest.raises(MalformedReply):
        words.interval_of("3m")


@pytest.mark.parametrize(
    ("side", "position", "reduce_only", "effect", "leg"),
    [
        ("BUY", "BOTH", False, Effect.OPEN, PositionSide.LONG),
        ("SELL", "BOTH", False, Effect.OPEN, PositionSide.SHORT),
        ("SELL", "BOTH", True, Effect.CLOSE, PositionSide.LONG),
        ("BUY", "BOTH", True, Effect.CLOSE, PositionSide.SHORT),
        ("BUY", "LONG", False, Effect.OPEN, PositionSide.LONG),
        ("SELL", "LONG", True, Effect.CLOSE, PositionSide.LONG),
        ("SELL", "SHORT", False, Effect.OPEN, PositionSide.SHORT),
        ("BUY", "SHORT", False, Effect.CLOSE, PositionSide.SHORT),
    ],
)
def test_what_an_order_does_to_which_position(side, position, reduce_only, effect, leg):
    way = words.direction_of(side, position, reduce_only=reduce_only, is_spot=False)
    assert (way.side.value, way.effect, way.position_side) == (side, effect, leg)


def test_on_spot_a_sale_closes_what_a_purchase_opened():
    for side, effect in (("BUY", Effect.OPEN), ("SELL", Effect.CLOSE)):
        way = words.direction_of(side, "BOTH", reduce_only=False, is_spot=True)
        assert (way.effect, way.position_side) == (effect, PositionSide.LONG)


def test_words_that_are_none():
    for read in (
        words.side_of,
        words.position_mode_of,
        words.margin_mode_of,
        lambda word: words.held_side(word, is_short=False),
        lambda word: words.direction_of("BUY", word, reduce_only=False, is_spot=False),
    ):
        with pytest.raises(MalformedReply):
            read("SIDEWAYS")


def test_held_sides():
    assert words.held_side("BOTH", is_short=True) is PositionSide.SHORT
    assert words.held_side("BOTH", is_short=False) is PositionSide.LONG
    assert words.held_side("short", is_short=False) is PositionSide.SHORT


def test_closing_sides():
    assert words.closing_side(PositionSide.LONG) is Side.SELL
    assert words.closing_side(PositionSide.SHORT) is Side.BUY
    assert words.margin_mode_of("isolated") is MarginMode.ISOLATED
    assert words.position_mode_of("HEDGE_MODE") is words.PositionMode.HEDGE


# -- markets ---------------------------------------------------------------------------


def instrument(symbols=PERPS, **changes):
    row = parse(InstrumentRow, INSTRUMENT | changes)
    return market.instrument_from(row, market.Fees(D(0), D("0.0003")), symbols)


def test_an_instrument():
    rules = instrument()
    assert (rules.instrument_id, rules.price_step, rules.size_step) == (BTC, D(1), D("0.0001"))
    assert (rules.min_size, rules.max_size, rules.max_position_size) == (D("0.0001"), D(100), D(100))
    assert (rules.maker_fee, rules.taker_fee, rules.max_leverage) == (D(0), D("0.0003"), 100)
    assert (rules.buy_limit_ratio, rules.sell_limit_ratio) == (D("0.1"), D("0.1"))
    assert rules.min_notional == 5


def test_an_instrument_without_bands_margin_or_least_value():
    rules = instrument(bidCapRatio=None, askFloorRatio="null", baseIMR=None, minNotional=None)
    assert (rules.buy_limit_ratio, rules.sell_limit_ratio) == (D(10), D(1))
    assert (rules.max_leverage, rules.min_notional) == (20, 0)


def test_spot_has_leverage_1():
    assert instrument(SPOT, symbol="SPOT_BTC_USDT").max_leverage == 1


def test_rows_of_other_markets_are_not_read():
    odd = {"symbol": "PERP_TAO_USDT", "status": 7}
    other = INSTRUMENT | {"symbol": "SPOT_BTC_USDT"}
    halted = INSTRUMENT | {"symbol": "PERP_ETH_USDT", "status": "SUSPENDED"}
    read = market.rows_of_ours([odd, {"symbol": 5}, {}, other, INSTRUMENT, halted], PERPS)
    assert [row.symbol for row in read] == ["PERP_BTC_USDT"]
    with pytest.raises(MalformedReply):
        market.rows_of_ours([INSTRUMENT | {"quoteTick": "0"}], PERPS)


def test_fees_come_in_basis_points():
    fees = market.fees_from(parse(FeeReply, {"takerFee": "3", "makerFee": "-0.5"}))
    assert (fees.taker, fees.maker) == (D("0.0003"), D("-0.00005"))


def book(bids, asks):
    named = {
        "bids": [{"price": price, "quantity": size} for price, size in bids],
        "asks": [{"price": price, "quantity": size} for price, size in asks],
    }
    return parse(BookReply, {"success": True, "timestamp": 1_752_000_000_000, "data": named})


def test_a_book_is_sorted_whatever_its_order():
    read = market.book_from(BTC, book([("9", "1"), ("10", "2")], [(13, 1), (12, 3)]))
    assert [level.price for level in read.bids] == [10, 9]
    assert [level.price for level in read.asks] == [12, 13]
    assert (read.synchronised, read.ts_event_ms) == (True, 1_752_000_000_000)


def test_a_one_sided_book_is_a_book_and_a_crossed_one_is_not():
    assert market.book_from(BTC, book([], [("12", "3")])).best_bid is None
    assert market.book_from(BTC, book([("9", "1")], [])).best_ask is None
    with pytest.raises(MalformedReply):
        market.book_from(BTC, book([("12", "1")], [("12", "1")]))


def test_prints_come_oldest_first():
    row = {"symbol": "PERP_BTC_USDT", "side": "SELL", "source": 0, "executedPrice": 60000, "executedQuantity": "0.5"}
    read = [parse(TradeRow, row | {"executedTimestamp": at}) for at in (1752000000002, "1752000000.001")]
    first, second = market.trades_from(BTC, read)
    assert (first.ts_event_ms, second.ts_event_ms) == (1752000000001, 1752000000002)
    assert (first.taker, first.price, first.size, first.trade_id) == (Side.SELL, 60000, D("0.5"), "")
    push = parse(TradePush, {"s": "PERP_BTC_USDT", "px": "60000", "sx": "0.5", "sd": "BUY", "src": 0, "rpi": False})
    assert market.trade_from_push(BTC, push, 7).taker is Side.BUY


def bar(at_ms, **changes):
    row = {"open": "1", "high": "3", "low": "0.5", "close": "2", "volume": "7", "startTimestamp": at_ms}
    return parse(KlineRow, row | changes)


def test_bars_are_sorted_and_the_last_may_be_open():
    minute = Interval.M1.ms
    start = 1_752_000_000_000 // minute * minute
    first, second = market.candles_from([bar(start + minute), bar(start)], minute, start)
    assert (first.closed, second.closed) == (True, False)  # a later bar ends it, even while our clock lags
    assert (first.open, first.high, first.low, first.close, first.volume) == (1, 3, 0.5, 2, 7)
    assert market.candles_from([], minute, start) == ()
    with pytest.raises(MalformedReply):
        market.candles_from([bar(start, low="1.5")], minute, start)


FUTURES = {
    "symbol": "PERP_BTC_USDT",
    "indexPrice": None,
    "markPrice": "60010",
    "estFundingRate": "0.0001",
    "openInterest": "12.5",
    "24hOpen": "50000",
    "24hClose": "60000",
    "24hHigh": "61000",
    "24hLow": "49000",
    "24hVolume": "100",
    "24hAmount": "5500000",
}


def test_a_perpetuals_day():
    ticker = market.ticker_from_day(BTC, parse(FuturesRow, FUTURES), 9)
    assert (ticker.last, ticker.mark, ticker.index, ticker.change_24h) == (60000, 60010, None, D("0.2"))
    assert (ticker.high_24h, ticker.low_24h, ticker.ts_event_ms) == (61000, 49000, 9)
    assert market.ticker_from_day(BTC, parse(FuturesRow, FUTURES | {"24hOpen": None}), 9).change_24h is None
    with pytest.raises(MalformedReply):
        market.ticker_from_day(BTC, parse(FuturesRow, FUTURES | {"24hClose": None}), 9)


def test_spots_day_is_made_of_its_hours():
    hour = Interval.H1.ms
    start = 1_752_000_000_000
    ticker = market.ticker_from_hours(BTC, [bar(start + hour, close="2.5", high="4"), bar(start)], 9)
    assert (ticker.last, ticker.change_24h, ticker.high_24h, ticker.low_24h) == (D("2.5"), D("1.5"), 4, D("0.5"))
    assert (ticker.base_volume_24h, ticker.quote_volume_24h, ticker.mark) == (14, None, None)
    with pytest.raises(MalformedReply):
        market.ticker_from_hours(BTC, [], 9)


def test_funding_and_open_interest():
    row = {"symbol": "PERP_BTC_USDT", "nextFundingTime": 1_752_019_200_000, "estFundingIntervalHours": 8}
    expected = market.funding_from(BTC, parse(FundingRow, row | {"estFundingRate": "-0.0001"}))
    assert (expected.rate, expected.next_ms, expected.interval_min) == (D("-0.0001"), 1_752_019_200_000, 480)
    assert market.funding_from(BTC, parse(FundingRow, row | {"lastFundingRate": "0.0002"})).rate == D("0.0002")
    with pytest.raises(MalformedReply):
        market.funding_from(BTC, parse(FundingRow, row))
    past = {"symbol": "PERP_BTC_USDT", "fundingRate": "0.0001", "fundingRateTimestamp": 1_752_000_000_000}
    assert market.settled_from(BTC, parse(FundingPast, past)).rate == D("0.0001")
    interest = market.open_interest_from(BTC, parse(FuturesRow, FUTURES), 9)
    assert (interest.base_size, interest.quote_value) == (D("12.5"), D("750125"))
    bare = FUTURES | {"markPrice": None, "24hClose": None}
    assert market.open_interest_from(BTC, parse(FuturesRow, bare), 9).quote_value is None
    with pytest.raises(MalformedReply):
        market.open_interest_from(BTC, parse(FuturesRow, FUTURES | {"openInterest": None}), 9)


# -- orders ------------------------------------------------------------------------------


def report(symbols=PERPS, ids=None, **changes):
    return orders.report_from_row(parse(OrderRow, ORDER | changes), symbols, ids or OwnIds())


def test_an_order():
    read = report()
    assert (read.venue_order_id, read.client_order_id, read.instrument_id) == ("60780315704", None, BTC)
    assert (read.side, read.effect, read.kind, read.tif) == (Side.BUY, Effect.OPEN, OrderKind.LIMIT, TimeInForce.GTC)
    assert (read.status, read.size, read.price, read.filled_size) == (VenueStatus.OPEN, D("0.1"), 60000, 0)
    assert (read.average_price, read.fee, read.created_ms, read.updated_ms) == (None, 0, 1752049062496, 1752049062496)


def test_an_order_of_ours_that_is_done():
    ids = OwnIds()
    ids.number(CID)
    read = report(
        ids=ids,
        clientOrderId=number_of(CID),
        status="FILLED",
        executed="0.1",
        averageExecutedPrice="60000.5",
        totalFee="1.8",
        updatedTime=1752049070000,
    )
    assert (read.client_order_id, read.status) == (CID, VenueStatus.FILLED)
    assert (read.filled_size, read.average_price, read.fee) == (D("0.1"), D("60000.5"), D("1.8"))
    assert (read.created_ms, read.updated_ms) == (1752049062496, 1752049070000)


def test_an_order_of_an_unknown_type_is_frozen_and_one_by_value_has_the_size_it_filled():
    assert report(type="ASK").status is VenueStatus.UNKNOWN
    assert report(quantity=None, amount="100", type="MARKET", executed="0.002").size == D("0.002")


def test_a_pushed_execution():
    push = parse(ExecutionPush, PUSH | {"cid": "5"})
    read = orders.report_from_push(push, PERPS, OwnIds())
    assert (read.status, read.filled_size, read.fee, read.client_order_id) == (
        VenueStatus.FILLED,
        D("0.1"),
        D("1.8"),
        "5",
    )
    assert read.created_ms == read.updated_ms == 1752055173630
    fill = orders.fill_from_push(push, PERPS, OwnIds(), D("2.5"))
    assert (fill.trade_id, fill.price, fill.size, fill.fee) == ("1734947821", 60001, D("0.1"), D("1.8"))
    assert (fill.side, fill.position_side, fill.is_maker, fill.realized_pnl) == (
        Side.BUY,
        PositionSide.LONG,
        False,
        D("2.5"),
    )
    strange = parse(ExecutionPush, PUSH | {"t": "BID"})
    assert orders.report_from_push(strange, PERPS, OwnIds()).status is VenueStatus.UNKNOWN


@pytest.mark.parametrize("changes", [{"tid": 0}, {"tid": 5, "epx": 0}, {"tid": 5, "esx": "0"}, {"tid": "null"}])
def test_a_push_that_tells_of_no_execution(changes):
    assert orders.fill_from_push(parse(ExecutionPush, PUSH | changes), PERPS, OwnIds(), D(0)) is None


def test_a_listed_execution():
    row = parse(FillRow, FILL | {"isMaker": True, "realizedPnl": "-3"})
    fill = orders.fill_from_row(row, PositionSide.SHORT, PERPS, OwnIds())
    assert (fill.is_maker, fill.realized_pnl, fill.position_side) == (True, -3, PositionSide.SHORT)
    assert (fill.ts_event_ms, fill.fee, fill.base_fee) == (1752055173630, D("1.8"), 0)
    assert not orders.fill_from_row(parse(FillRow, FILL), PositionSide.LONG, PERPS, OwnIds()).is_maker


@pytest.mark.parametrize(
    ("side", "pnl", "leg"),
    [
        ("BUY", None, PositionSide.LONG),
        ("SELL", None, PositionSide.SHORT),
        ("SELL", "2", PositionSide.LONG),
        ("BUY", "-2", PositionSide.SHORT),
    ],
)
def test_only_a_close_makes_a_profit(side, pnl, leg):
    row = parse(FillRow, FILL | {"side": side, "realizedPnl": pnl})
    assert orders.likely_leg(row, PERPS) is leg
    assert orders.likely_leg(row, SPOT) is PositionSide.LONG


@pytest.mark.parametrize(
    ("asset", "fee", "in_quote", "of_base"),
    [
        ("USDT", "1.8", D("1.8"), 0),
        (None, "1.8", D("1.8"), 0),
        ("BTC", "0.0001", D("6.0001"), D("0.0001")),
        ("WOO", "2", 0, 0),
        ("BTC", None, 0, 0),
    ],
)
def test_fees_of_spot(asset, fee, in_quote, of_base):
    row = parse(FillRow, FILL | {"symbol": "SPOT_BTC_USDT", "fee": fee, "feeAsset": asset})
    fill = orders.fill_from_row(row, PositionSide.LONG, SPOT, OwnIds())
    assert (fill.fee, fill.base_fee) == (in_quote, of_base)


def test_a_fee_in_the_coin_without_a_price_counts_at_nothing():
    assert orders.fee_in_quote(D("0.1"), "BTC", None, "BTC") == 0


def test_stops_that_wait_and_stops_that_fired():
    row = parse(AlgoRow, ALGO)
    waiting = orders.trigger_from(row, PERPS, OwnIds())
    assert (waiting.venue_order_id, waiting.trigger_price, waiting.size) == ("10399260", 55000, D("0.1"))
    assert (waiting.side, waiting.effect, waiting.created_ms) == (Side.SELL, Effect.CLOSE, 1752049747732)
    bare = orders.trigger_from(parse(AlgoRow, ALGO | {"quantity": None, "triggerPrice": None}), PERPS, OwnIds())
    assert (bare.size, bare.trigger_price) == (0, 0)
    fired = orders.fired_from(
        parse(AlgoRow, ALGO | {"isTriggered": True, "triggerTime": "1752049750.001", "orderId": 77}), PERPS
    )
    assert (fired.order_id, fired.fired_ms, fired.effect) == ("77", 1752049750001, Effect.CLOSE)
    dated = orders.fired_from(parse(AlgoRow, ALGO | {"isTriggered": True, "quantity": None}), PERPS)
    assert (dated.order_id, dated.fired_ms, dated.size) == (None, 1752049747732, 0)


# -- the account ----------------------------------------------------------------------------


def held(**changes):
    return parse(PositionRow, HELD | changes)


def test_a_position():
    (position,) = account.positions_from([held(), held(holding="0"), held(symbol="SPOT_BTC_USDT")], PERPS, 5)
    assert (position.instrument_id, position.side, position.size) == (BTC, PositionSide.LONG, D("0.1"))
    assert (position.entry_price, position.leverage, position.margin) == (60000, 10, D(610))
    assert (position.unrealized_pnl, position.liquidation_price) == (100, None)
    assert position.updated_ms == 1752500555823


def test_a_short_position_of_its_own_margin():
    position = account.position_from(
        held(holding="-0.1", marginMode="ISOLATED", isolatedMarginAmount="55", estLiqPrice="66000", timestamp=None),
        PERPS,
        5,
    )
    assert (position.side, position.size, position.margin) == (PositionSide.SHORT, D("0.1"), 55)
    assert (position.unrealized_pnl, position.liquidation_price, position.updated_ms) == (-100, 66000, 5)


def test_a_position_without_a_mark_or_an_entry():
    bare = account.position_from(held(markPrice=None, leverage=0), PERPS, 5)
    assert (bare.unrealized_pnl, bare.margin, bare.leverage) == (None, 6000, 1)
    with pytest.raises(MalformedReply):
        account.position_from(held(averageOpenPrice="0"), PERPS, 5)
    assert account.unrealized_of(held(averageOpenPrice=None)) is None


INFO = {"positionMode": "ONE_WAY", "totalAccountValue": "1100", "freeCollateral": "700", "accountMode": "FUTURES"}


def test_the_accounts_money():
    balance = account.balance_from(parse(AccountInfo, INFO), [held(), held(markPrice=None)], 5)
    assert (balance.equity, balance.available, balance.frozen, balance.unrealized_pnl) == (1100, 700, 300, 100)
    whole = account.balance_from(parse(AccountInfo, INFO | {"freeCollateral": None}), [], 5)
    assert (whole.available, whole.frozen) == (1100, 0)
    moved = account.moved_balance(balance, D(-4), D(40), 6)
    assert (moved.equity, moved.available, moved.unrealized_pnl) == (1036, 636, 40)
    assert account.moved_balance(balance, D(-5000), D(0), 6).available == 0


def holding(token, **changes):
    row = {"token": token, "holding": "100", "frozen": "30", "staked": 0, "availableBalance": "70"}
    return parse(HoldingRow, row | changes)


def test_a_spot_account():
    rows = [holding("BTC"), holding("USDT")]
    balance = account.spot_balance(rows, D(3), D(50), 5)
    assert (balance.equity, balance.available, balance.frozen, balance.unrealized_pnl) == (150, 70, 30, 3)
    owed = account.spot_balance([holding("usdt", availableBalance=None)], D(0), D(0), 5)
    assert owed.available == 70
    with pytest.raises(MalformedReply):
        account.spot_balance([holding("BTC")], D(0), D(0), 5)


def leverage(mode, *details):
    return parse(
        LeverageReply,
        {
            "symbol": "PERP_BTC_USDT",
            "marginMode": mode.value,
            "positionMode": "HEDGE_MODE",
            "details": [{"positionSide": side, "leverage": figure} for side, figure in details],
        },
    )


def test_leverage_of_one_way_and_of_hedge_mode():
    cross = account.leverage_from(BTC, leverage(MarginMode.CROSS, ("BOTH", 10)), MarginMode.CROSS, None)
    assert (cross.in_force, cross.isolated_long, cross.is_isolated) == (10, 10, False)
    sides = leverage(MarginMode.ISOLATED, ("SHORT", 4), ("LONG", 7))
    own = account.leverage_from(BTC, sides, MarginMode.ISOLATED, cross)
    assert (own.cross, own.isolated_long, own.isolated_short, own.is_isolated) == (10, 7, 4, True)
    assert account.leverage_from(BTC, sides, MarginMode.ISOLATED, None).cross == 7
    back = account.leverage_from(BTC, leverage(MarginMode.CROSS, ("BOTH", 3)), MarginMode.CROSS, own)
    assert back == LeverageSetting(BTC, 3, 7, 4, is_isolated=False)
    with pytest.raises(MalformedReply):
        account.leverage_from(BTC, leverage(MarginMode.ISOLATED, ("LONG", 7)), MarginMode.ISOLATED, None)


@pytest.mark.parametrize(("word", "amount"), [("Pay", D("-9.5")), ("Receive", D("9.5"))])
def test_funding_that_was_paid_or_received(word, amount):
    row = {"id": 7, "symbol": "PERP_BTC_USDT", "fundingFee": "9.5", "paymentType": word, "createdTime": 1696060873259}
    entry = account.income_from(parse(FundingFeeRow, row), PERPS)
    assert (entry.kind, entry.amount, entry.income_id) == (IncomeKind.FUNDING, amount, "funding-7")
    assert (entry.instrument_id, entry.ts_event_ms) == (BTC, 1696060873259)
