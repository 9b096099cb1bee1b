"""Comparisons take bars of this run, and kept ones only where they agree; all of it off the caller's thread."""

import threading
from dataclasses import replace

import pytest

from helpers.builders import BTC
from helpers.recorded_prices import BEFORE, hindsight, markets, request
from terminal.domain.comparison import Comparison, NotCompared
from terminal.domain.errors import StorageError
from terminal.runtime.recorded_baselines import RecordedBaselines

pytestmark = pytest.mark.asyncio


class Store:
    """Kept bars by pair; remembers who read and how many were wanted."""

    def __init__(self, bars):
        self.bars, self.asked, self.threads = bars, [], set()

    def read(self, instrument_id, _interval, newest):
        self.asked.append((instrument_id, newest))
        self.threads.add(threading.get_ident())
        if isinstance(self.bars, StorageError):
            raise self.bars
        return self.bars[instrument_id][-newest:]

    def write(self, *_args):
        raise AssertionError


def short(bars, count=150):
    """What a run that began not long ago has: the newest bars."""
    return {name: each[-count:] for name, each in bars.items()}


async def test_bars_of_this_run_are_enough_where_they_reach_back():
    bars, store = markets(), Store({})
    found = await RecordedBaselines(store).compare(request(hindsight(bars), bars))
    assert isinstance(found, Comparison)
    assert store.asked == []


async def test_kept_bars_reach_back_further():
    bars = markets()
    store = Store(bars)
    whole = await RecordedBaselines(Store({})).compare(request(hindsight(bars), bars))
    found = await RecordedBaselines(store).compare(request(hindsight(bars), short(bars)))
    assert found == whole
    assert store.threads.isdisjoint({threading.get_ident()})
    assert all(newest >= len(bars[BTC]) - BEFORE for _, newest in store.asked)


async def test_kept_bars_that_disagree_are_not_used():
    bars = markets()
    wrong = {name: tuple(replace(bar, close=bar.close * 1.01) for bar in each) for name, each in bars.items()}
    found = await RecordedBaselines(Store(wrong)).compare(request(hindsight(bars), short(bars)))
    assert isinstance(found, NotCompared)
    assert "are missing" in found.reason


async def test_kept_bars_that_cannot_be_read_are_said():
    bars = markets()
    store = Store(StorageError("the file is damaged"))
    found = await RecordedBaselines(store).compare(request(hindsight(bars), short(bars)))
    assert found == NotCompared("the kept bars cannot be read: the file is damaged")
