"""The private stream over a thousand keys: nothing lost, nothing told twice; and what a push becomes."""

import asyncio
import random
from decimal import Decimal

import httpx
import pytest
from woox_kit import BTC, CID, FILL, ORDER, PUSH, Venue, adapter_on, failure, rows, speaking

from helpers.fake_chance import SeededChance
from helpers.fake_clock import ManualClock, settle
from helpers.stepping_clock import REFERENCE_MS, SteppingClock
from terminal.domain.errors import VenueUnavailable
from terminal.domain.fill import Fill
from terminal.domain.market import StreamState
from terminal.domain.order import PositionSide, Side
from terminal.domain.position import Position
from terminal.net.stream.link import LinkLost
from terminal.net.wire.decode import parse
from terminal.ports.venue import AccountTouched, OrderReport, ResyncNeeded, VenueStatus
from terminal.venues.woox.private_relay import REMEMBERED, PrivateRelay, Seen
from terminal.venues.woox.stream.keeping import EARLY_S, StreamKeeper
from terminal.venues.woox.stream.private import TOPICS, PrivateSession
from terminal.venues.woox.wire.account import ListenKey
from terminal.venues.woox.wire.orders import ExecutionPush

pytestmark = pytest.mark.asyncio
DAY_S = 24 * 3600.0


class Exchange:
    """The venue's end on a virtual clock: keys, sockets and executions.

    `linger_s` is how long a socket outlives its key when a new one is asked for. Executions
    happen whether anybody listens or not, and REST tells all of them.
    """

    def __init__(self, *, linger_s=0.0, life_s=DAY_S):
        self.clock = ManualClock()
        self.linger_s = linger_s
        self.life_s = life_s
        self.keys = 0
        self.broken = 0  # how many requests for a key fail
        self.silent = False  # sockets open but nobody answers
        self.sockets = {}
        self.trades = []
        self.told_reasons = []
        self.repeats = False

    def now_ms(self):
        return self.clock.now_ms()

    async def new_key(self):
        await self.clock.sleep(0.2)
        if self.broken:
            self.broken -= 1
            raise VenueUnavailable("The system is under maintenance.")
        for socket in list(self.sockets.values()):
            asyncio.get_running_loop().create_task(self._end_later(socket))
        self.keys += 1
        return ListenKey(authKey=str(self.keys), expiredTime=self.now_ms() + int(self.life_s * 1_000))

    async def _end_later(self, socket):
        await self.clock.sleep(self.linger_s)
        socket.put_nowait(None)

    async def connect(self, key, session):
        frames = asyncio.Queue()
        await self.clock.sleep(0.3)
        try:
            await session.opened(lambda frame: self._asked(frames, frame))
            self.sockets[key] = frames
            while (frame := await frames.get()) is not None:
                await session.frame(frame)
        except LinkLost as error:
            return str(error)
        finally:
            self.sockets.pop(key, None)
        return "the venue closed the connection"

    async def _asked(self, frames, frame):
        assert frame["params"] == list(TOPICS)
        if not self.silent:
            frames.put_nowait({"id": frame["id"], "cmd": "SUBSCRIBE", "success": True, "data": list(TOPICS)})

    def trade(self):
        """Execute something, and tell every socket that listens."""
        number = str(len(self.trades) + 1)
        self.trades.append((number, self.now_ms()))
        push = PUSH | {"tid": number, "oid": number, "ts": self.now_ms()}
        for socket in self.sockets.values():
            for _ in range(2 if self.repeats else 1):
                socket.put_nowait({"topic": "executionreport", "ts": self.now_ms(), "data": push})

    def cut(self):
        for socket in self.sockets.values():
            socket.put_nowait(None)

    # what the relay asks over REST

    async def fills(self, _instrument_id, since_ms):
        await self.clock.sleep(0.1)
        return tuple(fill_of(number, at_ms) for number, at_ms in self.trades if at_ms >= since_ms)

    async def open_orders(self):
        return ()


def fill_of(number, at_ms):
    return Fill(
        number,
        number,
        None,
        BTC,
        Side.BUY,
        PositionSide.LONG,
        Decimal(1),
        Decimal(1),
        Decimal(0),
        False,
        Decimal(0),
        at_ms,
    )


