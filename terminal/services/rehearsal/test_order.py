"""The one order of the API test: a proposal that no model made, for the least size, that a person approves.

It takes the way of every opening order: frozen inputs, decision, frozen AI log, checks, a person's
approval, the checks again, the journal, the wire. Only what judges a model's claims (expected gain,
confidence) is passed over, because nothing is claimed; its texts say so.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from terminal.domain.canonical import canonical_json, decimal_text, digest
from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.decision import Action, Decision
from terminal.domain.errors import StorageError
from terminal.domain.instrument import Instrument, InstrumentId, base_of
from terminal.domain.market import Interval
from terminal.domain.order import Effect, OrderKind, OrderTerms, PositionSide, Side, TimeInForce
from terminal.domain.plain_words import clause, figure, order_at, position_word, why
from terminal.domain.records import CycleClosed, CycleOpened
from terminal.domain.rehearsal import API_TEST_MODEL, API_TEST_SIZE
from terminal.domain.review import Proposal
from terminal.domain.risk import TradingState, Verdict
from terminal.domain.snapshot import InstrumentView, MarketSnapshot
from terminal.ports.chance import Chance
from terminal.services.ai_logs.content import UnusableLog
from terminal.services.ai_logs.guard import ContentGuard
from terminal.services.guardrails.desk import GuardDesk
from terminal.services.ids import fresh_id
from terminal.services.journal_writer import JournalWriter
from terminal.services.review.decision_cycle import DecisionCycle
from terminal.services.review.drafting import Drafter
from terminal.services.review.input_freezer import frozen_snapshot
from terminal.services.review.queue import ReviewQueue
from terminal.services.review.snapshot_builder import SnapshotBuilder
from terminal.services.risk.facts import RiskFacts

TEST_PAIR: Final[InstrumentId] = ALLOWED_INSTRUMENTS[0]
_OVER_ASK: Final = Decimal("0.0005")  # a limit that meets the book although it moves a little meanwhile
_STOP_BELOW: Final = Decimal("0.01")
_REASON: Final = "API test"
_HORIZON: Final = Interval.M15


@dataclass(frozen=True, slots=True)
class NoTestOrder:
    """Why there is no order to approve, and what to do."""

    words: str
    hint: str


@dataclass(frozen=True, slots=True)
class OrderParts:
    """The services the order passes through."""

    facts: RiskFacts
    snapshots: SnapshotBuilder
    cycle: DecisionCycle
    drafter: Drafter
    guards: GuardDesk
    guard: ContentGuard
    review: ReviewQueue
    writer: JournalWriter
    chance: Chance


class TestOrderDesk:
    """Drafts the order; approving it is the approval desk's."""

    __test__ = False  # for the test runner

    def __init__(self, parts: OrderParts) -> None:
        self._parts = parts
        self._facts = parts.facts

    @property
    def is_ready(self) -> bool:
        """True once the start is over and the pair has a price to order at."""
        is_started = self._facts.switch.state is not TradingState.STARTING
        return is_started and self._facts.hub.quote(TEST_PAIR).touch(Side.BUY) is not None

    async def draft(self, who: str) -> Proposal | NoTestOrder:
        """Make the proposal durable and show it, also in the review desk.

        Raises:
            StorageError: the journal could not be written; nothing is shown.
        """
        busy = self._why_busy()
        if busy is not None:
            return busy
        now_ms = self._facts.clock.now_ms()
        cycle_id = fresh_id("cycle", now_ms, self._parts.chance)
        built = self._parts.snapshots.build(cycle_id, (TEST_PAIR,), self._parts.writer.head, None)
        leverage = self._facts.leverage_of(TEST_PAIR)
        if built.snapshot is None or not leverage:
            lacking = "; ".join(built.missing) or "the leverage set at the venue is not known yet"
            return NoTestOrder(f"no order can be made yet: {clause(lacking)}", "Wait a few seconds, then try again.")
        opened = CycleOpened(cycle_id, f"{_REASON} asked by {who}", (TEST_PAIR,), API_TEST_MODEL, now_ms)
        await self._parts.cycle.freeze(built.snapshot, opened)
        self._parts.guard.asked(built.snapshot, API_TEST_MODEL)
        view = built.snapshot.views[0]
        terms = _terms(view, leverage)
        decision = self._decision(built.snapshot, view, terms)
        drafted = await self._record(decision, terms)
        said = "shown for approval" if isinstance(drafted, Proposal) else drafted.words
        self._parts.writer.post(
            CycleClosed(cycle_id, "decided", f"{_REASON}: {said}", int(isinstance(drafted, Proposal)), 0, now_ms)
        )
        return drafted

    async def _record(self, decision: Decision, terms: OrderTerms) -> Proposal | NoTestOrder:
        checks = (*self._parts.guards.at_draft(decision, terms), *self._parts.drafter.judge(decision, terms).checks)
        try:
            drafted = await self._parts.drafter.record(decision, terms, Verdict(checks))
        except UnusableLog as error:
            return NoTestOrder(f"the order has no usable AI log: {clause(why(error))}", "Please report this.")
        except StorageError as error:
            return NoTestOrder(f"the journal failed: {clause(why(error))}", "Free the disk, then try again.")
        proposal = drafted.proposal
        if proposal is None or not proposal.is_open:
            return NoTestOrder(clause(drafted.words), "Mend what the check says, then try again.")
        return proposal

    def _why_busy(self) -> NoTestOrder | None:
        facts, base = self._facts, base_of(TEST_PAIR)
        if any(each.terms.instrument_id == TEST_PAIR for each in self._parts.review.open_proposals()):
            return NoTestOrder(f"a {base} proposal waits already", "Answer it in the review desk, then try again.")
        if any(order.terms.instrument_id == TEST_PAIR for order in facts.ledger.at_venue()):
            return NoTestOrder(f"an order of {base} is at the venue", "Cancel it or let it fill, then try again.")
        for side in PositionSide:
            if facts.portfolio.held(TEST_PAIR, side) > 0:
                held = f"a {base} {position_word(side)} is held, and a second one is never opened on top"
                return NoTestOrder(held, f"Close {base} in Positions, then try again.")
        return None

    def _decision(self, snapshot: MarketSnapshot, view: InstrumentView, terms: OrderTerms) -> Decision:
        now_ms = self._facts.clock.now_ms()
        at_risk = (terms.expected_price - (terms.stop_price or terms.expected_price)) * terms.size
        size, base = figure(terms.size), base_of(TEST_PAIR)
        return Decision(
            decision_id=fresh_id("decision", now_ms, self._parts.chance),
            cycle_id=snapshot.cycle_id,
            instrument_id=TEST_PAIR,
            action=Action.OPEN_LONG,
            confidence=0.0,
            entry_price=terms.price,
            reference_price=view.ask,
            stop_price=terms.stop_price,
            target_price=None,
            risk_fraction=at_risk / snapshot.equity if snapshot.equity > 0 else Decimal(0),
            horizon_min=_HORIZON.ms // 60_000,
            expected_value_bp=0.0,
            invalidation="the test is over: close the position or cancel the order by hand",
            explanation=(
                f"API test of the participant guide: one limit order, {size} {base} long, approved by a person. "
                "No model was asked, and nothing is claimed about the market. The order shows that this account can "
                "trade through this program, and it is closed by hand afterwards."
            ),
            evidence=(),
            model=API_TEST_MODEL,
            snapshot_sha256=digest(canonical_json(frozen_snapshot(snapshot))),  # of the journal's own record
            input_json=canonical_json(_given(snapshot, view)),
            output_json=canonical_json({"action": Action.OPEN_LONG.value, "decided_by_model": False}),
            created_ms=now_ms,
            simulated=snapshot.simulated,
        )


