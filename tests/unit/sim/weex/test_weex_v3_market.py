"""v3's market data: documented shapes, the same figures as v2, refusals by name (sections 3.3 and 4)."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from terminal.sim.market.candles import MONTH, WEEK
from terminal.sim.serving.market_view import bar_end_ms

pytestmark = pytest.mark.asyncio(loop_scope="module")
BTC = "BTCUSDT"


async def refused(reader, path, **params):
    response = await reader.http.get(f"/capi/v3/market/{path}", params=params)
    assert set(response.json()) == {"code", "msg"}
    return response.status_code, response.json()["code"], response.json()["msg"]


async def test_time(reader):
    assert await reader.v3_market("time") == {"serverTime": reader.exchange.venue.clock.shown_ms()}


async def test_exchange_info_holds_the_eight_contracts(reader):
    info = await reader.v3_market("exchangeInfo")
    by_symbol = {row["symbol"]: row for row in info["symbols"]}

    assert len(by_symbol) == 8
    assert by_symbol[BTC] == {
        "symbol": BTC,
        "baseAsset": "BTC",
        "quoteAsset": "USDT",
        "marginAsset": "USDT",
        "pricePrecision": 1,
        "quantityPrecision": 4,
        "baseAssetPrecision": 8,
        "quotePrecision": 8,
        "contractVal": "0.0001",
        "delivery": ["00:00:00", "08:00:00", "16:00:00"],
        "forwardContractFlag": True,
        "minLeverage": 1,
        "maxLeverage": 400,
        "buyLimitPriceRatio": "0.01",
        "sellLimitPriceRatio": "0.01",
        "makerFeeRate": "0.0002",
        "takerFeeRate": "0.0008",
        "minOrderSize": "0.0001",
        "maxOrderSize": "1200",
        "maxPositionSize": "1000000",
        "marketOpenLimitSize": "100",
    }
    assert by_symbol["DOGEUSDT"]["quantityPrecision"] == -2
    assert {"asset": "USDT", "marginAvailable": True} in info["assets"]


async def test_exchange_info_of_one_symbol_in_any_case(reader):
    assert [row["symbol"] for row in (await reader.v3_market("exchangeInfo", symbol="ethusdt"))["symbols"]] == [
        "ETHUSDT"
    ]


async def test_the_day_ticker_is_v2s_under_other_names(reader):
    (row,) = await reader.v3_market("ticker/24hr", symbol=BTC)
    v2 = await reader.public("ticker", symbol="cmt_btcusdt")

    assert set(row) == {
        *("symbol", "priceChange", "priceChangePercent", "lastPrice", "openPrice", "highPrice", "lowPrice"),
        *("volume", "quoteVolume", "openTime", "closeTime", "markPrice", "indexPrice"),
    }
    assert (row["lastPrice"], row["highPrice"], row["lowPrice"]) == (v2["last"], v2["high_24h"], v2["low_24h"])
    assert (row["volume"], row["quoteVolume"]) == (v2["base_volume"], v2["volume_24h"])
    assert row["priceChangePercent"] == v2["priceChangePercent"]
    assert Decimal(row["openPrice"]) + Decimal(row["priceChange"]) == Decimal(row["lastPrice"])


async def test_the_day_tickers_window_ends_on_a_half_hour(reader):
    rows = await reader.v3_market("ticker/24hr")
    now_ms = reader.exchange.venue.clock.shown_ms()

    assert len(rows) == 8
    for row in rows:
        assert row["closeTime"] % 1_800_000 == 0
        assert 0 <= now_ms - row["closeTime"] < 1_800_000
        assert row["closeTime"] - row["openTime"] == 86_400_000


async def test_book_ticker_is_the_top_of_the_depth(reader):
    (row,) = await reader.v3_market("ticker/bookTicker", symbol=BTC)
    depth = await reader.v3_market("depth", symbol=BTC)

    assert [row["bidPrice"], row["bidQty"]] == depth["bids"][0]
    assert [row["askPrice"], row["askQty"]] == depth["asks"][0]
    assert row["time"] == reader.exchange.venue.clock.shown_ms()
    assert len(await reader.v3_market("ticker/bookTicker")) == 8


@pytest.mark.parametrize("limit", [None, 15, 200])
async def test_depth_is_v2s_with_a_version(reader, limit):
    params = {} if limit is None else {"limit": limit}
    book = await reader.v3_market("depth", symbol=BTC, **params)
    v2 = await reader.public("depth", symbol="cmt_btcusdt", **params)

    assert (book["bids"], book["asks"]) == (v2["bids"], v2["asks"])
    assert len(book["bids"]) == (limit or 15)
    assert book["lastUpdateId"] == reader.exchange.venue.market.book("BTC").version


async def test_trades_are_v2s_under_other_names(reader):
    rows = await reader.v3_market("trades", symbol=BTC, limit=7)
    v2 = await reader.public("trades", symbol="cmt_btcusdt", limit=7)

    assert [(r["id"], r["price"], r["qty"], r["quoteQty"], r["time"], r["isBuyerMaker"]) for r in rows] == [
        (r["ticketId"], r["price"], r["size"], r["value"], r["time"], r["isBuyerMaker"]) for r in v2
    ]
    assert len(rows) == 7


@pytest.mark.parametrize("interval", ["1m", "5m", "15m", "30m", "1h", "4h", "12h", "1d"])
async def test_klines_are_v2s_with_four_more_columns(reader, interval):
    rows = await reader.v3_market("klines", symbol=BTC, interval=interval, limit=5)
    v2 = await reader.public("candles", symbol="cmt_btcusdt", granularity=interval, limit=5)

    assert [[str(row[0]), *row[1:6], row[7]] for row in rows] == v2
    for row in rows:
        assert len(row) == 11
        assert [type(row[column]) for column in (0, 6, 8)] == [int, int, int]
        assert Decimal(row[9]) <= Decimal(row[5])
        assert Decimal(row[10]) <= Decimal(row[7])
    assert [row[6] for row in rows[:-1]] == [row[0] for row in rows[1:]]  # each ends where the next begins


@pytest.mark.parametrize(
    ("opens", "interval", "ends"),
    [
        ("2026-02-01", MONTH, "2026-03-01"),
        ("2025-12-01", MONTH, "2026-01-01"),
        ("2026-02-02", WEEK, "2026-02-09"),
        ("2026-02-28", 1_440, "2026-03-01"),
    ],
)
async def test_bars_end_where_the_next_one_opens(opens, interval, ends):
    def ms(day):
        return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp() * 1000)

    assert bar_end_ms(ms(opens), interval) == ms(ends)


async def test_klines_ignore_times(reader):
    asked = await reader.v3_market("klines", symbol=BTC, interval="1h", limit=3, startTime=1, endTime=2)
    assert asked == await reader.v3_market("klines", symbol=BTC, interval="1h", limit=3)


@pytest.mark.parametrize(("path", "kind"), [("indexPriceKlines", "INDEX"), ("markPriceKlines", "MARK")])
async def test_index_and_mark_klines(reader, path, kind):
    rows = await reader.v3_market(path, symbol=BTC, interval="5m", limit=4)
    v2 = await reader.public("candles", symbol="cmt_btcusdt", granularity="5m", limit=4, priceType=kind)
    last = await reader.v3_market("klines", symbol=BTC, interval="5m", limit=4)

    assert [[str(row[0]), *row[1:6], row[7]] for row in rows] == v2
    assert [row[1:5] for row in rows] != [row[1:5] for row in last]


async def test_history_klines_of_a_window(reader):
    newest = await reader.v3_market("klines", symbol=BTC, interval="15m", limit=60)
    start, end = newest[10][0], newest[30][0]
    window = await reader.v3_market("historyKlines", symbol=BTC, interval="15m", startTime=start, endTime=end)
    first = await reader.v3_market("historyKlines", symbol=BTC, interval="15m", startTime=start, limit=5)

    assert window == newest[10:30]
    assert first == newest[10:15]


@pytest.mark.parametrize("kind", ["INDEX", "MARK"])
async def test_symbol_price(reader, kind):
    answer = await reader.v3_market("symbolPrice", symbol=BTC, priceType=kind)
    market, rules = reader.exchange.venue.market, reader.exchange.exchange.rules["BTC"]
    ticks = market.index_ticks("BTC") if kind == "INDEX" else market.mark_ticks("BTC")

    assert answer == {"symbol": BTC, "price": f"{rules.price(ticks):f}", "time": reader.exchange.venue.clock.shown_ms()}
    if kind == "INDEX":
        assert await reader.v3_market("symbolPrice", symbol=BTC) == answer


async def test_open_interest(reader):
    answer = await reader.v3_market("openInterest", symbol=BTC)
    (v2,) = await reader.public("open_interest", symbol="cmt_btcusdt")

    assert answer == {"symbol": BTC, "openInterest": v2["base_volume"], "time": int(v2["timestamp"])}


async def test_premium_index_names_the_coming_and_the_settled_rate(reader):
    (row,) = await reader.v3_market("premiumIndex", symbol=BTC)
    (coming,) = await reader.public("currentFundRate", symbol="cmt_btcusdt")
    settled = await reader.public("getHistoryFundRate", symbol="cmt_btcusdt", limit=1)

    assert row["forecastFundingRate"] == coming["fundingRate"]
    assert row["lastFundingRate"] == settled[0]["fundingRate"]
    assert row["nextFundingTime"] == reader.exchange.venue.market.next_funding_ms
    assert (row["collectCycle"], row["interestRate"]) == (480, "0.0003")
    assert len(await reader.v3_market("premiumIndex")) == 8


async def test_funding_rates_newest_first_within_a_window(reader):
    rows = await reader.v3_market("fundingRate", symbol=BTC)
    times = [row["fundingTime"] for row in rows]
    window = await reader.v3_market("fundingRate", symbol=BTC, startTime=times[3], endTime=times[1])

    assert times == sorted(times, reverse=True)
    assert all(ms % 28_800_000 == 0 for ms in times)
    assert window == rows[1:4]
    assert set(rows[0]) == {"symbol", "fundingRate", "fundingTime", "markPrice"}


async def test_trading_symbols_are_bare_names(reader):
    names = await reader.v3_market("apiTradingSymbols")
    assert names[0] == BTC
    assert len(names) == 8


@pytest.mark.parametrize("path", ["depth", "trades", "openInterest", "symbolPrice", "fundingRate"])
async def test_a_symbol_is_needed(reader, path):
    assert await refused(reader, path) == (400, -1141, "Parameter 'symbol' cannot be empty.")


@pytest.mark.parametrize("symbol", ["cmt_btcusdt", "BTC-USDT", "SUIUSDT", "BTCSUSDT"])
async def test_an_unknown_symbol_of_market_data(reader, symbol):
    assert await refused(reader, "depth", symbol=symbol) == (400, -1142, "Parameter 'symbol' is invalid.")


@pytest.mark.parametrize(
    ("path", "params", "code", "sentence"),
    [
        ("depth", {"limit": 20}, -1142, "Parameter 'limit' is invalid."),
        ("klines", {"interval": "2h"}, -1142, "Parameter 'interval' is invalid."),
        ("klines", {"interval": "1m", "limit": 1001}, -1140, "limit must be between 1 and 1000."),
        ("historyKlines", {"interval": "1m", "limit": 101}, -1140, "limit must be between 1 and 100."),
        ("historyKlines", {"interval": "1m", "startTime": 9, "endTime": 8}, -1171, "startTime cannot be greater"),
        ("historyKlines", {"interval": "1m", "priceType": "BEST"}, -1142, "Parameter 'priceType' is invalid."),
        ("trades", {"limit": 0}, -1140, "limit must be between 1 and 1000."),
        ("trades", {"limit": "ten"}, -1142, "Parameter 'limit' is invalid."),
        ("symbolPrice", {"priceType": "LAST"}, -1142, "Parameter 'priceType' is invalid."),
    ],
)
async def test_wrong_parameters_are_named(reader, path, params, code, sentence):
    status, found, message = await refused(reader, path, symbol=BTC, **params)

    assert (status, found) == (400, code)
    assert sentence in message


async def test_the_spot_side_is_there_and_empty(reader):
    async def spot(path):
        return (await reader.http.get(f"/api/v3/{path}")).json()

    assert await spot("coins") == []
    assert await spot("exchangeInfo") == {"symbols": []}
    assert await spot("ping") == {}
    assert await spot("time") == {"serverTime": reader.exchange.venue.clock.shown_ms()}
