"""Book and tape reach the seat at the pace of the eye, whole, and only while somebody looks."""

import asyncio
from dataclasses import replace

import pytest
import pytest_asyncio

from helpers.builders import BTC, ETH, D, make_book, make_instrument
from helpers.fake_clock import ManualClock, settle
from helpers.fake_feed import FakeFeed
from helpers.fake_journal import MemoryJournal
from terminal.domain.depth import DepthSnapshot, Prints, WatchDepth
from terminal.domain.errors import VenueUnavailable
from terminal.domain.market import BookLevel, PublicTrade, StreamState
from terminal.domain.messages import Notice
from terminal.domain.order import Side
from terminal.services.journal_writer import JournalWriter
from terminal.services.market.depth import PACE_S, DepthDesk, shallow
from terminal.services.reporter import Reporter

pytestmark = pytest.mark.asyncio


class Seat:
    def __init__(self):
        self.clock = ManualClock()
        self.feed = FakeFeed(self.clock, (BTC, ETH))
        self.told = []
        self.tasks = []
        writer = JournalWriter(MemoryJournal(), self.clock, lambda words: None)
        self.desk = DepthDesk(
            self.feed,
            self.clock,
            {each: make_instrument(each) for each in (BTC, ETH)},
            emit=self.told.append,
            reporter=Reporter(self.told.append, writer, self.clock),
            spawn=self._spawn,
        )

    def _spawn(self, work, name):
        self.tasks.append(asyncio.create_task(work, name=name))

    def take(self, kind):
        found = [event for event in self.told if isinstance(event, kind)]
        self.told[:] = [event for event in self.told if not isinstance(event, kind)]
        return found

    async def watch(self, pair=BTC, levels=15):
        self.desk.watch(WatchDepth(pair, levels))
        await settle()


@pytest_asyncio.fixture
async def seat():
    made = Seat()
    yield made
    for task in made.tasks:
        task.cancel()
    await asyncio.gather(*made.tasks, return_exceptions=True)


def trade(number, at_ms=2_000_000_000_000):
    return PublicTrade(BTC, str(number), D("60000.0"), D("0.5"), Side.BUY, at_ms + number)


async def test_nothing_is_asked_or_told_while_nobody_looks(seat):
    seat.desk.hear(make_book())
    seat.desk.hear(trade(1))
    await settle()
    assert (seat.feed.tapes, seat.feed.deep, seat.told, seat.tasks) == (frozenset(), frozenset(), [], [])


async def test_a_look_shows_the_newest_book_at_once(seat):
    seat.desk.hear(make_book(version=3))
    await seat.watch()
    (snapshot,) = seat.take(DepthSnapshot)
    assert (snapshot.version, snapshot.received_s) == (3, seat.clock.now_s)
    assert seat.feed.tapes == {BTC}
    (history,) = seat.take(Prints)
    assert history.whole


async def test_a_hundred_books_are_two_and_the_last_is_the_newest(seat):
    await seat.watch()
    for version in range(100):
        seat.desk.hear(make_book(version=version))
    assert [each.version for each in seat.take(DepthSnapshot)] == [0]  # the first at once
    await seat.clock.advance(PACE_S)
    assert [each.version for each in seat.take(DepthSnapshot)] == [99]
    await seat.clock.advance(1.0)
    assert seat.take(DepthSnapshot) == []
    seat.desk.hear(make_book(version=100))  # after a quiet moment the next one is not kept waiting
    assert [each.version for each in seat.take(DepthSnapshot)] == [100]


async def test_prints_are_gathered_and_none_is_lost(seat):
    await seat.watch()
    seat.take(Prints)
    for number in range(1, 51):
        seat.desk.hear(trade(number))
    await seat.clock.advance(PACE_S)
    batches = seat.take(Prints)
    assert len(batches) == 2
    assert [each.trade_id for batch in batches for each in batch.prints] == [str(number) for number in range(1, 51)]


async def test_prints_of_the_history_come_once(seat):
    known = trade(0, at_ms=seat.clock.now_ms())  # the fake's history ends now
    await seat.watch()
    seat.take(Prints)
    seat.desk.hear(known)
    seat.desk.hear(trade(1, at_ms=seat.clock.now_ms()))
    await seat.clock.advance(PACE_S)
    assert [each.trade_id for batch in seat.take(Prints) for each in batch.prints] == ["1"]


async def test_another_pair_is_another_book(seat):
    await seat.watch()
    await seat.watch(ETH)
    seat.told.clear()
    seat.desk.hear(make_book(BTC))
    seat.desk.hear(trade(1))
    await seat.clock.advance(PACE_S)
    assert seat.told == []
    seat.desk.hear(make_book(ETH))
    assert [each.instrument_id for each in seat.take(DepthSnapshot)] == [ETH]


async def test_switching_to_and_fro_costs_no_subscription(seat):
    calls = []
    for name in ("watch_trades", "watch_deep_books"):
        setattr(seat.feed, name, lambda wanted, name=name: calls.append((name, wanted)))
    for _ in range(50):
        await seat.watch(BTC, 200)
        await seat.watch(ETH, 15)
        await seat.watch(None, 0)
    assert calls == [
        ("watch_deep_books", {BTC}),
        ("watch_trades", {BTC}),
        ("watch_trades", {BTC, ETH}),
    ]


async def test_another_depth_of_the_same_pair_reads_no_history_again(seat):
    await seat.watch(BTC, 15)
    await seat.watch(BTC, 200)
    assert seat.feed.calls.count("recent_trades") == 1
    assert seat.feed.deep == {BTC}


async def test_a_broken_book_keeps_the_time_it_was_last_good(seat):
    await seat.watch()
    seat.desk.hear(make_book(version=1))
    good_s = seat.clock.now_s
    await seat.clock.advance(7.0)
    seat.desk.hear(make_book(version=1, synchronised=False))
    snapshot = seat.take(DepthSnapshot)[-1]
    assert not snapshot.synchronised
    assert snapshot.received_s == good_s


async def test_after_a_cut_the_tape_is_read_again(seat):
    await seat.watch()
    seat.take(Prints)
    seat.desk.hear(StreamState("public", connected=False, detail="cut"))
    seat.desk.hear(StreamState("public", connected=True, detail=""))
    await settle()
    assert [each.whole for each in seat.take(Prints)] == [True]


async def test_a_history_that_cannot_be_read_is_said_and_the_stream_goes_on(seat):
    seat.feed.fail_with = VenueUnavailable("no route")
    await seat.watch()
    (notice,) = seat.take(Notice)
    assert "The tape of BTC could not be read back" in notice.text
    seat.desk.hear(trade(1))
    assert [each.prints[0].trade_id for each in seat.take(Prints)] == ["1"]


async def test_what_others_go_by_does_not_hang_on_what_is_looked_at():
    levels = tuple(BookLevel(D(100 - each), D(1)) for each in range(40))
    deep = make_book(bids=levels, asks=(BookLevel(D(101), D(1)),))
    assert shallow(deep) == replace(deep, bids=levels[:15])
    small = make_book()
    assert shallow(small) is small
