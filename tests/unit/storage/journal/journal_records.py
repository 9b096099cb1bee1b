"""Builders of records for the journal's tests."""

from dataclasses import replace
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from terminal.domain.ai_log import AiLog, AiLogState
from terminal.domain.decision import Action, Decision, Evidence
from terminal.domain.fill import Fill
from terminal.domain.instrument import perpetual
from terminal.domain.order import (
    Effect,
    Order,
    OrderKind,
    OrderState,
    OrderTerms,
    Origin,
    PositionSide,
    Side,
    TimeInForce,
)
from terminal.domain.records import (
    AiLogFrozen,
    ApprovalGiven,
    DecisionRecorded,
    FillBooked,
    IntentCommitted,
    Noted,
    ProposalRecorded,
    Record,
    ReviewClosed,
    RiskChecked,
)
from terminal.domain.review import Approval, ReviewState
from terminal.domain.risk import Check, Verdict
from terminal.storage.journal import SqliteJournal, open_journal

KEY = bytes(range(32))
BTC = perpetual("BTC")
TERMS = OrderTerms(
    instrument_id=BTC,
    side=Side.BUY,
    effect=Effect.OPEN,
    kind=OrderKind.LIMIT,
    tif=TimeInForce.GTC,
    size=Decimal("0.010"),
    price=Decimal("64000.5"),
    leverage=5,
    stop_price=Decimal(63000),
    target_price=None,
    reference_price=Decimal(64001),
)
VERDICT = Verdict((Check("R1", "state", True, "trading is on"), Check("R4", "leverage", True, "5x of 20x")))


async def opened(path: Path, *, key: bytes = KEY, boot_id: str = "boot-1") -> SqliteJournal:
    return await open_journal(path, key, now_ms=lambda: 1_700_000_000_000, boot_id=boot_id)


def decision(name: str) -> Decision:
    return Decision(
        decision_id=name,
        cycle_id="cycle-1",
        instrument_id=BTC,
        action=Action.OPEN_LONG,
        confidence=0.61,
        entry_price=None,
        reference_price=Decimal(64001),
        stop_price=Decimal(63000),
        target_price=Decimal("66000.5"),
        risk_fraction=Decimal("0.005"),
        horizon_min=60,
        expected_value_bp=4.5,
        invalidation="below 63,000",
        explanation="Trend up – volume agrees.",
        evidence=(Evidence("BTC.ret_1h", "Return, 1 h", "0.4 %", 0.21),),
        model="linear-1",
        snapshot_sha256="ab" * 32,
        input_json='{"a":1}',
        output_json='{"b":2}',
        created_ms=1,
        simulated=True,
    )


def decided(name: str) -> DecisionRecorded:
    return DecisionRecorded(decision(name))


def proposed(name: str) -> ProposalRecorded:
    return ProposalRecorded(name, f"order-{name}", TERMS, VERDICT, 2)


def approved(name: str) -> ApprovalGiven:
    return ApprovalGiven(Approval(name, "Ada", "key A", 3, "64001", 1.25))


def closed(name: str, state: ReviewState = ReviewState.REJECTED) -> ReviewClosed:
    return ReviewClosed(name, state, "Ada", "too late in the day", 3)


def order(name: str, state: OrderState = OrderState.SUBMITTING) -> Order:
    return Order(f"order-{name}", TERMS, Origin.AI, name, state, 3)


def intended(name: str) -> IntentCommitted:
    return IntentCommitted(order(name), "POST /order", b'{"size":"0.010"}', 4)


def sent(name: str) -> tuple[Record, ...]:
    """The one transaction of a send."""
    return approved(name), RiskChecked(f"order-{name}", VERDICT, 3), intended(name)


def log(name: str, **changes: object) -> AiLog:
    content = b'{"stage":"decision"}'
    made = AiLog(
        log_id=f"log-{name}",
        decision_id=name,
        client_order_id=f"order-{name}",
        stage="decision",
        model="linear-1",
        content=content,
        content_sha256=sha256(content).hexdigest(),
        state=AiLogState.WAITING,
        created_ms=2,
    )
    return replace(made, **changes)


def frozen(name: str) -> AiLogFrozen:
    return AiLogFrozen(log(name))


def filled(trade_id: str) -> FillBooked:
    return FillBooked(
        Fill(
            trade_id=trade_id,
            venue_order_id="77",
            client_order_id=None,
            instrument_id=BTC,
            side=Side.BUY,
            position_side=PositionSide.LONG,
            price=Decimal("64000.5"),
            size=Decimal("0.010"),
            fee=Decimal("0.51"),
            is_maker=False,
            realized_pnl=Decimal(0),
            ts_event_ms=5,
        )
    )


def note(text: str) -> Noted:
    return Noted("info", "test", text, 6)
