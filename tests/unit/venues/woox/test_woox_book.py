"""A book kept in step by the time of the change before, and brought back into step when a link is missing."""

import asyncio
from decimal import Decimal
from itertools import pairwise

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st
from woox_kit import BTC, PERPS

from helpers.fake_clock import ManualClock, settle
from terminal.domain.errors import VenueUnavailable
from terminal.venues.woox.books import Books
from terminal.venues.woox.stream.book import MAX_WAITING, BookStep, ChainedBook, Fit
from terminal.venues.woox.stream.mending import (
    BEHIND_S,
    MEMORY_S,
    Attempts,
    Hands,
    Mender,
    Snapshot,
    Step,
)
from terminal.venues.woox.wire.pushes import BookChange

SYMBOL = "PERP_BTC_USDT"
D = Decimal


def levels(*pairs):
    return tuple((D(price), D(size)) for price, size in pairs)


def change(previous_ms, ts_ms, bids=(), asks=()):
    return BookChange(SYMBOL, previous_ms, ts_ms, levels(*bids), levels(*asks))


BIDS, ASKS = levels((99, 1), (98, 2)), levels((101, 1), (102, 2))


def aligned(at_ms=100, depth=50):
    book = ChainedBook(depth)
    assert book.align(at_ms, BIDS, ASKS, is_quiet=True) is Fit.ALIGNED
    return book


def prices(rows):
    return [level.price for level in rows]


# -- the chain ----------------------------------------------------------------------


