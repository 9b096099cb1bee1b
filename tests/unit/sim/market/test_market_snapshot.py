"""A killed market continues where it stood."""

import json

import numpy as np
import pytest

from terminal.sim.market.candles import MINUTE_MS
from terminal.sim.market.engine import MarketEngine
from terminal.sim.market.pairs import EIGHT_PAIRS
from terminal.sim.market.types import BookSide, BookTif, PriceKind

START = 1_764_000_012_345
NOW = START + 3 * MINUTE_MS + 21_500


@pytest.fixture(scope="module")
def left():
    market = MarketEngine(seed=9, start_ms=START, history_minutes=1_500, step_ms=500)
    market.advance(START + 40_000)
    market.submit("a", "BTC", BookSide.BUY, 5_000, None, BookTif.IOC)
    market.advance(NOW)
    return market


@pytest.fixture
def state(left):
    return json.loads(json.dumps(left.snapshot()))


def test_everything_shown_before_is_shown_again(left, state):
    back = MarketEngine.restore(state, step_ms=500)
    assert back.now_ms == NOW
    for pair in left.pairs:
        for kind in PriceKind:
            for name in ("open_ms", "open", "high", "low", "close", "lots", "quote", "trades"):
                np.testing.assert_array_equal(
                    getattr(back.bars(pair, 1, 5_000, kind=kind), name),
                    getattr(left.bars(pair, 1, 5_000, kind=kind), name),
                )
        assert back.last(pair) == left.last(pair)
        assert back.mark_ticks(pair) == left.mark_ticks(pair)
        assert back.index_ticks(pair) == left.index_ticks(pair)
        assert back.funding_rate(pair) == left.funding_rate(pair)
        assert back.tape(pair, 100) == left.tape(pair, 100)
        assert back.ticker24h(pair) == left.ticker24h(pair)
        assert back.book(pair).best_bid == pytest.approx(left.book(pair).best_bid, rel=2e-4, abs=2)
        assert len(back.book(pair).depth(200)[0]) == 200


def test_prices_go_on_as_if_nothing_happened(state):
    back = MarketEngine.restore(state, step_ms=500)
    whole = MarketEngine(seed=9, start_ms=START, history_minutes=1_500, step_ms=500)
    whole.advance(NOW)
    for market in (back, whole):
        market.advance(NOW + 2 * MINUTE_MS)
    for pair in back.pairs:
        assert back.index_ticks(pair) == whole.index_ticks(pair)
        first = NOW // MINUTE_MS
        later = [market.candles(pair).minutes(first)[4].tolist() for market in (back, whole)]
        assert later[0] == later[1]  # volume, the interrupted minute's included
        ids = [p.trade_id for p in back.tape(pair, 1_000)]
        assert len(ids) == len(set(ids))


def test_old_bars_do_not_change_over_two_restarts(left, state):
    back = MarketEngine.restore(state, step_ms=500)
    back.advance(NOW + MINUTE_MS)
    again = MarketEngine.restore(json.loads(json.dumps(back.snapshot())), step_ms=500)
    again.advance(NOW + 5 * 3_600_000)
    for pair in left.pairs:
        shown = left.bars(pair, 1, 5_000)
        now = again.bars(pair, 1, 5_000)
        old = np.isin(now.open_ms, shown.open_ms[:-1])
        np.testing.assert_array_equal(now.close[old], shown.close[:-1])
        np.testing.assert_array_equal(now.lots[old], shown.lots[:-1])
        assert (now.open[1:] == now.close[:-1]).all()


def test_resting_orders_are_taken_up_without_trading(state):
    back = MarketEngine.restore(state, step_ms=500)
    ask = back.book("BTC").best_ask
    back.resume("bid", "BTC", BookSide.BUY, 10, ask + 2)
    assert back.book("BTC").resting("bid") == 10
    assert back.book("BTC").best_bid == ask + 2 < back.book("BTC").best_ask
    with pytest.raises(ValueError, match="would meet"):
        back.resume("offer", "BTC", BookSide.SELL, 10, ask + 2)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda s: s.update(format=99), "another version"),
        (lambda s: s.pop("levels"), "incomplete"),
        (lambda s: s["pairs"][0].pop("tape"), "incomplete"),
        (lambda s: s["pairs"][0].update(tick="5"), "other pairs"),
        (lambda s: s["pairs"][0]["traded"].update(closed="%%%"), "cannot be read"),
        (lambda s: s["pairs"][0]["traded"].update(forming=[1, 2]), "values"),
    ],
)
def test_damaged_states_are_refused_in_plain_words(state, damage, words):
    damage(state)
    with pytest.raises(ValueError, match=words):
        MarketEngine.restore(state)


def test_other_pairs_are_refused(state):
    with pytest.raises(ValueError, match="other pairs"):
        MarketEngine.restore(state, specs=EIGHT_PAIRS[:3])
