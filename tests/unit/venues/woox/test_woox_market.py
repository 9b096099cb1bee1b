"""Public data over REST, and what an adapter refuses to be made of."""

from decimal import Decimal

import httpx
import pytest
from woox_kit import BTC, CREDENTIALS, ETH, INSTRUMENT, adapter_on, failure, speaking, success

from helpers.fake_chance import SeededChance
from helpers.stepping_clock import REFERENCE_MS, SteppingClock
from terminal.domain.errors import ConfigError, MalformedReply, RateLimited, RequestRejected, VenueUnavailable
from terminal.domain.instrument import perpetual
from terminal.domain.market import Interval
from terminal.ports.venue import ProductKind
from terminal.venues.woox.adapter import Credentials, WooxAdapter

pytestmark = pytest.mark.asyncio
D = Decimal
FEE = {"takerFee": "3", "makerFee": "0"}
MINUTE = Interval.M1.ms


def bars(*opens, **changes):
    row = {"symbol": "PERP_BTC_USDT", "open": "1", "high": "3", "low": "1", "close": "2", "volume": "7"}
    return {"rows": [row | {"startTimestamp": at, "endTimestamp": at + MINUTE} | changes for at in opens]}


async def test_instruments_come_with_the_accounts_own_fees():
    adapter, venue, _ = speaking(
        answers={"GET public/instruments": {"rows": [INSTRUMENT]}, "GET trade/tradingFee": FEE}
    )
    (rules,) = await adapter.instruments()
    assert (rules.instrument_id, rules.taker_fee, rules.maker_fee) == (BTC, D("0.0003"), 0)
    assert venue.sent("GET trade/tradingFee") == [{"symbol": "PERP_BTC_USDT"}]


@pytest.mark.parametrize(("product", "taker"), [(ProductKind.PERPETUAL, "0.0003"), (ProductKind.SPOT, "0.0006")])
async def test_without_a_key_or_an_answer_the_fees_are_everybodys(product, taker, caplog):
    row = INSTRUMENT | {"symbol": "PERP_BTC_USDT" if product is ProductKind.PERPETUAL else "SPOT_BTC_USDT"}
    anonymous, venue, _ = speaking(
        product, credentials=Credentials("", ""), answers={"GET public/instruments": {"rows": [row]}}
    )
    (rules,) = await anonymous.instruments()
    assert (rules.taker_fee, rules.maker_fee) == (D(taker), 0)
    assert "x-api-key" not in venue.requests[0].headers
    keyed, *_ = speaking(
        product, answers={"GET public/instruments": {"rows": [row]}, "GET trade/tradingFee": failure(-1002)}
    )
    (rules,) = await keyed.instruments()
    assert rules.taker_fee == D(taker)
    assert "fees of" in caplog.text


async def test_a_venue_that_lists_none_of_our_pairs():
    adapter, *_ = speaking(answers={"GET public/instruments": {"rows": [INSTRUMENT | {"status": "SUSPENDED"}]}})
    with pytest.raises(MalformedReply, match="none of the pairs"):
        await adapter.instruments()
    adapter, *_ = speaking(answers={"GET public/instruments": {"rows": [5]}})
    with pytest.raises(MalformedReply, match="no list"):
        await adapter.instruments()


async def test_a_book_of_either_depth():
    book = {"bids": [{"price": "99", "quantity": "1"}], "asks": []}
    adapter, venue, _ = speaking(
        answers={"GET public/orderbook": lambda _request: success(book, timestamp=REFERENCE_MS)}
    )
    for levels in (15, 51):
        assert (await adapter.book(BTC, levels)).ts_event_ms == REFERENCE_MS
    assert [query["maxLevel"] for query in venue.sent("GET public/orderbook")] == ["50", "200"]


async def test_prints():
    row = {"symbol": "PERP_BTC_USDT", "side": "BUY", "executedPrice": "5", "executedQuantity": "1"}
    prints = {"rows": [row | {"executedTimestamp": at} for at in (3_000_000_000_003, 3_000_000_000_001)]}
    adapter, venue, _ = speaking(answers={"GET public/marketTrades": prints})
    (newest,) = await adapter.recent_trades(BTC, 1)
    assert newest.ts_event_ms == 3_000_000_000_003
    await adapter.recent_trades(BTC, 9_999)
    assert [query["limit"] for query in venue.sent("GET public/marketTrades")] == ["1", "500"]


async def test_bars_now_and_before():
    start = REFERENCE_MS // MINUTE * MINUTE
    answers = {
        "GET public/kline": bars(start, start - MINUTE),
        "GET public/klineHistory": bars(start - 2 * MINUTE, start),
    }
    adapter, venue, _ = speaking(answers=answers)
    await adapter.sync_clock()
    closed, forming = await adapter.candles(BTC, Interval.M1, 2)
    assert (closed.closed, forming.closed, forming.open_ms) == (True, False, start)
    (older,) = await adapter.older_candles(BTC, Interval.M1, start)
    assert older.open_ms == start - 2 * MINUTE
    (query,) = venue.sent("GET public/klineHistory")
    assert (query["type"], query["before"], query["symbol"]) == ("1m", str(start), "PERP_BTC_USDT")


DAY = {"symbol": "PERP_BTC_USDT", "24hOpen": "50", "24hClose": "60", "markPrice": "61", "openInterest": "3"}


