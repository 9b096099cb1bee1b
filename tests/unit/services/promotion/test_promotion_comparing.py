"""The comparison of a record is made once for its whole days, elsewhere, and belongs to that record alone."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from helpers.builders import BTC
from terminal.domain.comparison import Comparison, NotCompared
from terminal.domain.market import Interval
from terminal.services.promotion.against import NOT_YET
from terminal.services.promotion.comparing import NO_EQUITY, NO_RESULTS, NOBODY, TRY_AGAIN_S, Comparer
from terminal.services.promotion.statistic import DAY_MS

NOW = 20_000 * DAY_MS + 5_000
FOUND = Comparison(20.0, 8.0, 0.99, 1_000, 3.0, ())


class Asked:
    """Answers what it is told to, and keeps what it was asked."""

    def __init__(self, *answers):
        self.answers, self.requests = list(answers), []

    async def compare(self, request):
        self.requests.append(request)
        return self.answers.pop(0)


class Clock:
    def __init__(self):
        self.ms, self.s = NOW, 100.0

    def now_ms(self):
        return self.ms

    def monotonic_s(self):
        return self.s


def facts(equity=1_000):
    hub = SimpleNamespace(
        instruments={BTC: SimpleNamespace(taker_fee="0.0008")},
        interval=Interval.M15,
        series=lambda _name: SimpleNamespace(closed=("bars",)),
    )
    return SimpleNamespace(hub=hub, clock=Clock(), portfolio=SimpleNamespace(live_equity=lambda: equity))


def comparer(*answers, equity=1_000):
    known = facts(equity)
    made = Comparer(known, known.clock.now_ms)
    made.baselines = Asked(*answers)
    return made


def results(*days_ago):
    return tuple(SimpleNamespace(ended_ms=NOW - days * DAY_MS) for days in days_ago)


pytestmark = pytest.mark.asyncio


async def test_whole_days_are_asked_about_once():
    made = comparer(FOUND)
    record = results(2, 1, 0)
    assert made.known("s", record) == NOT_YET
    await made.look("s", record)
    await made.look("s", record)
    (asked,) = made.baselines.requests
    assert asked.results == record[:2]  # today is not over
    assert (asked.until_ms, asked.taker_fee, asked.newest) == (20_000 * DAY_MS, 0.0008, ((BTC, ("bars",)),))
    assert made.known("s", record) == FOUND
    assert made.known("s", (*record, *results(0))) == FOUND  # today's decisions change nothing yet


async def test_it_belongs_to_this_record_and_this_day_alone():
    made = comparer(FOUND, replace(FOUND, own_bp=1.0))
    record = results(2, 1)
    await made.look("s", record)
    assert made.known("another", record) == NOT_YET
    assert made.known("s", results(2, 1.5, 1)) == NOT_YET
    made._facts.clock.ms += DAY_MS
    assert made.known("s", record) == NOT_YET
    await made.look("s", record)
    assert made.known("s", record).own_bp == 1.0


async def test_what_was_missing_is_tried_again_after_a_while():
    missing = NotCompared("96 recorded bars of ETH are missing")
    made = comparer(missing, FOUND)
    record = results(1)
    await made.look("s", record)
    await made.look("s", record)
    assert made.known("s", record) == missing
    made._facts.clock.s += TRY_AGAIN_S
    await made.look("s", record)
    assert made.known("s", record) == FOUND


@pytest.mark.parametrize(
    ("record", "equity", "why"),
    [((), 1_000, NO_RESULTS), (results(0), 1_000, NO_RESULTS), (results(1), None, NO_EQUITY)],
)
async def test_without_results_or_equity_nobody_is_asked(record, equity, why):
    made = comparer(equity=equity)
    await made.look("s", record)
    assert made.known("s", record) == why
    assert made.baselines.requests == []


async def test_without_recorded_prices_it_stays_unknown():
    known = facts()
    made = Comparer(known, known.clock.now_ms)
    await made.look("s", results(1))
    assert made.known("s", results(1)) == NOBODY
