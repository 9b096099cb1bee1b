"""Market data over REST: the catalogue, books with and without RPI, bars, figures, and their refusals."""

from decimal import Decimal

import pytest
from woox_desk import BTC, SPOT_BTC

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def rows(reader, path, **params):
    answer = (await reader.public(path, **params)).json()
    assert answer["success"] is True, answer
    return answer["data"]["rows"]


async def test_the_catalogue(reader):
    found = {row["symbol"]: row for row in await rows(reader, "instruments")}
    assert len(found) == 16
    perp, spot = found[BTC], found[SPOT_BTC]
    assert (perp["quoteTick"], perp["baseTick"], perp["baseMin"]) == ("1", "0.0001", "0.0001")
    assert (perp["baseAssetMultiplier"], perp["status"], perp["isAllowedRpi"]) == (1, "TRADING", True)
    assert (perp["bidCapRatio"], perp["askFloorRatio"], perp["bidFloorRatio"]) == ("1.05", "0.95", None)
    assert {"fundingIntervalHours", "baseIMR", "baseMMR"} <= set(perp)
    assert not {"fundingIntervalHours", "baseIMR"} & set(spot)
    assert (await rows(reader, "instruments", symbol=SPOT_BTC)) == [spot]


async def test_the_system_and_its_clock(reader):
    answer = (await reader.public("systemInfo")).json()
    assert answer["data"]["status"] == 0
    assert answer["timestamp"] == reader.exchange.venue.clock.shown_ms()


@pytest.mark.parametrize(("fault", "closed"), [("1", False), ("2", True)])
async def test_maintenance(reader, fault, closed):
    reader.fault("maintenance", code=fault, count=-1)
    try:
        info = (await reader.public("systemInfo")).json()["data"]
        book = await reader.public("orderbook", symbol=BTC)
        order = await reader.not_placed(clientOrderId=1)
        words = (await reader.send("POST", "trade/order", reader.order())).json()["message"]
        balances = await reader.send("GET", "asset/balances")
    finally:
        reader.exchange.control.clear_faults()
    assert info["status"] == int(fault)
    assert info["estimatedEndTime"] > reader.exchange.venue.clock.shown_ms()
    assert order == (400, -1011)
    assert "maintenance" in words
    assert (book.json()["success"], balances.json()["success"]) == (not closed, not closed)


async def test_the_book_of_the_api_is_wider_than_the_whole_one(reader):
    thin = (await reader.public("orderbook", symbol=BTC)).json()["data"]
    whole = (await reader.public("orderbook", symbol=BTC, rpi="true")).json()["data"]
    best = [Decimal(book[side][0]["price"]) for book in (thin, whole) for side in ("bids", "asks")]
    thin_spread, whole_spread = best[1] - best[0], best[3] - best[2]

    assert best[0] < best[2] < best[3] < best[1]
    assert thin_spread / best[0] > Decimal("0.0003")
    assert whole_spread / best[2] < Decimal("0.0001")
    assert len(thin["bids"]) == len(thin["asks"]) == 100
    outer = {(row["price"], row["quantity"]) for row in whole["bids"]}
    assert [row for row in thin["bids"] if (row["price"], row["quantity"]) in outer]


async def test_a_spot_book_has_no_rpi(reader):
    books = [(await reader.public("orderbook", symbol=SPOT_BTC, rpi=flag)).json()["data"] for flag in ("true", "false")]
    assert books[0] == books[1]


async def test_sides_come_best_first_and_the_stamp_is_the_last_change(reader):
    reader.wait((260 - reader.exchange.venue.clock.now_ms() % 250) / 1000)  # just behind a step of the market
    first = (await reader.public("orderbook", symbol=BTC, maxLevel=5)).json()
    bids, asks = ([Decimal(row["price"]) for row in first["data"][side]] for side in ("bids", "asks"))
    reader.hands.now_s += 0.05  # within the step nothing changes
    second = (await reader.public("orderbook", symbol=BTC, maxLevel=5)).json()

    assert (len(bids), len(asks)) == (5, 5)
    assert bids == sorted(bids, reverse=True)
    assert asks == sorted(asks)
    assert first["timestamp"] == second["timestamp"] < reader.exchange.venue.clock.shown_ms()


async def test_a_one_sided_book(reader):
    reader.fault("one_sided", path="PERP_ETH", count=-1)
    try:
        answers = {s: (await reader.public("orderbook", symbol=s)).json()["data"] for s in ("PERP_ETH_USDT", BTC)}
    finally:
        reader.exchange.control.clear_faults()
    assert (answers["PERP_ETH_USDT"]["asks"], len(answers["PERP_ETH_USDT"]["bids"])) == ([], 100)
    assert answers[BTC]["asks"]


