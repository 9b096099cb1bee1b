"""The adapter over a mock transport: every endpoint, its answer in domain words, and what trouble does."""

import asyncio
from decimal import Decimal

import pytest
from hashkey_kit import ADA, BTC, CID, DOGE, ETH, LTC, adapter_with, documented, error, instead, parameters, payload

from helpers.stepping_clock import SteppingClock
from terminal.domain.account import MarginMode
from terminal.domain.errors import (
    AuthFailed,
    ConfigError,
    MalformedReply,
    OutcomeUnknown,
    RateLimited,
    RequestRejected,
    VenueUnavailable,
)
from terminal.domain.market import Interval
from terminal.domain.order import PositionSide
from terminal.ports.venue import ProductKind
from terminal.ports.way_out import way_out
from terminal.venues.hashkey.adapter import HashKeyAdapter
from terminal.venues.hashkey.rest.limits import ALLOWANCE

pytestmark = pytest.mark.asyncio


async def test_market_data():
    adapter, venue, _ = adapter_with()
    assert {each.instrument_id for each in await adapter.instruments()} == {BTC, ETH, DOGE}
    assert {ADA, LTC} <= set(adapter.not_listed)
    assert (await adapter.ticker(BTC)).last == 85000
    assert len((await adapter.book(BTC, 2)).bids) == 2
    assert len(await adapter.recent_trades(BTC, 1)) == 1
    assert [bar.open_ms for bar in await adapter.candles(BTC, Interval.M1, 2)] == [1721684280000, 1721684340000]
    older = await adapter.older_candles(BTC, Interval.M1, 1721684340000)
    assert [bar.open_ms for bar in older] == [1721684280000]
    asked = venue.sent("GET", "/quote/v1/klines")
    assert asked[0] == {"symbol": "BTCUSDT", "interval": "1m", "limit": "2"}
    assert asked[1]["endTime"] == str(1721684340000 - 1)
    assert venue.sent("GET", "/quote/v1/depth") == [{"symbol": "BTCUSDT", "limit": "2"}]
    await adapter.aclose()


@pytest.mark.parametrize(("site", "word"), [("pro", "UAE"), ("", "UAE"), ("global", "BMU"), ("global-sandbox", "BMU")])
async def test_the_pair_list_is_asked_for_by_site(site, word):
    adapter, venue, _ = adapter_with(site=site)
    await adapter.instruments()
    assert venue.sent("GET", "/api/v1/exchangeInfo") == [{"site": word}]


async def test_fees_are_the_accounts_own_or_the_highest_printed():
    adapter, _, _ = adapter_with()
    rules = {each.instrument_id: each for each in await adapter.instruments()}
    assert (rules[BTC].taker_fee, rules[ETH].taker_fee) == (Decimal("0.0012"), Decimal("0.0015"))
    refused, _, _ = adapter_with(instead(GET_vipInfo=(400, error("-1005"))))
    assert {each.taker_fee for each in await refused.instruments()} == {Decimal("0.0015")}


async def test_a_site_that_lists_none_of_the_pairs():
    adapter, _, _ = adapter_with(instead(GET_exchangeInfo=(200, {"symbols": []})))
    with pytest.raises(MalformedReply, match="none of the pairs"):
        await adapter.instruments()


async def test_what_spot_has_not():
    adapter, venue, _ = adapter_with()
    position = None
    for call in (
        adapter.open_interest(BTC),
        adapter.funding(BTC),
        adapter.set_leverage(BTC, 5),
        adapter.leverage(BTC),
        adapter.set_margin_mode(BTC, MarginMode.CROSS),
        adapter.margin_mode(BTC),
        adapter.protect(position, None, None, stop_id="a", target_id="b"),
        adapter.modify_trigger("1", Decimal(1)),
    ):
        with pytest.raises(RequestRejected, match="HashKey"):
            await call
    with pytest.raises(RequestRejected, match="stops"):
        adapter.prepare_trigger(CID, None)
    assert not await adapter.cancel_trigger("1")
    assert await adapter.trigger_orders(None) == await adapter.fired_triggers(BTC, 0) == ()
    assert await adapter.funding_history(BTC, 5) == ()
    receipt = await adapter.upload_ai_log(b"{}")
    assert (receipt.kept, receipt.accepted) == (True, False)
    assert venue.requests == []
    able = adapter.capabilities
    assert (able.product, able.leverage, able.short, able.triggers) == (ProductKind.SPOT, False, False, False)
    assert (adapter.name, adapter.is_simulated, adapter.keeps_account) == ("HashKey", False, True)


