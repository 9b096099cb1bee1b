"""Orders that wait for a price: triggers, take profits, stop losses.

A plan reserves no margin. When its price is reached it becomes an ordinary
order; a closing plan shrinks to what is still held, and ends quietly when
nothing is. Plans outlive the position they were made for.
"""

from dataclasses import dataclass
from decimal import Decimal

from terminal.sim.exchange.books import AccountBooks
from terminal.sim.exchange.order_desk import OrderBooks, OrderDesk, OrderRequest, check_trigger_sides
from terminal.sim.exchange.records import Order, Plan
from terminal.sim.exchange.terms import (
    Effect,
    MarginMode,
    OrderOrigin,
    PlanKind,
    PlanStatus,
    PositionSide,
    PriceSource,
    Refusal,
    RefusalKind,
)
from terminal.sim.market.types import BookTif

VISIBILITY_LAG_MS = 500


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """A plan as the account asks for it; `execute_price` None = market."""

    kind: PlanKind
    pair: str
    client_oid: str
    side: PositionSide
    effect: Effect
    size: Decimal
    trigger_price: Decimal
    execute_price: Decimal | None = None
    price_source: PriceSource = PriceSource.LAST
    margin_mode: MarginMode | None = None
    parent_order_id: str = ""
    take_profit: Decimal | None = None
    stop_loss: Decimal | None = None


