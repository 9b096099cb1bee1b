"""Documented replies, through the adapter, to domain values."""

import json
from decimal import Decimal

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from weex_kit import BTC, NOW_MS, adapter_with, always, payload

from terminal.domain.account import Balance, LeverageSetting, MarginMode
from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.errors import MalformedReply, RequestRejected
from terminal.domain.instrument import InstrumentId, perpetual
from terminal.domain.market import Interval
from terminal.domain.order import Effect, OrderKind, PositionSide, Side, TimeInForce
from terminal.net.wire.decode import parse
from terminal.ports.venue import VenueStatus
from terminal.venues.weex.mapper import words
from terminal.venues.weex.mapper.account import leverage_from
from terminal.venues.weex.mapper.market import step_of
from terminal.venues.weex.mapper.private import fill_price, report_from_push
from terminal.venues.weex.mapper.v2.orders import report_from_row
from terminal.venues.weex.stream.v2 import PublicV2
from terminal.venues.weex.wire.account import LeverageRow
from terminal.venues.weex.wire.market import candle_row
from terminal.venues.weex.wire.private import OrderPush
from terminal.venues.weex.wire.v2.orders import OrderRow

ETH = perpetual("ETH")


async def ask(body, question):
    """Ask an adapter whose venue answers everything with `body`."""
    adapter, venue, _ = adapter_with(always(200, body))
    try:
        return await question(adapter), venue.requests
    finally:
        await adapter.aclose()


# -- market -------------------------------------------------------------------


@pytest.mark.asyncio
async def test_instruments_of_the_competition_only():
    found, _ = await ask(payload("contracts"), lambda adapter: adapter.instruments())
    rules = {item.instrument_id: item for item in found}
    assert set(rules) == {BTC, ETH, perpetual("DOGE")}  # the odd TRX row is not even parsed
    assert (rules[BTC].size_step, rules[BTC].price_step) == (Decimal("0.0001"), Decimal("0.1"))
    assert (rules[ETH].size_step, rules[ETH].price_step) == (Decimal("0.001"), Decimal("0.05"))
    assert rules[BTC].max_market_open_size == Decimal(100)
    assert (rules[BTC].taker_fee, rules[BTC].buy_limit_ratio) == (Decimal("0.0008"), Decimal("0.01"))


@pytest.mark.asyncio
async def test_quirk_11_09_negative_decimals_are_steps_above_one():
    found, _ = await ask(payload("contracts"), lambda adapter: adapter.instruments())
    doge = next(item for item in found if item.base == "DOGE")
    assert doge.size_step == 100
    assert doge.max_market_open_size is None
    assert doge.floor_size(Decimal(1399)) == 1300


@pytest.mark.parametrize(("decimals", "step"), [(4, "0.0001"), (0, "1"), (-1, "10"), (-2, "100")])
def test_quirk_11_09_steps(decimals, step):
    assert step_of(decimals) == Decimal(step)


@given(st.integers(-8, 12), st.integers(1, 50))
def test_step_times_power_is_the_end_step(decimals, end_step):
    assert step_of(decimals, Decimal(end_step)) * Decimal(10) ** decimals == end_step


@pytest.mark.asyncio
async def test_no_competition_pair_listed_is_malformed():
    with pytest.raises(MalformedReply):
        await ask([], lambda adapter: adapter.instruments())


@pytest.mark.asyncio
async def test_candles_are_sorted_and_the_last_is_forming():
    bars, requests = await ask(payload("candles"), lambda adapter: adapter.candles(BTC, Interval.M1, 3))
    assert [bar.open_ms for bar in bars] == [1765423320000, 1765423380000, 1765423440000]
    assert [bar.closed for bar in bars] == [True, True, False]
    assert (bars[1].high, bars[1].volume) == (90015.0, 10.5)
    assert str(requests[0].url).endswith("candles?symbol=cmt_btcusdt&granularity=1m&limit=3")


BAD_ROWS = {
    "high below close": ["1765423440000", "10", "9", "8", "10", "1", "1"],
    "low above open": ["1765423440000", "10", "12", "11", "12", "1", "1"],
    "S08 zero price": ["1765423440000", "0", "12", "0", "12", "1", "1"],
    "S08 negative volume": ["1765423440000", "10", "12", "9", "12", "-1", "1"],
    "too short": ["1765423440000", "10", "12", "9", "12"],
    "S09 underscore": ["1765423440000", "1_0", "12", "9", "12", "1", "1"],
    "S09 full width": ["1765423440000", "\uff11\uff10", "12", "9", "12", "1", "1"],
    "object": {"open": "1"},
}