# -- the account ------------------------------------------------------------------


async def test_holdings_are_long_positions_and_buying_does_not_make_poorer():
    own = payload("trades_own")[0] | {"symbol": "BTCUSDT", "price": "80000", "qty": "0.015", "commissionAsset": "BTC"}
    own |= {"commission": "0.00001488", "time": str(SteppingClock().now_ms() - 1000)}
    adapter, _, _ = adapter_with(instead(GET_account_trades=(200, [own])))
    (held,) = await adapter.positions()  # two DOGE are less than can be sold
    assert (held.instrument_id, held.side, held.leverage) == (BTC, PositionSide.LONG, 1)
    assert (held.size, held.entry_price) == (Decimal("0.01498"), 80000)
    assert held.unrealized_pnl == Decimal("0.01498") * 5000
    balance = await adapter.balance()
    assert (balance.available, balance.frozen) == (Decimal("8000.5"), Decimal(1000))
    assert balance.equity == Decimal("9000.5") + Decimal("0.01498512") * 85000 + Decimal("0.4")
    assert balance.unrealized_pnl == held.unrealized_pnl


async def test_a_holding_nobody_knows_the_price_of_shows_the_present_one_and_no_profit():
    adapter, venue, _ = adapter_with(instead(GET_account_trades=(200, [])))
    (held,) = await adapter.positions()
    assert (held.entry_price, held.unrealized_pnl) == (85000, None)
    asked = len(venue.sent("GET", "/api/v1/account/trades"))
    await adapter.positions()
    assert len(venue.sent("GET", "/api/v1/account/trades")) == asked  # nothing changed: not looked into again


async def test_a_withdrawal_is_believed_when_it_is_seen_twice():
    now_ms, base = SteppingClock().now_ms(), payload("trades_own")[0] | {"symbol": "BTCUSDT", "commission": "0"}
    rows = [base | {"id": str(n), "qty": "1", "price": str(100 * n), "time": str(now_ms - 9 + n)} for n in (1, 2)]
    held = {"asset": "BTC", "total": "2", "free": "2", "locked": "0"}
    adapter, _, _ = adapter_with(
        instead(GET_account_trades=(200, rows), GET_account=lambda _: (200, {"balances": [held]}))
    )
    assert (await adapter.positions())[0].entry_price == 150
    held |= {"total": "1", "free": "1"}
    assert [(await adapter.positions())[0].entry_price for _ in range(3)] == [150, 200, 200]


async def test_balance_and_positions_asked_together_share_one_reading():
    adapter, venue, _ = adapter_with()
    await asyncio.gather(adapter.balance(), adapter.positions())
    before = len(venue.sent("GET", "/api/v1/account"))
    await asyncio.gather(adapter.balance(), adapter.positions())
    assert len(venue.sent("GET", "/api/v1/account")) == before + 1


async def test_nothing_held():
    empty = {"balances": [{"asset": "USDT", "total": "5", "free": "5", "locked": "0"}]}
    adapter, _, _ = adapter_with(instead(GET_account=(200, empty)))
    assert await adapter.positions() == ()
    assert (await adapter.balance()).equity == 5
    none, _, _ = adapter_with(instead(GET_account=(200, {"balances": []})))
    assert (await none.balance()).equity == 0


async def test_fills_are_told_once_and_oldest_first():
    now_ms = SteppingClock().now_ms()
    base = payload("trades_own")[0]
    rows = [base | {"id": str(1000 - n), "time": str(now_ms - n)} for n in range(3)]  # the venue's order: newest first
    strangers = [base | {"id": "9", "symbol": "ETHBTC"}]
    adapter, venue, _ = adapter_with(instead(GET_account_trades=(200, rows + strangers)))
    fills = await adapter.fills(None, now_ms - 1)
    assert [fill.trade_id for fill in fills] == ["999", "1000"]
    assert await adapter.fills(ETH, 0) == await adapter.fills(None, 0)
    assert await adapter.fills(BTC, 0) == ()
    assert "symbol" not in venue.sent("GET", "/api/v1/account/trades")[0]


