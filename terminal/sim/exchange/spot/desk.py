"""Taking spot orders: what they lock, their way into the book and out.

Steps, coins, client ids and post-only are checked here; a venue checks its own
filters before it comes here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from terminal.sim.exchange.matching_faults import MatchingFaults
from terminal.sim.exchange.spot.books import SpotBooks
from terminal.sim.exchange.spot.reach import OwnOrder, cost_of, lots_for, own_orders_in_reach
from terminal.sim.exchange.spot.records import EndReason, SelfTrade, SpotOrder
from terminal.sim.exchange.terms import ZERO, OrderOrigin, OrderStatus, Refusal, RefusalKind
from terminal.sim.market.book import MatchingBook
from terminal.sim.market.types import BookSide, BookTif, Execution, SubmitResult

_END_REASONS = {BookTif.POST_ONLY: EndReason.POST_ONLY, BookTif.FOK: EndReason.FOK, BookTif.IOC: EndReason.IOC}


@dataclass(frozen=True, slots=True)
class SpotRequest:
    """An order as the account asks for it.

    `price` None = market, with `tif` IOC or FOK. A market order has a `size` in
    the base coin or an `amount` in the quote coin.
    """

    pair: str
    client_oid: str
    side: BookSide
    size: Decimal
    price: Decimal | None
    tif: BookTif
    amount: Decimal | None = None
    self_trade: SelfTrade = SelfTrade.EXPIRE_TAKER
    origin: OrderOrigin = OrderOrigin.API


class SpotMarket(Protocol):
    """The part of the market the desk needs."""

    def submit(
        self, order_id: str, pair: str, side: BookSide, lots: int, limit_ticks: int | None, tif: BookTif
    ) -> SubmitResult: ...

    def cancel(self, order_id: str) -> int: ...

    def resume(self, order_id: str, pair: str, side: BookSide, lots: int, limit_ticks: int) -> None: ...

    def book(self, pair: str) -> MatchingBook: ...


@dataclass(frozen=True, slots=True)
class _Deferred:
    due_ms: int
    order_id: str
    lots: int


class SpotDesk:
    """Accepts, refuses, forwards and cancels the account's orders.

    Args:
        books: the account.
        market: where the orders go.
        on_executions: books what was matched at once.
    """

    def __init__(
        self, books: SpotBooks, market: SpotMarket, on_executions: Callable[[Sequence[Execution]], None]
    ) -> None:
        self.faults = MatchingFaults()
        self._books = books
        self._market = market
        self._on_executions = on_executions
        self._deferred: list[_Deferred] = []

    def check(self, request: SpotRequest) -> Decimal:
        """What `place` would refuse, without placing.

        Returns:
            How much of the coin it pays with the order would lock.

        Raises:
            Refusal: STEP_SIZE, PRICE_STEP, DUPLICATE_CLIENT_OID, WOULD_TAKE, BALANCE.
        """
        rules = self._books.rules[request.pair]
        if request.amount is None and (request.size <= 0 or rules.lots(request.size) is None):
            raise Refusal(RefusalKind.STEP_SIZE, step=f"{rules.lot:f}", size=f"{request.size:f}")
        if request.price is not None and (request.price <= 0 or rules.ticks(request.price) is None):
            raise Refusal(RefusalKind.PRICE_STEP, step=f"{rules.tick:f}", price=f"{request.price:f}")
        if request.client_oid in self._books.client_oids:
            raise Refusal(RefusalKind.DUPLICATE_CLIENT_OID, client_oid=request.client_oid)
        if request.tif is BookTif.POST_ONLY and self._would_take(request):
            raise Refusal(RefusalKind.WOULD_TAKE)
        lock = self._lock_of(request)
        asset = self._lock_asset(request)
        if lock > self._books.holdings[asset].free:
            raise Refusal(RefusalKind.BALANCE, asset=asset)
        return lock

    def place(self, request: SpotRequest, now_ms: int) -> SpotOrder:
        """Accept an order and send it to the book.

        Raises:
            Refusal: as `check`; nothing has changed then.
        """
        lock = self.check(request)
        late_ms, partial = self.faults.take()
        order = self._accept(
            request, lock, now_ms, OrderStatus.PENDING if late_ms and not partial else OrderStatus.OPEN
        )
        self._forward(order, now_ms, late_ms, partial)
        return order

    def cancel(self, order_id: str, now_ms: int, reason: EndReason = EndReason.USER) -> SpotOrder:
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
        self._deferred = [waiting for waiting in self._deferred if waiting.due_ms > now_ms]
        for waiting in due:
            order = self._books.orders[waiting.order_id]
            if order.status is OrderStatus.PENDING:
                order.status = OrderStatus.OPEN
                self._books.tell_order(order, now_ms)
            self._submit(order, waiting.lots or self._size(order), order.tif, now_ms)

    def resume_open(self, now_ms: int) -> None:
        """Put every open order back into a market that was restored without them."""
        for order in self._books.open_orders():
            rules = self._books.rules[order.pair]
            lots = rules.lots(order.remaining) or 0
            limit = None if order.price is None else rules.ticks(order.price)
            if order.status is OrderStatus.OPEN and limit is not None:
                try:
                    self._market.resume(order.order_id, order.pair, order.side, lots, limit)
                except ValueError:  # another own order stands in its way: let them meet
                    self._submit(order, lots, order.tif, now_ms)
            else:
                order.status = OrderStatus.OPEN
                self._submit(order, lots or self._size(order), order.tif, now_ms)

    def _accept(self, request: SpotRequest, lock: Decimal, now_ms: int, status: OrderStatus) -> SpotOrder:
        order = SpotOrder(
            order_id=self._books.ids.next(),
            client_oid=request.client_oid,
            pair=request.pair,
            side=request.side,
            size=ZERO if request.amount is not None else request.size,
            amount=request.amount,
            price=request.price,
            tif=request.tif,
            self_trade=request.self_trade,
            origin=request.origin,
            lock_asset=self._lock_asset(request),
            locked=ZERO,
            created_ms=now_ms,
            updated_ms=now_ms,
            status=status,
        )
        self._books.add_order(order)
        self._books.lock(order, lock)
        self._books.tell_order(order, now_ms)
        self._books.tell_balances((order.lock_asset,), now_ms)
        return order

    def _forward(self, order: SpotOrder, now_ms: int, late_ms: int, partial: Decimal | None) -> None:
        if partial is None and late_ms:
            lots = 0 if order.amount is not None else self._size(order)  # an amount is sized when it gets there
            self._deferred.append(_Deferred(now_ms + late_ms, order.order_id, lots))
            return
        lots = self._size(order)
        if partial is None:
            self._submit(order, lots, order.tif, now_ms)
            return
        first = max(1, int(lots * partial))
        rests = order.tif in {BookTif.GTC, BookTif.POST_ONLY} and lots > first
        self._submit(order, min(first, lots), BookTif.IOC, now_ms, final=not rests)
        if rests and not order.status.is_final:
            left = self._books.rules[order.pair].lots(order.remaining) or 0
            self._deferred.append(_Deferred(now_ms + late_ms, order.order_id, left))

    def _submit(self, order: SpotOrder, lots: int, tif: BookTif, now_ms: int, *, final: bool = True) -> None:
        rules = self._books.rules[order.pair]
        limit = None if order.price is None else rules.ticks(order.price)
        if order.price is None:
            lots = min(lots, self._payable_lots(order))
        met = self._own_in_reach(order, lots, limit)
        if met and order.self_trade is SelfTrade.EXPIRE_TAKER:
            self._stop_before(order, lots, met[0][1], tif, now_ms)
            return
        for order_id, _ in met:
            self.cancel(order_id, now_ms, EndReason.SELF_TRADE)
        if met and order.price is None:  # what stood there is gone: the next ones are dearer
            lots = min(lots, self._payable_lots(order))
        resting = 0
        if lots:
            result = self._market.submit(order.order_id, order.pair, order.side, lots, limit, tif)
            self._on_executions(result.executions)
            resting = result.resting_lots
        if final and not resting and not order.status.is_final:
            self._end(order, now_ms, _END_REASONS.get(tif, EndReason.SYSTEM))

    def _stop_before(self, order: SpotOrder, lots: int, own_ticks: int, tif: BookTif, now_ms: int) -> None:
        """Trade up to an own order that rests in the way, then cancel the rest."""
        limit = own_ticks - 1 if order.side is BookSide.BUY else own_ticks + 1
        if limit >= 1 and tif is not BookTif.FOK:
            result = self._market.submit(order.order_id, order.pair, order.side, lots, limit, BookTif.IOC)
            self._on_executions(result.executions)
        if not order.status.is_final:
            self._end(order, now_ms, EndReason.SELF_TRADE)

    def _end(self, order: SpotOrder, now_ms: int, reason: EndReason) -> None:
        order.status = OrderStatus.CANCELED
        order.end_reason = reason
        order.updated_ms = max(now_ms, order.updated_ms)
        self._books.close_order(order)
        self._books.tell_order(order, now_ms)
        self._books.tell_balances((order.lock_asset,), now_ms)

    def _own_in_reach(self, order: SpotOrder, lots: int, limit: int | None) -> list[OwnOrder]:
        if order.self_trade is SelfTrade.ALLOW or not lots:
            return []
        book = self._market.book(order.pair)
        mine = self._books.open_ids
        own = ((o, ticks) for o, side, ticks, _ in book.orders() if side is order.side.opposite and o in mine)
        return own_orders_in_reach(book, own, order.side, lots, limit)

    def _size(self, order: SpotOrder) -> int:
        """What the order is to fill, in lots; an order by amount learns its size here."""
        rules = self._books.rules[order.pair]
        if order.amount is not None:
            order.size = order.filled_size + rules.size(self._payable_lots(order))
        return rules.lots(order.remaining) or 0

    def _payable_lots(self, order: SpotOrder) -> int:
        """Lots of a market order that its coins, or its amount, cover at the book's prices."""
        rules, book = self._books.rules[order.pair], self._market.book(order.pair)
        if order.side is BookSide.BUY:
            return lots_for(book, rules, BookSide.BUY, order.locked)
        covered = int(order.locked / rules.lot)
        if order.amount is None:
            return covered
        return min(covered, lots_for(book, rules, BookSide.SELL, order.amount - order.filled_value))

    def _lock_asset(self, request: SpotRequest) -> str:
        rules = self._books.rules[request.pair]
        return rules.quote if request.side is BookSide.BUY else rules.base

    def _lock_of(self, request: SpotRequest) -> Decimal:
        rules, book = self._books.rules[request.pair], self._market.book(request.pair)
        if request.side is BookSide.SELL:
            if request.amount is None:
                return request.size
            return rules.size(lots_for(book, rules, BookSide.SELL, request.amount))
        if request.amount is not None:
            return request.amount
        if request.price is not None:
            return request.size * request.price
        return cost_of(book, rules, rules.lots(request.size) or 0)

    def _would_take(self, request: SpotRequest) -> bool:
        rules, book = self._books.rules[request.pair], self._market.book(request.pair)
        best = book.best_ask if request.side is BookSide.BUY else book.best_bid
        if best is None or request.price is None:
            return False
        sign = 1 if request.side is BookSide.BUY else -1
        return request.price * sign >= rules.price(best) * sign
