"""Placing an order: one at a time in each contract, so that one whose answer got lost can be found again.

An exit waits while one of the very same terms is searched for: of two alike nobody could tell which
the venue took. That search ends by itself within some fifteen seconds, so every exit leaves in the end.

An exit may never turn the position over, and the venue has no order that only reduces: what
can still be closed is read right before, and a larger exit is not sent.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from decimal import Decimal
from typing import Final

from terminal.domain.errors import VenueError
from terminal.domain.instrument import base_of
from terminal.domain.order import Effect
from terminal.net.calls.sending import send_once
from terminal.ports.venue import Acknowledged, NotSent, PreparedOrder, Refused, SubmitOutcome, Unclear
from terminal.ports.way_out import way_out
from terminal.venues.bitz.classify import judge_placement
from terminal.venues.bitz.codes import NAME
from terminal.venues.bitz.desk import Desk
from terminal.venues.bitz.mapper.account import net_of
from terminal.venues.bitz.mapper.catalogue import Listed
from terminal.venues.bitz.mapper.orders import Wanted, wanted_of
from terminal.venues.bitz.own import Made
from terminal.venues.bitz.signing import read_form
from terminal.venues.bitz.wire.orders import Order

FORBIDDEN: Final = f"Orders go to WEEX alone under this profile; {NAME} is only watched."
_LOOK_S: Final = 0.5
_INTERRUPTED: Final = "It was stopped before it was sent."
Settle = Callable[[], Awaitable[object]]


class OrderPlacer:
    """Never raises for anything the network or the venue does."""

    def __init__(self, desk: Desk, settle: Settle, *, may_trade: bool) -> None:
        """`settle` looks once for every order that is searched for."""
        self._desk = desk
        self._settle = settle
        self._may_trade = may_trade
        self._turns: dict[str, asyncio.Lock] = {}

    async def submit(self, prepared: PreparedOrder) -> SubmitOutcome:
        """Send once, when it is this contract's turn."""
        if not self._may_trade:
            return NotSent(FORBIDDEN)
        effect = Effect.CLOSE if prepared.is_exit else Effect.OPEN
        return await self.send(prepared, Made(prepared.client_order_id, effect))

    async def send(self, prepared: PreparedOrder, made: Made) -> SubmitOutcome:
        """As `submit`; `made` is what to remember of it."""
        wanted = wanted_of(read_form(prepared.body))
        turn = self._turns.setdefault(wanted.contract_id, asyncio.Lock())
        try:
            while True:
                if prepared.is_exit:
                    await self._until_told_apart(wanted)
                async with turn:  # whoever had it before may have left another one of the same terms
                    if not (prepared.is_exit and self._desk.own.twin_sought(wanted)):
                        return await self._in_turn(prepared, made, wanted)
        except VenueError as error:
            return NotSent(f"The venue could not be asked what became of the last order: {error}")
        except asyncio.CancelledError:
            # While the bytes are on their way a cancelled task ends as Unclear; here nothing has left.
            return NotSent(_INTERRUPTED)

    async def _in_turn(self, prepared: PreparedOrder, made: Made, wanted: Wanted) -> SubmitOutcome:
        try:
            with way_out() if prepared.is_exit else nullcontext():
                listed = (await self._desk.catalogue()).known(wanted.contract_id)
                if self._desk.own.unresolved(wanted.contract_id) and not prepared.is_exit:
                    return NotSent(_waits(listed))
                before = await self._desk.calls.open_orders(wanted.contract_id)
                trouble = await self._exit_trouble(listed, wanted, before) if prepared.is_exit else ""
        except VenueError as error:
            return NotSent(f"The venue could not be asked what is there already: {error}")
        if trouble:
            return NotSent(trouble)
        self._desk.sendings[wanted.contract_id] += 1
        try:
            return await self._sent(prepared, made, wanted, before)
        finally:
            self._desk.sendings[wanted.contract_id] += 1

    async def _until_told_apart(self, wanted: Wanted) -> None:
        """Look until it is known what became of an order of the same terms. Raises `VenueError`."""
        while self._desk.own.twin_sought(wanted):
            with way_out():
                await self._settle()
            due_s = self._desk.own.next_look_s()
            if due_s is not None and self._desk.own.twin_sought(wanted):
                await self._desk.clock.sleep(max(_LOOK_S, due_s - self._desk.clock.monotonic_s()))

    async def _sent(self, prepared: PreparedOrder, made: Made, wanted: Wanted, before: list[Order]) -> SubmitOutcome:
        """Send, and remember what became of it before anybody else can look."""
        desk = self._desk
        sent_ms = desk.server_clock.now_ms()
        call = desk.calls.placement(prepared.body, is_exit=prepared.is_exit)
        outcome = await send_once(desk.caller, call, judge_placement, prepared.may_send)
        match outcome:
            case Acknowledged(order_id):
                desk.own.note(order_id, made)
                desk.touch(wanted.contract_id)
            case Unclear():
                resting = (row.order_id for row in before)
                desk.own.lost(made, wanted, resting, sent_ms, desk.clock.monotonic_s())
                desk.touch(wanted.contract_id)
            case Refused() | NotSent():
                pass
        return outcome

    async def _exit_trouble(self, listed: Listed, wanted: Wanted, resting: list[Order]) -> str:
        """Say why an exit would open instead of close; "" when it would not. Raises `VenueError`."""
        held = net_of(await self._desk.calls.active_position(wanted.contract_id))
        promised = sum(
            (row.amount - row.filled for row in resting if row.direction == wanted.direction),
            Decimal(0),
        )
        free = abs(held) - promised if held * wanted.direction < 0 else Decimal(0)
        if wanted.amount <= free:
            return ""
        coin = base_of(listed.rules.instrument_id)
        if held * wanted.direction >= 0:
            return f"There is no such {coin} position to close any more. Look at the positions."
        if free <= 0:
            return f"A resting order would already close the {coin} position. Cancel it first, then close again."
        return f"Only {listed.base(free):f} {coin} of the position can still be closed. Close it again."


def _waits(listed: Listed) -> str:
    coin = base_of(listed.rules.instrument_id)
    return f"It is still unclear what became of the last {coin} order, and Bit-Z takes one at a time. Wait for it."
