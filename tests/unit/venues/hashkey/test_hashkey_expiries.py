"""The private stream over the life of its keys: nothing lost, nothing told twice, whatever ends a key."""

import asyncio
import random
from collections import Counter

import httpx
import pytest
from hashkey_exchange import HOUR_S, ExchangeEnd, streams_to
from hashkey_kit import CREDENTIALS

from helpers.event_sink import Events
from helpers.fake_chance import SeededChance
from simulation.virtual_time import OperatorClock, VirtualLoop
from terminal.domain.fill import Fill
from terminal.domain.market import StreamState
from terminal.ports.venue import OrderReport, ResyncNeeded
from terminal.venues.hashkey.adapter import HashKeyAdapter

EXPIRIES = 1_000
WAYS = {"forgotten": 6, "refused": 1, "trouble": 1, "mute": 4}
"""How a key ends, and how often: trouble takes an hour of tries each time."""


class Told(Events):
    """What the adapter says; connections are counted as they come."""

    def __init__(self):
        super().__init__(limit_s=10**9)
        self.connections = 0

    def __call__(self, event):
        self.connections += isinstance(event, StreamState) and event.connected
        super().__call__(event)


class World:
    """An adapter that follows the private stream of an exchange's end, in virtual time."""

    def __init__(self, loop):
        self.clock = OperatorClock(loop, 1_765_423_487_896)
        self.exchange = ExchangeEnd(self.clock)
        self.events = Told()
        self.adapter = HashKeyAdapter(
            "http://127.0.0.1:1",
            "ws://127.0.0.1:1/quote/ws/v2",
            "ws://127.0.0.1:1/api/v1/ws",
            CREDENTIALS,
            self.clock,
            SeededChance(3),
            simulated=True,
            transport=httpx.MockTransport(self.exchange.answer),
        )

    def connections(self):
        return self.events.connections

    async def live(self, count):
        await self.events.wait(lambda: self.connections() >= count)

    async def end(self, task):
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await self.adapter.aclose()


def play(story):
    """Run a story on a loop whose time leaps."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        loop = runner.get_loop()

        async def whole():
            world = World(loop)
            with streams_to(world.exchange):
                task = asyncio.create_task(world.adapter.run_private(world.events))
                try:
                    await story(world)
                finally:
                    await world.end(task)
            return world

        return runner.run(whole())


def test_a_thousand_expiries_lose_and_double_nothing():
    chance, made = random.Random(11), []  # noqa: S311 - a seeded story is the point

    async def end_the_key(world):
        """One way or another."""
        exchange, way = world.exchange, chance.choices(tuple(WAYS), tuple(WAYS.values()))[0]
        if way == "forgotten":
            exchange.forget_keys()
        elif way == "mute":
            exchange.mute()
        else:
            exchange.renewals_fail = "-1130" if way == "refused" else "502"
        return way

    async def story(world):
        exchange = world.exchange
        await world.live(1)
        ways = Counter()
        for number in range(EXPIRIES):
            for _ in range(chance.randrange(3)):
                made.append(exchange.trade(twice=chance.random() < 0.2))
                await asyncio.sleep(chance.uniform(0.0, 200.0))
            before = world.connections()
            ways[await end_the_key(world)] += 1
            waiting = asyncio.create_task(world.live(before + 1))
            while not waiting.done():  # the market does not wait for us
                if chance.random() < 0.05:
                    made.append(exchange.trade())
                await asyncio.sleep(chance.uniform(0.01, 120.0))
                if exchange.renewals_fail and exchange.socket is not None and world.connections() > before:
                    break
            exchange.renewals_fail = ""
            await waiting
            assert world.connections() >= number + 2
        made.append(exchange.trade())
        await asyncio.sleep(1.0)
        assert min(ways.values()) > 50

    world = play(story)
    told = Counter(fill.trade_id for fill in world.events.of(Fill))
    assert set(told) == set(made)
    assert set(told.values()) == {1}
    assert len(world.events.of(ResyncNeeded)) == world.connections() - 1 >= EXPIRIES
    reports = Counter(report.venue_order_id for report in world.events.of(OrderReport))
    assert not reports or max(reports.values()) == 1


def test_a_key_is_renewed_every_half_hour_and_given_back_at_the_end():
    async def story(world):
        await world.live(1)
        await asyncio.sleep(10 * HOUR_S + 60)

    world = play(story)
    counts = world.exchange.counts
    assert counts["PUT /api/v1/userDataStream"] == 20
    assert counts["POST /api/v1/userDataStream"] == 1
    assert world.connections() == 1
    assert world.exchange.keys_ended == ["key000001"]


def test_a_venue_in_trouble_for_a_while_costs_no_connection():
    async def story(world):
        await world.live(1)
        world.exchange.renewals_fail = "502"
        await asyncio.sleep(45 * 60)
        world.exchange.renewals_fail = ""
        await asyncio.sleep(HOUR_S)

    assert play(story).connections() == 1


@pytest.mark.parametrize(("trouble", "words"), [("502", "in time"), ("-1130", "no longer knows")])
def test_a_key_that_cannot_be_renewed_is_replaced_before_it_runs_out(trouble, words):
    async def story(world):
        await world.live(1)
        world.exchange.renewals_fail = trouble
        await world.events.wait(lambda: any(not each.connected for each in world.events.of(StreamState)))
        assert world.exchange.is_good("key000001")
        world.exchange.renewals_fail = ""
        await world.live(2)

    world = play(story)
    assert any(words in state.detail for state in world.events.of(StreamState))


def test_a_stream_that_could_not_be_compared_does_not_count_as_live():
    async def story(world):
        await world.live(1)
        world.exchange.reads_fail = True
        world.exchange.forget_keys()
        missed = world.exchange.trade()
        await asyncio.sleep(120)
        assert world.connections() == 1
        world.exchange.reads_fail = False
        await world.live(2)
        assert missed in {fill.trade_id for fill in world.events.of(Fill)}

    play(story)
