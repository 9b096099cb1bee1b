"""Public calls: shapes, units, and agreement with the exchange's own market."""

from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise

import pytest

pytestmark = pytest.mark.asyncio
CATALOGUE = {
    "101": ("BTC", "0.001", "0.5"),
    "102": ("ETH", "0.01", "0.05"),
    "103": ("SOL", "0.1", "0.01"),
    "104": ("DOGE", "100", "0.00001"),
    "105": ("XRP", "10", "0.0001"),
    "106": ("ADA", "10", "0.0001"),
    "107": ("BNB", "0.01", "0.01"),
    "108": ("LTC", "0.1", "0.01"),
}


async def test_the_envelope_tells_the_time_in_seconds(client):
    client.wait(1.25)
    answer = await client.market("getServerTime")
    assert {name: answer[name] for name in ("status", "msg", "source")} == {"status": 200, "msg": "", "source": "api"}
    assert answer["time"] == 1_573_813_114
    assert answer["data"] == []
    assert answer["microtime"] == "0.25000000 1573813114"


async def test_the_catalogue(client):
    rows = await client.market_data("getContractCoin")
    assert {row["contractId"]: (row["base"], row["contractSize"], row["priceStep"]) for row in rows} == CATALOGUE
    for row in rows:
        assert row["pair"] == f"{row['base']}_USD"
        assert (row["settle"], row["quote"], row["status"], row["maxLeverage"]) == ("USDT", "USDT", "1", "20")
        assert row["source"] == "simulated"
        assert 0 < Decimal(row["minAmount"]) < Decimal(row["maxAmount"])
        assert 0 < Decimal(row["makerFee"]) < Decimal(row["takerFee"]) < Decimal("0.01")
    (one,) = await client.market_data("getContractCoin", contractId=104)
    assert one["pair"] == "DOGE_USD"
    assert (await client.market("getContractCoin", contractId=9))["status"] == -100101


async def test_tickers_carry_their_units_inside_two_values(client):
    rows = await client.market_data("getContractTickers")
    assert [row["contractId"] for row in rows] == list(CATALOGUE)
    (row,) = await client.market_data("getContractTickers", contractId=101)
    market = client.exchange.venue.market
    assert Decimal(row["latest"]) == Decimal("0.5") * market.last("BTC")
    assert Decimal(row["min"]) <= Decimal(row["latest"]) <= Decimal(row["max"])
    amount, unit = row["baseAmount"].split()
    assert unit == "BTC"
    assert Decimal(amount) == Decimal(row["amount"]) * Decimal("0.001")
    assert row["quoteVolumn"] == f"{row['volumn']} USDT"
    assert Decimal(row["fairPrice"]) == Decimal("0.5") * market.mark_ticks("BTC")
    assert abs(Decimal(row["nextFundingRate"])) < Decimal("0.01")


@pytest.mark.parametrize(("asked", "given"), [({}, 10), ({"depth": 5}, 5), ({"depth": 100}, 100)])
async def test_order_book(client, asked, given):
    book = await client.market_data("getContractOrderBook", contractId=101, **asked)
    assert len(book["bids"]) == len(book["asks"]) == given
    bids, asks = ([Decimal(row["price"]) for row in book[side]] for side in ("bids", "asks"))
    assert bids == sorted(bids, reverse=True)
    assert asks == sorted(asks)
    assert bids[0] < asks[0]
    assert all(price % Decimal("0.5") == 0 for price in bids + asks)
    assert all(row["amount"].isdigit() and int(row["amount"]) > 0 for row in book["bids"] + book["asks"])


