"""The start and the private stream: nothing opens before it is there, and it is compared once."""

import asyncio

import pytest

from helpers.builders import make_decision
from helpers.fake_clock import settle
from helpers.fake_world import World
from terminal.domain.market import StreamState
from terminal.domain.messages import TradingStateChanged
from terminal.domain.risk import TradingState

BACK = StreamState("private", connected=True, detail="connected")


class SlowStream(World):
    """The venue takes its time to open the private stream."""

    def build(self, *decisions):
        super().build(*decisions)
        self.venue.run_private = self._opening
        self.opened = 0

    async def _opening(self, sink):
        self.venue.sink = sink
        self.opened += 1
        await asyncio.Event().wait()


def states(world):
    return [each.state for each in world.of(TradingStateChanged)]


@pytest.mark.asyncio
async def test_a_stream_that_is_there_in_time_is_compared_once():
    world = World()
    await world.start()
    assert world.engine.trading_state is TradingState.ACTIVE
    assert states(world).count(TradingState.ACTIVE) == 1
    await world.close()


@pytest.mark.asyncio
async def test_nothing_opens_before_the_private_stream_has_come():
    world = SlowStream(make_decision())
    await world.start()
    assert world.engine.trading_state is TradingState.STARTING
    assert "private stream is being opened" in world.of(TradingStateChanged)[-1].reason
    await world.clock.advance(120)
    assert TradingState.ACTIVE not in states(world)
    world.venue.say(BACK)
    assert world.engine.trading_state is TradingState.STARTING, "first all is compared"
    await world.clock.advance(5)
    assert world.engine.trading_state is TradingState.ACTIVE
    await world.close()


@pytest.mark.asyncio
async def test_a_stream_that_cannot_be_opened_does_not_hold_up_the_start():
    world = SlowStream()
    await world.engine.start()
    await world.clock.until(lambda: world.opened == 1)
    world.venue.say(StreamState("private", connected=False, detail="refused"))
    began_s = world.clock.now_s
    await world.clock.until(world.engine._startup.ready.is_set)
    assert world.clock.now_s - began_s < 15
    assert world.engine.trading_state is TradingState.STARTING
    assert any("refused" in each.reason for each in world.of(TradingStateChanged))
    await world.close()


@pytest.mark.asyncio
async def test_after_a_wake_up_nothing_opens_before_the_stream_is_there_again():
    world = SlowStream()
    await world.start()
    world.venue.say(BACK)
    await world.clock.advance(5)
    assert world.engine.trading_state is TradingState.ACTIVE
    world.engine._links.woke("nothing ran here for 60 s", 60.0)
    await settle()
    assert world.opened == 2
    await world.clock.advance(60)
    assert world.engine.trading_state is TradingState.STARTING
    world.venue.say(BACK)
    await world.clock.advance(5)
    assert world.engine.trading_state is TradingState.ACTIVE
    await world.close()
