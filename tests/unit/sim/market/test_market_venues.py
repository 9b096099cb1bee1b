"""One market on several venues: the same moves, a few basis points apart, also when started at other times."""

import json
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from terminal.sim.market.candles import MINUTE_MS
from terminal.sim.market.engine import MarketEngine
from terminal.sim.market.pairs import EIGHT_PAIRS
from terminal.sim.market.process import MarketProcess
from terminal.sim.market.venue_process import VenueProcess

START_MS = 1_765_423_440_000
FINE = tuple(replace(spec, tick=spec.tick / 10, lot=spec.lot / 10) for spec in EIGHT_PAIRS)


def engine(venue="", start_ms=START_MS, specs=EIGHT_PAIRS, anchor_ms=START_MS):
    return MarketEngine(seed=5, start_ms=start_ms, specs=specs, history_minutes=600, venue=venue, anchor_ms=anchor_ms)


def closes(market, pair="BTC", count=500):
    return market.bars(pair, 1, count, START_MS).close * float(market.spec(pair).tick)


def test_the_basis_is_small_and_drifts_and_is_each_venues_own():
    here, there = (VenueProcess(5, EIGHT_PAIRS, 1.0, venue).basis(29_000_000, 3_000) for venue in ("hashkey", "woox"))

    for basis in (here, there):
        assert 5e-5 < np.abs(basis).mean() < 4e-4
        assert np.abs(basis).max() < 2e-3
        assert np.abs(np.diff(basis, axis=1)).max() < 1e-4  # no jump from one minute to the next
    assert abs(np.corrcoef(here.ravel(), there.ravel())[0, 1]) < 0.3


def test_another_venue_shows_the_same_market_with_other_steps():
    shared, venue = closes(engine()), closes(engine("hashkey", specs=FINE))
    apart = venue / shared - 1

    assert 1e-5 < np.abs(apart).mean() < 4e-4
    assert np.abs(apart).max() < 2e-3
    moves = np.diff(np.log(shared)), np.diff(np.log(venue))
    assert np.corrcoef(*moves)[0, 1] > 0.98


@pytest.mark.parametrize("later_ms", [90 * MINUTE_MS, 40 * 24 * 60 * MINUTE_MS, -90 * MINUTE_MS])
def test_a_later_or_earlier_start_stands_on_the_same_prices(later_ms):
    """What an anchor is for: exchanges are started one after the other."""
    process = MarketProcess(5, EIGHT_PAIRS, 1.0)
    started = engine(start_ms=START_MS + later_ms)
    minute = START_MS // MINUTE_MS
    moved = process.since(minute, minute + later_ms // MINUTE_MS)[0]
    expected = EIGHT_PAIRS[0].start_price * np.exp(moved)

    assert float(started.last("BTC") * Decimal("0.1")) == pytest.approx(expected, rel=2e-3)


def test_sums_from_an_anchor_add_up():
    for process in (MarketProcess(5, EIGHT_PAIRS, 1.0), VenueProcess(5, EIGHT_PAIRS, 1.0, "bitz")):
        first, second = process.since(29_000_000, 29_000_700), process.minutes(29_000_700, 300).returns.sum(axis=1)
        assert np.allclose(process.since(29_000_000, 29_001_000), first + second)
    shared = MarketProcess(5, EIGHT_PAIRS, 1.0)
    assert np.allclose(shared.since(29_000_500, 29_000_000), -shared.since(29_000_000, 29_000_500))
    venue = VenueProcess(5, EIGHT_PAIRS, 1.0, "bitz")
    assert np.allclose(
        venue.since(29_000_500, 29_000_000) - shared.since(29_000_500, 29_000_000), venue.basis(29_000_000, 1)[:, 0]
    )


def test_strangers_are_each_venues_own():
    assert engine().book("BTC").depth(5) != engine("hashkey").book("BTC").depth(5)


def test_a_venues_market_survives_a_restart():
    market = engine("hashkey", start_ms=START_MS + 3_600_000)
    market.advance(START_MS + 3_660_000)
    again = MarketEngine.restore(json.loads(json.dumps(market.snapshot())), venue="hashkey")
    until = START_MS + 3_900_000
    before, after = (one.advance(until) and one.bars("ETH", 1, 300, until).close for one in (market, again))

    assert np.array_equal(before[:290], after[:290])
    assert after[-1] == pytest.approx(before[-1], rel=1e-3)


def test_a_state_from_before_there_were_venues_is_still_read():
    old = engine(anchor_ms=None).snapshot()
    del old["anchor_ms"]
    assert MarketEngine.restore(old).last("BTC") > 0
