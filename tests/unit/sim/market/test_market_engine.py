"""The whole market: one source of truth, reproducible, alive, and tradable."""

import numpy as np
import pytest

from terminal.sim.market.candles import MINUTE_MS
from terminal.sim.market.engine import MarketEngine
from terminal.sim.market.history import CLOSE, HIGH, LOTS, LOW, minute_bars
from terminal.sim.market.pairs import EIGHT_PAIRS
from terminal.sim.market.process import MarketProcess
from terminal.sim.market.reference import FUNDING_MS
from terminal.sim.market.types import BookSide, BookTif, Execution, FundingDue, PriceKind, Print

BUY, SELL = BookSide.BUY, BookSide.SELL
START = 1_764_000_012_345
PAIRS = [spec.base for spec in EIGHT_PAIRS]


def engine(seed=7, **more) -> MarketEngine:
    return MarketEngine(**{"seed": seed, "start_ms": START, "history_minutes": 2_000, "step_ms": 1_000, **more})


def prints_of(events, pair):
    return [event for event in events if isinstance(event, Print) and event.pair == pair]


def everything(market):
    """All that can be read, as comparable values."""
    return [
        (
            market.bars(pair, 1, 5_000).close.tobytes(),
            market.candles(pair).forming,
            market.book(pair).depth(250),
            market.tape(pair, 50),
            market.last(pair),
            market.mark_ticks(pair),
            market.index_ticks(pair),
            market.funding_rate(pair),
            market.open_interest(pair),
        )
        for pair in market.pairs
    ]


@pytest.fixture(scope="module")
def watched():
    """A market and all it told over about four minutes in real-time steps."""
    market = engine(step_ms=250)
    told = []
    for tick in range(1, 241):
        told += market.advance(START + tick * 1_000)
    return market, told


def test_default_history_holds_5000_quarter_hours():
    market = MarketEngine(seed=1, start_ms=START)
    for pair in market.pairs:
        assert len(market.bars(pair, 15, 5_000)) == 5_000
    assert market.pairs == ("BTC", "ETH", "SOL", "DOGE", "XRP", "ADA", "BNB", "LTC")


def test_start_is_near_the_table_and_already_traded():
    market = engine()
    for spec in EIGHT_PAIRS:
        assert market.last(spec.base) * float(spec.tick) == pytest.approx(spec.start_price, rel=0.02)
        assert len(market.tape(spec.base, 1_000)) > 20
        assert market.tape(spec.base, 1)[0].time_ms <= START


