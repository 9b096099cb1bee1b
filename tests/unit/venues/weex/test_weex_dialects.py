"""One port, two dialects: the documented replies of both give the same kind of domain values."""

from decimal import Decimal

import pytest
from weex_kit import BOTH, BTC, DOGE, ETH, payload, sent, speaking

from terminal.domain.account import IncomeKind, MarginMode
from terminal.domain.errors import MalformedReply, OutcomeUnknown, RequestRejected
from terminal.domain.instrument import perpetual
from terminal.domain.market import Interval
from terminal.domain.order import PositionSide, Side
from terminal.venues.weex.mapper import words

pytestmark = pytest.mark.asyncio

# -- market -------------------------------------------------------------------


@BOTH
async def test_instruments(version):
    async with speaking(version) as (adapter, _):
        rules = {each.instrument_id: each for each in await adapter.instruments()}
    assert set(rules) == {BTC, ETH, DOGE}
    assert (rules[ETH].size_step, rules[DOGE].size_step) == (Decimal("0.001"), Decimal(100))
    assert rules[BTC].price_step == Decimal("0.1")
    assert (rules[BTC].taker_fee, rules[BTC].sell_limit_ratio) == (Decimal("0.0008"), Decimal("0.01"))
    assert rules[DOGE].max_market_open_size is None


async def test_v3_small_numbers_come_without_exponent():
    listed = payload("exchangeInfo", "v3")
    listed["symbols"].append({"symbol": "BTC-USDT-SWAP"})
    async with speaking("v3", exchangeInfo=listed) as (adapter, _):
        rules = {each.instrument_id: each for each in await adapter.instruments()}
    assert set(rules) == {BTC, ETH, DOGE}
    assert rules[BTC].min_size == rules[BTC].size_step == Decimal("0.00001")


@BOTH
async def test_ticker_book_tape_and_open_interest(version):
    async with speaking(version) as (adapter, venue):
        ticker = await adapter.ticker(BTC)
        assert (ticker.high_24h, ticker.base_volume_24h) == (Decimal("92000.0"), Decimal("25615.2"))
        assert (ticker.quote_volume_24h, ticker.ts_event_ms) == (Decimal("2320000000.12"), 1765423487896)
        book = await adapter.book(BTC, 20)
        assert venue.requests[-1].url.params["limit"] == "200"
        assert [level.price for level in book.bids] == [Decimal("90000.0"), Decimal("89999.0")]
        assert [level.price for level in book.asks] == [Decimal("90001.0"), Decimal("90002.0")]
        assert book.synchronised
        trades = await adapter.recent_trades(BTC, 2)
        assert [trade.taker for trade in trades][-1] is Side.BUY
        assert len(trades) == 2
        assert (await adapter.open_interest(BTC)).base_size > 10_000


@BOTH
async def test_a_crossed_book_is_no_book(version):
    crossed = payload("depth", version) | {"asks": [["1.0", "1"]]}
    async with speaking(version, depth=crossed) as (adapter, _):
        with pytest.raises(MalformedReply, match="crossed"):
            await adapter.book(BTC, 15)


@BOTH
async def test_candles_and_older_ones(version):
    async with speaking(version) as (adapter, venue):
        bars = await adapter.candles(BTC, Interval.M1, 3)
        assert [bar.open_ms for bar in bars] == [1765423320000, 1765423380000, 1765423440000]
        older = await adapter.older_candles(BTC, Interval.M1, 1765423380000)
        assert [bar.open_ms for bar in older] == [1765423320000]
        assert venue.requests[-1].url.params["endTime"] == "1765423379999"
        assert "startTime" not in venue.requests[-1].url.params


@BOTH
async def test_funding_now_and_before(version):
    async with speaking(version) as (adapter, _):
        funding = await adapter.funding(BTC)
        assert (funding.rate, funding.next_ms, funding.interval_min) == (Decimal("-0.0000125"), 1765440000000, 480)
        settled = await adapter.funding_history(BTC, 5)
    assert [(each.rate, each.ts_event_ms) for each in settled] == [
        (Decimal("-0.00005"), 1765382400000),
        (Decimal("0.0001"), 1765411200000),
    ]


@pytest.mark.parametrize(
    ("version", "name", "question"),
    [
        ("v2", "open_interest", lambda adapter: adapter.open_interest(ETH)),
        ("v2", "settings", lambda adapter: adapter.leverage(ETH)),
        ("v3", "ticker_24hr", lambda adapter: adapter.ticker(ETH)),
        ("v3", "premiumIndex", lambda adapter: adapter.funding(ETH)),
        ("v3", "symbolConfig", lambda adapter: adapter.leverage(DOGE)),
        ("v3", "exchangeInfo", lambda adapter: adapter.instruments()),
        ("v3", "klines", lambda adapter: adapter.candles(BTC, Interval.M1, 3)),
        ("v3", "balance", lambda adapter: adapter.balance()),
    ],
)
async def test_answers_that_do_not_hold_what_was_asked(version, name, question):
    other = {"exchangeInfo": {}, "klines": {}, "balance": []}.get(name, payload(name, version))
    async with speaking(version, **{name: other}) as (adapter, _):
        with pytest.raises(MalformedReply):
            await question(adapter)