async def test_the_ledger_of_the_account():
    now_ms = SteppingClock().now_ms()
    row = payload("balanceFlow")[0] | {"created": str(now_ms - 5)}
    other = row | {"id": "2", "coin": "BTC"}
    adapter, _, _ = adapter_with(instead(GET_balanceFlow=(200, [row, other])))
    (entry,) = await adapter.income(None, 0)
    assert entry.amount == -1
    assert await adapter.income(BTC, 0) == ()


async def test_the_other_spelling_of_the_keys_header_is_tried_once():
    def handler(request):
        is_known = "X-HK-APIKEY" not in request.headers  # and so are calls without a key
        return documented(request) if is_known else denied

    denied = (400, error("0102", "Invalid APIKey"))
    adapter, venue, _ = adapter_with(handler)
    await adapter.balance()
    assert "X-APIKEY" in venue.requests[-1].headers
    wrong, venue, _ = adapter_with(instead(GET_account=denied, GET_checkApiKey=denied))
    for _ in range(2):
        with pytest.raises(AuthFailed):
            await wrong.balance()
    assert len(venue.sent("GET", "/api/v1/account/checkApiKey")) == 1
    assert "X-HK-APIKEY" in venue.requests[-1].headers
    other, venue, _ = adapter_with(instead(GET_account=(400, error("-1005", "No permission"))))
    with pytest.raises(AuthFailed):
        await other.balance()
    assert venue.sent("GET", "/api/v1/account/checkApiKey") == []


# -- orders ------------------------------------------------------------------------


async def test_orders_read():
    adapter, venue, _ = adapter_with()
    assert (await adapter.order("1738695230608169984")).filled_size == Decimal("0.0061")
    assert [each.venue_order_id for each in await adapter.open_orders()] == ["1739491435386897152"]
    history = await adapter.order_history(ETH, 1722099538000)
    assert [each.venue_order_id for each in history] == ["1739491435386897152"]
    assert await adapter.order_history(BTC, 0) == ()
    assert [each.venue_order_id for each in await adapter.whole_history(1722099538000)] == ["1739491435386897152"]
    assert "symbol" not in venue.sent("GET", "/api/v1/spot/tradeOrders")[-1]
    assert venue.sent("GET", "/api/v1/spot/openOrders")[0]["limit"] == "1000"


async def test_a_full_list_of_open_orders_is_asked_for_pair_by_pair():
    row = payload("openOrders")[0]
    many = [row | {"orderId": str(n), "clientOrderId": str(n)} for n in range(1000)]

    def answer(request):
        symbol = parameters(request).get("symbol")
        return 200, many if symbol is None else [each for each in many[:5] if each["symbol"] == symbol]

    adapter, _, _ = adapter_with(instead(GET_openOrders=answer))
    await adapter.instruments()
    assert len(await adapter.open_orders()) == 5
    moved, _, _ = adapter_with(instead(GET_openOrders=lambda request: (200, many)))
    await moved.instruments()
    with pytest.raises(MalformedReply, match="changed"):
        await moved.open_orders()


@pytest.mark.parametrize(
    ("code", "kind"), [("0211", RequestRejected), ("-1143", RequestRejected), ("-1130", MalformedReply)]
)
async def test_only_not_found_says_that_an_order_is_gone(code, kind):
    adapter, _, _ = adapter_with(instead(GET_spot_order=(400, error(code))))
    with pytest.raises(kind):
        await adapter.order("1")