def test_candles_contain_every_print_and_a_minutes_tape_is_its_volume(watched):
    market, told = watched
    first = START // MINUTE_MS + 1
    for pair in PAIRS:
        bars = market.bars(pair, 1, 4)
        for minute in range(first, first + 3):
            column = list(bars.open_ms).index(minute * MINUTE_MS)
            tape = [p for p in prints_of(told, pair) if p.time_ms // MINUTE_MS == minute]
            prices = [p.price_ticks for p in tape]
            assert bars.lots[column] == sum(p.lots for p in tape)
            assert bars.quote[column] == sum(p.lots * p.price_ticks for p in tape)
            assert bars.trades[column] == len(tape)
            assert bars.buy_lots[column] == sum(p.lots for p in tape if p.taker_side is BUY)
            assert bars.low[column] <= min(prices)
            assert bars.high[column] >= max(prices)
            assert bars.close[column] == prices[-1]


def test_last_price_tape_candle_and_ticker_agree_at_every_instant():
    market = engine(step_ms=250)
    for tick in range(1, 80):
        market.advance(START + tick * 1_000)
        if tick % 7 == 0:
            market.submit(f"o{tick}", "SOL", BUY if tick % 2 else SELL, 40, None, BookTif.IOC)
        for pair in PAIRS:
            last = market.last(pair)
            assert market.tape(pair, 1)[-1].price_ticks == last
            assert market.bars(pair, 1, 1).close[-1] == last
            assert market.bars(pair, 240, 1).close[-1] == last
            assert market.ticker24h(pair).close_ticks == last
            assert market.bars(pair, 1, 1, kind=PriceKind.MARK).close[-1] == market.mark_ticks(pair)
            assert market.bars(pair, 1, 1, kind=PriceKind.INDEX).close[-1] == market.index_ticks(pair)


def test_each_pair_prints_a_few_trades_a_second_and_quotes_move(watched):
    market, told = watched
    for pair in PAIRS:
        assert 0.7 < len(prints_of(told, pair)) / 240 < 9.0
    touches = set()
    for tick in range(241, 281):
        market.advance(START + tick * 1_000)
        touches.add((market.book("BTC").best_bid, market.book("BTC").best_ask))
    assert len(touches) > 20


def test_tape_is_in_order_of_time_with_unique_ids(watched):
    _, told = watched
    ids = [event.trade_id for event in told if isinstance(event, Print)]
    assert len(ids) == len(set(ids))
    for pair in PAIRS:
        times = [p.time_ms for p in prints_of(told, pair)]
        assert times == sorted(times)


def test_books_are_deep_and_move(watched):
    market, _ = watched
    before = {pair: market.book(pair).version for pair in PAIRS}
    market.advance(market.now_ms + 1_000)
    for pair in PAIRS:
        assert market.book(pair).version > before[pair]
        bids, asks = market.book(pair).depth(200)
        assert len(bids) == len(asks) == 200
        assert bids[0][0] < asks[0][0]


def test_mark_and_index_stay_near_the_price(watched):
    market, _ = watched
    for pair in PAIRS:
        assert market.index_ticks(pair) == pytest.approx(market.last(pair), rel=0.003)
        assert market.mark_ticks(pair) == pytest.approx(market.last(pair), rel=0.003)


def test_same_seed_and_any_call_pattern_give_the_same_market():
    often, seldom = engine(), engine()
    told_often = []
    for tick in range(1, 601):
        told_often += often.advance(START + tick * 200)
    told_seldom = seldom.advance(START + 47_111) + seldom.advance(START + 120_000)
    assert told_often == told_seldom
    assert everything(often) == everything(seldom)


def test_another_seed_gives_another_market():
    assert everything(engine(7)) != everything(engine(8))


def test_an_accounts_order_does_not_change_the_markets_future():
    calm, disturbed = engine(), engine()
    disturbed.submit("a", "BTC", BUY, 20_000, None, BookTif.IOC)
    assert disturbed.last("BTC") > calm.last("BTC")
    for market in (calm, disturbed):
        market.advance(START + 300_000)
    assert disturbed.index_ticks("BTC") == calm.index_ticks("BTC")
    assert disturbed.last("BTC") == pytest.approx(calm.last("BTC"), rel=1e-4)
    for pair in PAIRS[1:]:
        assert disturbed.book(pair).depth(250) == calm.book(pair).depth(250)
        np.testing.assert_array_equal(disturbed.bars(pair, 1, 50).quote, calm.bars(pair, 1, 50).quote)


@pytest.mark.parametrize("step_ms", [250, 5_000])
def test_volume_and_volatility_do_not_depend_on_the_step(step_ms):
    minutes = 10 if step_ms == 250 else 60
    market = engine(step_ms=step_ms)
    for block in range(1, minutes // 5 + 1):
        market.advance(START + block * 5 * MINUTE_MS)
    first = START // MINUTE_MS - 2
    draws = MarketProcess(7, EIGHT_PAIRS, 1.0).minutes(first, minutes)
    meant, _ = minute_bars(draws, np.log([spec.start_price for spec in EIGHT_PAIRS]), EIGHT_PAIRS)
    for row, pair in enumerate(PAIRS):
        made = market.candles(pair).minutes(first)[:, :minutes]
        np.testing.assert_array_equal(made[LOTS], meant[row, LOTS])
        moves = [np.diff(np.log(bars[CLOSE])).std() for bars in (made, meant[row])]
        ranges = [np.log(bars[HIGH] / bars[LOW]).mean() for bars in (made, meant[row])]
        assert 0.85 < moves[0] / moves[1] < 1.15
        assert 0.7 < ranges[0] / ranges[1] < 1.4


def test_no_seam_between_history_and_live(watched):
    market, _ = watched
    for pair in PAIRS:
        bars = market.bars(pair, 1, 400)
        assert (bars.open[1:] == bars.close[:-1]).all()
        size = np.abs(np.diff(np.log(bars.close.astype(float))))
        seam = list(bars.open_ms).index((START // MINUTE_MS - 2) * MINUTE_MS)
        assert size[seam - 1] < size.max() + 1e-12
        assert size[seam - 1] < 8 * size.mean()


def test_resting_order_is_filled_by_strangers_in_parts_or_whole():
    market = engine(step_ms=250)
    book = market.book("BTC")
    result = market.submit("own", "BTC", BUY, 900, book.best_ask - 1, BookTif.POST_ONLY)
    assert result.resting_lots == 900
    fills = []
    for tick in range(1, 300):
        fills += [e for e in market.advance(START + tick * 1_000) if isinstance(e, Execution)]
        assert sum(f.lots for f in fills) + book.resting("own") == 900
        if not book.resting("own"):
            break
    assert sum(f.lots for f in fills) == 900
    assert all(f.is_maker and f.order_id == "own" and f.side is BUY and f.pair == "BTC" for f in fills)
    assert {f.trade_id for f in fills} <= {p.trade_id for p in market.tape("BTC", 1_000)}


def test_submit_executes_at_the_book_and_its_prints_come_with_the_next_advance():
    market = engine()
    market.advance(START + 500)
    bids, _ = market.book("ETH").depth(5)
    volume = market.ticker24h("ETH").lots
    wanted = bids[0][1] + bids[1][1] + 1
    result = market.submit("own", "ETH", SELL, wanted, None, BookTif.IOC)
    assert [(x.price_ticks, x.lots) for x in result.executions] == [bids[0], bids[1], (bids[2][0], 1)]
    assert all(not x.is_maker and x.side is SELL and x.time_ms == START + 500 for x in result.executions)
    assert market.ticker24h("ETH").lots == volume + wanted
    told = prints_of(market.advance(START + 500), "ETH")
    assert [p.trade_id for p in told] == [x.trade_id for x in result.executions]
    assert market.advance(START + 500) == []


def test_two_accounts_orders_meet_and_both_are_told():
    market = engine()
    book = market.book("BTC")
    price = book.best_bid
    for level in book.prices_through(BUY, price):
        book.remove_strangers(BUY, level)
    market.submit("maker", "BTC", BUY, 5, price, BookTif.GTC)
    result = market.submit("taker", "BTC", SELL, 3, price, BookTif.GTC)
    assert [(x.order_id, x.is_maker, x.lots) for x in result.executions] == [("maker", True, 3), ("taker", False, 3)]
    assert len({x.trade_id for x in result.executions}) == 1
    assert market.reduce("maker", 1) == 1
    assert market.cancel("maker") == 1
    assert market.cancel("maker") == 0


def test_big_order_moves_the_price_and_it_comes_back():
    market = engine(step_ms=250)
    _, asks = market.book("LTC").depth(30)
    before = market.book("LTC").best_ask
    market.submit("big", "LTC", BUY, sum(lots for _, lots in asks), None, BookTif.IOC)
    market.advance(START + 500)
    assert market.book("LTC").best_ask > before + 8
    market.advance(START + 240_000)
    fair = market.index_ticks("LTC")
    assert market.book("LTC").best_ask == pytest.approx(fair, rel=0.001)


def test_funding_is_told_at_the_settlement_and_listed_afterwards():
    settlement = START // FUNDING_MS * FUNDING_MS + FUNDING_MS
    market = engine(start_ms=settlement - 30_000)
    assert market.next_funding_ms == settlement
    told = [e for e in market.advance(settlement) if isinstance(e, FundingDue)]
    assert [due.pair for due in told] == PAIRS
    for due in told:
        assert due.time_ms == settlement
        assert market.funding_history(due.pair, 3)[0] == due
        assert due.mark_ticks == pytest.approx(market.last(due.pair), rel=0.003)
    assert market.next_funding_ms == settlement + FUNDING_MS
    times = [due.time_ms for due in market.funding_history("BTC", 3)]
    assert times == [settlement - k * FUNDING_MS for k in range(3)]


def test_long_gap_is_crossed_with_fills_funding_and_no_seam():
    market = engine()
    market.advance(START + 30_000)
    before = {pair: market.bars(pair, 1, 500) for pair in PAIRS}
    low = market.book("BTC").best_bid
    market.submit("near", "BTC", BUY, 50, low - 30, BookTif.GTC)
    market.submit("far", "BTC", BUY, 50, low // 2, BookTif.GTC)
    end = START + 20 * 3_600_000
    told = market.advance(end)
    assert [event.time_ms for event in told] == sorted(event.time_ms for event in told)
    fills = [e for e in told if isinstance(e, Execution)]
    assert [(f.order_id, f.price_ticks, f.lots, f.is_maker) for f in fills] == [("near", low - 30, 50, True)]
    minute = fills[0].time_ms // MINUTE_MS * MINUTE_MS
    bars = market.bars("BTC", 1, 2_000)
    column = list(bars.open_ms).index(minute)
    assert bars.low[column] <= low - 30 <= bars.high[column]
    assert market.book("BTC").resting("far") == 50
    dues = [e for e in told if isinstance(e, FundingDue)]
    assert len(dues) == 8 * (end // FUNDING_MS - START // FUNDING_MS)
    for pair in PAIRS:
        bars = market.bars(pair, 1, 2_000)
        assert (np.diff(bars.open_ms) == MINUTE_MS).all()
        assert bars.open_ms[-1] == end // MINUTE_MS * MINUTE_MS
        assert (bars.open[1:] == bars.close[:-1]).all()
        kept = bars.close[np.isin(bars.open_ms, before[pair].open_ms[:-1])]
        np.testing.assert_array_equal(kept, before[pair].close[:-1])
        assert market.book(pair).best_bid < market.book(pair).best_ask
        assert market.tape(pair, 1)[0].time_ms > end - MINUTE_MS


def test_mark_and_index_candles_reach_back_and_carry_no_volume():
    market = engine()
    market.advance(START + 3 * MINUTE_MS)
    for kind in (PriceKind.MARK, PriceKind.INDEX):
        bars = market.bars("XRP", 1, 5_000, kind=kind)
        traded = market.bars("XRP", 1, 5_000)
        np.testing.assert_array_equal(bars.open_ms, traded.open_ms)
        np.testing.assert_allclose(bars.close, traded.close, rtol=0.003)
        assert (bars.high >= np.maximum(bars.open, bars.close)).all()
        assert (bars.low <= np.minimum(bars.open, bars.close)).all()
        assert bars.lots.sum() == 0
        assert len(market.bars("XRP", 15, 20, kind=kind)) == 20


def test_time_does_not_run_backwards():
    market = engine()
    market.advance(START + 5_000)
    state = everything(market)
    assert market.advance(START) == []
    assert everything(market) == state
    assert market.now_ms == START + 5_000


def test_nonsense_settings_are_refused():
    with pytest.raises(ValueError, match="seed"):
        engine(step_ms=0)