def _terms(view: InstrumentView, leverage: int) -> OrderTerms:
    rules, ask = view.instrument, view.ask
    price = rules.ceil_price(ask * (1 + _OVER_ASK))
    return OrderTerms(
        instrument_id=TEST_PAIR,
        side=Side.BUY,
        effect=Effect.OPEN,
        kind=OrderKind.LIMIT,
        tif=TimeInForce.GTC,
        size=_size(rules, price),
        price=price,
        leverage=leverage,
        stop_price=rules.floor_price(ask * (1 - _STOP_BELOW)),
        target_price=None,
        reference_price=ask,
    )


def _size(rules: Instrument, price: Decimal) -> Decimal:
    return max(rules.floor_size(API_TEST_SIZE), rules.least_size(price))


def _given(snapshot: MarketSnapshot, view: InstrumentView) -> dict[str, Any]:
    return {
        "purpose": "API test of the participant guide",
        "model": API_TEST_MODEL,
        "cycle_id": snapshot.cycle_id,
        "snapshot_id": snapshot.snapshot_id,
        "pair": TEST_PAIR,
        "prices": {
            "last": decimal_text(view.last),
            "bid": decimal_text(view.bid),
            "ask": decimal_text(view.ask),
        },
        "least_size": decimal_text(view.instrument.min_size),
        "price_step": decimal_text(view.instrument.price_step),
        **({"simulated": True} if snapshot.simulated else {}),
    }


def order_line(proposal: Proposal) -> str:
    """Name the order as the page shows it: act, size, price, stop, leverage."""
    terms = proposal.terms
    stop = "" if terms.stop_price is None else f", stop {figure(terms.stop_price)}"
    return f"{clause(order_at(terms))}{stop}, {terms.leverage}x"