def seeded(seed):
    return random.Random(seed)  # noqa: S311 - reproducible on purpose


class Listener:
    """A keeper and a relay on an exchange."""

    def __init__(self, exchange, look_s=43_200.0):
        self.exchange = exchange
        self.events = []
        adapter = adapter_on(httpx.MockTransport(Venue(SteppingClock(), {})), exchange.clock)
        self.relay = PrivateRelay(adapter._desk, exchange, {}, self.events.append)
        keeper = StreamKeeper(
            exchange.new_key,
            exchange.connect,
            lambda: PrivateSession(self.relay, exchange.clock),
            self.relay,
            clock=exchange.clock,
            chance=SeededChance(3),
            venue_ms=exchange.now_ms,
            look_s=look_s,
        )
        self.task = asyncio.create_task(keeper.run())

    def of(self, kind):
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def told(self):
        return [fill.trade_id for fill in self.of(Fill)]

    async def __aenter__(self):
        await self.exchange.clock.advance(1.0)
        return self

    async def __aexit__(self, *_):
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


@pytest.mark.parametrize(("linger_s", "expiries"), [(0.0, 1_000), (5.0, 200)])
async def test_a_thousand_expiries_lose_nothing_and_tell_nothing_twice(linger_s, expiries):
    exchange, chance = Exchange(linger_s=linger_s), seeded(11)
    exchange.repeats = True
    async with Listener(exchange) as listener:
        for _ in range(expiries):
            handover_s = DAY_S - EARLY_S
            before_s = chance.uniform(0.0, handover_s - 10.0)
            await exchange.clock.advance(before_s)
            exchange.trade()
            await exchange.clock.advance(handover_s - before_s - 1.5)
            for _ in range(4):  # before, during and after the new key, the new socket and its first answer
                await exchange.clock.advance(chance.uniform(0.05, 0.9))
                exchange.trade()
            await exchange.clock.advance(12.0)
        await exchange.clock.advance(5.0)
    assert exchange.keys >= expiries
    assert sorted(listener.told, key=int) == [number for number, _ in exchange.trades]
    assert len(set(listener.told)) == len(listener.told) == 5 * expiries
    assert [state.connected for state in listener.of(StreamState)] == [True]  # made before the last was left
    assert len(listener.of(ResyncNeeded)) == exchange.keys - 1


async def test_an_expiry_nobody_announced_loses_nothing_either():
    exchange, chance = Exchange(), seeded(5)
    async with Listener(exchange) as listener:
        for _ in range(50):
            await exchange.clock.advance(chance.uniform(40.0, 400.0))
            exchange.cut()
            exchange.trade()
            await exchange.clock.advance(chance.uniform(0.1, 3.0))
            exchange.trade()
        await exchange.clock.advance(70.0)
    assert sorted(listener.told, key=int) == [number for number, _ in exchange.trades]
    states = [state.connected for state in listener.of(StreamState)]
    assert states == [True, False] * 50 + [True]


async def test_while_no_key_can_be_had_the_venue_is_asked_and_it_is_said():
    exchange = Exchange()
    exchange.broken = 4
    async with Listener(exchange) as listener:
        assert listener.of(StreamState)[0] == StreamState("private", False, "The system is under maintenance.")
        exchange.trade()
        await exchange.clock.advance(4.0)
        assert listener.told == ["1"]  # from REST
        await exchange.clock.advance(120.0)
        assert listener.of(StreamState)[-1].connected


async def test_a_key_that_cannot_be_renewed_leaves_the_old_connection_in_place():
    exchange = Exchange(life_s=3_600.0)
    async with Listener(exchange) as listener:
        exchange.broken = 3
        await exchange.clock.advance(3_600.0 - EARLY_S + 1.0)
        exchange.trade()
        await settle()
        assert (listener.told, len(listener.of(StreamState))) == (["1"], 1)  # the old one still tells
        await exchange.clock.advance(120.0)
        assert exchange.keys == 2
        assert [state.connected for state in listener.of(StreamState)] == [True]


