"""A spot account, and an exchange that consists of one and its market."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Protocol

from terminal.sim.exchange.matching_faults import MatchingFaults
from terminal.sim.exchange.spot.books import SpotBooks
from terminal.sim.exchange.spot.desk import SpotDesk, SpotMarket, SpotRequest
from terminal.sim.exchange.spot.records import EndReason, FlowKind, SelfTrade, SpotOrder
from terminal.sim.exchange.spot.rules import SpotRules
from terminal.sim.exchange.spot.settlement import settle
from terminal.sim.exchange.terms import OrderOrigin, Refusal, RefusalKind
from terminal.sim.market.types import BookSide, BookTif, Execution, FundingDue, Print


class TimedMarket(SpotMarket, Protocol):
    """A market that moves."""

    def advance(self, now_ms: int) -> Sequence[Execution | Print | FundingDue]: ...


class SpotAccount:
    """The desk on its books, without a market of its own to advance.

    An exchange that keeps other accounts on the same market hands over the
    executions that are this one's (`owns`).
    """

    def __init__(self, books: SpotBooks, market: SpotMarket, now_ms: int) -> None:
        self.books = books
        self.now_ms = now_ms
        self.orders = SpotDesk(books, market, self.settle)

    def owns(self, order_id: str) -> bool:
        return order_id in self.books.orders

    def settle(self, executions: Sequence[Execution]) -> None:
        """Book matches of this account's orders."""
        for execution in executions:
            timely = execution if execution.time_ms <= self.now_ms else replace(execution, time_ms=self.now_ms)
            settle(self.books, self.books.orders[execution.order_id], timely)

    def deposit(self, asset: str, amount: Decimal) -> None:
        kind = FlowKind.DEPOSIT if amount >= 0 else FlowKind.WITHDRAWAL
        self.books.credit(asset, amount, kind, self.now_ms)
        self.books.tell_balances((asset,), self.now_ms)

    def reset(self, quote: str, balance: Decimal) -> None:
        """Cancel everything, take every coin out, start over with `balance` of the quote coin."""
        for order in self.books.open_orders():
            self.orders.cancel(order.order_id, self.now_ms, EndReason.SYSTEM)
        for holding in list(self.books.holdings.values()):
            wanted = balance if holding.asset == quote else Decimal(0)
            if holding.free != wanted:
                self.deposit(holding.asset, wanted - holding.free)

    def sell_free(self, pair: str) -> SpotOrder:
        """Sell at market what is free of a pair's coin, as a person does on the venue's page.

        Raises:
            Refusal: CLOSE_SIZE when less than one step is free.
        """
        rules = self.books.rules[pair]
        free = self.books.holdings[rules.base].free
        lots = int(free / rules.lot)
        if not lots:
            raise Refusal(RefusalKind.CLOSE_SIZE, size="0", held=f"{free:f}")
        request = SpotRequest(
            pair=pair,
            client_oid="",
            side=BookSide.SELL,
            size=rules.size(lots),
            price=None,
            tif=BookTif.IOC,
            self_trade=SelfTrade.EXPIRE_MAKER,
            origin=OrderOrigin.WEB,
        )
        return self.orders.place(request, self.now_ms)


class SpotExchange(SpotAccount):
    """One account trading on one simulated market.

    Args:
        market: the simulated market.
        rules: the pairs this venue lists.
        seed: of the ids.
        now_ms: exchange time.
        opening: coins of a new account, by name.
        books: what `load_books` read, in place of a new account.

    Attributes:
        prints: trades since the streams last took them.
    """

    def __init__(
        self,
        market: TimedMarket,
        rules: Mapping[str, SpotRules],
        seed: int,
        now_ms: int,
        opening: Mapping[str, Decimal],
        books: SpotBooks | None = None,
    ) -> None:
        super().__init__(books or SpotBooks(dict(rules), seed), market, now_ms)
        self.market = market
        self.rules = rules
        self.prints: list[Print] = []
        if books is None:
            for asset, amount in opening.items():
                self.deposit(asset, amount)
        else:
            self.orders.resume_open(now_ms)

    def advance(self, now_ms: int) -> None:
        """Let time pass up to `now_ms`; earlier times change nothing."""
        if now_ms <= self.now_ms:
            return
        self.now_ms = now_ms
        for happening in self.market.advance(now_ms):
            if isinstance(happening, Execution):
                self.settle((happening,))
            elif isinstance(happening, Print) and happening.pair in self.rules:
                self.prints.append(happening)
        self.orders.release_due(now_ms)

    def set_matching_faults(self, faults: MatchingFaults) -> None:
        self.orders.faults = faults
