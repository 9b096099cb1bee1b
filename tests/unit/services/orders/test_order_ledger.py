"""The ledger against every (state, event) pair, and merging of reports and executions in any order."""

from dataclasses import replace
from itertools import permutations

import pytest

from helpers.builders import BTC, D, make_order, make_terms
from helpers.fake_clock import settle
from helpers.fake_world import World
from terminal.domain.messages import Notice
from terminal.domain.order import TRANSITIONS, Effect, OrderEvent, OrderState, Side
from terminal.domain.records import Noted, OrderMoved
from terminal.ports.venue import OrderReport, VenueStatus
from terminal.services.orders.merge import event_of


@pytest.mark.asyncio
async def test_every_pair_of_state_and_event():
    world = World()
    await world.start()
    ledger = world.engine.core.ledger
    for state in OrderState:
        for event in OrderEvent:
            before = ledger.illegal_transitions
            order = make_order(state, client_order_id=f"{state.value}-{event.value}", decision_id=None)
            ledger.put(order)
            moved = ledger.move(order, event)
            wanted = TRANSITIONS[state].get(event)
            if wanted is None:
                assert ledger.illegal_transitions == before + 1
                assert moved.state is state
                assert moved.frozen
                assert moved.needs_human
            else:
                assert ledger.illegal_transitions == before
                assert moved.state is wanted
    await world.clock.advance(1)
    assert world.engine._switch.pause_of(BTC)
    assert any("cannot happen" in note.text for note in world.disk.of(Noted))
    kept = [record for record in world.disk.of(OrderMoved) if record.event.startswith("ILLEGAL_")]
    assert len(kept) == ledger.illegal_transitions
    await world.crash()


def make_report(
    status: VenueStatus, filled: str = "0", at_ms: int = 1_760_000_400_000, **changes: object
) -> OrderReport:
    terms = make_terms()
    values = {
        "venue_order_id": "77",
        "client_order_id": "c1",
        "instrument_id": terms.instrument_id,
        "side": terms.side,
        "effect": terms.effect,
        "kind": terms.kind,
        "tif": terms.tif,
        "status": status,
        "size": terms.size,
        "price": None,
        "filled_size": D(filled),
        "average_price": D(60_001) if D(filled) else None,
        "fee": D(0),
        "is_forced": False,
        "created_ms": at_ms,
        "updated_ms": at_ms,
    }
    return OrderReport(**(values | changes))


def test_older_reports_never_overwrite():
    order = make_order(OrderState.PARTIAL, filled_size=D("0.0030"), updated_ms=200)
    assert event_of(order, make_report(VenueStatus.OPEN, "0.0010", 150)) is None
    assert event_of(order, make_report(VenueStatus.OPEN, "0.0010", 300)) is None
    assert event_of(order, make_report(VenueStatus.PENDING, "0", 100)) is None
    assert event_of(order, make_report(VenueStatus.OPEN, "0.0040", 300)) is OrderEvent.FILL
    done = make_order(OrderState.FILLED, filled_size=D("0.0050"), updated_ms=200)
    assert event_of(done, make_report(VenueStatus.OPEN, "0.0050", 200)) is None
    assert event_of(done, make_report(VenueStatus.CANCELED, "0.0030", 150)) is None


def test_canceling_asks_only_orders_that_can_wait():
    report = make_report(VenueStatus.CANCELING)
    assert event_of(make_order(OrderState.WORKING), report) is OrderEvent.CANCEL_REQUEST
    assert event_of(make_order(OrderState.CANCEL_PENDING), report) is OrderEvent.OPEN
    assert event_of(make_order(OrderState.SUBMITTING), report) is OrderEvent.OPEN


@pytest.mark.asyncio
async def test_any_order_of_messages_ends_the_same():
    """Ack, two reports and two executions, in all 120 orders, each message twice."""
    world = World()
    await world.start()
    core = world.engine.core
    for number, way in enumerate(permutations(("ack", "open", "filled", "fill 1", "fill 2"))):
        name, venue_id = f"p{number}", str(10_000 + number)
        core.ledger.put(make_order(OrderState.SUBMITTING, client_order_id=name, decision_id=None))
        base = make_report(VenueStatus.OPEN, venue_order_id=venue_id, client_order_id=name)
        world.venue.orders[venue_id] = base
        sink, world.venue.sink = world.venue.sink, None
        fills = [world.venue.fill(venue_id, D("0.0025")) for _ in range(2)]
        world.venue.sink = sink
        messages = {
            "ack": lambda name=name, venue_id=venue_id: core.intake.acknowledge(core.ledger.orders[name], venue_id),
            "open": lambda base=base: core.intake.on_report(base),
            "filled": lambda base=base: core.intake.on_report(
                replace(base, status=VenueStatus.FILLED, filled_size=base.size, updated_ms=base.updated_ms + 5)
            ),
            "fill 1": lambda fills=fills: core.intake.on_fill(fills[0]),
            "fill 2": lambda fills=fills: core.intake.on_fill(fills[1]),
        }
        seen = D(0)
        for step in way:
            for _ in range(2):
                messages[step]()
            filled = core.ledger.orders[name].filled_size
            assert filled >= seen, way
            seen = filled
        await settle()
        order = core.ledger.orders[name]
        assert (order.state, order.filled_size) == (OrderState.FILLED, D("0.0050")), way
        assert core.ledger.filled_sum(name) == order.filled_size, way
        assert order.average_price == D(60_000)
        assert core.ledger.illegal_transitions == 0, way
    await world.crash()


