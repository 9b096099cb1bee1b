"""The coins' side of the account. It pays with the same USDT that backs the contracts.

What is free of USDT is what the contracts leave available; what an order sets
aside leaves the contracts' cash until it is spent or free again. The venue
documents no self-trade prevention, so own orders may meet.
"""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from terminal.sim.exchange.books import AccountBooks, IdSource
from terminal.sim.exchange.margin import MarginView
from terminal.sim.exchange.matching_faults import MatchingFaults
from terminal.sim.exchange.spot.books import SpotBooks
from terminal.sim.exchange.spot.desk import SpotRequest
from terminal.sim.exchange.spot.exchange import SpotAccount
from terminal.sim.exchange.spot.records import EndReason, Holding, SpotEvent, SpotEventKind, SpotFill, SpotOrder
from terminal.sim.exchange.spot.rules import SpotRules
from terminal.sim.exchange.spot.state import SpotBooksWriter, show_spot_books
from terminal.sim.exchange.terms import ZERO, MarginMode, OrderStatus
from terminal.sim.woox.instruments import QUOTE, RULES, TERMS, Listing, Product
from terminal.sim.woox.liquidity import MarketPort
from terminal.sim.woox.views import TYPES, FillView, OrderView, status_text

_FIRST_ID: Final = 790_000_000_000_000_000  # apart from the contracts' ids, which share the market with these
SPOT_RULES: Final = {
    pair: SpotRules(pair, QUOTE, rules.tick, rules.lot, TERMS[Product.SPOT].maker_fee, TERMS[Product.SPOT].taker_fee)
    for pair, rules in RULES.items()
}


class SharedQuote(Holding):
    """USDT: free is what the contracts leave available, and every change of it changes their cash."""

    def __init__(self, locked: Decimal, books: AccountBooks, margin: MarginView) -> None:
        self.asset = QUOTE
        self.locked = locked
        self._books = books
        self._margin = margin

    @property
    def free(self) -> Decimal:
        return max(ZERO, self._margin.available())

    @free.setter
    def free(self, amount: Decimal) -> None:
        self._books.wallet.cash += amount - self.free
        self._books.revision += 1


class CoinBooks(SpotBooks):
    """Spot books whose USDT is the contracts'."""

    def __init__(self, rules: dict[str, SpotRules], seed: int) -> None:
        super().__init__(rules, seed)
        self.ids = IdSource(seed, _FIRST_ID)

    def share_quote(self, books: AccountBooks, margin: MarginView) -> None:
        """Take USDT from the contracts' books from now on; what orders have locked stays locked."""
        self.holdings[QUOTE] = SharedQuote(self.holdings[QUOTE].locked, books, margin)

    def tell_balances(self, assets: tuple[str, ...], now_ms: int) -> None:
        held = (self.holdings[asset] for asset in assets)
        copies = tuple(Holding(one.asset, one.free, one.locked) for one in held)
        self.version += 1
        self.revision += 1
        self.events.append(SpotEvent(self.version, SpotEventKind.BALANCE, copies, now_ms))


class SpotSide:
    """Spot orders and coins of the account.

    Args:
        books: the coins, sharing USDT already.
        port: the way to the market.
        now_ms: exchange time.
    """

    def __init__(self, books: CoinBooks, port: MarketPort, now_ms: int) -> None:
        self.books = books
        self._port = port
        self._account = SpotAccount(books, port, now_ms)
        self._writer = SpotBooksWriter(books)

    @property
    def account(self) -> SpotAccount:
        return self._account

    def advance(self, now_ms: int) -> None:
        """Book what happened to this side's orders. Comes after the contracts' advance, which moves the market."""
        self._account.now_ms = max(now_ms, self._account.now_ms)
        self._account.settle(self._port.drain())
        self._account.orders.release_due(now_ms)

    def place(self, request: SpotRequest, now_ms: int) -> OrderView:
        """Accept an order. Raises `Refusal`."""
        return self.view(self._account.orders.place(request, now_ms))

    def cancel(self, order_id: str, now_ms: int, reason: EndReason = EndReason.USER) -> None:
        """Cancel what is left of an order. Raises `Refusal`."""
        self._account.orders.cancel(order_id, now_ms, reason)

    def owns(self, order_id: str) -> bool:
        return self._account.owns(order_id)

    def orders(self) -> Iterator[OrderView]:
        fees = self._fees()
        return (_order_view(order, fees[order.order_id]) for order in self.books.orders.values())

    def view(self, order: SpotOrder) -> OrderView:
        return _order_view(order, self._fees()[order.order_id])

    def fills(self) -> Iterator[FillView]:
        return (spot_fill_view(fill) for fill in self.books.fills)

    def sell_all(self, pair: str, now_ms: int) -> None:
        """Sell what is free of a coin at market. Raises `Refusal` when that is less than a step."""
        self._account.now_ms = max(now_ms, self._account.now_ms)
        self._account.sell_free(pair)

    def clear(self, now_ms: int) -> None:
        """Cancel everything and take every coin out; USDT is the contracts' to reset."""
        self._account.now_ms = max(now_ms, self._account.now_ms)
        for order in self.books.open_orders():
            self._account.orders.cancel(order.order_id, now_ms, EndReason.SYSTEM)
        for holding in list(self.books.holdings.values()):
            if holding.asset != QUOTE and holding.free:
                self._account.deposit(holding.asset, -holding.free)

    def set_faults(self, faults: MatchingFaults) -> None:
        self._account.orders.faults = faults

    def show(self) -> dict[str, Any]:
        return show_spot_books(self.books)

    def dump(self) -> bytes:
        return self._writer.dump()

    def _fees(self) -> dict[str, Decimal]:
        paid: dict[str, Decimal] = defaultdict(lambda: ZERO)
        for fill in self.books.fills:
            paid[fill.order_id] += fill.fee
        return paid


def _order_view(order: SpotOrder, fee: Decimal) -> OrderView:
    return OrderView(
        order_id=int(order.order_id),
        client_id=int(order.client_oid or 0),
        listing=Listing(Product.SPOT, order.pair),
        side=order.side,
        type="MARKET" if order.price is None else TYPES[order.tif],
        size=order.size,
        price=order.price,
        status=_status(order),
        reason=order.end_reason.value,
        filled=order.filled_size,
        value=order.filled_value,
        fee=fee,
        fee_asset=order.pair if order.lock_asset == QUOTE else QUOTE,
        realized=None,
        reduce_only=False,
        position_side="BOTH",
        margin_mode=MarginMode.CROSS,
        leverage=1,
        created_ms=order.created_ms,
        updated_ms=order.updated_ms,
    )


def spot_fill_view(fill: SpotFill) -> FillView:
    return FillView(
        trade_id=int(fill.trade_id),
        order_id=int(fill.order_id),
        listing=Listing(Product.SPOT, fill.pair),
        side=fill.side,
        size=fill.size,
        price=fill.price,
        fee=fill.fee,
        fee_asset=fill.fee_asset,
        realized=None,
        is_maker=fill.is_maker,
        time_ms=fill.created_ms,
    )


def _status(order: SpotOrder) -> str:
    """A market order by amount, or one whose coins ran out, ends FILLED when it bought what it could."""
    spent = order.price is None and order.amount is not None and order.filled_size > 0
    if spent and order.status is OrderStatus.CANCELED:
        return "FILLED"
    return status_text(order.status, order.filled_size, "")