@pytest.mark.asyncio
@pytest.mark.parametrize("name", BAD_ROWS)
async def test_an_impossible_bar_spoils_the_answer(name):
    rows = [*payload("candles"), BAD_ROWS[name]]
    with pytest.raises(MalformedReply):
        await ask(rows, lambda adapter: adapter.candles(BTC, Interval.M1, 3))


@pytest.mark.asyncio
async def test_a_clock_behind_does_not_reopen_earlier_bars():
    rows = [[str(NOW_MS + 60_000 * n), "10", "11", "9", "10", "1", "10"] for n in (1, 2)]
    bars, _ = await ask(rows, lambda adapter: adapter.candles(BTC, Interval.M1, 5))
    assert [bar.closed for bar in bars] == [True, False]


def test_kline_rows_come_as_objects_or_lists():
    (element,) = payload("ws_kline")["data"]
    row = candle_row(payload("candles")[0])
    assert (
        PublicV2().bar(element).model_dump() == PublicV2().bar(payload("candles")[0]).model_dump() == row.model_dump()
    )


@pytest.mark.asyncio
async def test_funding_joins_two_endpoints():
    def handler(request):
        return httpx.Response(200, json=payload(request.url.path.rsplit("/", 1)[1]))

    adapter, _, _ = adapter_with(handler)
    funding = await adapter.funding(BTC)
    assert (funding.rate, funding.next_ms, funding.interval_min) == (Decimal("-0.0000125"), 1765440000000, 480)
    await adapter.aclose()


# -- account ------------------------------------------------------------------


@pytest.mark.asyncio
async def test_balance():
    balance, _ = await ask(payload("assets"), lambda adapter: adapter.balance())
    assert isinstance(balance, Balance)
    assert (balance.equity, balance.available) == (Decimal("5696.49288823"), Decimal("5413.06877369"))
    assert (balance.frozen, balance.unrealized_pnl) == (Decimal("81.28240000"), Decimal("-34.55300000"))


@pytest.mark.asyncio
async def test_an_account_without_the_margin_coin_is_no_information():
    with pytest.raises(MalformedReply):
        await ask([], lambda adapter: adapter.balance())


@pytest.mark.asyncio
async def test_positions_drop_size_0_and_compute_the_entry():
    (long, short), _ = await ask(payload("allPosition"), lambda adapter: adapter.positions())
    assert (long.side, long.size, long.entry_price) == (PositionSide.LONG, Decimal("0.0020"), Decimal("90012.25"))
    assert (long.margin, long.liquidation_price, long.leverage) == (Decimal("9.00"), None, 20)
    assert (short.instrument_id, short.side, short.entry_price) == (ETH, PositionSide.SHORT, Decimal(3000))
    assert (short.margin, short.liquidation_price, short.unrealized_pnl) == (
        Decimal(300),
        Decimal("3580.25"),
        Decimal("12.5"),
    )


@pytest.mark.asyncio
@pytest.mark.parametrize("name", ["singlePosition", "singlePosition_wrapped"])
async def test_quirk_11_04_wrapped_or_bare(name):
    adapter, _, _ = adapter_with(always(200, payload(name)))
    (row,) = await adapter._desk.dialect.account.rest.single_position("cmt_btcusdt")
    assert row.size == Decimal("0.0020")
    await adapter.aclose()


@pytest.mark.asyncio
async def test_a_position_in_a_foreign_pair_shows():
    row = payload("allPosition")[0] | {"symbol": "cmt_suiusdt"}
    (position,), _ = await ask([row], lambda adapter: adapter.positions())
    assert position.instrument_id == "SUI-PERP"


@pytest.mark.parametrize(("mode", "in_force"), [(MarginMode.CROSS, 5), (MarginMode.ISOLATED, 20)])
def test_the_margin_mode_decides_which_leverage_is_in_force(mode, in_force):
    row = LeverageRow(cross_leverage="5", isolated_long_leverage="20", isolated_short_leverage="10")
    setting = leverage_from(BTC, row, mode)
    assert setting == LeverageSetting(
        BTC, cross=5, isolated_long=20, isolated_short=10, is_isolated=mode is MarginMode.ISOLATED
    )
    assert setting.in_force == in_force


@pytest.mark.asyncio
@pytest.mark.parametrize(("instrument_id", "mode"), [(BTC, 1), (ETH, 3), (perpetual("SOL"), 1)])
async def test_quirk_11_16_leverage_is_set_in_the_present_margin_mode(instrument_id, mode):
    adapter, venue, _ = adapter_with(
        lambda request: httpx.Response(200, json=payload(request.url.path.rsplit("/", 1)[1]))
    )
    await adapter.set_leverage(instrument_id, 5)
    symbol = words.v2_symbol(instrument_id)
    expected = {"symbol": symbol, "marginMode": mode, "longLeverage": "5", "shortLeverage": "5"}
    assert json.loads(venue.requests[-1].content) == expected
    await adapter.aclose()


