"""Every read a way out needs is marked as one; what merely watches is not."""

import pytest

from helpers.builders import BTC, D
from helpers.fake_clock import settle
from helpers.held_world import LONG, add_leg, add_resting, flatten, over, world_with_position
from terminal.domain.commands import CancelOrder
from terminal.domain.hand_messages import RepairProtection, SweepOrphans
from terminal.ports.way_out import is_way_out

pytestmark = pytest.mark.asyncio
READS = ("positions", "open_orders", "trigger_orders", "order", "balance", "order_history", "fills")


def listen(world) -> list[tuple[str, bool]]:
    """Note each read from now on, and whether it was marked as serving a way out."""
    asked: list[tuple[str, bool]] = []

    def wrap(name):
        real = getattr(world.venue, name)

        async def read(*args):
            asked.append((name, is_way_out()))
            return await real(*args)

        return read

    for name in READS:
        setattr(world.venue, name, wrap(name))
    return asked


async def test_a_flatten_reads_in_the_exit_lane():
    world = await world_with_position()
    add_leg(world)
    add_resting(world)
    await world.clock.advance(6)
    asked = listen(world)
    await flatten(world)
    await world.clock.until(lambda: over(world), 60)
    for name in ("trigger_orders", "open_orders", "positions"):
        assert (name, True) in asked
    assert not is_way_out()
    await world.close()


async def test_a_repair_reads_in_the_exit_lane():
    world = await world_with_position()
    world.venue.triggers.clear()
    await world.clock.advance(2)
    asked = listen(world)
    world.engine.post(RepairProtection(BTC, LONG, "ann"))
    await settle()
    assert asked[:2] == [("trigger_orders", True), ("positions", True)]
    await world.clock.advance(4)
    assert len(world.venue.triggers) == 2
    assert asked.count(("trigger_orders", True)) >= 2  # the check that it is listed
    await world.close()


async def test_a_sweep_reads_in_the_exit_lane():
    world = await world_with_position()
    asked = listen(world)
    world.engine.post(SweepOrphans(None, "ann"))
    await settle()
    assert asked[:2] == [("trigger_orders", True), ("positions", True)]
    await world.close()


async def test_the_look_after_a_refused_cancel_is_in_the_exit_lane():
    world = await world_with_position()
    venue_id = add_resting(world)
    world.venue.cancel_result = False
    asked = listen(world)
    world.engine.post(CancelOrder("mine", "ann"))
    await settle()
    assert ("order", True) in asked
    assert world.venue.orders[venue_id].size > D(0)
    await world.close()


async def test_watching_stays_in_the_ordinary_lane():
    world = await world_with_position()
    asked = listen(world)
    await world.clock.advance(40)
    assert asked
    assert not any(marked for _, marked in asked)
    await world.close()
