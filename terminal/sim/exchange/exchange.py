"""The exchange behind the protocol: one market, one account, one clock.

`advance` is the only place where time passes: it moves the market, books what
happened to the account's orders, settles funding, fires triggers and checks
liquidation, in that order. Everything a dialect shows, on REST or on a
stream, is read from here after the same `advance`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Protocol

from terminal.sim.exchange.books import AccountBooks
from terminal.sim.exchange.liquidation import Liquidator
from terminal.sim.exchange.margin import MarginView
from terminal.sim.exchange.order_desk import OrderBooks, OrderDesk, OrderRequest
from terminal.sim.exchange.plan_desk import PlanDesk
from terminal.sim.exchange.records import AiLog, Order
from terminal.sim.exchange.rules import ContractRules, rules_for
from terminal.sim.exchange.settings_desk import SettingsDesk
from terminal.sim.exchange.settlement import settle_execution, settle_funding
from terminal.sim.exchange.terms import (
    BillKind,
    Effect,
    EventCause,
    EventKind,
    OrderOrigin,
    PositionSide,
    Refusal,
)
from terminal.sim.market.types import BookTif, Execution, FundingDue, PairSpec, Print

DEFAULT_BALANCE = Decimal(1000)


class Market(OrderBooks, Protocol):
    """The part of the market engine the exchange needs."""

    def advance(self, now_ms: int) -> Sequence[Execution | Print | FundingDue]: ...


class Exchange:
    """One account trading on one simulated market.

    Attributes:
        books: everything the account holds.
        margin: equity, available and liquidation figures at present marks.
        orders, plans, settings: the desks that change the books.
        prints: trades since the streams last took them.
    """

    order_desk_type: type[OrderDesk] = OrderDesk

    def __init__(
        self,
        market: Market,
        specs: Sequence[PairSpec],
        seed: int,
        now_ms: int,
        balance: Decimal = DEFAULT_BALANCE,
        books: AccountBooks | None = None,
        rules: Mapping[str, ContractRules] | None = None,
    ) -> None:
        """`rules` are a venue's own; without them the contracts are WEEX's."""
        self.market = market
        self.rules: Mapping[str, ContractRules] = rules or {spec.base: rules_for(spec) for spec in specs}
        self.now_ms = now_ms
        self.prints: list[Print] = []
        self.books = books or AccountBooks(dict(self.rules), seed, now_ms)
        self.margin = MarginView(self.books, self.mark)
        self.orders = self.order_desk_type(self.books, market, self.margin, self._settle)
        self.plans = PlanDesk(self.books, market, self.orders)
        self.settings = SettingsDesk(self.books, self.margin)
        self._liquidator = Liquidator(self.books, self.margin, self.orders)
        if books is None:
            self.deposit(balance)
        else:
            self.orders.resume_open(now_ms)

    def mark(self, pair: str) -> Decimal:
        return self.rules[pair].price(self.market.mark_ticks(pair))

    def last(self, pair: str) -> Decimal:
        return self.rules[pair].price(self.market.last(pair))

    def advance(self, now_ms: int) -> None:
        """Let time pass up to `now_ms`; earlier times change nothing."""
        if now_ms <= self.now_ms:
            return
        self.now_ms = now_ms
        for happening in self.market.advance(now_ms):
            if isinstance(happening, Execution):
                self._settle((happening,))
            elif isinstance(happening, FundingDue):
                settle_funding(self.books, happening)
            else:
                self.prints.append(happening)
        self.orders.release_due(now_ms)
        self.plans.fire_due(now_ms)
        self._liquidator.check(now_ms)

    def deposit(self, amount: Decimal) -> None:
        """Add cash, as the organiser does before a season."""
        self.books.wallet.add_total("deposit", amount)
        self.books.move_cash(BillKind.DEPOSIT, amount, self.now_ms)
        self.books.publish(EventKind.ACCOUNT, self.books.wallet, self.now_ms, EventCause.DEPOSIT)

    def close_position(self, pair: str, side: PositionSide, origin: OrderOrigin = OrderOrigin.API) -> Order:
        """Close one side at market, cancelling its resting closing orders first.

        Raises:
            Refusal: as for any order.
        """
        for order in self.books.open_orders(pair):
            if order.side is side and order.effect is Effect.CLOSE:
                self.orders.cancel(order.order_id, self.now_ms, "CLOSE_POSITION")
        request = OrderRequest(
            pair=pair,
            client_oid="",
            side=side,
            effect=Effect.CLOSE,
            size=self.orders.closable(pair, side),
            price=None,
            tif=BookTif.IOC,
            origin=origin,
            reduce_only=True,
        )
        return self.orders.place(request, self.now_ms)

    def keep_ai_log(self, order_id: str, body: dict[str, object]) -> AiLog:
        """Store an accepted AI log for good."""
        log = AiLog(self.books.ids.next(), order_id, body, self.now_ms)
        self.books.ai_logs.append(log)
        self.books.revision += 1
        return log

    def reset_account(self, balance: Decimal) -> None:
        """Cancel everything, close everything, start over with `balance` (the season reset)."""
        for plan in self.books.open_plans():
            self.plans.cancel(plan.order_id, self.now_ms, "ACCOUNT_RESET")
        for order in self.books.open_orders():
            self.orders.cancel(order.order_id, self.now_ms, "ACCOUNT_RESET")
        for position in list(self.books.held()):
            try:
                self.close_position(position.pair, position.side)
            except Refusal:
                continue
        self.deposit(balance - self.books.wallet.cash)

    def _settle(self, executions: Sequence[Execution]) -> None:
        for execution in executions:
            order = self.books.orders[execution.order_id]
            timely = execution if execution.time_ms <= self.now_ms else replace(execution, time_ms=self.now_ms)
            settle_execution(self.books, order, timely)
            self.plans.follow_entry(order, timely.time_ms)
