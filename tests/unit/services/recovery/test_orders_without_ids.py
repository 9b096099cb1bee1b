"""A venue that keeps no ids of ours: an unclear order is believed absent only while nothing there could be it."""

from dataclasses import replace

import pytest

from helpers.builders import make_decision
from helpers.fake_venue import Step
from helpers.fake_world import World
from terminal.domain.capabilities import FULL_CAPABILITIES
from terminal.domain.order import OrderState
from terminal.ports.venue import VenueStatus

pytestmark = pytest.mark.asyncio
NAMELESS = replace(FULL_CAPABILITIES, client_order_ids=False, orders_in_flight_per_instrument=1)


async def unclear_world() -> World:
    """An order that never arrived, and whose answer was lost."""
    world = World(make_decision(), able=NAMELESS)
    world.venue.script.append(Step(answer="unclear", arrives=False))
    await world.start()
    await world.approve()
    await world.clock.advance(1)
    assert world.order().state is OrderState.UNKNOWN
    return world


async def test_nothing_there_that_could_be_it_means_it_never_arrived():
    world = await unclear_world()
    await world.clock.advance(400)
    assert world.order().state is OrderState.NOT_ACCEPTED
    await world.close()


async def test_two_orders_of_its_terms_leave_it_to_a_person():
    world = await unclear_world()
    twins = [world.venue.make_order(world.order().terms) for _ in range(2)]
    for twin in twins:
        world.venue.finish(twin.venue_order_id, VenueStatus.CANCELED)
        world.venue.orders[twin.venue_order_id] = replace(
            world.venue.orders[twin.venue_order_id], status=VenueStatus.OPEN
        )
    await world.clock.advance(400)
    order = world.order()
    assert (order.state, order.needs_human, order.venue_order_id) == (OrderState.UNKNOWN, True, None)
    assert len(world.venue.sends) == 1
    await world.close()


async def test_an_order_of_the_other_side_is_not_it():
    world = await unclear_world()
    terms = world.order().terms
    world.venue.make_order(replace(terms, side=terms.side.opposite))
    await world.clock.advance(400)
    assert world.order().state is OrderState.NOT_ACCEPTED
    await world.close()
