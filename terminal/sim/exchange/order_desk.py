"""Taking orders: the checks before an order is accepted, its way into the book and out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from terminal.sim.exchange.books import AccountBooks
from terminal.sim.exchange.margin import MarginView, order_cost
from terminal.sim.exchange.matching_faults import MatchingFaults
from terminal.sim.exchange.records import Order
from terminal.sim.exchange.rules import MAX_OPEN_ORDERS, ContractRules
from terminal.sim.exchange.terms import (
    ZERO,
    Effect,
    EventKind,
    MarginMode,
    OrderOrigin,
    OrderStatus,
    PositionSide,
    PriceSource,
    Refusal,
    RefusalKind,
)
from terminal.sim.market.types import BookSide, BookTif, Execution, SubmitResult


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """An order as the account asks for it; `price` None = market."""

    pair: str
    client_oid: str
    side: PositionSide
    effect: Effect
    size: Decimal
    price: Decimal | None
    tif: BookTif
    take_profit: Decimal | None = None
    stop_loss: Decimal | None = None
    take_profit_source: PriceSource = PriceSource.LAST
    stop_loss_source: PriceSource = PriceSource.LAST
    margin_mode: MarginMode | None = None
    origin: OrderOrigin = OrderOrigin.API
    plan_id: str = ""
    reduce_only: bool = False


class OrderBooks(Protocol):
    """The part of the market the order desk needs."""

    def submit(
        self, order_id: str, pair: str, side: BookSide, lots: int, limit_ticks: int | None, tif: BookTif
    ) -> SubmitResult: ...

    def cancel(self, order_id: str) -> int: ...

    def resume(self, order_id: str, pair: str, side: BookSide, lots: int, limit_ticks: int) -> None: ...

    def mark_ticks(self, pair: str) -> int: ...

    def last(self, pair: str) -> int: ...


@dataclass(frozen=True, slots=True)
class _Deferred:
    due_ms: int
    order_id: str
    lots: int


class OrderDesk:
    """Accepts, refuses, forwards and cancels the account's orders."""

    def __init__(
        self,
        books: AccountBooks,
        market: OrderBooks,
        margin: MarginView,
        on_executions: Callable[[Sequence[Execution]], None],
    ) -> None:
        self.faults = MatchingFaults()
        self._books = books
        self._market = market
        self._margin = margin
        self._on_executions = on_executions
        self._deferred: list[_Deferred] = []

    def place(self, request: OrderRequest, now_ms: int) -> Order:
        """Accept an order and send it to the book.

        Raises:
            Refusal: with the rule it breaks; nothing has changed then.
        """
        rules = self._books.rules[request.pair]
        mark = rules.price(self._market.mark_ticks(request.pair))
        reference = request.price or rules.price(self._market.last(request.pair))
        _check_steps(request, rules)
        if request.client_oid in self._books.client_oids:
            raise Refusal(RefusalKind.DUPLICATE_CLIENT_OID, client_oid=request.client_oid)
        setting = self._books.leverage[request.pair]
        if request.margin_mode not in {None, setting.mode}:
            raise Refusal(RefusalKind.MARGIN_MODE)
        _check_band(request, rules, mark)
        check_trigger_sides(request.side, reference, request.take_profit, request.stop_loss)
        if sum(1 for _ in self._books.open_orders()) >= MAX_OPEN_ORDERS:
            raise Refusal(RefusalKind.TOO_MANY_ORDERS)
        reserve = max(reference, mark) if request.price is None else request.price
        if request.effect is Effect.CLOSE:
            self._check_close(request)
        else:
            self._check_open(request, rules, reserve)
        order = self._accept(request, reserve * self.exposure_added(request) / request.size, now_ms)
        late_ms, partial = self.faults.take()
        self._forward(order, rules, now_ms, late_ms, partial)
        return order

    def force(self, request: OrderRequest, now_ms: int) -> Order:
        """Enter an order without checks: the liquidation engine asks nobody."""
        order = self._accept(request, ZERO, now_ms)
        self._forward(order, self._books.rules[request.pair], now_ms, 0, None)
        return order

    def cancel(self, order_id: str, now_ms: int, reason: str = "USER_CANCELED") -> Order:
        """Cancel what is left of an order.

        Raises:
            Refusal: NOT_FOUND, or FINAL when it is already filled or cancelled.
        """
        order = self._books.orders.get(order_id)
        if order is None:
            raise Refusal(RefusalKind.NOT_FOUND)
        if order.status.is_final:
            raise Refusal(RefusalKind.FINAL)
        self._deferred = [waiting for waiting in self._deferred if waiting.order_id != order_id]
        self._market.cancel(order_id)
        self._end(order, now_ms, reason)
        return order

    def release_due(self, now_ms: int) -> None:
        """Send orders to the book whose delay has run out."""
        due = [waiting for waiting in self._deferred if waiting.due_ms <= now_ms]
        if not due:
            return
        self._deferred = [waiting for waiting in self._deferred if waiting.due_ms > now_ms]
        for waiting in due:
            order = self._books.orders[waiting.order_id]
            self._submit(order, waiting.lots, order.tif, now_ms)

    def resume_open(self, now_ms: int) -> None:
        """Put every open order back into a market that was restored without them."""
        for order in self._books.open_orders():
            rules = self._books.rules[order.pair]
            lots = rules.lots(order.remaining) or 0
            limit = None if order.price is None else rules.ticks(order.price)
            if order.status is OrderStatus.OPEN and limit is not None:
                try:
                    self._market.resume(order.order_id, order.pair, order.book_side, lots, limit)
                except ValueError:  # another own order stands in its way: let them meet
                    self._submit(order, lots, order.tif, now_ms)
            else:
                self._submit(order, lots, order.tif, now_ms)

    def closable(self, pair: str, side: PositionSide) -> Decimal:
        """What is held and not yet promised to a resting closing order."""
        position = self._books.position(pair, side)
        promised = sum(
            (o.remaining for o in self._books.open_orders(pair) if o.side is side and o.effect is Effect.CLOSE), ZERO
        )
        return (position.size if position else ZERO) - promised

    def exposure_added(self, request: OrderRequest) -> Decimal:
        """How much of an opening order adds to what is held: all of it, where long and short are held apart."""
        return request.size

    def _accept(self, request: OrderRequest, reserve: Decimal, now_ms: int) -> Order:
        setting = self._books.leverage[request.pair]
        order = Order(
            order_id=self._books.ids.next(),
            client_oid=request.client_oid,
            pair=request.pair,
            side=request.side,
            effect=request.effect,
            size=request.size,
            price=request.price,
            tif=request.tif,
            margin_mode=setting.mode,
            leverage=setting.of(request.side),
            created_ms=now_ms,
            updated_ms=now_ms,
            preset_take_profit=request.take_profit,
            preset_stop_loss=request.stop_loss,
            take_profit_source=request.take_profit_source,
            stop_loss_source=request.stop_loss_source,
            origin=request.origin,
            plan_id=request.plan_id,
            reduce_only=request.reduce_only,
            reserve_price=reserve,
        )
        self._books.add_order(order)
        self._books.publish(EventKind.ORDER, order, now_ms)
        return order

    def _forward(self, order: Order, rules: ContractRules, now_ms: int, late_ms: int, partial: Decimal | None) -> None:
        lots = rules.lots(order.size) or 0
        if partial is None:
            if late_ms:
                self._deferred.append(_Deferred(now_ms + late_ms, order.order_id, lots))
            else:
                self._submit(order, lots, order.tif, now_ms)
            return
        first = max(1, int(lots * partial))
        rests = order.tif is BookTif.GTC and order.price is not None and lots > first
        self._submit(order, first, BookTif.IOC, now_ms, final=not rests)
        if rests and not order.status.is_final:
            left = rules.lots(order.remaining) or 0
            self._deferred.append(_Deferred(now_ms + late_ms, order.order_id, left))

    def _submit(self, order: Order, lots: int, tif: BookTif, now_ms: int, *, final: bool = True) -> None:
        rules = self._books.rules[order.pair]
        limit = None if order.price is None else rules.ticks(order.price)
        result = self._market.submit(order.order_id, order.pair, order.book_side, lots, limit, tif)
        self._on_executions(result.executions)
        if order.status.is_final:
            return
        if result.resting_lots or not final:
            order.status = OrderStatus.OPEN
            self._books.publish(EventKind.ORDER, order, now_ms)
        else:
            self._end(order, now_ms, _END_REASONS.get(tif, "NO_LIQUIDITY"))

    def _end(self, order: Order, now_ms: int, reason: str) -> None:
        order.status = OrderStatus.CANCELED
        order.cancel_reason = reason
        order.updated_ms = max(now_ms, order.updated_ms)
        self._books.close_order(order)
        self._books.publish(EventKind.ORDER, order, now_ms)

    def _check_close(self, request: OrderRequest) -> None:
        free = self.closable(request.pair, request.side)
        if request.size > free:
            raise Refusal(RefusalKind.CLOSE_SIZE, size=str(request.size), held=str(free))

    def _check_open(self, request: OrderRequest, rules: ContractRules, reserve: Decimal) -> None:
        position = self._books.position(request.pair, request.side)
        held = position.size if position else ZERO
        added = self.exposure_added(request)
        if held + added > rules.max_position_size:
            raise Refusal(RefusalKind.MAX_SIZE, size=str(request.size), limit=str(rules.max_position_size))
        leverage = self._books.leverage[request.pair].of(request.side)
        if order_cost(added, reserve, leverage, rules.taker_fee) > self._margin.available():
            raise Refusal(RefusalKind.MARGIN)


