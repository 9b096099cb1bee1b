"""Market data over REST: what a symbol is, books, candles, prices."""

from decimal import Decimal
from itertools import pairwise

import pytest

pytestmark = pytest.mark.asyncio(loop_scope="module")


def levels(rows):
    return [(Decimal(price), Decimal(size)) for price, size in rows]


async def test_exchange_info_lists_the_site_that_is_asked_for(reader):
    ours = await reader.public("/api/v1/exchangeInfo", site="UAE")
    other = await reader.public("/api/v1/exchangeInfo")
    assert {row["symbol"] for row in ours["symbols"]} == {"BTCUSDT", "ETHUSDT", "DOGEUSDT", "LTCUSDT"}
    assert {row["symbol"] for row in other["symbols"]} == {"BTCUSDT", "ETHUSDT", "SOLUSDT", "XRPUSDT"}
    assert (ours["site"], other["site"]) == ("UAE", "BMU")
    assert {coin["coinId"] for coin in ours["coins"]} == {"USDT", "BTC", "ETH", "DOGE", "LTC"}
    assert (await reader.public("/api/v1/exchangeInfo", site="MARS"))["code"] == "-1130"


async def test_bitcoins_filters_are_the_published_ones(reader):
    (row,) = (await reader.public("/api/v1/exchangeInfo", site="UAE", symbol="BTCUSDT"))["symbols"]
    filters = {one["filterType"]: one for one in row["filters"]}

    assert (row["status"], row["baseAssetPrecision"], row["quotePrecision"]) == ("TRADING", "0.00001", "0.0000001")
    assert filters["PRICE_FILTER"]["tickSize"] == "0.01"
    lot = filters["LOT_SIZE"]
    assert (lot["stepSize"], lot["minQty"], lot["maxQty"], lot["marketOrderMaxQty"]) == ("0.00001", "0.00001", "8", "4")
    assert filters["MIN_NOTIONAL"]["minNotional"] == "1"
    assert (filters["TRADE_AMOUNT"]["maxAmount"], filters["TRADE_AMOUNT"]["marketOrderMaxAmount"]) == (
        "400000",
        "200000",
    )
    assert (filters["LIMIT_TRADING"]["buyPriceUpRate"], filters["LIMIT_TRADING"]["maxEntrustNum"]) == ("0.1", 300)
    assert set(filters) >= {"MARKET_TRADING", "OPEN_QUOTE"}


async def test_one_symbol_may_come_alone(reader):
    await reader.fault(kind="bare_info")
    bare = await reader.public("/api/v1/exchangeInfo", site="UAE", symbol="BTCUSDT")
    assert bare["symbol"] == "BTCUSDT"
    assert (await reader.public("/api/v1/exchangeInfo", site="UAE", symbol="SOLUSDT"))["code"] == "-100010"


async def test_more_pairs_behind_their_switch(start, options):
    from dataclasses import replace

    async with start(replace(options, more_pairs=True)) as client:
        info = await client.public("/api/v1/exchangeInfo", site="UAE")
        assert {row["symbol"] for row in info["symbols"]} >= {"SOLUSDT", "XRPUSDT"}
        assert (await client.place(client.order(symbol="XRPUSDT", quantity="10")))["status"] == "FILLED"


async def test_time_and_ping(reader):
    assert await reader.public("/api/v1/ping") == {}
    assert await reader.public("/api/v1/time") == {"serverTime": reader.venue.clock.shown_ms()}


async def test_the_book(reader):
    book = await reader.public("/quote/v1/depth", symbol="BTCUSDT", limit=5)
    bids, asks = levels(book["b"]), levels(book["a"])
    assert (len(bids), len(asks)) == (5, 5)
    assert bids == sorted(bids, reverse=True)
    assert asks == sorted(asks)
    assert bids[0] < asks[0]
    assert len((await reader.public("/quote/v1/depth", symbol="BTCUSDT", limit=9999))["b"]) == 200


@pytest.mark.parametrize("scale", [1, 3])
async def test_a_merged_book_holds_the_same_sizes_at_coarser_prices(reader, scale):
    merged = await reader.public("/quote/v1/depth/merged", symbol="ETHUSDT", scale=scale, limit=200)
    step = Decimal("0.01") * 10**scale
    bids, asks = reader.venue.market.book("ETH").depth(10_000)
    rules = reader.venue.rules["ETH"]
    for rows, side, rounds in ((merged["b"], bids, -1), (merged["a"], asks, 1)):
        assert all(Decimal(price) % step == 0 for price, _ in rows)
        top = Decimal(rows[0][0])
        inside = [lots for ticks, lots in side if 0 <= (top - rules.price(ticks)) * rounds < step]
        assert Decimal(rows[0][1]) == rules.size(sum(inside))
    assert (await reader.public("/quote/v1/depth/merged", symbol="ETHUSDT", scale=6))["code"] == "-1130"