async def test_the_old_connection_may_end_while_no_new_key_can_be_had():
    exchange = Exchange(life_s=3_600.0)
    async with Listener(exchange) as listener:
        exchange.broken = 2
        await exchange.clock.advance(3_600.0 - EARLY_S - 0.9)
        exchange.cut()
        await exchange.clock.advance(200.0)
        assert [state.connected for state in listener.of(StreamState)][-2:] == [False, True]


async def test_a_venue_whose_clock_runs_faster_is_renewed_in_time():
    exchange = Exchange()
    exchange.clock.speed = 4.0
    async with Listener(exchange, look_s=60.0) as listener:
        await exchange.clock.advance(7 * 3_600.0)
        assert exchange.keys == 2
        assert [state.connected for state in listener.of(StreamState)] == [True]


async def test_a_venue_that_does_not_answer_is_given_up():
    exchange = Exchange()
    exchange.silent = True
    async with Listener(exchange) as listener:
        await exchange.clock.advance(25.0)
        assert "did not confirm" in listener.of(StreamState)[0].detail
        exchange.silent = False
        await exchange.clock.advance(30.0)
        assert listener.of(StreamState)[-1].connected


async def test_a_session_that_may_not_hear_executions_is_given_up():
    clock = ManualClock()
    session = PrivateSession(None, clock)

    async def send(_frame):
        """Nobody hears it."""

    await session.opened(send)
    with pytest.raises(LinkLost, match="does not tell of executions"):
        await session.frame({"id": "1", "cmd": "SUBSCRIBE", "success": True, "data": ["balance"]})
    with pytest.raises(LinkLost, match="no such key"):
        await session.frame({"id": "1", "cmd": "SUBSCRIBE", "success": False, "data": "no such key"})
    assert session.pong({"cmd": "PING"}) == {"cmd": "PONG", "ts": clock.now_ms()}
    assert not session.proven()


# -- what pushes become ----------------------------------------------------------------


def relay_on(answers=None, guards=None):
    adapter, venue, clock = speaking(answers=answers or {})
    events = []
    relay = PrivateRelay(adapter._desk, adapter._history, guards if guards is not None else {}, events.append)
    return relay, events, adapter, venue, clock


def execution(**changes):
    return parse(ExecutionPush, PUSH | changes)


class Working:
    """Runs a relay's chores for the length of a block."""

    def __init__(self, relay):
        self.relay = relay

    async def __aenter__(self):
        self.task = asyncio.create_task(self.relay.work())

    async def __aexit__(self, *_):
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


async def until(happened):
    for _ in range(400):
        if happened():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it did not happen")


async def test_a_push_is_told_once_as_order_and_as_execution():
    relay, events, adapter, *_ = relay_on()
    adapter._desk.ids.number(CID)
    for _ in range(2):
        relay.execution(execution(cid=adapter._desk.ids.number(CID)))
    report, fill = events
    assert (report.status, report.client_order_id) == (VenueStatus.FILLED, CID)
    assert (fill.trade_id, fill.client_order_id, fill.position_side) == ("1734947821", CID, PositionSide.LONG)


async def test_out_of_order_reports_are_passed_on_with_their_own_times():
    relay, events, *_ = relay_on()
    relay.execution(execution(ts=1752055173020))
    relay.execution(execution(ts=1752055173010, ss="NEW", tid=0, tesx="0", esx=0))
    assert [(event.updated_ms, event.status) for event in events if isinstance(event, OrderReport)] == [
        (1752055173020, VenueStatus.FILLED),
        (1752055173010, VenueStatus.OPEN),
    ]


async def test_the_other_product_is_not_ours():
    relay, events, *_ = relay_on()
    relay.execution(execution(s="SPOT_BTC_USDT"))
    assert events == []


async def test_other_topics_mean_only_that_something_changed():
    relay, events, _, _, clock = relay_on()
    session = PrivateSession(relay, clock)
    for topic in ("balance", "position", "algoexecutionreport"):
        await session.frame({"topic": topic, "ts": 1, "data": {"whatever": ["its", "shape"]}})
    assert events == [AccountTouched("balance"), AccountTouched("position"), AccountTouched("algoexecutionreport")]