@pytest.mark.parametrize(
    ("name", "params", "code"),
    [
        ("getContractOrderBook", {}, -100201),
        ("getContractOrderBook", {"contractId": 101, "depth": 7}, -102),
        ("getContractTradesHistory", {"contractId": "BTC"}, -100401),
        ("getContractTradesHistory", {"contractId": 101, "pageSize": 301}, -102),
        ("getContractKline", {"contractId": 300, "type": "1d"}, -100301),
        ("getContractKline", {"contractId": 101, "type": "2d"}, -100302),
        ("getContractKline", {"contractId": 101, "type": "1d", "size": 0}, -100303),
        ("ticker", {"symbol": "btc_usd"}, -100101),
        ("depth", {}, -100201),
        ("kline", {"symbol": "btc_usdt", "resolution": "2min"}, -100302),
        ("kline", {"symbol": "btc_usdt", "resolution": "1min", "to": "12"}, -102),
    ],
)
async def test_refusals(client, name, params, code):
    assert (await client.market(name, **params))["status"] == code


async def test_trades_and_bars_newest_first(client):
    client.wait(5)
    trades = await client.market_data("getContractTradesHistory", contractId=102, pageSize=50)
    assert len(trades) == 50
    assert [row["id"] for row in trades] == sorted((row["id"] for row in trades), reverse=True)
    assert {row["s"] for row in trades} == {"buy", "sell"}
    assert all(row["T"] <= client.exchange.venue.clock.shown_ms() // 1000 for row in trades)
    bars = (await client.market_data("getContractKline", contractId=102, type="5m", size=20))["bars"]
    times = [int(bar["time"]) for bar in bars]
    assert [later - earlier for later, earlier in pairwise(times)] == [300_000] * 19
    assert bars[0]["close"] == trades[0]["p"]
    older = await client.market_data("getContractKline", contractId=102, type="5m", size=20, to=times[-1] - 1)
    assert int(older["bars"][0]["time"]) == times[-1] - 300_000
    for bar in bars:
        low, high = Decimal(bar["low"]), Decimal(bar["high"])
        assert low <= min(Decimal(bar["open"]), Decimal(bar["close"])) <= high


async def test_spot_prices_of_the_same_market(client):
    symbols = await client.market_data("symbolList")
    assert len(symbols) == 8
    btc = symbols["btc_usdt"]
    assert (btc["coinFrom"], btc["coinTo"], btc["numberFloat"], btc["priceFloat"]) == ("btc", "usdt", "3", "1")
    assert list(await client.market_data("symbolList", symbols="eth_usdt,nonsense")) == ["eth_usdt"]
    ticker = await client.market_data("ticker", symbol="btc_usdt")
    book = await client.market_data("depth", symbol="btc_usdt")
    assert ticker["now"] == (await client.market_data("getContractTickers", contractId=101))[0]["latest"]
    assert book["asks"][-1][:2] == [ticker["askPrice"], ticker["askQty"]]  # the worst comes first
    assert book["bids"][0][:2] == [ticker["bidPrice"], ticker["bidQty"]]
    assert Decimal(book["bids"][0][2]) == round(Decimal(ticker["bidPrice"]) * Decimal(ticker["bidQty"]), 4)
    assert (await client.market_data("tickerall"))["btc_usdt"] == ticker
    trade = (await client.market_data("order", symbol="btc_usdt"))[0]
    assert trade["id"] == ticker["lastId"]
    assert trade["t"] == f"{datetime.fromtimestamp(trade['T'], UTC):%H:%M:%S}"


async def test_spot_bars_up_to_a_time(client):
    newest = await client.market_data("kline", symbol="eth_usdt", resolution="60min", size=5)
    assert (newest["resolution"], newest["symbol"], newest["size"]) == ("60min", "eth_usdt", 5)
    assert newest["from"] == newest["bars"][-1]["time"]
    older = await client.market_data("kline", symbol="eth_usdt", resolution="60min", size=5, to=newest["from"])
    assert int(older["bars"][0]["time"]) <= int(newest["from"])
    wide = await client.market_data("kline", symbol="eth_usdt", resolution="60min", size=5, to=newest["from"] + "000")
    assert wide["bars"] == older["bars"]