async def test_the_days_figures():
    adapter, *_ = speaking(answers={"GET public/futures": {"rows": [{"symbol": "PERP_ETH_USDT"}, DAY]}})
    assert ((await adapter.ticker(BTC)).last, (await adapter.open_interest(BTC)).base_size) == (60, 3)
    with pytest.raises(MalformedReply, match="names no price"):
        await adapter.ticker(ETH)
    adapter, *_ = speaking(answers={"GET public/futures": {"rows": []}})
    with pytest.raises(MalformedReply, match="does not name PERP_BTC_USDT"):
        await adapter.ticker(BTC)
    spot, venue, _ = speaking(ProductKind.SPOT, answers={"GET public/kline": bars(REFERENCE_MS)})
    assert (await spot.ticker(BTC)).last == 2
    assert venue.sent("GET public/kline")[0]["limit"] == "24"


async def test_funding_now_and_before():
    now = {"symbol": "PERP_BTC_USDT", "estFundingRate": "0.0001", "nextFundingTime": REFERENCE_MS}
    past = {"symbol": "PERP_BTC_USDT", "fundingRate": "0.0002"}
    history = {"rows": [past | {"fundingRateTimestamp": REFERENCE_MS - at} for at in (1, 3, 2)]}
    adapter, *_ = speaking(
        answers={"GET public/fundingRate": {"rows": [now]}, "GET public/fundingRateHistory": history}
    )
    assert (await adapter.funding(BTC)).rate == D("0.0001")
    settled = await adapter.funding_history(BTC, 2)
    assert [each.ts_event_ms - REFERENCE_MS for each in settled] == [-2, -1]


async def test_a_read_is_repeated_after_trouble_but_not_after_a_limit():
    adapter, venue, clock = speaking(answers={"GET public/futures": [httpx.Response(502), {"rows": [DAY]}]})
    assert (await adapter.ticker(BTC)).last == 60
    assert len(venue.requests) == 2
    adapter, venue, clock = speaking(answers={"GET public/futures": failure(-1003, status=429)})
    with pytest.raises(RateLimited) as caught:
        await adapter.ticker(BTC)
    assert 1.0 <= caught.value.retry_after_s <= 1.5
    assert adapter.health().too_many == 1
    pauses = []
    for _ in range(6):
        clock.advance(20)
        with pytest.raises(RateLimited) as caught:
            await adapter.ticker(BTC)
        pauses.append(caught.value.retry_after_s)
    assert all(low <= pause <= 1.5 * low for pause, low in zip(pauses, (2, 4, 8, 16, 16, 16), strict=True))


async def test_a_gateway_that_answers_200_is_no_answer():
    gateway = httpx.Response(200, json={"code": 503, "message": "[GW] no upstream server"})
    adapter, venue, _ = speaking(answers={"GET public/futures": lambda _request: gateway})
    with pytest.raises(VenueUnavailable, match="no upstream"):
        await adapter.ticker(BTC)
    assert len(venue.requests) == 3


@pytest.mark.parametrize(
    "answer", [httpx.Response(200, content=b"<html>"), httpx.Response(200, json={"success": True})]
)
async def test_an_unreadable_answer_to_a_read(answer):
    adapter, *_ = speaking(answers={"GET public/kline": lambda _request: answer})
    with pytest.raises(MalformedReply):
        await adapter.candles(BTC, Interval.M1, 1)


async def test_pairs_we_do_not_trade_are_refused_before_anything_is_sent():
    adapter, venue, _ = speaking()
    with pytest.raises(RequestRejected):
        await adapter.ticker(perpetual("TAO"))
    for watch in (adapter.watch_trades, adapter.watch_deep_books):
        with pytest.raises(RequestRejected):
            watch(frozenset({perpetual("TAO")}))
    with pytest.raises(RequestRejected):
        adapter.watch_candles(frozenset({(perpetual("TAO"), Interval.M1)}))
    assert venue.requests == []
    adapter.catch_up()  # nothing is followed yet


async def test_the_clock_is_the_envelopes():
    adapter, *_ = speaking()
    await adapter.sync_clock()
    health = adapter.health()
    assert abs(health.clock_offset_ms) < 20
    assert health.budget_limit == 300
    await adapter.aclose()


@pytest.mark.parametrize(
    "url", ["https://api.weex.com", "http://api.woox.io", "https://api.woox.io.evil.com", "https://api-glb.hashkey.com"]
)
async def test_a_key_goes_to_woox_alone(url):
    streams = ("wss://wss.woox.io/v3/public", "wss://wss.woox.io/v3/private")
    with pytest.raises(ConfigError):
        WooxAdapter(url, *streams, CREDENTIALS, SteppingClock(), SeededChance(), simulated=False)


async def test_play_money_and_real_money_do_not_mix():
    loopback = ("http://127.0.0.1:5", "ws://127.0.0.1:5/v3/public", "ws://127.0.0.1:5/v3/private")
    with pytest.raises(ConfigError, match="real venue"):
        WooxAdapter(*loopback, CREDENTIALS, SteppingClock(), SeededChance(), simulated=False)
    assert WooxAdapter(*loopback, CREDENTIALS, SteppingClock(), SeededChance(), simulated=True).is_simulated
    staging = (
        "https://api.staging.woox.io",
        "wss://wss.staging.woox.io/v3/public",
        "wss://wss.staging.woox.io/v3/private",
    )
    assert not WooxAdapter(*staging, CREDENTIALS, SteppingClock(), SeededChance(), simulated=False).is_simulated
    with pytest.raises(ConfigError, match="built-in exchange"):
        WooxAdapter(*staging, CREDENTIALS, SteppingClock(), SeededChance(), simulated=True)
    assert adapter_on(httpx.MockTransport(lambda _request: success()), SteppingClock()).name == "WOO X"
