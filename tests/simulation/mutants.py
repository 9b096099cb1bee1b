"""Wrong programs, to prove that the storm can see what it looks for."""

from dataclasses import fields, replace

import orjson

from simulation.world import StormWorld
from terminal.domain.order import Order
from terminal.ports.venue import PreparedOrder, SubmitOutcome, Unclear
from terminal.venues.bitz.mapper.orders import Wanted


def resends_on_time_out(world: StormWorld) -> None:
    """The classic: no answer, so send it again."""
    adapter = world.adapter
    send = adapter.submit_order

    async def submit(prepared: PreparedOrder) -> SubmitOutcome:
        outcome = await send(prepared)
        return await send(prepared) if isinstance(outcome, Unclear) else outcome

    adapter.submit_order = submit  # type: ignore[method-assign]


def resends_under_a_new_id(world: StormWorld) -> None:
    """The same, with a fresh client id, which no venue can recognise."""
    adapter = world.adapter
    send = adapter.submit_order

    async def submit(prepared: PreparedOrder) -> SubmitOutcome:
        outcome = await send(prepared)
        if not isinstance(outcome, Unclear):
            return outcome
        terms = orjson.loads(prepared.body)
        terms["client_oid"] = terms["client_oid"][::-1]
        return await send(replace(prepared, client_order_id=terms["client_oid"], body=orjson.dumps(terms)))

    adapter.submit_order = submit  # type: ignore[method-assign]


def trusts_old_positions(world: StormWorld) -> None:
    """Positions read before the last fill count as true."""
    world.engine.core.ledger.filled_s = _Forgetful()


class _Forgetful(dict):
    def __setitem__(self, key, value):
        """Remember nothing."""


def ignores_the_kill_switch(world: StormWorld) -> None:
    """The gate's last word is never asked."""
    world.engine.core.orders._may_send = lambda _order: True  # type: ignore[method-assign]


def ignores_the_guardrails(world: StormWorld) -> None:
    """Nobody asks whether the AI should open at all now."""
    guards = world.engine.core.guard_kit.guards
    guards.at_draft = guards.at_click = lambda *_: ()  # type: ignore[method-assign]


def sends_before_it_writes(world: StormWorld) -> None:
    """The intent follows the send: a crash in between leaves an orphan."""
    orders = world.engine.core.orders
    commit = orders._commit_intent

    async def late(order, prepared, *rest):
        world.loop.create_task(world.adapter.submit_order(prepared))
        return await commit(order, prepared, *rest)

    orders._commit_intent = late  # type: ignore[method-assign]


def adopts_whatever_came(world: StormWorld) -> None:
    """Where the venue keeps no ids of ours: any order that is new counts as the one that was lost."""
    own = world.adapter._desk.own
    search = own.lost

    def lost(made, wanted, *rest):
        terms = {each.name: getattr(wanted, each.name) for each in fields(wanted)}
        return search(made, _Anything(**terms), *rest)

    own.lost = lost


class _Anything(Wanted):
    def fits(self, row) -> bool:
        """Look at the contract alone."""
        return bool(row.contract_id == self.contract_id)


def sends_a_twin(world: StormWorld) -> None:
    """An exit does not wait while another one of the same terms is searched for, and takes what is found for either."""
    own = world.adapter._desk.own
    own.twin_sought = lambda _wanted: False
    own._left_to_later = lambda *_: False


def forgets_one_log(world: StormWorld) -> None:
    """The outbox forgets to link and upload the log of one order, the third it hears of."""
    outbox = world.engine.core.outbox
    listeners = world.engine.core.ledger.listeners
    heard: list[str] = []

    def forgetful(order: Order) -> None:
        if order.venue_order_id is not None and order.client_order_id not in heard:
            heard.append(order.client_order_id)
        if heard[2:3] != [order.client_order_id]:
            outbox.on_order(order)

    listeners[listeners.index(outbox.on_order)] = forgetful