_END_REASONS = {
    BookTif.POST_ONLY: "POST_ONLY_WOULD_TAKE",
    BookTif.FOK: "FOK_NOT_FILLABLE",
    BookTif.IOC: "IOC_REMAINDER",
}


def check_trigger_sides(
    side: PositionSide, reference: Decimal, take_profit: Decimal | None, stop_loss: Decimal | None
) -> None:
    """A long takes profit above and stops below the reference price; a short the other way.

    Raises:
        Refusal: TRIGGER_SIDE.
    """
    is_long = side is PositionSide.LONG
    for which, trigger, above in (("take profit", take_profit, is_long), ("stop loss", stop_loss, not is_long)):
        if trigger is None or (trigger > reference if above else trigger < reference):
            continue
        raise Refusal(
            RefusalKind.TRIGGER_SIDE,
            side=side.value,
            which=which,
            relation="greater" if above else "less",
            price=f"{reference:f}",
            trigger=f"{trigger:f}",
        )


def _check_steps(request: OrderRequest, rules: ContractRules) -> None:
    if request.size < rules.min_size or rules.lots(request.size) is None:
        raise Refusal(RefusalKind.STEP_SIZE, step=f"{rules.lot:f}", size=f"{request.size:f}")
    prices = (request.price, request.take_profit, request.stop_loss)
    for price in prices:
        if price is not None and (price <= 0 or rules.ticks(price) is None):
            raise Refusal(RefusalKind.PRICE_STEP, step=f"{rules.tick:f}", price=f"{price:f}")
    is_market_open = request.price is None and request.effect is Effect.OPEN
    limit = min(rules.max_order_size, rules.market_open_limit) if is_market_open else rules.max_order_size
    if request.size > limit:
        raise Refusal(RefusalKind.MAX_SIZE, size=f"{request.size:f}", limit=f"{limit:f}")


def _check_band(request: OrderRequest, rules: ContractRules, mark: Decimal) -> None:
    """A limit buy may not be far above the mark, a limit sell not far below it."""
    if request.price is None:
        return
    buys = (request.side is PositionSide.LONG) == (request.effect is Effect.OPEN)
    highest = mark * (1 + rules.price_ratio)
    lowest = mark * (1 - rules.price_ratio)
    if buys and request.price > highest:
        raise Refusal(RefusalKind.PRICE_BAND, price=f"{request.price:f}", relation="higher", limit=f"{highest:f}")
    if not buys and request.price < lowest:
        raise Refusal(RefusalKind.PRICE_BAND, price=f"{request.price:f}", relation="lower", limit=f"{lowest:f}")
