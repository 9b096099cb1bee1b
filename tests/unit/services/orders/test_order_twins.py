"""A venue that keeps no client ids: an unclear order is known by its terms, unless two orders have them."""

from dataclasses import replace

import pytest

from helpers.builders import make_decision
from helpers.fake_venue import Step
from helpers.fake_world import World
from terminal.domain.order import OrderState, Origin

pytestmark = pytest.mark.asyncio


async def unclear(twins):
    """An order whose answer got lost, and so many more like it that somebody else made."""
    world = World(make_decision())
    world.venue.script.append(Step(answer="unclear", echo_id=False, events="never"))
    await world.start()
    await world.clock.advance(2)  # what is older than the journal is not ours to explain
    await world.approve()
    (report,) = world.venue.orders.values()
    for number in range(twins):
        twin = replace(report, venue_order_id=f"70000000000000000{number}")
        world.venue.orders[twin.venue_order_id] = twin
    await world.clock.advance(30)
    return world


async def test_the_only_one_with_its_terms_is_ours():
    world = await unclear(twins=0)
    assert world.order().venue_order_id in world.venue.orders
    assert world.order().state is OrderState.FILLED
    await world.close()


async def test_of_two_nobody_can_tell_and_a_person_decides():
    world = await unclear(twins=1)
    ours = next(order for order in world.engine.core.ledger.orders.values() if order.decision_id is not None)
    assert (ours.state, ours.venue_order_id) == (OrderState.UNKNOWN, None)
    others = [order for order in world.engine.core.ledger.orders.values() if order.decision_id is None]
    assert {order.venue_order_id for order in others} == set(world.venue.orders)
    assert {order.origin for order in others} == {Origin.EXTERNAL}
    assert "not made here" in world.engine._switch.pause_of(ours.terms.instrument_id)
    await world.close()