async def test_trades_and_prices(reader):
    rows = await reader.public("/quote/v1/trades", symbol="BTCUSDT", limit=20)
    assert [row["t"] for row in rows] == sorted(row["t"] for row in rows)
    assert {type(row["ibm"]) for row in rows} == {bool}
    (price,) = await reader.public("/quote/v1/ticker/price", symbol="BTCUSDT")
    assert price["p"] == rows[-1]["p"]
    assert len(await reader.public("/quote/v1/ticker/price")) == 4


async def test_tickers_are_lists(reader):
    (day,) = await reader.public("/quote/v1/ticker/24hr", symbol="BTCUSDT")
    assert Decimal(day["l"]) <= Decimal(day["c"]) <= Decimal(day["h"])
    assert (day["it"], day["s"]) == ("SPOT", "BTCUSDT")
    assert len(await reader.public("/quote/v1/ticker/24hr", instType="ANY")) == 4
    assert await reader.public("/quote/v1/ticker/24hr", instType="FUTURES") == []
    (best,) = await reader.public("/quote/v1/ticker/bookTicker", symbol="BTCUSDT")
    assert (best["b"], best["a"]) == (day["b"], day["a"])
    assert set(best) == {"s", "b", "bq", "a", "aq", "t"}
    mark = await reader.public("/quote/v1/markPrice", symbol="BTCUSDT")
    assert abs(Decimal(mark["price"]) / Decimal(day["c"]) - 1) < Decimal("0.01")


@pytest.mark.parametrize(("interval", "minutes"), [("1m", 1), ("3m", 3), ("6h", 360), ("1d", 1440)])
async def test_candles(reader, interval, minutes):
    rows = await reader.public("/quote/v1/klines", symbol="BTCUSDT", interval=interval, limit=2)
    assert {after[0] - before[0] for before, after in pairwise(rows)} == {minutes * 60_000}
    for row in rows:
        assert (len(row), row[6]) == (11, 0)
        assert Decimal(row[3]) <= min(Decimal(row[1]), Decimal(row[4])) <= Decimal(row[2])
        assert Decimal(row[9]) <= Decimal(row[5])


async def test_candles_of_a_span(reader):
    rows = await reader.public("/quote/v1/klines", symbol="BTCUSDT", interval="1m", limit=100)
    start, end = rows[10][0], rows[19][0]
    span = await reader.public("/quote/v1/klines", symbol="BTCUSDT", interval="1m", startTime=start, endTime=end)
    assert span == rows[10:20]
    first = await reader.public("/quote/v1/klines", symbol="BTCUSDT", interval="1m", startTime=start, limit=3)
    assert first == rows[10:13]
    until = await reader.public("/quote/v1/klines", symbol="BTCUSDT", interval="1m", endTime=end, limit=3)
    assert until == rows[17:20]


@pytest.mark.parametrize(
    ("path", "params", "code"),
    [
        ("/quote/v1/depth", {}, "-100012"),
        ("/quote/v1/depth", {"symbol": "ADAUSDT"}, "-100010"),
        ("/quote/v1/depth", {"symbol": "BTCUSD"}, "-100010"),
        ("/quote/v1/klines", {"symbol": "BTCUSDT"}, "0001"),
        ("/quote/v1/klines", {"symbol": "BTCUSDT", "interval": "2m"}, "-1130"),
        ("/quote/v1/ticker/24hr", {"instType": "OPTION"}, "-1130"),
        ("/api/v1/coinInfo", {"coinId": "ADA"}, "-1130"),
    ],
)
async def test_what_is_not_there(reader, path, params, code):
    response = await reader.http.get(path, params=params)
    assert (response.status_code, response.json()["code"]) == (400, code)


async def test_a_coin_and_paths_that_do_not_exist(reader):
    assert (await reader.public("/api/v1/coinInfo", coinId="BTC"))["coinFullName"] == "Bitcoin"
    for method, path in (("GET", "/openapi/v1/order"), ("POST", "/api/v1/account/withdraw"), ("PUT", "/api/v1/time")):
        assert (await reader.http.request(method, path)).status_code == 404


async def test_it_is_the_shared_market_a_little_apart(reader, options):
    """Same seed, same market: WEEX's prices of the same minutes, a few basis points away."""
    from terminal.sim.serving.founding import new_market
    from terminal.sim.weex.options import ExchangeOptions as WeexOptions

    weex = new_market(WeexOptions(seed=options.seed, start_ms=options.start_ms, history_minutes=3_000))
    other = weex.bars("BTC", 1, 200, options.start_ms)
    rows = await reader.public("/quote/v1/klines", symbol="BTCUSDT", interval="1m", limit=200, endTime=options.start_ms)
    mine = {row[0]: float(row[4]) for row in rows}
    apart = [
        mine[ms] / (ticks * 0.1) - 1
        for ms, ticks in zip(other.open_ms.tolist(), other.close.tolist(), strict=True)
        if ms in mine
    ][:-3]
    assert len(apart) > 150
    assert 1e-6 < max(map(abs, apart)) < 2e-3
