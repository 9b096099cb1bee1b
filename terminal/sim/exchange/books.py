"""The account's books: everything it holds, and the events others hear of it.

Plain containers plus the few operations every desk shares: ids, bills,
events. `revision` grows with each change, so that whoever stores the books
knows when they are stale; `version` is the number the private streams carry.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import TypeVar

from terminal.sim.exchange.records import AccountEvent, AiLog, Bill, Fill, Order, Plan, Position, Wallet
from terminal.sim.exchange.rules import DEFAULT_LEVERAGE, ContractRules
from terminal.sim.exchange.terms import (
    ZERO,
    BillKind,
    EventCause,
    EventKind,
    LeverageSetting,
    MarginMode,
    PlanStatus,
    PositionSide,
)

FIRST_VERSION = 46_000
_FIRST_ID = 590_000_000_000_000_000  # 18 digits, past what a double can hold
_EVENTS_KEPT = 10_000
Subject = TypeVar("Subject", Order, Fill, Position, Wallet)


class IdSource:
    """18-digit ids that only grow; the next follows from the last and the seed alone."""

    def __init__(self, seed: int, last: int | None = None) -> None:
        self._seed = seed
        self.last = _FIRST_ID + (seed % 1_000_003) * 10_007 if last is None else last

    def next(self) -> str:
        self.last += 1 + (self.last * 6_364_136_223_846_793_005 + self._seed) % 999_983
        return str(self.last)


def position_key(pair: str, side: PositionSide) -> str:
    return f"{pair}:{side.value}"


class AccountBooks:
    """One account. Desks change it; dialects and tests read it."""

    def __init__(self, rules: dict[str, ContractRules], seed: int, now_ms: int) -> None:
        self.rules = rules
        self.ids = IdSource(seed)
        self.wallet = Wallet(cash=ZERO, created_ms=now_ms, updated_ms=now_ms)
        default = LeverageSetting(MarginMode.CROSS, DEFAULT_LEVERAGE, DEFAULT_LEVERAGE, DEFAULT_LEVERAGE)
        self.leverage: dict[str, LeverageSetting] = dict.fromkeys(rules, default)
        self.positions: dict[str, Position] = {}
        self.orders: dict[str, Order] = {}
        self.open_ids: dict[str, None] = {}  # insertion-ordered set of orders that are not final
        self.plans: dict[str, Plan] = {}
        self.fills: list[Fill] = []
        self.bills: list[Bill] = []
        self.ai_logs: list[AiLog] = []
        self.client_oids: set[str] = set()
        self.one_way = False  # True where a venue holds one net position of a pair
        self.version = FIRST_VERSION
        self.sequence = 0
        self.revision = 0
        self.events: deque[AccountEvent] = deque(maxlen=_EVENTS_KEPT)

    def open_orders(self, pair: str | None = None) -> Iterator[Order]:
        """Orders that are not final, oldest first."""
        for order_id in list(self.open_ids):
            order = self.orders[order_id]
            if pair is None or order.pair == pair:
                yield order

    def open_plans(self, pair: str | None = None) -> Iterator[Plan]:
        for plan in list(self.plans.values()):
            if plan.status is PlanStatus.UNTRIGGERED and (pair is None or plan.pair == pair):
                yield plan

    def held(self, pair: str | None = None) -> Iterator[Position]:
        """Positions with a size."""
        for position in self.positions.values():
            if position.size and (pair is None or position.pair == pair):
                yield position

    def position(self, pair: str, side: PositionSide) -> Position | None:
        return self.positions.get(position_key(pair, side))

    def position_or_new(self, pair: str, side: PositionSide, now_ms: int) -> Position:
        """The position, made flat if it never existed."""
        key = position_key(pair, side)
        found = self.positions.get(key)
        if found is None:
            setting = self.leverage[pair]
            found = Position(
                position_id=self.ids.next(),
                pair=pair,
                side=side,
                margin_mode=setting.mode,
                leverage=setting.of(side),
                created_ms=now_ms,
                updated_ms=now_ms,
                created_sequence=self.sequence,
                updated_sequence=self.sequence,
            )
            self.positions[key] = found
        return found

    def add_order(self, order: Order) -> None:
        self.orders[order.order_id] = order
        self.open_ids[order.order_id] = None
        if order.client_oid:
            self.client_oids.add(order.client_oid)
        self.revision += 1

    def close_order(self, order: Order) -> None:
        """Take a final order off the list of open ones."""
        self.open_ids.pop(order.order_id, None)
        self.revision += 1

    def move_cash(self, kind: BillKind, amount: Decimal, now_ms: int, pair: str = "", fee: Decimal = ZERO) -> None:
        """Change the cash by `amount` (already net of `fee`) and write the bill."""
        self.wallet.cash += amount
        self.wallet.updated_ms = now_ms
        self.note_bill(kind, amount, now_ms, pair, fee)

    def note_bill(self, kind: BillKind, amount: Decimal, now_ms: int, pair: str = "", fee: Decimal = ZERO) -> None:
        """Write a bill without touching the cash (margin moves, liquidation marks)."""
        self.bills.append(Bill(self.ids.next(), pair, kind, amount, self.wallet.cash, fee, now_ms))
        self.revision += 1

    def publish(self, kind: EventKind, subject: Subject, now_ms: int, cause: EventCause = EventCause.ORDER) -> None:
        """Queue a copy of `subject` for the private streams under the next version."""
        self.version += 1
        self.revision += 1
        copy = replace(subject)
        if isinstance(copy, Wallet):
            copy.totals = dict(copy.totals)
        self.events.append(AccountEvent(self.version, kind, cause, copy, now_ms))

    def drain_events(self) -> list[AccountEvent]:
        drained = list(self.events)
        self.events.clear()
        return drained