async def test_cancelling_one():
    adapter, venue, _ = adapter_with()
    assert await adapter.cancel_order(ETH, "17")
    assert venue.sent("DELETE", "/api/v1/spot/order")[0]["orderId"] == "17"
    for code in ("-1139", "0211", "-1150"):
        late, _, _ = adapter_with(instead(DELETE_spot_order=(400, error(code))))
        assert not await late.cancel_order(ETH, "17")
    for code, kind in (("-1147", OutcomeUnknown), ("-1144", VenueUnavailable), ("-1006", OutcomeUnknown)):
        unclear, _, _ = adapter_with(instead(DELETE_spot_order=(400, error(code))))
        with pytest.raises(kind):
            await unclear.cancel_order(ETH, "17")
    with pytest.raises(RequestRejected):
        await adapter.cancel_order("PEPE-PERP", "1")


@pytest.mark.parametrize("symbol", [None, ETH])
async def test_cancelling_everything_is_looked_after(symbol):
    row, rest = payload("openOrders")[0], [{"1", "2", "3"}, {"2"}, set()]

    def answer(_request):
        return 200, [row | {"orderId": each} for each in sorted(rest.pop(0))]

    adapter, venue, _ = adapter_with(instead(GET_openOrders=answer))
    assert await adapter.cancel_all(symbol) == 3
    path = "/api/v1/spot/cancelAllOpenOrders" if symbol is None else "/api/v1/spot/openOrders"
    assert len(venue.sent("DELETE", path)) == 2


async def test_orders_that_do_not_go_are_not_counted():
    row = payload("openOrders")[0]
    adapter, _, _ = adapter_with(instead(GET_openOrders=(200, [row])))
    assert await adapter.cancel_all(None) == 0


async def test_a_cancel_does_not_wait_for_the_budget_of_reads():
    adapter, venue, clock = adapter_with()
    await adapter.balance()
    waited_s = sum(clock.slept)
    assert await adapter.cancel_all(None) >= 0
    first = next(each for each in venue.requests if each.method == "DELETE")
    assert sum(clock.slept) - waited_s < 60
    assert venue.requests.index(first) == len(venue.requests) - 1 - sum(
        each.url.path.endswith("openOrders") for each in venue.requests[venue.requests.index(first) + 1 :]
    )


async def test_a_refused_cancel_of_everything_is_told():
    adapter, _, _ = adapter_with(instead(DELETE_openOrders=(200, {"success": False})))
    with pytest.raises(RequestRejected):
        await adapter.cancel_all(ETH)


async def test_cancelling_by_id():
    failed = {"code": "0000", "result": [{"orderId": "202212231234567895", "code": "0211"}]}
    adapter, venue, _ = adapter_with(instead(DELETE_cancelOrderByIds=(200, failed)))
    ids = tuple(str(n) for n in range(1, 151))
    assert await adapter.placing.cancel_several(ids) == {"202212231234567895": "0211"}
    asked = venue.sent("DELETE", "/api/v1/spot/cancelOrderByIds")
    assert [len(each["ids"].split(",")) for each in asked] == [100, 50]
    assert b"%2C" not in venue.requests[-1].url.raw_path
    with pytest.raises(RequestRejected):
        await adapter._desk.orders.cancel_ids(())


# -- trouble -----------------------------------------------------------------------


async def test_two_queries_a_second_and_a_heavy_one_counts_for_five():
    adapter, _venue, clock = adapter_with()
    await adapter.sync_clock()
    began_s, at = clock.monotonic_s(), []

    async def note():
        await adapter.order("1")
        at.append(clock.monotonic_s() - began_s)

    for _ in range(5):
        await note()
    assert all(later - first >= 1.0 for first, later in zip(at, at[2:], strict=False))
    assert ALLOWANCE.orders.limit < 10
    began_s, heavy = clock.monotonic_s(), []
    for _ in range(10):
        await adapter._desk.account_rest.account()
        heavy.append(clock.monotonic_s() - began_s)
    assert heavy[4] <= 5.0, "a start need not wait for each of its readings"
    assert all(later - first >= 1.0 for first, later in zip(heavy, heavy[2:], strict=False))
    assert heavy[-1] - heavy[-2] >= 2.4
    assert heavy[-1] >= 2.5 * (len(heavy) - 6) - 0.1
    began_s = clock.monotonic_s()
    with way_out():
        await adapter._desk.account_rest.account()
    assert clock.monotonic_s() - began_s <= 1.1, "one is left to exits"