async def test_a_wide_book(reader):
    async def spread():
        book = (await reader.public("orderbook", symbol=BTC)).json()["data"]
        return (Decimal(book["asks"][0]["price"]) - Decimal(book["bids"][0]["price"])) / Decimal(
            book["bids"][0]["price"]
        )

    usual = await spread()
    reader.fault("wide_book", count=-1)
    try:
        wide = await spread()
    finally:
        reader.exchange.control.clear_faults()
        reader.exchange.venue.tick()
    assert usual < Decimal("0.001") < Decimal("0.0035") < wide < Decimal("0.006")


async def test_trades_bars_and_figures_agree(reader):
    trades = await rows(reader, "marketTrades", symbol=BTC, limit=3)
    bars = await rows(reader, "kline", symbol=BTC, type="1m", limit=5)
    ticker = (await rows(reader, "futures", symbol=BTC))[0]

    assert [trade["executedTimestamp"] for trade in trades] == sorted(
        (t["executedTimestamp"] for t in trades), reverse=True
    )
    assert bars[0]["close"] == ticker["24hClose"] == trades[0]["executedPrice"]
    starts = [bar["startTimestamp"] for bar in bars]
    assert starts == list(range(starts[0], starts[0] - 5 * 60_000, -60_000))
    assert all(bar["endTimestamp"] == bar["startTimestamp"] + 60_000 for bar in bars)
    assert len(await rows(reader, "futures")) == 8
    assert await rows(reader, "futures", symbol=SPOT_BTC) == []


async def test_bars_of_the_past_stand_between_after_and_before(reader):
    newest = await rows(reader, "kline", symbol=BTC, type="5m", limit=20)
    edge = newest[10]["startTimestamp"]
    later = await rows(reader, "klineHistory", symbol=BTC, type="5m", after=edge - 1, limit=4)
    earlier = await rows(reader, "klineHistory", symbol=BTC, type="5m", before=edge, limit=4)
    both = await rows(reader, "klineHistory", symbol=BTC, type="5m", after=edge, before=newest[7]["startTimestamp"])

    assert later == newest[7:11]
    assert earlier == newest[11:15]
    assert both == newest[8:10]


async def test_funding(reader):
    now = (await rows(reader, "fundingRate", symbol=BTC))[0]
    answer = (await reader.public("fundingRateHistory", symbol=BTC, size=3)).json()["data"]
    past = answer["rows"]
    ticker = (await rows(reader, "futures", symbol=BTC))[0]

    assert now["estFundingIntervalHours"] == 8
    assert now["nextFundingTime"] == past[0]["nextFundingTime"] == ticker["nextFundingTime"]
    assert now["lastFundingRate"] == past[0]["fundingRate"] == ticker["lastFundingRate"]
    assert answer["meta"] == {"total": answer["meta"]["total"], "recordsPerPage": 3, "currentPage": 1}
    assert past[0]["fundingRateTimestamp"] - past[1]["fundingRateTimestamp"] == 8 * 3_600_000


@pytest.mark.parametrize(
    ("path", "params", "expected"),
    [
        ("orderbook", {"symbol": "PERP_NONE_USDT"}, (400, None)),
        ("orderbook", {}, (400, -1005)),
        ("orderbook", {"symbol": BTC, "maxLevel": "many"}, (500, -1000)),
        ("kline", {"symbol": BTC}, (400, -1005)),
        ("kline", {"symbol": BTC, "type": "7m"}, (400, -1005)),
        ("kline", {"symbol": BTC, "type": "1m", "limit": 1001}, (400, -1005)),
        ("fundingRateHistory", {"symbol": BTC, "startTime": "now"}, (400, -1005)),
    ],
)
async def test_refusals(reader, path, params, expected):
    response = await reader.public(path, **params)
    assert (response.status_code, response.json().get("code")) == expected
    assert response.json()["success"] is False
    assert response.json()["message"]


async def test_what_v1_clients_ask_for(reader):
    coins = (await reader.http.get("/v1/public/token")).json()
    networks = (await reader.http.get("/v1/public/token_network")).json()
    assert coins["success"] is networks["success"] is True
    assert (
        {row["balance_token"] for row in coins["rows"]} == {row["token"] for row in networks["rows"]} >= {"USDT", "BTC"}
    )
