"""Worlds that hold something: a position of a decision, extra legs, a resting entry."""

from typing import Any

from helpers.builders import BTC, ETH, D, make_decision, make_order, make_terms
from helpers.fake_clock import settle
from helpers.fake_world import World
from terminal.domain.decision import Decision
from terminal.domain.flatten import FlattenProgress, FlattenScope, FlattenTarget
from terminal.domain.hand_messages import Flatten
from terminal.domain.messages import Notice
from terminal.domain.order import OrderKind, OrderState, PositionSide, Side, TimeInForce

ALL = FlattenTarget(FlattenScope.EVERYTHING)
LONG, SHORT = PositionSide.LONG, PositionSide.SHORT


async def world_with_position(decision: Decision | None = None, **options: Any) -> World:
    """A long BTC position of decision d1, its stop and target listed."""
    world = World(decision or make_decision(), **options)
    await world.start()
    await world.approve()
    await world.clock.advance(5)
    assert world.engine.core.portfolio.held(BTC, LONG) > 0
    return world


def add_leg(world: World, instrument_id=ETH, side: PositionSide = SHORT, size: str = "0.5000") -> str:
    """A leg from elsewhere, with a stop."""
    stop, target = ("61000.0", "58000.0") if side is SHORT else ("59000.0", "62000.0")
    terms = make_terms(
        instrument_id=instrument_id,
        side=Side.SELL if side is SHORT else Side.BUY,
        size=D(size),
        stop_price=D(stop),
        target_price=D(target),
    )
    report = world.venue.make_order(terms)
    world.venue.fill(report.venue_order_id, D(size))
    return report.venue_order_id


def add_resting(world: World, client_order_id: str = "mine", decision_id: str = "r1", **changes: Any) -> str:
    """A resting limit entry of a decision that the venue and the ledger both hold."""
    core = world.engine.core
    terms = make_terms(kind=OrderKind.LIMIT, tif=TimeInForce.GTC, price=D("59900.0"), **changes)
    report = world.venue.make_order(terms, client_order_id)
    order = make_order(OrderState.SUBMITTING, client_order_id=client_order_id, decision_id=decision_id, terms=terms)
    core.ledger.put(order)
    core.intake.acknowledge(core.ledger.orders[client_order_id], report.venue_order_id)
    return report.venue_order_id


async def flatten(world: World, target: FlattenTarget = ALL, plan_id: str = "") -> None:
    world.engine.post(Flatten(target, plan_id, "ann", "held 1.5 s"))
    await settle()


def progress(world: World) -> list[FlattenProgress]:
    return world.of(FlattenProgress)


def over(world: World) -> bool:
    return bool(progress(world)) and progress(world)[-1].is_over


def said(world: World, words: str) -> bool:
    return any(words in event.text for event in world.of(Notice))


def sizes(world: World) -> dict:
    held: dict = {}
    for fill in world.venue.all_fills:
        opens = (fill.side is Side.BUY) is (fill.position_side is LONG)
        key = (fill.instrument_id, fill.position_side)
        held[key] = held.get(key, D(0)) + (fill.size if opens else -fill.size)
    return {key: size for key, size in held.items() if size}