@pytest.mark.asyncio
async def test_late_fills_after_cancel_and_overfill_are_reality():
    world = World()
    await world.start()
    core = world.engine.core
    report = world.venue.make_order(make_terms(), "c1")
    core.ledger.put(make_order(OrderState.CANCELED, venue_order_id=report.venue_order_id))
    world.venue.fill(report.venue_order_id, D("0.0030"))
    assert core.ledger.orders["c1"].state is OrderState.CANCELED
    assert core.ledger.orders["c1"].filled_size == D("0.0030")
    world.venue.fill(report.venue_order_id, D("0.0030"))
    assert core.ledger.orders["c1"].filled_size == D("0.0060")
    assert "more than its size" in world.engine._switch.pause_of(BTC)
    await world.crash()


@pytest.mark.asyncio
async def test_a_trade_that_comes_again_with_another_price_keeps_the_first():
    world = World()
    await world.start()
    core = world.engine.core
    report = world.venue.make_order(make_terms(), "c1")
    core.ledger.put(make_order(OrderState.ACKED, venue_order_id=report.venue_order_id))
    fill = world.venue.fill(report.venue_order_id, D("0.0010"))
    core.intake.on_fill(replace(fill, price=D(1)))
    assert core.ledger.fills[fill.trade_id].price == fill.price
    assert any("kept the first" in event.text for event in world.of(Notice))
    await world.crash()


@pytest.mark.asyncio
async def test_an_unknown_status_freezes_the_order():
    world = World()
    await world.start()
    core = world.engine.core
    core.ledger.put(make_order(OrderState.ACKED, venue_order_id="77"))
    core.intake.on_report(make_report(VenueStatus.UNKNOWN))
    assert core.ledger.orders["c1"].frozen
    assert core.ledger.orders["c1"].state is OrderState.ACKED
    assert world.engine._switch.pause_of(BTC)
    await world.crash()


@pytest.mark.asyncio
async def test_two_venue_orders_of_one_client_id_are_an_alarm():
    world = World()
    await world.start()
    core = world.engine.core
    core.ledger.put(make_order(OrderState.ACKED, venue_order_id="77"))
    core.intake.on_report(make_report(VenueStatus.OPEN, venue_order_id="78"))
    assert core.ledger.illegal_transitions == 1
    await world.clock.advance(1)
    assert core.ledger.orders["c1"].venue_order_id == "77"
    await world.crash()


@pytest.mark.asyncio
async def test_a_report_without_our_id_waits_for_the_answer_to_our_request():
    world = World()
    await world.start()
    core = world.engine.core
    core.ledger.put(make_order(OrderState.SUBMITTING))
    core.intake.on_report(make_report(VenueStatus.OPEN, "0.0010", client_order_id=None))
    await world.clock.advance(1)
    assert list(core.ledger.orders) == ["c1"]
    core.intake.acknowledge(core.ledger.orders["c1"], "77")
    assert core.ledger.orders["c1"].state is OrderState.PARTIAL
    await world.crash()


@pytest.mark.asyncio
async def test_the_venue_may_give_a_stop_the_client_id_of_its_entry():
    world = World()
    await world.start()
    core = world.engine.core
    core.ledger.put(make_order(OrderState.FILLED, venue_order_id="70", filled_size=D("0.0050")))
    report = make_report(VenueStatus.FILLED, "0.0050", venue_order_id="90", side=Side.SELL, effect=Effect.CLOSE)
    core.intake.on_report(report)
    await world.clock.advance(1)
    assert core.ledger.of_venue_id("90").client_order_id == "v90"
    assert core.ledger.orders["c1"].venue_order_id == "70"
    assert core.ledger.illegal_transitions == 0
    await world.crash()