async def test_a_push_that_cannot_be_read_asks_for_a_resync():
    relay, events, _, _, clock = relay_on()
    session = PrivateSession(relay, clock)
    await session.frame({"topic": "executionreport", "ts": 1, "data": {"s": "PERP_BTC_USDT"}})
    await session.frame({"topic": "executionreport", "ts": 1, "data": PUSH | {"sd": "SIDEWAYS"}})
    assert [type(event) for event in events] == [ResyncNeeded, ResyncNeeded]


CLOSE = {"sd": "SELL", "ro": True, "epx": "61000"}


async def test_a_close_is_told_with_the_venues_own_profit():
    row = FILL | {"side": "SELL", "realizedPnl": "99.5", "executedPrice": 61000}
    relay, events, _, venue, _ = relay_on({"GET trade/transaction": row})
    async with Working(relay):
        relay.execution(execution(**CLOSE))
        assert [type(event) for event in events] == [OrderReport]  # the order at once, the execution in a moment
        await until(lambda: len(events) == 2)
    assert (events[1].realized_pnl, events[1].position_side) == (Decimal("99.5"), PositionSide.LONG)
    assert venue.sent("GET trade/transaction") == [{"tradeId": "1734947821"}]


@pytest.mark.parametrize("answer", [failure("-1006"), FILL | {"side": "SELL"}])
async def test_a_close_the_venue_says_nothing_of_is_reckoned_from_what_was_held(answer):
    relay, events, adapter, *_ = relay_on({"GET trade/transaction": answer})
    adapter._desk.known.note_held([Position(BTC, PositionSide.LONG, 1, Decimal(60000), 1, 1, None, None, 0)])
    async with Working(relay):
        relay.execution(execution(**CLOSE))
        await until(lambda: len(events) == 2)
    assert events[1].realized_pnl == 100


async def test_many_closes_at_once_are_not_read_one_by_one():
    relay, events, adapter, *_ = relay_on()
    short = Position(BTC, PositionSide.SHORT, 1, Decimal(60000), 1, 1, None, None, 0)
    adapter._desk.known.note_held([short])
    for number in range(30):
        relay.execution(execution(sd="BUY", ro=True, tid=number + 1, epx="59000"))
    told = [event for event in events if isinstance(event, Fill)]
    assert [fill.realized_pnl for fill in told] == [Decimal(100)] * 10  # the rest waits its turn


async def test_stops_of_an_order_that_never_filled_are_cancelled():
    guards = {"60780315704": ["7", "8"], "5": ["9"]}
    sent = {"DELETE trade/algoOrder": [{"status": "CANCEL_SENT"}, failure("-1006")]}
    relay, events, _, venue, _ = relay_on(sent, guards)
    async with Working(relay):
        relay.execution(execution(ss="NEW", tid=0, tesx="0"))
        relay.execution(execution(ss="CANCELLED", tid=0, tesx="0"))
        await until(lambda: len(venue.requests) == 2)
    assert venue.sent("DELETE trade/algoOrder") == [{"algoOrderId": "7"}, {"algoOrderId": "8"}]
    assert guards == {"5": ["9"]}
    relay.execution(execution(oid="5"))
    assert guards == {}  # it filled: they protect what is held now
    assert len(events) == 4


async def test_what_the_stream_missed_is_gathered_once():
    answers = {
        "GET trade/transactionHistory": rows(FILL | {"executedTimestamp": REFERENCE_MS}),
        "GET trade/orders": rows(ORDER | {"status": "PARTIAL_FILLED", "executed": "0.05"}),
    }
    relay, events, *_ = relay_on(answers)
    for _ in range(2):
        await relay.gather()
    assert sorted(type(event).__name__ for event in events) == ["Fill", "OrderReport"]


async def test_a_venue_that_cannot_be_asked_is_no_reason_to_stop():
    relay, events, *_ = relay_on({"GET trade/transactionHistory": failure("-1002")})
    await relay.gather()
    assert events == []


async def test_memory_is_bounded():
    seen = Seen()
    assert all(seen.is_new(number) for number in range(REMEMBERED + 1))
    assert not seen.is_new(REMEMBERED)
    assert seen.is_new(0)