@BOTH
async def test_what_can_be_watched_is_put_into_the_dialects_words(version):
    async with speaking(version) as (adapter, _):
        adapter.watch_candles(frozenset({(BTC, Interval.H4)}))
        adapter.watch_trades(frozenset({ETH}))
        adapter.watch_deep_books(frozenset({DOGE}))
        wishes = adapter._wishes
        for watch in (adapter.watch_trades, adapter.watch_deep_books):
            with pytest.raises(RequestRejected):
                watch(frozenset({perpetual("TRX")}))
    expected = {
        "v2": ({("cmt_btcusdt", "HOUR_4")}, {"cmt_ethusdt"}, {"cmt_dogeusdt"}),
        "v3": ({("BTCUSDT", "4h")}, {"ETHUSDT"}, {"DOGEUSDT"}),
    }
    assert (wishes.bars, wishes.tapes, wishes.deep) == expected[version]


@pytest.mark.parametrize(
    ("read", "word"),
    [
        (words.stream_interval, "MINUTE_2"),
        (words.position_side_of, "BOTH"),
        (words.side_of, "HOLD"),
        (words.margin_mode_of, "PORTFOLIO"),
    ],
)
async def test_words_that_must_not_be_guessed(read, word):
    with pytest.raises(MalformedReply):
        read(word)


# -- account ------------------------------------------------------------------


@pytest.mark.parametrize(("version", "name", "key"), [("v2", "assets", "coinName"), ("v3", "balance", "asset")])
async def test_other_coins_come_before_the_margin_coin(version, name, key):
    (row,) = payload(name, version)
    async with speaking(version, **{name: [row | {key: "BTC"}, row]}) as (adapter, _):
        assert (await adapter.balance()).equity == Decimal("5696.49288823")
    async with speaking(version, **{name: [row | {key: "BTC"}]}) as (adapter, _):
        with pytest.raises(MalformedReply, match="USDT"):
            await adapter.balance()


@BOTH
async def test_balance_and_positions(version):
    async with speaking(version) as (adapter, _):
        balance = await adapter.balance()
        long, short = await adapter.positions()
    assert (balance.equity, balance.available) == (Decimal("5696.49288823"), Decimal("5413.06877369"))
    assert (balance.frozen, balance.unrealized_pnl) == (Decimal("81.28240000"), Decimal("-34.55300000"))
    assert (long.side, long.entry_price, long.margin) == (PositionSide.LONG, Decimal("90012.25"), Decimal("9.00"))
    assert (long.liquidation_price, long.leverage) == (None, 20)
    assert (short.instrument_id, short.margin, short.liquidation_price) == (ETH, Decimal(300), Decimal("3580.25"))


@BOTH
@pytest.mark.parametrize(("instrument_id", "mode"), [(BTC, MarginMode.CROSS), (ETH, MarginMode.ISOLATED)])
async def test_margin_mode(version, instrument_id, mode):
    async with speaking(version) as (adapter, _):
        assert await adapter.margin_mode(instrument_id) is mode


@pytest.mark.parametrize(
    ("version", "body"),
    [
        ("v2", {"symbol": "cmt_dogeusdt", "marginMode": 3, "separatedMode": 1}),
        ("v3", {"symbol": "DOGEUSDT", "marginType": "ISOLATED", "separatedType": "COMBINED"}),
    ],
)
async def test_margin_mode_is_set_when_flat(version, body):
    async with speaking(version) as (adapter, venue):
        await adapter.set_margin_mode(DOGE, MarginMode.ISOLATED)
        assert sent(venue.requests[-1])[2] == body


async def test_v3_leverage_goes_into_the_present_mode_and_its_echo_is_checked():
    async with speaking("v3") as (adapter, venue):
        await adapter.set_leverage(BTC, 5)
        assert sent(venue.requests[-1])[2] == {"symbol": "BTCUSDT", "marginType": "CROSSED", "crossLeverage": "5"}
        with pytest.raises(OutcomeUnknown, match="another leverage"):
            await adapter.set_leverage(BTC, 6)
    echo = {"symbol": "ETHUSDT", "isolatedLongLeverage": 7, "isolatedShortLeverage": "7.00"}
    async with speaking("v3", leverage=echo) as (adapter, venue):
        await adapter.set_leverage(ETH, 7)
        assert sent(venue.requests[-1])[2] == {
            "symbol": "ETHUSDT",
            "marginType": "ISOLATED",
            "isolatedLongLeverage": "7",
            "isolatedShortLeverage": "7",
        }


@BOTH
async def test_income(version):
    async with speaking(version) as (adapter, venue):
        deposit, funding = await adapter.income(None, 0)
        assert (deposit.kind, deposit.amount, deposit.instrument_id) == (IncomeKind.TRANSFER, Decimal(1000), None)
        assert (funding.kind, funding.amount, funding.instrument_id) == (
            IncomeKind.FUNDING,
            Decimal("0.08266646"),
            BTC,
        )
        assert (funding.income_id, funding.detail, funding.fee) == ("686960019383517338", "position_funding", 0)
        await adapter.income(BTC, 0)
        method, _, body = sent(venue.requests[-1])
    assert method == "POST"
    assert {"startTime", "endTime", "symbol"} <= set(body)
    assert "USDT" in body.values()


async def test_v3_income_times_are_a_pair_within_100_days():
    async with speaking("v3") as (adapter, venue):
        await adapter.income(None, 0)
        body = sent(venue.requests[-1])[2]
    assert 0 < body["endTime"] - body["startTime"] <= 100 * 86_400_000
