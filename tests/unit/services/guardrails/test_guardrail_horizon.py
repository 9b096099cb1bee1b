"""A position that has outlived its decision is told of once, in words, and not before."""

from decimal import Decimal

import pytest

from helpers.builders import BTC, make_decision
from helpers.fake_clock import settle
from helpers.fake_world import World
from terminal.domain.messages import Level, Notice
from terminal.domain.order import OrderState, PositionSide

HORIZON_MIN = 5


def told(world):
    return [notice for notice in world.of(Notice) if notice.source == "horizon"]


async def holding():
    world = World(make_decision(horizon_min=HORIZON_MIN))
    await world.start()
    await world.approve()
    await world.clock.until(lambda: world.order().state is OrderState.FILLED)
    await world.clock.until(lambda: world.engine.core.portfolio.held(BTC, PositionSide.LONG) > 0)
    return world


@pytest.mark.asyncio
async def test_it_is_said_once_when_the_time_is_over():
    world = await holding()
    await world.clock.advance((HORIZON_MIN - 2) * 60)
    await settle()
    assert told(world) == []

    await world.clock.advance(3 * 60)
    await settle()
    (notice,) = told(world)
    assert notice.level is Level.WARNING
    assert notice.text.startswith("BTC long has had the 5 min its decision gave it")
    assert "Close it in Positions" in notice.text

    await world.clock.advance(3 * 60)
    await settle()
    assert len(told(world)) == 1
    await world.close()


@pytest.mark.asyncio
async def test_nothing_is_said_of_a_position_that_has_gone():
    world = await holding()
    world.engine.core.portfolio.held = lambda *_: Decimal(0)
    world.engine.core.guard_kit._horizons._held = lambda *_: Decimal(0)
    await world.clock.advance((HORIZON_MIN + 2) * 60)
    await settle()
    assert told(world) == []
    await world.close()
