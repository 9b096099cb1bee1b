"""Ready to trade after a restart on a journal of 10,000 orders, checks of its chain included."""

import asyncio
import tempfile
import time
from decimal import Decimal
from pathlib import Path

from bench.headless_desk import CHAIN_KEY, headless_desk, until
from bench.rows import Row, median_row
from helpers.builders import make_decision, make_terms
from helpers.loopback import STARTED_MS, loopback
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
from terminal.domain.risk import TradingState, Verdict
from terminal.services.ai_logs.content import Audit, decision_content, freeze
from terminal.storage.journal import open_journal

ORDERS = 10_000
_AT_ONCE = 100
_RUNS = 3


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.db"
        asyncio.Runner().run(_write(path))
        with loopback(Path(folder), speed=1.0) as exchange:
            took_s = [asyncio.Runner().run(_restart(exchange.line, path)) for _ in range(_RUNS)]
    return [median_row("Restart with 10,000 journalled orders to ready to trade", took_s, "s", 5)]


async def _restart(line: dict[str, object], path: Path) -> float:
    began_s = time.perf_counter()
    async with headless_desk(line, path, lambda _event: None) as engine:
        await engine.wait_ready()
        await until(lambda: engine.trading_state is TradingState.ACTIVE)
        took_s = time.perf_counter() - began_s
        assert len(engine.core.ledger.orders) >= ORDERS
    return took_s


async def _write(path: Path) -> None:
    """Half of the orders open, half close; every opening has its decision, approval and accepted log."""
    journal = await open_journal(path, CHAIN_KEY, now_ms=lambda: STARTED_MS, boot_id="earlier")
    for start in range(0, ORDERS // 2, _AT_ONCE):
        records = [record for number in range(start, start + _AT_ONCE) for record in _story(number)]
        await journal.commit(*records)
    await journal.aclose()


def _story(number: int) -> list[Record]:
    """One position from decision to close."""
    name, at_ms = f"{number:06d}", STARTED_MS - 86_400_000 + number * 1_000
    decision = make_decision(f"d{name}", snapshot_sha256=digest(name), created_ms=at_ms)
    terms = make_terms()
    content = decision_content(decision, terms, Audit(ChainHead(0, ""), "bench"))
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
    from dataclasses import replace

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
