"""A start trains at once on what earlier runs kept, and keeps what it has loaded."""

import asyncio

import pytest

from helpers.builders import make_candles, make_decision
from helpers.fake_clock import settle
from helpers.fake_world import World
from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.errors import StorageError
from terminal.domain.market import Interval

pytestmark = pytest.mark.asyncio
SERVED = 59  # closed bars the fake venue serves
KEPT = 300


class Store:
    def __init__(self, files=None, fault=None):
        self.files = dict(files or {})
        self.fault = fault

    def read(self, instrument_id, _interval, newest):
        if self.fault is not None:
            raise self.fault
        return self.files.get(instrument_id, ())[-newest:]

    def write(self, instrument_id, _interval, bars):
        if self.fault is not None:
            raise self.fault
        self.files[instrument_id] = bars


@pytest.fixture(autouse=True)
def threads_at_once(monkeypatch):
    """Virtual time does not wait for real threads."""

    async def at_once(call, *given):
        return call(*given)

    monkeypatch.setattr(asyncio, "to_thread", at_once)


def kept(world, price=60_000.0):
    bars = [bar for bar in make_candles(world.clock.now_ms(), KEPT + 1, Interval.M15, price) if bar.closed]
    return dict.fromkeys(ALLOWED_INSTRUMENTS, tuple(bars))


def trained_on(world):
    return {len(bars) for _, bars in world.worker.trainings[0].series}


async def test_the_first_fit_is_made_on_kept_bars_too():
    store = Store()
    world = World(make_decision(), candles=store)
    store.files = kept(world)
    await world.start()
    assert trained_on(world) == {KEPT}
    await world.proposed()
    assert {len(view.candles) for view in world.worker.snapshots[0].views} == {KEPT}
    await world.close()


async def test_without_kept_bars_it_is_made_on_the_venue_s_and_they_are_kept():
    store = Store()
    world = World(make_decision(), candles=store)
    await world.start()
    await settle()
    assert trained_on(world) == {SERVED}
    assert {len(bars) for bars in store.files.values()} == {SERVED}
    assert set(store.files) == set(ALLOWED_INSTRUMENTS)
    await world.close()


async def test_bars_of_another_history_are_not_trained_on():
    store = Store()
    world = World(make_decision(), candles=store)
    store.files = kept(world, price=59_000.0)
    await world.start()
    await settle()
    assert trained_on(world) == {SERVED}
    assert {len(bars) for bars in store.files.values()} == {SERVED}
    await world.close()


async def test_a_store_that_fails_stops_nothing():
    world = World(make_decision(), candles=Store(fault=StorageError("disk full")))
    await world.start()
    await world.proposed()
    assert trained_on(world) == {SERVED}
    await world.close()
