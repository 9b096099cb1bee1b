"""What watches a paper account's positions: stops, targets, conditional orders, liquidation."""

from decimal import Decimal

from terminal.domain.instrument import InstrumentId
from terminal.domain.order import ZERO, Effect, OrderKind, PositionSide, Side, TimeInForce
from terminal.venues.paper.books import PaperBooks
from terminal.venues.paper.records import PaperOrder, PaperTrigger


class PaperGuards(PaperBooks):
    """Adds triggers and forced closes to the books."""

    def add_trigger(
        self,
        client_order_id: str | None,
        instrument_id: InstrumentId,
        position_side: PositionSide,
        effect: Effect,
        size: Decimal,
        price: Decimal,
        *,
        rises: bool,
        group: str = "",
        limit_price: Decimal | None = None,
    ) -> PaperTrigger:
        """Begin to watch for a price."""
        trigger = PaperTrigger(
            venue_order_id=self.account.take_id(),
            client_order_id=client_order_id,
            instrument_id=instrument_id,
            position_side=position_side,
            effect=effect,
            size=size,
            price=price,
            limit_price=limit_price,
            rises=rises,
            group=group,
            created_ms=self._now_ms(),
        )
        self.account.triggers.append(trigger)
        self._touch("trigger placed")
        return trigger

    def trigger(self, venue_order_id: str) -> PaperTrigger | None:
        return next((each for each in self.account.triggers if each.venue_order_id == venue_order_id), None)

    def cancel_trigger(self, venue_order_id: str) -> bool:
        trigger = self.trigger(venue_order_id)
        if trigger is None:
            return False
        self.account.triggers.remove(trigger)
        self._touch("trigger cancelled")
        return True

    def close_now(self, instrument_id: InstrumentId, side: PositionSide) -> PaperOrder | None:
        """Close a whole position at the market; None when nothing (more) is to be closed."""
        held = self.account.position(instrument_id, side)
        return None if held is None else self._force(instrument_id, side, held.size, is_forced=False)

    # -- following positions -------------------------------------------------------

    def _filled(self, order: PaperOrder, size: Decimal) -> None:
        if order.effect is Effect.OPEN:
            self._protect(order, size)
        else:
            self._trim(order)

    def _protect(self, order: PaperOrder, size: Decimal) -> None:
        """Let stop and target grow with what their entry has filled."""
        is_long = order.position_side is PositionSide.LONG
        for price, rises in ((order.stop_price, not is_long), (order.target_price, is_long)):
            if price is None:
                continue
            group = order.client_order_id or order.venue_order_id
            known = [each for each in self.account.triggers if each.group == group and each.rises is rises]
            if known:
                known[0].size += size
                continue
            self.add_trigger(
                order.client_order_id,
                order.instrument_id,
                order.position_side,
                Effect.CLOSE,
                size,
                price,
                rises=rises,
                group=group,
            )

    def _trim(self, closed: PaperOrder) -> None:
        """After a close: nothing may wait to close more than is left."""
        key = (closed.instrument_id, closed.position_side)
        held = self.account.position(*key)
        left = ZERO if held is None else held.size
        for trigger in self._closers(*key):
            trigger.size = min(trigger.size, left)
            if trigger.size == 0:
                self.account.triggers.remove(trigger)
        for order in self.account.live_orders(closed.instrument_id):
            is_close = order.effect is Effect.CLOSE and order.position_side is closed.position_side
            if is_close and order is not closed and order.remaining > left:
                self._end(order)

    def _closers(self, instrument_id: InstrumentId, side: PositionSide) -> list[PaperTrigger]:
        return [
            each
            for each in self.account.triggers
            if each.effect is Effect.CLOSE and (each.instrument_id, each.position_side) == (instrument_id, side)
        ]

    # -- forced closes -------------------------------------------------------------

    def _force(
        self, instrument_id: InstrumentId, held_side: PositionSide, size: Decimal, *, is_forced: bool
    ) -> PaperOrder | None:
        """Close at the market until it is done, whatever the book offers at first."""
        held = self.account.position(instrument_id, held_side)
        if held is None:
            return None
        under_way = [
            order.remaining
            for order in self.account.live_orders(instrument_id)
            if order.must_fill and order.position_side is held_side
        ]
        size = min(size, held.size - sum(under_way, ZERO))
        if size <= 0:
            return None
        now_ms = self._now_ms()
        order = PaperOrder(
            venue_order_id=self.account.take_id(),
            client_order_id=None,
            instrument_id=instrument_id,
            side=Side.SELL if held_side is PositionSide.LONG else Side.BUY,
            effect=Effect.CLOSE,
            kind=OrderKind.MARKET,
            tif=TimeInForce.IOC,
            size=size,
            price=None,
            leverage=held.leverage,
            stop_price=None,
            target_price=None,
            created_ms=now_ms,
            updated_ms=now_ms,
            is_forced=is_forced,
            must_fill=True,
        )
        self.account.orders.append(order)
        self._end_resting_closes(order)
        self.changed = True
        self._take(order, None)
        return order

    def _end_resting_closes(self, forced: PaperOrder) -> None:
        """A stop comes before what merely waits to close the same position."""
        for order in self.account.live_orders(forced.instrument_id):
            if order.effect is Effect.CLOSE and order.position_side is forced.position_side and not order.must_fill:
                self._end(order)

    def _liquidate(self) -> None:
        """Close positions, the worst first, until what is left covers its maintenance."""
        if not all(self.market.mark(each.instrument_id) for each in self.account.positions):
            return
        if self.margin.is_short_of_margin():
            for order in self.account.live_orders():
                if not order.must_fill:
                    self._end(order)
            for position in sorted(self.account.positions, key=self.margin.unrealized_of):
                if self.margin.is_short_of_margin():
                    self._force(position.instrument_id, position.side, position.size, is_forced=True)
        if self.account.cash < 0 and not self.account.positions:
            self.account.cash = ZERO  # the venue's fund takes the rest
            self._touch("liquidation")
