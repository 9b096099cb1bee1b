"""Approve handed to the engine until the gate has decided, the fresh check of every line included.

The engine is the real one between fakes, so that nothing but our own work is measured: no disk, no wire.
"""

import asyncio
import time
from dataclasses import replace
from typing import NoReturn

from bench.rows import Row, median_row, percentile_row
from helpers.builders import make_decision
from helpers.fake_clock import settle
from helpers.fake_world import World
from terminal.domain.errors import RequestRejected
from terminal.domain.review import Proposal

SAMPLES = 400


def measure() -> list[Row]:
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        took_ms = runner.run(_approvals())
    return [
        median_row("Approve to decision of the gate, fresh re-check included, median", took_ms, "ms", 20),
        percentile_row("Approve to decision of the gate, fresh re-check included, p99", took_ms, 0.99, "ms", 40),
    ]


async def _approvals() -> list[float]:
    world = World(make_decision())
    await world.start()
    first = await world.proposed()
    passed_s: list[float] = []

    def passed(*_: object) -> NoReturn:
        """The gate said yes: the request would be signed now."""
        passed_s.append(time.perf_counter())
        raise RequestRejected("only measured")

    world.venue.prepare_order = passed  # type: ignore[method-assign]  # the step right behind the gate
    took_ms = []
    for number in range(SAMPLES):
        card = _card(world, first, f"n{number}")
        await settle()
        asked_s = time.perf_counter()
        world.engine.post(world.yes(card.decision_id))
        await settle()
        took_ms.append((passed_s[number] - asked_s) * 1_000)
    await world.crash()
    return took_ms


def _card(world: World, first: Proposal, name: str) -> Proposal:
    """Show one more card like the first, with its own log."""
    core = world.engine.core
    card = replace(first, decision=make_decision(name), client_order_id=core.orders.new_client_order_id())
    log = core.outbox.of_order(first.client_order_id)[0]
    core.outbox.add(replace(log, log_id=f"l{name}", decision_id=name, client_order_id=card.client_order_id))
    core.review.add(card)
    return card
