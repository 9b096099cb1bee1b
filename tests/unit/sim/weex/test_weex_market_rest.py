"""Public market endpoints against sections 3.2 and 4 of the venue reference."""

from decimal import Decimal

import pytest

pytestmark = pytest.mark.asyncio(loop_scope="module")
EIGHT = {f"cmt_{base}usdt" for base in ("btc", "eth", "sol", "doge", "xrp", "ada", "bnb", "ltc")}


async def test_time_shows_the_same_moment_three_ways(reader):
    answer = await reader.public("time")

    assert answer == {
        "epoch": "1765423487.896",
        "iso": "2025-12-11T03:24:47.896Z",
        "timestamp": 1765423487896,
    }


async def test_contracts_state_decimals_not_steps(reader):
    rows = {row["symbol"]: row for row in await reader.public("contracts")}

    assert set(rows) == EIGHT
    assert (rows["cmt_btcusdt"]["size_increment"], rows["cmt_btcusdt"]["tick_size"]) == ("4", "1")
    assert rows["cmt_dogeusdt"]["size_increment"] == "-2"
    assert rows["cmt_dogeusdt"]["minOrderSize"] == "100"
    assert rows["cmt_xrpusdt"]["size_increment"] == "-1"
    for row in rows.values():
        step = Decimal(1).scaleb(-int(row["size_increment"]))
        assert Decimal(row["minOrderSize"]) % step == 0
        assert (row["makerFeeRate"], row["takerFeeRate"]) == ("0.0002", "0.0008")


async def test_contracts_of_one_symbol_is_still_an_array(reader):
    rows = await reader.public("contracts", symbol="cmt_btcusdt")

    assert [row["symbol"] for row in rows] == ["cmt_btcusdt"]
    assert rows[0]["maxOrderSize"] == "1200"
    assert rows[0]["marketOpenLimitSize"] == "100"
    assert (rows[0]["minLeverage"], rows[0]["maxLeverage"]) == (1, 400)


async def test_ticker_agrees_with_depth_and_candles(reader):
    ticker = await reader.public("ticker", symbol="cmt_ethusdt")
    depth = await reader.public("depth", symbol="cmt_ethusdt")
    candles = await reader.public("candles", symbol="cmt_ethusdt", granularity="1m", limit=1)

    assert all(isinstance(value, str) for value in ticker.values())
    assert ticker["best_bid"] == depth["bids"][0][0]
    assert ticker["best_ask"] == depth["asks"][0][0]
    assert ticker["last"] == candles[-1][4]
    assert len(depth["bids"]) == len(depth["asks"]) == 15
    assert "version" not in depth


async def test_tickers_lists_all_pairs(reader):
    assert {row["symbol"] for row in await reader.public("tickers")} == EIGHT


async def test_depth_takes_15_or_200_levels_only(reader):
    deep = await reader.public("depth", symbol="cmt_btcusdt", limit=200)
    refused = await reader.public("depth", symbol="cmt_btcusdt", limit=50)

    assert len(deep["asks"]) == 200
    assert refused["code"] == "40020"


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("ticker", {}),
        ("depth", {"limit": "15"}),
        ("candles", {"symbol": "cmt_btcusdt"}),
    ],
)
async def test_a_missing_parameter_is_40019(reader, path, params):
    assert (await reader.public(path, **params))["code"] == "40019"


async def test_an_unknown_symbol_is_40020(reader):
    answer = await reader.public("ticker", symbol="BTCUSDT")

    assert (answer["code"], answer["msg"]) == ("40020", "Parameter symbol is invalid")


async def test_an_unknown_granularity_is_refused_in_chinese(reader):
    answer = await reader.public("candles", symbol="cmt_btcusdt", granularity="2h")

    assert answer["code"] == "40020"
    assert any("\u4e00" <= letter <= "\u9fff" for letter in answer["msg"])


async def test_candles_are_seven_strings_and_aligned(reader):
    rows = await reader.public("candles", symbol="cmt_btcusdt", granularity="15m", limit=120)

    assert len(rows) == 120
    for row in rows:
        opened, high, low, closed = map(Decimal, row[1:5])
        assert len(row) == 7
        assert all(isinstance(value, str) for value in row)
        assert int(row[0]) % 900_000 == 0
        assert low <= min(opened, closed) <= max(opened, closed) <= high


@pytest.mark.parametrize("limit", ["0", "1001", "ten"])
async def test_candle_limit_is_1_to_1000(reader, limit):
    answer = await reader.public("candles", symbol="cmt_btcusdt", granularity="1m", limit=limit)

    assert answer["code"] == "40020"


async def test_history_candles_end_wins_and_nonsense_times_mean_latest(reader):
    asked = {"symbol": "cmt_btcusdt", "granularity": "1m", "limit": 5}
    latest = await reader.public("historyCandles", **asked)
    end_ms = int(latest[-1][0]) - 600_000
    ended = await reader.public("historyCandles", **asked, startTime=end_ms - 60_000_000, endTime=end_ms)
    nonsense = await reader.public("historyCandles", **asked, endTime="soon")

    assert int(ended[-1][0]) < end_ms
    assert int(ended[-1][0]) == end_ms - 60_000
    assert nonsense == latest


async def test_trades_name_who_was_the_maker(reader):
    rows = await reader.public("trades", symbol="cmt_btcusdt", limit=20)

    assert len(rows) == 20
    for row in rows:
        assert Decimal(row["value"]) == Decimal(row["price"]) * Decimal(row["size"])
        assert len(row["ticketId"]) == 36
        assert isinstance(row["isBuyerMaker"], bool)


async def test_funding_endpoints(reader):
    due = await reader.public("funding_time", symbol="cmt_btcusdt")
    now = await reader.public("currentFundRate", symbol="cmt_btcusdt")
    past = await reader.public("getHistoryFundRate", symbol="cmt_btcusdt", limit=3)

    assert due["fundingTime"] == 1765440000000
    assert now[0]["collectCycle"] == 480
    assert [row["fundingTime"] for row in past] == [1765411200000, 1765382400000, 1765353600000]
    assert all(abs(Decimal(row["fundingRate"])) < Decimal("0.01") for row in past)


async def test_index_and_open_interest(reader):
    index = await reader.public("index", symbol="cmt_btcusdt")
    mark = await reader.public("index", symbol="cmt_btcusdt", priceType="MARK")
    interest = await reader.public("open_interest", symbol="cmt_btcusdt")

    assert set(index) == {"symbol", "index", "timestamp"}
    assert Decimal(mark["index"]) == reader.exchange.exchange.mark("BTC")
    assert Decimal(interest[0]["base_volume"]) > 0


async def test_without_a_user_agent_the_wall_answers_521_without_json(reader):
    response = await reader.http.get("/capi/v2/market/time", headers={"User-Agent": ""})

    assert response.status_code == 521
    assert not response.text.startswith("{")


@pytest.mark.parametrize("path", ["/capi/v2/order/plan_orders", "//capi/v2/market/time", "/capi/v4/market/time"])
async def test_unknown_paths_are_404(reader, path):
    response = await reader.http.get(reader.exchange.info["rest"] + path)

    assert response.status_code == 404