@pytest.mark.asyncio
@pytest.mark.parametrize("leverage", [0, 21, 400])
async def test_r2_leverage_beyond_the_rules_is_not_sent(leverage):
    adapter, venue, _ = adapter_with(always(200, payload("leverage")))
    with pytest.raises(RequestRejected):
        await adapter.set_leverage(BTC, leverage)
    assert not venue.requests
    await adapter.aclose()


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("body", "question"),
    [
        ({"cmt_ethusdt": {}}, lambda adapter: adapter.leverage(BTC)),
        ([], lambda adapter: adapter.funding(BTC)),
        ({}, lambda adapter: adapter.instruments()),
        ({"account": {"modeSetting": [{"symbol": "cmt_btcusdt", "marginMode": "BOTH"}]}}, None),
    ],
)
async def test_answers_that_do_not_hold_what_was_asked(body, question):
    with pytest.raises(MalformedReply):
        await ask(body, question or (lambda adapter: adapter.set_leverage(BTC, 5)))


# -- orders -------------------------------------------------------------------


@pytest.mark.asyncio
async def test_open_orders():
    (first, second), _ = await ask(payload("current"), lambda adapter: adapter.open_orders())
    assert (first.status, first.side, first.effect) == (VenueStatus.OPEN, Side.BUY, Effect.OPEN)
    assert (first.filled_size, first.average_price, first.client_order_id) == (
        Decimal("0.0005"),
        Decimal("90001.5"),
        None,
    )
    assert (second.status, second.side, second.effect) == (VenueStatus.PENDING, Side.BUY, Effect.CLOSE)
    assert (second.tif, second.average_price, second.client_order_id) == (TimeInForce.POST_ONLY, None, "test0002")
    assert (first.kind, first.price) == (OrderKind.LIMIT, Decimal("90000.0"))


@pytest.mark.asyncio
async def test_o16_history_shows_forced_orders_and_sends_ms():
    since = 1742213000000
    adapter, venue, clock = adapter_with(always(200, payload("history")))
    clock.jump_wall(since + 1000 - clock.now_ms())
    forced, market = await adapter.order_history(BTC, since)
    assert forced.is_forced
    assert not market.is_forced
    assert (market.kind, market.price, market.status) == (OrderKind.MARKET, None, VenueStatus.FILLED)
    assert venue.requests[0].url.params["createDate"] == str(since)
    assert "endCreateDate" not in venue.requests[0].url.params
    await adapter.aclose()


@pytest.mark.asyncio
async def test_quirk_11_20_history_is_asked_at_most_90_days_back():
    adapter, venue, clock = adapter_with(always(200, []))
    assert await adapter.order_history(BTC, 0) == ()
    asked = int(venue.requests[0].url.params["createDate"])
    assert abs(clock.now_ms() - asked - 90 * 86_400_000) < 1000
    await adapter.aclose()


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"status": "partially_filled"}, VenueStatus.UNKNOWN),
        ({"type": "reverse_long"}, VenueStatus.UNKNOWN),
        ({"order_type": "gtd"}, VenueStatus.UNKNOWN),
        ({"status": "canceling"}, VenueStatus.CANCELING),
        ({"status": "untriggered"}, VenueStatus.UNTRIGGERED),
    ],
)
def test_o11_unknown_words_freeze_the_order(changes, status):
    assert report_from_row(parse(OrderRow, payload("detail") | changes)).status is status


@pytest.mark.parametrize("field", ["order_id", "symbol", "size", "filled_qty", "status", "type", "createTime"])
def test_orders_are_strict(field):
    row = payload("detail")
    del row[field]
    with pytest.raises(MalformedReply):
        parse(OrderRow, row)


@pytest.mark.asyncio
async def test_fill_price_is_value_by_size():
    (fill,), _ = await ask(payload("fills"), lambda adapter: adapter.fills(None, 1742213000000 - 10**9))
    assert (fill.trade_id, fill.venue_order_id) == ("584110896131212886", "596471064624628269")
    assert (fill.price, fill.size, fill.fee, fill.is_maker) == (
        Decimal("0.09175"),
        Decimal(100),
        Decimal("0.001835"),
        True,
    )


@given(st.decimals("0.0001", "1e6", places=6), st.decimals("0.0001", "1e5", places=4))
def test_fill_price_times_size_is_the_value(price, size):
    assert abs(fill_price(price * size, size) - price) <= Decimal("1e-18") * price


