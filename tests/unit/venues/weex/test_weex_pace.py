"""Of what the public channels say the newest is handed on, at a pace; what must not be lost is not."""

import asyncio
from copy import deepcopy
from decimal import Decimal

import pytest
import pytest_asyncio
from weex_kit import BTC, payload

from helpers.event_sink import Events, running
from helpers.fake_clock import ManualClock, settle
from terminal.domain.market import CandleUpdate, Interval, OrderBook, PublicTrade, Ticker
from terminal.net.server_clock import ServerClock
from terminal.net.stream.pace import EVERY_S, SOON_S, Pace
from terminal.net.stream.silence import Silence
from terminal.venues.weex.relay import FeedRelay
from terminal.venues.weex.stream.public import PublicSession, Wishes
from terminal.venues.weex.stream.v2 import PublicV2

pytestmark = pytest.mark.asyncio
SYMBOL = "cmt_btcusdt"
MINUTE_MS = 60_000


class Seat:
    """A session whose pace a test sets by calling `hand_on`."""

    def __init__(self):
        self.events, self.woken = Events(), 0
        clock = ManualClock()
        wishes = Wishes(bars=frozenset({(SYMBOL, "MINUTE_1")}), tapes=frozenset({SYMBOL}))
        self.session = PublicSession((SYMBOL,), wishes, FeedRelay(self.events, ServerClock(clock)), clock, PublicV2())
        self.session.pace_by(self._wake)

    def _wake(self):
        self.woken += 1

    async def say(self, *frames):
        for frame in frames:
            await self.session.frame(frame)

    def of(self, kind):
        found = self.events.of(kind)
        self.events.seen[:] = [event for event in self.events.seen if not isinstance(event, kind)]
        return found


@pytest_asyncio.fixture
async def seat():
    made = Seat()

    async def send(_):
        """The venue hears our subscriptions."""

    await made.session.opened(send)
    return made


def ticker(last):
    frame = payload("ws_ticker")
    frame["data"][0]["lastPrice"] = last
    return frame


def bar(open_ms, close):
    frame = payload("ws_kline")
    frame["data"][0] |= {"klineTime": str(open_ms), "low": "1", "open": "5", "high": "99", "close": close}
    return frame


def change(number, size):
    """The change after the snapshot's version, and those after it."""
    frame = payload("ws_depth_change")
    data = frame["data"][0]
    step = int(data["endVersion"]) - int(data["startVersion"])
    start = int(data["startVersion"]) + number * step
    data |= {"startVersion": str(start), "endVersion": str(start + step)}
    data["bids"][0]["size"] = size
    return frame


async def test_of_a_thousand_tickers_the_newest_is_handed_on(seat):
    await seat.say(*(ticker(str(90_000 + at)) for at in range(1_000)))
    assert (seat.of(Ticker), seat.woken) == ([], 1_000)
    seat.session.hand_on()
    assert [event.last for event in seat.of(Ticker)] == [Decimal(90_999)]
    seat.session.hand_on()
    assert seat.of(Ticker) == []


async def test_every_change_of_a_book_counts_though_it_is_handed_on_once(seat):
    await seat.say(payload("ws_depth_snapshot"), *(change(at, f"{at + 1}.5") for at in range(50)))
    assert seat.of(OrderBook) == []
    seat.session.hand_on()
    (book,) = seat.of(OrderBook)
    start = int(payload("ws_depth_change")["data"][0]["startVersion"])
    assert (book.synchronised, book.version) == (True, start + 50)
    assert Decimal("50.5") in {level.size for level in book.bids}


async def test_a_gap_is_told_at_once(seat):
    await seat.say(payload("ws_depth_snapshot"))
    seat.session.hand_on()
    seat.of(OrderBook)
    await seat.say(change(7, "2"))
    assert [book.synchronised for book in seat.of(OrderBook)] == [False]