def test_changes_are_kept_until_a_snapshot_fits_and_only_later_ones_count():
    book = ChainedBook(50)
    for at in (90, 100, 110, 120):
        assert book.apply(change(at - 10, at, bids=[(90 + at // 100, at)])) is BookStep.IGNORED
    assert (book.waiting, book.synchronised) == (4, False)
    assert book.align(100, BIDS, ASKS) is Fit.ALIGNED
    assert (book.last_ms, book.waiting, book.synchronised) == (120, 0, True)
    assert prices(book.bids()) == [99, 98, 91]


def test_a_change_must_name_the_one_before_it():
    book = aligned()
    assert book.apply(change(100, 150, asks=[(101, 0)])) is BookStep.UPDATED
    assert prices(book.asks()) == [102]
    assert book.apply(change(100, 150)) is BookStep.IGNORED  # a repeat
    assert book.apply(change(140, 160)) is BookStep.GAP
    assert not book.synchronised
    assert prices(book.asks()) == [102]  # the last levels stay readable
    assert book.waiting == 1  # the change after the gap is the first of a new chain


def test_a_snapshot_behind_the_stream_is_never_used():
    book = ChainedBook(50)
    book.apply(change(200, 250))
    assert book.align(100, BIDS, ASKS) is Fit.BEHIND
    assert (book.synchronised, book.waiting, book.bids()) == (False, 1, ())
    assert book.align(200, BIDS, ASKS) is Fit.ALIGNED
    assert book.last_ms == 250


def test_a_snapshot_that_no_change_touches_proves_nothing_unless_the_book_is_quiet():
    book = ChainedBook(50)
    book.apply(change(80, 90))
    assert book.align(100, BIDS, ASKS) is Fit.UNPROVEN
    assert (book.synchronised, book.bids()) == (False, ())
    assert book.align(100, BIDS, ASKS, is_quiet=True) is Fit.ALIGNED


def test_a_snapshot_in_the_middle_of_a_change_does_not_fit():
    book = ChainedBook(50)
    book.apply(change(90, 110))
    assert book.align(100, BIDS, ASKS) is Fit.BROKEN
    assert book.align(110, BIDS, ASKS) is Fit.ALIGNED


def test_a_gap_among_the_changes_that_wait_breaks_the_fit():
    book = ChainedBook(50)
    book.apply(change(100, 110))
    book.apply(change(115, 120))
    assert book.align(100, BIDS, ASKS) is Fit.BROKEN
    assert (book.synchronised, book.waiting) == (False, 0)


def test_a_crossed_book_means_that_something_was_missed():
    assert aligned().apply(change(100, 110, bids=[(101, 1)])) is BookStep.GAP
    assert ChainedBook(50).align(100, levels((102, 1)), ASKS, is_quiet=True) is Fit.BROKEN
    late = ChainedBook(50)
    late.apply(change(100, 110, bids=[(103, 1)]))
    assert late.align(100, BIDS, ASKS) is Fit.BROKEN


def test_one_side_may_be_empty():
    book = aligned()
    assert book.apply(change(100, 110, bids=[(99, 0), (98, 0)])) is BookStep.UPDATED
    assert book.bids() == ()


def test_the_book_never_grows_beyond_its_depth():
    book = aligned(depth=2)
    book.apply(change(100, 110, bids=[(97, 1), ("99.5", 1)], asks=[(103, 1), ("100.5", 1)]))
    assert (prices(book.bids()), prices(book.asks())) == ([D("99.5"), 99], [D("100.5"), 101])
    book.apply(change(110, 120, bids=[("99.5", 0)]))
    assert prices(book.bids()) == [99]  # what fell out is not made up again


def test_what_waits_is_bounded():
    book = ChainedBook(50)
    for at in range(MAX_WAITING + 10):
        book.apply(change(at, at + 1))
    assert book.waiting == MAX_WAITING


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(0, 3), st.booleans()), max_size=60), st.integers(0, 60))
def test_a_book_from_any_snapshot_ends_like_the_whole_chain(moves, cut):
    """Bids below 50 and asks above: whatever moment the snapshot shows, snapshot and rest give the same book."""
    steps = [
        change(at, at + 1, **{"bids" if is_bid else "asks": [(price if is_bid else 100 - price, size)]})
        for at, (price, size, is_bid) in enumerate(moves)
    ]
    whole = ChainedBook(50)
    whole.align(0, (), (), is_quiet=True)
    states = [((), ())]
    for step in steps:
        whole.apply(step)
        states.append((whole.bids(), whole.asks()))
    cut = min(cut, len(steps))
    bids, asks = (tuple((level.price, level.size) for level in side) for side in states[cut])
    other = ChainedBook(50)
    for step in steps:
        other.apply(step)
    assert other.align(cut, bids, asks, is_quiet=not steps) is Fit.ALIGNED
    assert (other.bids(), other.asks(), other.last_ms) == (whole.bids(), whole.asks(), whole.last_ms)


def test_books_are_known_only_while_they_can_be_trusted():
    books = Books(PERPS)
    assert books.known(BTC) is None
    book = books.of(SYMBOL)
    assert books.known(BTC) is None
    book.align(100, BIDS, ASKS, is_quiet=True)
    known = books.known(BTC)
    assert (known.best_bid.price, known.best_ask.price, known.ts_event_ms, known.instrument_id) == (99, 101, 100, BTC)
    book.lose()
    assert books.known(BTC) is None
    assert not books.shown(SYMBOL).synchronised
    assert books.shelf.renew(SYMBOL, 200) is books.of(SYMBOL)


# -- mending -----------------------------------------------------------------------------


class Stream:
    """One book's stream and the venue's REST book, on a virtual clock: what the mender works with."""

    def __init__(self):
        self.clock = ManualClock()
        self.book = ChainedBook(50)
        self.now_epoch = 1
        self.rest_ms = 0
        self.fail = 0
        self.fetched = []
        self.shown = []
        self.rejoined = []
        self.reopened = []
        hands = Hands(
            self.fetch, lambda: self.now_epoch, lambda _: self.book, lambda _: True, self.show, self.rejoin, self.reopen
        )
        self.mender = Mender(SYMBOL, hands, self.clock)
        self.task = asyncio.create_task(self.mender.run())

    async def fetch(self, symbol, depth):
        assert (symbol, depth) == (SYMBOL, 50)
        self.fetched.append(self.clock.now_s)
        await self.clock.sleep(0.1)
        if self.fail:
            self.fail -= 1
            raise VenueUnavailable("no")
        return Snapshot(self.rest_ms, BIDS, ASKS)

    def show(self, _symbol):
        self.shown.append((self.clock.now_s, self.book.synchronised, self.book.last_ms))

    async def rejoin(self, symbol):
        self.rejoined.append(symbol)
        self.book.lose()

    async def reopen(self, reason):
        self.reopened.append(reason)
        self.now_epoch = 0

    def push(self, previous_ms, ts_ms):
        return self.book.apply(change(previous_ms, ts_ms))

    async def end(self):
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


@pytest_asyncio.fixture
async def stream():
    made = Stream()
    yield made
    await made.end()


@pytest.mark.asyncio
async def test_a_gap_is_repaired_within_2_s(stream):
    stream.push(90, 100)
    stream.rest_ms = 100
    stream.mender.call()
    await stream.clock.advance(0.2)
    assert stream.book.synchronised
    assert stream.push(150, 200) is BookStep.GAP
    broke_s, stream.rest_ms = stream.clock.now_s, 200
    stream.mender.call()
    await stream.clock.until(lambda: stream.book.synchronised, limit_s=2.2)
    assert stream.clock.now_s - broke_s <= 2.0 + 0.1  # what is left of the two seconds, and one answer
    assert stream.shown[-1][1:] == (True, 200)


@pytest.mark.asyncio
async def test_an_old_snapshot_is_not_taken_for_that_of_a_quiet_book(stream):
    stream.rest_ms = 100
    stream.mender.call()
    await stream.clock.advance(0.3)
    assert not stream.book.synchronised  # nothing has moved yet: it may be old
    stream.push(200, 250)
    await stream.clock.advance(0.5)
    assert not stream.book.synchronised
    stream.rest_ms = 250
    await stream.clock.advance(2.2)
    assert stream.book.synchronised


@pytest.mark.asyncio
async def test_a_snapshot_behind_is_fetched_again_after_2_4_and_8_s(stream):
    stream.push(1_000, 1_050)
    stream.rest_ms = 500
    stream.mender.call()
    await stream.clock.advance(16.0)
    gaps = [round(after - before - 0.1, 3) for before, after in pairwise(stream.fetched)]
    assert tuple(gaps[: len(BEHIND_S)]) == BEHIND_S
    assert not stream.book.synchronised


@pytest.mark.asyncio
async def test_a_book_that_stays_behind_is_shown_once_a_second_with_its_age(stream):
    stream.push(1_000, 1_050)
    stream.rest_ms = 500
    stream.mender.call()
    await stream.clock.advance(30.0)
    late = [each for each in stream.shown if each[0] > 1_000 + sum(BEHIND_S)]
    assert len(late) >= 12
    assert {each[1:] for each in late} == {(False, 500)}  # not to be traded on, and as old as it is
    pauses = [after[0] - before[0] for before, after in pairwise(late)]
    assert all(1.0 <= pause <= 1.2 for pause in pauses)
    stream.rest_ms = 1_000
    await stream.clock.advance(2.0)
    assert stream.book.synchronised  # as soon as one fits, and not before
    assert stream.shown[-1][1:] == (True, 1_050)
    count = len(stream.fetched)
    await stream.clock.advance(10.0)
    assert len(stream.fetched) == count  # then it is left alone


@pytest.mark.asyncio
async def test_a_snapshot_that_cannot_be_fetched_is_tried_again(stream):
    stream.push(90, 100)
    stream.rest_ms, stream.fail = 100, 2
    stream.mender.call()
    await stream.clock.advance(7.0)
    assert stream.book.synchronised
    assert len(stream.fetched) == 3


@pytest.mark.asyncio
async def test_a_book_that_keeps_breaking_is_reseeded_thrice_then_rejoined_then_the_connection_goes(stream):
    stream.mender.call()

    def break_it():
        stream.push(stream.book.last_ms + 5, stream.book.last_ms + 10)
        stream.mender.call()

    for _ in range(200):
        if stream.reopened:
            break
        await stream.clock.advance(0.5)
        stream.rest_ms = stream.book.last_ms + 100
        if stream.book.synchronised:
            break_it()
    assert stream.rejoined == [SYMBOL]
    assert stream.reopened == [f"the book of {SYMBOL} did not recover"]
    assert len(stream.fetched) == 7
    starts = [round(after - before, 1) for before, after in pairwise(stream.fetched)]
    assert all(start >= 2.0 for start in starts)
    await stream.clock.advance(10.0)
    assert len(stream.fetched) == 7  # no connection, no requests


@pytest.mark.asyncio
async def test_an_answer_of_the_connection_before_says_nothing(stream):
    stream.push(90, 100)
    stream.rest_ms = 100
    stream.mender.call()
    await settle()
    stream.now_epoch = 2
    await stream.clock.advance(0.2)
    assert not stream.book.synchronised
    stream.mender.call()
    await stream.clock.advance(3.0)
    assert stream.book.synchronised


@pytest.mark.asyncio
async def test_a_book_made_anew_meanwhile_takes_no_snapshot_of_another_depth(stream):
    stream.rest_ms = 100
    stream.mender.call()
    await settle()
    deep = stream.book = ChainedBook(50)
    deep.depth = 200
    await stream.clock.advance(0.11)
    assert not deep.synchronised
    deep.depth = 50
    await stream.clock.advance(3.0)
    assert deep.synchronised


def test_attempts_are_forgotten_after_a_sound_while():
    attempts = Attempts()
    assert [attempts.next(float(at))[0] for at in (0, 2, 4)] == [Step.RESEED] * 3
    assert attempts.next(4.5 + MEMORY_S) == (Step.RESEED, 0.0)