@pytest.mark.asyncio
async def test_trigger_orders_by_number_and_by_word():
    (stop, target), _ = await ask(payload("currentPlan"), lambda adapter: adapter.trigger_orders(BTC))
    assert (stop.side, stop.effect, stop.trigger_price) == (Side.SELL, Effect.CLOSE, Decimal("88000.0"))
    assert (target.side, target.effect, target.trigger_price) == (Side.BUY, Effect.CLOSE, Decimal("95000.0"))


def test_private_order_enums_differ_from_rest():
    (element,) = payload("ws_orders")["msg"]["data"]["order"]
    report = report_from_push(parse(OrderPush, element))
    assert (report.kind, report.tif, report.status) == (OrderKind.MARKET, TimeInForce.IOC, VenueStatus.PENDING)
    assert (report.side, report.effect, report.client_order_id) == (Side.BUY, Effect.OPEN, "test0001")
    closing = element | {"orderSide": "SELL", "cumFillSize": "0.002", "cumFillValue": "180", "cumLiquidateFee": "0.1"}
    report = report_from_push(parse(OrderPush, closing))
    assert (report.effect, report.average_price, report.is_forced) == (Effect.CLOSE, Decimal(90000), True)
    one_way = element | {"positionSide": "UNKNOWN", "reduceOnly": True}
    assert report_from_push(parse(OrderPush, one_way)).effect is Effect.CLOSE
    odd = element | {"timeInForce": "UNTIL_NOON"}
    assert report_from_push(parse(OrderPush, odd)).status is VenueStatus.UNKNOWN


# -- words --------------------------------------------------------------------


def test_symbols_both_ways():
    for instrument_id in ALLOWED_INSTRUMENTS:
        assert words.instrument_of(words.v2_symbol(instrument_id)) == instrument_id
    assert words.v2_symbol(BTC) == "cmt_btcusdt"


@pytest.mark.parametrize(
    "symbol", ["BTC-USDT", "btcusdt", "USDT", "cmt_btcusd", "cmt_BTCusdt", "", "cmt_usdt", "cmt_btcusdt\n"]
)
def test_s07_foreign_symbols(symbol):
    with pytest.raises(MalformedReply):
        words.instrument_of(symbol)


@pytest.mark.asyncio
async def test_o18_adapter_refuses_other_pairs_before_sending():
    adapter, venue, _ = adapter_with(always(200, []))
    trx = InstrumentId("TRX-PERP")
    with pytest.raises(RequestRejected):
        await adapter.candles(trx, Interval.M1, 10)
    with pytest.raises(RequestRejected):
        await adapter.cancel_order(trx, "1")
    with pytest.raises(RequestRejected):
        await adapter.cancel_all(trx)
    with pytest.raises(RequestRejected):
        adapter.watch_candles(frozenset({(trx, Interval.M1)}))
    with pytest.raises(RequestRejected):
        await adapter.run_public((trx,), print)
    assert not venue.requests
    await adapter.aclose()


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("position", PositionSide)
def test_side_and_effect_agree(side, position):
    assert words.side_for(words.effect_for(side, position), position) is side


@pytest.mark.parametrize(
    ("code", "side", "effect", "forced"),
    [
        ("1", Side.BUY, Effect.OPEN, False),
        ("2", Side.SELL, Effect.OPEN, False),
        ("3", Side.SELL, Effect.CLOSE, False),
        ("4", Side.BUY, Effect.CLOSE, False),
        ("9", Side.SELL, Effect.CLOSE, True),
        ("10", Side.BUY, Effect.CLOSE, True),
    ],
)
def test_plan_types(code, side, effect, forced):
    direction = words.plan_direction_of(code)
    assert (direction.side, direction.effect, direction.forced) == (side, effect, forced)


@pytest.mark.parametrize("word", ["0", "11", "sideways", "open_up"])
def test_types_that_tell_no_side_are_malformed(word):
    with pytest.raises(MalformedReply):
        words.plan_direction_of(word)


@pytest.mark.asyncio
async def test_older_bars_are_those_before_the_asked_time():
    rows = [[str(open_ms), "1", "2", "0.5", "1.5", "10", "15"] for open_ms in (1_800_000, 900_000, 0, 2_700_000)]
    bars, requests = await ask(rows, lambda adapter: adapter.older_candles(BTC, Interval.M15, 1_800_000))
    assert [bar.open_ms for bar in bars] == [0, 900_000]
    query = requests[-1].url.params
    assert (query["endTime"], query["granularity"], query["limit"]) == ("1799999", "15m", "100")