async def test_a_print_comes_at_once_and_the_book_it_was_made_on_before_it(seat):
    await seat.say(payload("ws_depth_snapshot"), payload("ws_trades"))
    kinds = [type(event) for event in seat.events.seen if isinstance(event, OrderBook | PublicTrade)]
    assert kinds[0] is OrderBook
    assert PublicTrade in kinds


async def test_the_last_word_on_a_bar_is_never_overtaken_by_the_next_bar(seat):
    far = 4_000_000_020_000
    await seat.say(bar(far, "7"), bar(far, "8"), bar(far + MINUTE_MS, "9"), bar(far + MINUTE_MS, "10"))
    seat.session.hand_on()
    told = [(event.candle.open_ms - far, event.candle.close, event.candle.closed) for event in seat.of(CandleUpdate)]
    assert told == [(0, 8.0, False), (0, 8.0, True), (MINUTE_MS, 10.0, False)]


async def test_a_message_of_several_bars_is_kept_whole(seat):
    far = 4_000_000_020_000
    several = bar(far, "7")
    several["data"].append(deepcopy(bar(far + MINUTE_MS, "8")["data"][0]))
    await seat.say(several, bar(far + MINUTE_MS, "9"))
    seat.session.hand_on()
    assert [event.candle.close for event in seat.of(CandleUpdate)] == [7.0, 7.0, 8.0, 9.0]


async def test_what_was_true_is_told_before_the_end_of_the_connection(seat):
    await seat.say(ticker("90001"), payload("ws_depth_snapshot"))
    seat.session.closed("cut")
    assert [event.last for event in seat.of(Ticker)] == [Decimal(90_001)]
    assert [book.synchronised for book in seat.of(OrderBook)] == [True, False]


async def test_without_a_pace_everything_is_told_at_once():
    made, clock = Events(), ManualClock()
    session = PublicSession((SYMBOL,), Wishes(), FeedRelay(made, ServerClock(clock)), clock, PublicV2())

    async def send(_):
        """The venue hears our subscriptions."""

    await session.opened(send)
    for last in ("90001", "90002"):
        await session.frame(ticker(last))
    assert [event.last for event in made.of(Ticker)] == [Decimal(90_001), Decimal(90_002)]


async def test_the_pace_is_quick_after_a_quiet_while_and_then_keeps_its_distance():
    clock, turns = ManualClock(), []
    pace = Pace(lambda: turns.append(clock.monotonic_s()), clock)
    async with running(pace.run()):
        began_s = clock.monotonic_s()
        await settle()
        pace.wake()
        pace.wake()
        await settle()
        await clock.advance(SOON_S)
        assert turns == [began_s + SOON_S]
        pace.wake()
        await settle()
        await clock.advance(EVERY_S - 0.001)
        assert len(turns) == 1
        await clock.advance(0.001)
        assert len(turns) == 2
        await clock.advance(1.0)
        assert len(turns) == 2  # nobody woke it


async def test_silence_ends_the_block_and_a_message_puts_it_off():
    loop, limit_s, later_s = asyncio.get_running_loop(), 0.2, 0.1
    silence = Silence(limit_s)
    began_s = loop.time()
    loop.call_later(later_s, silence.heard)
    with pytest.raises(TimeoutError):
        async with silence.watched():
            await asyncio.Event().wait()
    assert loop.time() - began_s >= later_s + limit_s


async def test_no_silence_no_end():
    async with Silence(30).watched():
        await asyncio.sleep(0)


async def test_the_feed_catches_up_when_asked():
    from stream_kit import local_adapter, venue_socket

    async def talk(peer):
        await peer.acknowledge(2)
        await peer.send(payload("ws_ticker"))
        await peer.stay()

    async with venue_socket(talk) as (port, _):
        adapter, events = local_adapter(port), Events()
        adapter.watch_candles(frozenset({(BTC, Interval.M1)}))
        adapter.catch_up()  # before there is a stream: nothing to do
        async with running(adapter.run_public((BTC,), events)):
            await events.wait_count(Ticker, 1)
            adapter.catch_up()
        assert len(events.of(Ticker)) == 1
        await adapter.aclose()