class PlanDesk:
    """Accepts, changes, cancels and fires plans."""

    def __init__(self, books: AccountBooks, market: OrderBooks, orders: OrderDesk) -> None:
        self._books = books
        self._market = market
        self._orders = orders

    def place(self, request: PlanRequest, now_ms: int) -> Plan:
        """Accept a plan.

        Raises:
            Refusal: step, side, size or margin mode rule broken.
        """
        self._check(request)
        return self._add(request, now_ms)

    def modify(
        self, order_id: str, trigger: Decimal, execute: Decimal | None, source: PriceSource, now_ms: int
    ) -> Plan:
        """Give a waiting take profit or stop loss another price.

        Raises:
            Refusal: NOT_FOUND, FINAL, or a broken price rule.
        """
        plan = self._waiting(order_id)
        self._check_prices(plan.pair, (trigger, execute))
        if plan.kind is not PlanKind.TRIGGER:
            self._check_tp_sl(plan.kind, plan.pair, plan.side, trigger)
        plan.trigger_price = trigger
        plan.execute_price = execute
        plan.price_source = source
        if plan.kind is PlanKind.TRIGGER:
            plan.fires_above = trigger >= self._price(plan.pair, source)
        plan.updated_ms = now_ms
        self._books.revision += 1
        return plan

    def cancel(self, order_id: str, now_ms: int, reason: str = "USER_CANCELED") -> Plan:
        """Withdraw a waiting plan.

        Raises:
            Refusal: NOT_FOUND or FINAL.
        """
        plan = self._waiting(order_id)
        self._end(plan, PlanStatus.CANCELED, now_ms, reason)
        return plan

    def follow_entry(self, order: Order, now_ms: int) -> None:
        """Keep the preset take profit and stop loss as large as their entry has filled."""
        if order.effect is not Effect.OPEN or not order.filled_size:
            return
        presets = (
            (PlanKind.TAKE_PROFIT, order.preset_take_profit, order.take_profit_source),
            (PlanKind.STOP_LOSS, order.preset_stop_loss, order.stop_loss_source),
        )
        for kind, trigger, source in presets:
            if trigger is not None:
                self._follow(order, kind, trigger, source, now_ms)

    def fire_due(self, now_ms: int) -> None:
        """Turn every plan whose price is reached into an order."""
        for plan in self._books.open_plans():
            price = self._price(plan.pair, plan.price_source)
            if price >= plan.trigger_price if plan.fires_above else price <= plan.trigger_price:
                self._fire(plan, now_ms)

    def _follow(self, order: Order, kind: PlanKind, trigger: Decimal, source: PriceSource, now_ms: int) -> None:
        children = [p for p in self._books.plans.values() if p.parent_order_id == order.order_id and p.kind is kind]
        missing = order.filled_size - sum(child.size for child in children)
        if missing <= 0:
            return
        for child in children:
            if child.status is PlanStatus.UNTRIGGERED:
                child.size += missing
                self._books.revision += 1
                return
        request = PlanRequest(
            kind=kind,
            pair=order.pair,
            client_oid="",
            side=order.side,
            effect=Effect.CLOSE,
            size=missing,
            trigger_price=trigger,
            price_source=source,
            parent_order_id=order.order_id,
        )
        self._add(request, now_ms)

    def _add(self, request: PlanRequest, now_ms: int) -> Plan:
        if request.kind is PlanKind.TRIGGER:
            above = request.trigger_price >= self._price(request.pair, request.price_source)
        else:
            above = (request.side is PositionSide.LONG) == (request.kind is PlanKind.TAKE_PROFIT)
        plan = Plan(
            order_id=self._books.ids.next(),
            client_oid=request.client_oid,
            kind=request.kind,
            pair=request.pair,
            side=request.side,
            effect=request.effect,
            size=request.size,
            execute_price=request.execute_price,
            trigger_price=request.trigger_price,
            price_source=request.price_source,
            fires_above=above,
            margin_mode=self._books.leverage[request.pair].mode,
            created_ms=now_ms,
            updated_ms=now_ms,
            visible_ms=now_ms + VISIBILITY_LAG_MS,
            parent_order_id=request.parent_order_id,
            preset_take_profit=request.take_profit,
            preset_stop_loss=request.stop_loss,
        )
        self._books.plans[plan.order_id] = plan
        if plan.client_oid:
            self._books.client_oids.add(plan.client_oid)
        self._books.revision += 1
        return plan

    def _fire(self, plan: Plan, now_ms: int) -> None:
        size = plan.size
        if plan.effect is Effect.CLOSE:
            size = min(size, self._orders.closable(plan.pair, plan.side))
            if size <= 0:
                self._end(plan, PlanStatus.CANCELED, now_ms, "NO_POSITION")
                return
        request = OrderRequest(
            pair=plan.pair,
            client_oid="",
            side=plan.side,
            effect=plan.effect,
            size=size,
            price=plan.execute_price,
            tif=BookTif.IOC if plan.execute_price is None else BookTif.GTC,
            take_profit=plan.preset_take_profit,
            stop_loss=plan.preset_stop_loss,
            origin=OrderOrigin.PLAN,
            plan_id=plan.order_id,
            reduce_only=plan.effect is Effect.CLOSE,
        )
        self._end(plan, PlanStatus.TRIGGERED, now_ms, "")
        try:
            order = self._orders.place(request, now_ms)
        except Refusal as refusal:
            self._end(plan, PlanStatus.CANCELED, now_ms, refusal.kind.value)
            return
        plan.actual_order_id = order.order_id
        plan.triggered_ms = now_ms

    def _end(self, plan: Plan, status: PlanStatus, now_ms: int, reason: str) -> None:
        plan.status = status
        plan.cancel_reason = reason
        plan.updated_ms = now_ms
        self._books.revision += 1

    def _waiting(self, order_id: str) -> Plan:
        plan = self._books.plans.get(order_id)
        if plan is None:
            raise Refusal(RefusalKind.NOT_FOUND)
        if plan.status is not PlanStatus.UNTRIGGERED:
            raise Refusal(RefusalKind.FINAL)
        return plan

    def _price(self, pair: str, source: PriceSource) -> Decimal:
        ticks = self._market.last(pair) if source is PriceSource.LAST else self._market.mark_ticks(pair)
        return self._books.rules[pair].price(ticks)

    def _check(self, request: PlanRequest) -> None:
        rules = self._books.rules[request.pair]
        if request.size < rules.min_size or rules.lots(request.size) is None:
            raise Refusal(RefusalKind.STEP_SIZE, step=f"{rules.lot:f}", size=f"{request.size:f}")
        self._check_prices(request.pair, (request.trigger_price, request.execute_price))
        if request.client_oid and request.client_oid in self._books.client_oids:
            raise Refusal(RefusalKind.DUPLICATE_CLIENT_OID, client_oid=request.client_oid)
        if request.margin_mode not in {None, self._books.leverage[request.pair].mode}:
            raise Refusal(RefusalKind.MARGIN_MODE)
        if request.kind is PlanKind.TRIGGER:
            reference = request.execute_price or request.trigger_price
            check_trigger_sides(request.side, reference, request.take_profit, request.stop_loss)
            return
        self._check_tp_sl(request.kind, request.pair, request.side, request.trigger_price)
        position = self._books.position(request.pair, request.side)
        held = position.size if position else Decimal(0)
        if request.size > held:
            raise Refusal(RefusalKind.CLOSE_SIZE, size=f"{request.size:f}", held=f"{held:f}")

    def _check_tp_sl(self, kind: PlanKind, pair: str, side: PositionSide, trigger: Decimal) -> None:
        """A stop must lie on the far side of the last price, or it would fire at once."""
        last = self._price(pair, PriceSource.LAST)
        take_profit = trigger if kind is PlanKind.TAKE_PROFIT else None
        stop_loss = trigger if kind is PlanKind.STOP_LOSS else None
        check_trigger_sides(side, last, take_profit, stop_loss)

    def _check_prices(self, pair: str, prices: tuple[Decimal | None, ...]) -> None:
        rules = self._books.rules[pair]
        for price in prices:
            if price is not None and (price <= 0 or rules.ticks(price) is None):
                raise Refusal(RefusalKind.PRICE_STEP, step=f"{rules.tick:f}", price=f"{price:f}")
