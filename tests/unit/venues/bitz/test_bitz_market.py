"""Market data asked for once."""

from itertools import pairwise

import pytest
from bitz_kit import BTC, DOGE, ETH, bench

from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.errors import MalformedReply
from terminal.domain.market import Interval

pytestmark = pytest.mark.asyncio


async def test_the_eight_and_their_contracts():
    async with bench() as desk:
        rules = {each.instrument_id: each for each in await desk.adapter.instruments()}
        assert set(rules) == set(ALLOWED_INSTRUMENTS)
        assert (str(rules[BTC].size_step), str(rules[BTC].price_step)) == ("0.001", "0.5")
        assert rules[DOGE].size_step == 100
        for each in rules.values():
            assert (each.min_leverage, each.max_leverage) == (1, 20)
            assert 0 < each.size_step <= each.min_size < each.max_size <= each.max_position_size
            assert 0 < each.maker_fee < each.taker_fee < each.buy_limit_ratio < 1


async def test_clock_and_health():
    async with bench() as desk:
        await desk.adapter.sync_clock()
        health = desk.adapter.health()
        assert abs(health.clock_offset_ms) < 5_000
        assert (health.budget_limit, health.too_many) == (50, 0)
        assert 0 < health.latency_ms < 5_000


@pytest.mark.parametrize("interval", [Interval.M1, Interval.M15, Interval.H1])
async def test_bars(interval):
    async with bench() as desk:
        bars = await desk.adapter.candles(BTC, interval, 20)
        assert [bar.closed for bar in bars][-1] is False
        assert all(later.open_ms - earlier.open_ms == interval.ms for earlier, later in pairwise(bars))
        older = await desk.adapter.older_candles(BTC, interval, bars[0].open_ms)
        assert older[-1].open_ms == bars[0].open_ms - interval.ms
        assert all(bar.closed for bar in older)
        assert all(later.open_ms - earlier.open_ms == interval.ms for earlier, later in pairwise(older))
        assert await desk.adapter.older_candles(BTC, interval, 5) == ()


async def test_a_long_history_takes_several_requests():
    async with bench() as desk:
        bars = await desk.adapter.candles(BTC, Interval.M1, 750)
        assert len(bars) == 750
        assert all(later.open_ms - earlier.open_ms == 60_000 for earlier, later in pairwise(bars))
        assert [bar.closed for bar in bars[-2:]] == [True, False]
        few = await desk.adapter.candles(BTC, Interval.H4, 1_000)
        assert 0 < len(few) < 20  # there are no more


async def test_ticker_book_tape_funding_and_interest():
    async with bench() as desk:
        ticker = await desk.adapter.ticker(ETH)
        assert ticker.low_24h <= ticker.last <= ticker.high_24h
        assert ticker.base_volume_24h < ticker.quote_volume_24h
        book = await desk.adapter.book(ETH, 12)
        assert (len(book.bids), len(book.asks)) == (15, 15)
        assert len((await desk.adapter.book(ETH, 200)).bids) == 100
        trades = await desk.adapter.recent_trades(ETH, 40)
        assert len(trades) == 40
        assert all(int(earlier.trade_id) < int(later.trade_id) for earlier, later in pairwise(trades))
        funding = await desk.adapter.funding(ETH)
        assert funding.next_ms > ticker.ts_event_ms
        interest = await desk.adapter.open_interest(ETH)
        assert 0.9 < float(interest.quote_value / interest.base_size / ticker.last) < 1.1


async def test_an_answer_about_something_else():
    async with bench() as desk:
        calls = desk.adapter._desk.calls
        tickers = calls.contract_tickers

        async def other(_contract_id=None):
            return await tickers("102")

        calls.contract_tickers = other
        with pytest.raises(MalformedReply, match="no ticker of BTC"):
            await desk.adapter.ticker(BTC)
