"""A long journal: positions from decision to close, each opening with its approval and accepted AI log."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from helpers.builders import make_decision, make_terms
from terminal.domain.ai_log import AiLogState, upload_body
from terminal.domain.canonical import digest
from terminal.domain.fill import Fill
from terminal.domain.order import Effect, Order, OrderState, Origin, PositionSide, Side
from terminal.domain.records import (
    AiLogAnswered,
    AiLogAttempted,
    AiLogFrozen,
    AiLogLinked,
    ApprovalGiven,
    ChainHead,
    DecisionRecorded,
    FillBooked,
    IntentCommitted,
    OrderMoved,
    ProposalRecorded,
    Record,
)
from terminal.domain.review import Approval
from terminal.domain.risk import Verdict
from terminal.services.ai_logs.content import Audit, ProgramMark, decision_content, freeze
from terminal.storage.journal import open_journal

_AT_ONCE = 100


async def write_journal(path: Path, key: bytes, *, positions: int, now_ms: int) -> None:
    """Write `positions` positions a second apart, the first a day before `now_ms`."""
    journal = await open_journal(path, key, now_ms=lambda: now_ms, boot_id="earlier")
    for start in range(0, positions, _AT_ONCE):
        numbers = range(start, min(positions, start + _AT_ONCE))
        await journal.commit(*(record for number in numbers for record in story(number, now_ms)))
    await journal.aclose()


def story(number: int, now_ms: int) -> list[Record]:
    """One position from decision to close."""
    name, at_ms = f"{number:06d}", now_ms - 86_400_000 + number * 1_000
    decision = make_decision(f"d{name}", snapshot_sha256=digest(name), created_ms=at_ms)
    terms = make_terms()
    content = decision_content(decision, terms, Audit(ChainHead(0, ""), ProgramMark("bench")))
    log = freeze(f"log{name}", decision.decision_id, f"open{name}", content, AiLogState.WAITING, at_ms)
    opening = Order(f"open{name}", terms, Origin.AI, decision.decision_id, OrderState.SUBMITTING, at_ms)
    closing_terms = make_terms(side=Side.SELL, effect=Effect.CLOSE, stop_price=None, target_price=None)
    closing = Order(f"shut{name}", closing_terms, Origin.HUMAN_EXIT, None, OrderState.SUBMITTING, at_ms)
    venue_id = str(600_000_000_000_000_000 + number * 2)
    body = upload_body(content, venue_id)
    return [
        DecisionRecorded(decision),
        AiLogFrozen(log),
        ProposalRecorded(decision.decision_id, opening.client_order_id, terms, Verdict(()), at_ms),
        ApprovalGiven(Approval(decision.decision_id, "bench", "key A", at_ms, "60000", 1.0)),
        IntentCommitted(opening, "/order", b"{}", at_ms),
        *_filled(opening, venue_id, at_ms),
        AiLogLinked(log.log_id, venue_id, body, digest(body.decode()), at_ms),
        AiLogAttempted(log.log_id, 1, at_ms),
        AiLogAnswered(log.log_id, 1, AiLogState.ACCEPTED.value, "00000", "ok", at_ms),
        IntentCommitted(closing, "/order", b"{}", at_ms),
        *_filled(closing, str(int(venue_id) + 1), at_ms),
    ]


def _filled(order: Order, venue_order_id: str, at_ms: int) -> list[Record]:
    acked = replace(order, state=OrderState.ACKED, venue_order_id=venue_order_id)
    done = replace(acked, state=OrderState.FILLED, filled_size=order.terms.size, updated_ms=at_ms)
    fill = Fill(
        trade_id=f"t{venue_order_id}",
        venue_order_id=venue_order_id,
        client_order_id=order.client_order_id,
        instrument_id=order.terms.instrument_id,
        side=order.terms.side,
        position_side=PositionSide.LONG,
        price=order.terms.reference_price,
        size=order.terms.size,
        fee=Decimal("0.2"),
        is_maker=False,
        realized_pnl=Decimal(0),
        ts_event_ms=at_ms,
    )
    return [OrderMoved("ACK", acked, at_ms), FillBooked(fill), OrderMoved("FILL_ALL", done, at_ms)]
