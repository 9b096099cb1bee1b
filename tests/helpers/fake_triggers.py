"""The part of the fake venue that keeps triggers and closes positions."""

from dataclasses import replace
from decimal import Decimal

from terminal.domain.canonical import canonical_json
from terminal.domain.errors import RequestRejected
from terminal.domain.instrument import InstrumentId
from terminal.domain.order import Effect, PositionSide, Side
from terminal.domain.position import Position
from terminal.ports.venue import Acknowledged, CloseOutcome, PreparedOrder, Protection, TriggerReport, TriggerTerms


class FakeTriggers:
    """Works on `calls`, `triggers`, `clock` and the moves of `FakeVenue`."""

    def prepare_trigger(self, client_order_id: str, terms: TriggerTerms) -> PreparedOrder:
        body = canonical_json([client_order_id, terms]).encode()
        return PreparedOrder(client_order_id, "/trigger", body, is_exit=terms.effect is Effect.CLOSE)

    async def protect(
        self, position: Position, stop: Decimal | None, target: Decimal | None, *, stop_id: str, target_id: str
    ) -> Protection:
        self.calls.append(f"protect {position.instrument_id} {stop} {target}")
        if self.protect_answer is not None:
            return Protection(self.protect_answer, None)
        return Protection(
            None if stop is None else self._keep_trigger(position, stop, stop_id),
            None if target is None else self._keep_trigger(position, target, target_id),
        )

    def _keep_trigger(self, position: Position, price: Decimal, client_order_id: str) -> Acknowledged:
        self._next += 1
        side = Side.SELL if position.side is PositionSide.LONG else Side.BUY
        self.triggers.append(
            TriggerReport(
                str(self._next),
                client_order_id,
                position.instrument_id,
                side,
                Effect.CLOSE,
                position.size,
                price,
                self.clock.now_ms(),
            )
        )
        return Acknowledged(str(self._next))

    async def modify_trigger(self, venue_order_id: str, trigger_price: Decimal) -> None:
        self.calls.append(f"modify {venue_order_id} {trigger_price}")
        self._may_fail()
        if venue_order_id not in {each.venue_order_id for each in self.triggers}:
            raise RequestRejected("no such trigger", code="50005")
        self.triggers = [
            replace(each, trigger_price=trigger_price) if each.venue_order_id == venue_order_id else each
            for each in self.triggers
        ]

    async def cancel_trigger(self, venue_order_id: str) -> bool:
        self.calls.append(f"cancel trigger {venue_order_id}")
        self._may_fail()
        left = [each for each in self.triggers if each.venue_order_id != venue_order_id]
        taken = len(left) < len(self.triggers)
        self.triggers = left
        return taken

    async def close_position(self, instrument_id: InstrumentId) -> CloseOutcome:
        self.calls.append(f"close {instrument_id}")
        self._may_fail()
        held = [each for each in await self.positions() if each.instrument_id == instrument_id]
        closed = tuple(self.close_by_stop(instrument_id, each.side, each.size) for each in held)
        self.triggers = [each for each in self.triggers if each.instrument_id != instrument_id]
        return CloseOutcome(closed, (), triggers_cancelled=True)

    async def close_everything(self) -> CloseOutcome:
        self.calls.append("close everything")
        self._may_fail()
        held = await self.positions()
        closed = tuple(self.close_by_stop(each.instrument_id, each.side, each.size) for each in held)
        self.triggers = []
        return CloseOutcome(closed, (), triggers_cancelled=True)