async def test_a_start_reads_what_is_dear_once():
    money = {"asset": "USDT", "assetId": "USDT", "assetName": "USDT", "total": "100", "free": "100", "locked": "0"}
    flat = {"balances": [money], "userId": "1"}

    def after_a_moment(_request):
        clock.advance(0.02)
        return 200, []

    adapter, venue, clock = adapter_with(instead(GET_account=(200, flat), GET_account_trades=after_a_moment))
    await adapter.instruments()
    await adapter.instruments()
    await adapter.balance()
    dear = ("/api/v1/account/vipInfo", "/api/v1/account/trades", "/api/v1/account")
    assert [len(venue.sent("GET", path)) for path in dear] == [1, 1, 1]
    await adapter.positions()
    assert len(venue.sent("GET", "/api/v1/account")) == 2, "who asks later wants to know it anew"
    await clock.sleep(3_601)
    await adapter.instruments()
    assert len(venue.sent("GET", "/api/v1/account/vipInfo")) == 2


async def test_429_pauses_everything_but_exits_for_a_minute():
    adapter, _venue, _clock = adapter_with(instead(GET_spot_order=(429, b"")))
    with pytest.raises(RateLimited) as caught:
        await adapter.order("1")
    assert caught.value.retry_after_s >= 60
    with pytest.raises(RateLimited):
        await adapter.open_orders()
    assert await adapter.cancel_order(ETH, "1")
    assert adapter.health().too_many == 1


async def test_418_and_a_strange_address_are_counted():
    adapter, _, _ = adapter_with(instead(GET_spot_order=(418, b"banned")))
    with pytest.raises(AuthFailed, match="blocked"):
        await adapter.order("1")
    listed, _, _ = adapter_with(instead(GET_spot_order=(400, error("0202"))))
    with pytest.raises(AuthFailed, match="internet address"):
        await listed.order("1")
    assert adapter.health().address_refused == listed.health().address_refused == 1
    other, _, _ = adapter_with(instead(GET_spot_order=(400, b"{oops")))
    with pytest.raises(MalformedReply):
        await other.order("1")
    assert other.health().address_refused == 0


async def test_a_refused_time_is_measured_again_and_the_read_repeated():
    answers = [(400, error("-1021")), (200, payload("order"))]
    adapter, venue, _ = adapter_with(instead(GET_spot_order=lambda _: answers.pop(0)))
    assert (await adapter.order("1")).filled_size > 0
    assert len(venue.sent("GET", "/api/v1/spot/order")) == 2


async def test_replies_that_do_not_fit():
    for body in (b"<html>", {"orderId": "x"}, [1]):
        adapter, _, _ = adapter_with(instead(GET_spot_order=(200, body)))
        with pytest.raises(MalformedReply):
            await adapter.order("1")
    adapter, _, _ = adapter_with(instead(GET_klines=(200, {})))
    with pytest.raises(MalformedReply):
        await adapter.candles(BTC, Interval.M1, 1)
    adapter, _, _ = adapter_with(instead(GET_ticker_24hr=(200, [])))
    with pytest.raises(MalformedReply, match="does not name"):
        await adapter.ticker(BTC)


async def test_addresses():
    def made(rest="https://api-glb.hashkey.com", public="wss://stream-glb.hashkey.com/quote/ws/v2", **options):
        private = "wss://stream-glb.hashkey.com/api/v1/ws"
        return HashKeyAdapter(rest, public, private, None, SteppingClock(), None, **({"simulated": False} | options))

    with pytest.raises(ConfigError, match="not the built-in exchange"):
        made(simulated=True)
    with pytest.raises(ConfigError, match="stream v2"):
        made(public="wss://stream-glb.hashkey.com/quote/ws/v1")
    with pytest.raises(ConfigError):
        made(rest="https://api-contract.weex.com")
    with pytest.raises(ConfigError, match="no site"):
        adapter_with(site="moon")


async def test_health_before_anything_happened():
    adapter, _, _ = adapter_with()
    health = adapter.health()
    assert (health.clock_offset_ms, health.budget_used) == (None, 0)
    assert health.budget_limit > 0
    assert adapter.order_validity_ms == 5000
