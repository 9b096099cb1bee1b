"""One running flatten: what it is after, what the venue last showed, and what is still in the way."""

from dataclasses import dataclass, field
from decimal import Decimal

from terminal.domain.flatten import (
    FlattenPhase,
    FlattenPlan,
    FlattenProgress,
    FlattenScope,
    FlattenTarget,
    LegKey,
    LegProgress,
    OrderProof,
)
from terminal.domain.order import ZERO, Effect, Order, PositionSide, Side
from terminal.domain.plain_words import ORDER_STATE, figure, state_words
from terminal.domain.position import Position
from terminal.ports.venue import OrderReport, TriggerReport
from terminal.services.flatten.plan import takes_order, takes_trigger


@dataclass(frozen=True, slots=True)
class Reading:
    """Positions, working orders and triggers, all read after `at_ms`."""

    positions: tuple[Position, ...]
    orders: tuple[OrderReport, ...]
    triggers: tuple[TriggerReport, ...]
    at_ms: int


@dataclass(slots=True)
class FlattenJob:
    """State of one flatten. `goals` are None when every leg of the target goes to nothing.

    `started_ms` is the venue's kind of time, `started_s` the operator's.
    """

    flatten_id: str
    plan: FlattenPlan
    who: str
    started_ms: int
    started_s: float
    goals: dict[LegKey, Decimal] | None
    rounds: int = 0
    phase: FlattenPhase = FlattenPhase.CANCELLING
    text: str = ""
    stopped_by: str = ""
    seen: Reading | None = None
    at_start: dict[LegKey, Decimal] = field(default_factory=dict)
    words: dict[LegKey, str] = field(default_factory=dict)
    sent_s: dict[LegKey, float] = field(default_factory=dict)
    unproved: tuple[OrderProof, ...] = ()

    @property
    def target(self) -> FlattenTarget:
        return self.plan.target

    @property
    def by_listing(self) -> bool:
        """Whether orders are cancelled one by one, because some of a pair's must stay."""
        return self.target.scope in {FlattenScope.LOSERS, FlattenScope.HALF}

    @property
    def legs(self) -> frozenset[LegKey]:
        return frozenset(self.at_start if self.goals is None else self.goals)

    # -- what it is after --------------------------------------------------------

    def wants(self, position: Position) -> bool:
        key = (position.instrument_id, position.side)
        return self.target.covers(position.instrument_id) and (self.goals is None or key in self.goals)

    def goal(self, key: LegKey) -> Decimal:
        return ZERO if self.goals is None else self.goals.get(key, ZERO)

    def takes(self, order: Order) -> bool:
        return takes_order(self.target, self.legs, order)

    def left_orders(self, seen: Reading) -> tuple[OrderReport, ...]:
        """Working orders of the venue's list that must go."""
        return tuple(each for each in seen.orders if self._takes_report(each))

    def left_triggers(self, seen: Reading) -> tuple[TriggerReport, ...]:
        return tuple(each for each in seen.triggers if takes_trigger(self.target, self.legs, each))

    def left_legs(self, seen: Reading) -> tuple[Position, ...]:
        return tuple(
            each
            for each in seen.positions
            if self.wants(each) and each.size > self.goal((each.instrument_id, each.side))
        )

    def _takes_report(self, report: OrderReport) -> bool:
        if not self.target.covers(report.instrument_id):
            return False
        if not self.by_listing:
            return True
        buys, opens = report.side is Side.BUY, report.effect is Effect.OPEN
        side = PositionSide.LONG if buys is opens else PositionSide.SHORT
        return opens and (report.instrument_id, side) in self.legs

    # -- what is known -----------------------------------------------------------

    def take(self, seen: Reading, unproved: tuple[Order, ...]) -> None:
        """Keep a reading; `unproved` are our orders whose end the venue has not shown."""
        self.seen = seen
        for each in seen.positions:
            if self.wants(each):
                self.at_start.setdefault((each.instrument_id, each.side), each.size)
        listed = [_listed_proof(each, seen.at_ms) for each in self.left_orders(seen)]
        ids = {each.venue_order_id for each in listed}
        ours = [_own_proof(each) for each in unproved if each.venue_order_id is None or each.venue_order_id not in ids]
        held = [_trigger_proof(each, seen.at_ms) for each in self.left_triggers(seen)]
        self.unproved = (*listed, *ours, *held)

    def held(self, key: LegKey) -> Decimal | None:
        if self.seen is None:
            return None
        return sum((each.size for each in self.seen.positions if (each.instrument_id, each.side) == key), ZERO)

    def progress(self, now_ms: int) -> FlattenProgress:
        """The event for the seat."""
        return FlattenProgress(
            flatten_id=self.flatten_id,
            plan_id=self.plan.plan_id,
            target=self.target,
            phase=self.phase,
            legs=self.leg_progress(),
            proofs=self.unproved,
            rounds=self.rounds,
            text=self.text,
            who=self.who,
            started_ms=self.started_ms,
            at_ms=now_ms,
        )

    def leg_progress(self) -> tuple[LegProgress, ...]:
        return tuple(
            LegProgress(key[0], key[1], size, self.goal(key), self.held(key), self.words.get(key, ""))
            for key, size in self.at_start.items()
        )


def _listed_proof(report: OrderReport, at_ms: int) -> OrderProof:
    text = f"still in the venue's list, {figure(report.filled_size)} filled"
    return OrderProof(report.venue_order_id, report.client_order_id, report.instrument_id, False, text, at_ms)


def _own_proof(order: Order) -> OrderProof:
    text = state_words(order) if order.reason else f"{ORDER_STATE[order.state]}: its end was not shown yet"
    where = order.terms.instrument_id
    return OrderProof(order.venue_order_id, order.client_order_id, where, False, text, order.updated_ms)


def _trigger_proof(report: TriggerReport, at_ms: int) -> OrderProof:
    text = f"trigger at {figure(report.trigger_price)} in the venue's list"
    return OrderProof(report.venue_order_id, report.client_order_id, report.instrument_id, True, text, at_ms)
