"""An account whose owner chooses between one net position of a pair and a long and a short held apart.

In the one-way mode an order that reduces nothing on purpose opens its side;
`NetExchange` closes what stands against it when it is matched.
"""

from collections.abc import Sequence
from decimal import Decimal

from terminal.sim.exchange.exchange import Exchange
from terminal.sim.exchange.netting import NetExchange
from terminal.sim.exchange.order_desk import OrderDesk, OrderRequest
from terminal.sim.exchange.records import Order
from terminal.sim.exchange.terms import ZERO, Effect, PositionSide, Refusal, RefusalKind
from terminal.sim.market.types import Execution

_OTHER = {PositionSide.LONG: PositionSide.SHORT, PositionSide.SHORT: PositionSide.LONG}


class OneWayOrderDesk(OrderDesk):
    """Knows that an order against the position adds less than its size, and can change resting orders."""

    def exposure_added(self, request: OrderRequest) -> Decimal:
        """What remains of an opening order once the other side is used up."""
        if not self._books.one_way or request.effect is Effect.CLOSE:
            return request.size
        against = self.closable(request.pair, _OTHER[request.side])
        resting = sum(
            (
                order.remaining
                for order in self._books.open_orders(request.pair)
                if order.side is request.side and order.effect is Effect.OPEN
            ),
            ZERO,
        )
        return max(ZERO, request.size - max(ZERO, against - resting))

    def take_without_matching(self, request: OrderRequest, now_ms: int) -> Order:
        """Accept an order that never reaches the book (misbehaviour: it is to be refused later)."""
        return self._accept(request, ZERO, now_ms)

    def amend(self, order_id: str, price: Decimal | None, size: Decimal | None, now_ms: int) -> Order:
        """Give a resting order another price or size; it goes to the end of its queue, and may match at once.

        Raises:
            Refusal: NOT_FOUND, FINAL, STEP_SIZE (also for a size not above what is filled), PRICE_STEP, MARGIN.
        """
        order = self._books.orders.get(order_id)
        if order is None:
            raise Refusal(RefusalKind.NOT_FOUND)
        if order.status.is_final or order.price is None:
            raise Refusal(RefusalKind.FINAL)
        rules = self._books.rules[order.pair]
        new_price, new_size = price or order.price, size or order.size
        if new_price <= 0 or rules.ticks(new_price) is None:
            raise Refusal(RefusalKind.PRICE_STEP, step=f"{rules.tick:f}", price=f"{new_price:f}")
        if rules.lots(new_size) is None or new_size <= order.filled_size:
            raise Refusal(RefusalKind.STEP_SIZE, step=f"{rules.lot:f}", size=f"{new_size:f}")
        before = order.price, order.size, order.reserve_price
        order.price, order.size = new_price, new_size
        order.reserve_price *= new_price / before[0]
        if self._margin.available() < 0:
            order.price, order.size, order.reserve_price = before
            raise Refusal(RefusalKind.MARGIN)
        self._market.cancel(order.order_id)
        order.updated_ms = now_ms
        self._submit(order, rules.lots(order.remaining) or 0, order.tif, now_ms)
        return order


class OneWayExchange(NetExchange):
    """One account, in the one-way or in the hedge mode as `books.one_way` says."""

    order_desk_type = OneWayOrderDesk
    orders: OneWayOrderDesk

    def set_one_way(self, *, one_way: bool) -> None:
        """Change the mode of the whole account.

        Raises:
            Refusal: NOT_FLAT while anything is held or an order rests.
        """
        if one_way is self.books.one_way:
            return
        if any(self.books.held()) or any(self.books.open_orders()) or any(self.books.open_plans()):
            raise Refusal(RefusalKind.NOT_FLAT)
        self.books.one_way = one_way
        self.books.revision += 1

    def _settle(self, executions: Sequence[Execution]) -> None:
        if not self.books.one_way:
            Exchange._settle(self, executions)  # noqa: SLF001 - the grandparent's way, long and short apart
            return
        for execution in executions:
            super()._settle((execution,))
            order = self.books.orders[execution.order_id]
            self.plans.follow_entry(order, order.updated_ms)
            for side in PositionSide:
                self._trim(order.pair, side)

    def _trim(self, pair: str, side: PositionSide) -> None:
        """Cancel reducing orders that there is no longer anything to reduce for, the newest first."""
        reducing = [order for order in self.books.open_orders(pair) if order.reduce_only and order.side is side]
        for order in reversed(reducing):
            if self.orders.closable(pair, side) >= 0:
                return
            self.orders.cancel(order.order_id, self.now_ms, "REDUCE_ONLY")
