"""Public data: what every venue and dialect must give."""

from itertools import pairwise

import pytest
from conformance_kit import BTC, DOGE, ETH
from speakers import needs

from helpers.event_sink import Events, running
from terminal.domain.market import CandleUpdate, Interval, OrderBook, PublicTrade, StreamState, Ticker

pytestmark = pytest.mark.asyncio


async def test_clock(desk):
    await desk.adapter.sync_clock()
    health = desk.adapter.health()
    assert health.clock_offset_ms is not None
    assert health.clock_error_ms is not None  # nothing opens without it
    assert health.latency_ms > 0


async def test_instruments(desk):
    rules = {each.instrument_id: each for each in await desk.adapter.instruments()}
    assert set(rules) == set(desk.speaker.listed)
    if desk.speaker.has("weex"):
        assert str(rules[BTC].size_step) == "0.0001"
        assert rules[DOGE].size_step == 100
    for each in rules.values():
        assert each.price_step > 0
        assert each.size_step <= each.min_size < each.max_size
        assert 0 <= each.maker_fee <= each.taker_fee < 1
        assert 0 < each.buy_limit_ratio <= 1


@pytest.mark.parametrize("interval", [Interval.M1, Interval.H1, Interval.D1])
async def test_candles_and_older_pages_join_without_a_gap(desk, interval):
    newest = await desk.adapter.candles(BTC, interval, 20)
    assert [bar.closed for bar in newest] == [True] * 19 + [False]
    older = await desk.adapter.older_candles(BTC, interval, newest[0].open_ms)
    joined = [*older, *newest]
    assert len(older) > 10
    assert all(later.open_ms - earlier.open_ms == interval.ms for earlier, later in pairwise(joined))
    assert all(bar.low <= min(bar.open, bar.close) <= max(bar.open, bar.close) <= bar.high for bar in joined)


async def test_no_bars_before_the_first(desk):
    assert await desk.adapter.older_candles(BTC, Interval.D1, 86_400_000) == ()


async def test_ticker(desk):
    ticker = await desk.adapter.ticker(ETH)
    assert ticker.instrument_id == ETH
    assert ticker.last > 0
    assert ticker.mark is None if desk.speaker.able.is_spot else abs(ticker.mark / ticker.last - 1) < 0.05


@needs("day figures")
async def test_ticker_tells_of_the_day(desk):
    ticker = await desk.adapter.ticker(ETH)
    assert ticker.low_24h <= ticker.last <= ticker.high_24h
    assert ticker.base_volume_24h < ticker.quote_volume_24h  # ETH costs more than one dollar
    assert abs(ticker.change_24h) < 1


@needs("weex")
@pytest.mark.parametrize(("asked", "given"), [(5, 15), (15, 15), (50, 200)])
async def test_book_once(desk, asked, given):
    book = await desk.adapter.book(BTC, asked)
    assert len(book.bids) == len(book.asks) == given
    assert book.best_bid.price < book.best_ask.price
    assert all(upper.price > lower.price for upper, lower in pairwise(book.bids))
    assert all(lower.price < upper.price for lower, upper in pairwise(book.asks))


async def test_book_once_holds_what_was_asked_for(desk):
    book = await desk.adapter.book(BTC, 5)
    assert min(len(book.bids), len(book.asks)) >= 5
    assert book.synchronised
    assert book.best_bid.price < book.best_ask.price
    assert all(upper.price > lower.price for upper, lower in pairwise(book.bids))
    assert all(lower.price < upper.price for lower, upper in pairwise(book.asks))


async def test_tape_once(desk):
    trades = await desk.adapter.recent_trades(BTC, 50)
    assert 0 < len(trades) <= 50
    assert all(earlier.ts_event_ms <= later.ts_event_ms for earlier, later in pairwise(trades))
    ids = [trade.trade_id for trade in trades if trade.trade_id]  # some venues name no print
    assert len(set(ids)) == len(ids)


@needs("weex")
async def test_funding_and_open_interest(desk):
    funding = await desk.adapter.funding(BTC)
    assert funding.interval_min == 480
    assert funding.next_ms % (8 * 3_600_000) == 0
    settled = await desk.adapter.funding_history(BTC, 3)
    assert len(settled) == 3
    assert all(later.ts_event_ms > earlier.ts_event_ms for earlier, later in pairwise(settled))
    assert settled[-1].ts_event_ms < funding.next_ms
    assert (await desk.adapter.open_interest(BTC)).base_size > 0


@needs("perpetual")
async def test_funding_of_a_perpetual(desk):
    funding = await desk.adapter.funding(BTC)
    assert abs(funding.rate) < 1
    assert funding.interval_min > 0
    assert funding.next_ms > desk.clock.now_ms() - 60_000
    assert (await desk.adapter.open_interest(BTC)).base_size > 0


async def test_stream_of_tickers_books_bars_and_tape(desk):
    events = Events()
    desk.adapter.watch_candles(frozenset({(BTC, Interval.M1)}))
    desk.adapter.watch_trades(frozenset({BTC}))
    async with running(desk.adapter.run_public((BTC, ETH), events)):
        await events.wait(lambda: len(events.of(OrderBook)) >= 20)
        for instrument_id in (BTC, ETH):
            ticker = await events.first(Ticker, lambda event, wanted=instrument_id: event.instrument_id == wanted)
            assert ticker.last > 0
        await events.first(CandleUpdate, lambda event: event.candle.closed)
        trade = await events.first(PublicTrade)
        assert trade.instrument_id == BTC
        assert {(state.name, state.connected) for state in events.of(StreamState)} == {("public", True)}
        books = [book for book in events.of(OrderBook) if book.instrument_id == BTC]
    assert all(book.synchronised and book.best_bid.price < book.best_ask.price for book in books)
    assert all(earlier.version < later.version for earlier, later in pairwise(books))
    assert all(len(book.bids) <= 15 for book in books) or not desk.speaker.has("weex")


@needs("book changes")
async def test_a_lost_change_shows_and_the_book_recovers(desk):
    events = Events()
    async with running(desk.adapter.run_public((BTC,), events)):
        await events.first(OrderBook, lambda book: book.synchronised)
        desk.exchange.fault(kind="depth_gap", path=desk.speaker.book_topic, count=1)
        await events.first(OrderBook, lambda book: not book.synchronised)
        broken = len(events.of(OrderBook))
        await events.wait(lambda: any(book.synchronised for book in events.of(OrderBook)[broken:]))
        assert all(state.connected for state in events.of(StreamState))


@needs("weex")
async def test_a_deep_book_on_request_and_back(desk):
    events = Events()
    async with running(desk.adapter.run_public((BTC,), events)):
        await events.first(OrderBook)
        desk.adapter.watch_deep_books(frozenset({BTC}))
        await events.first(OrderBook, lambda book: book.synchronised and len(book.bids) > 150)
        desk.adapter.watch_deep_books(frozenset())
        deep = len(events.of(OrderBook))
        await events.wait(lambda: any(len(book.bids) == 15 for book in events.of(OrderBook)[deep:]))
