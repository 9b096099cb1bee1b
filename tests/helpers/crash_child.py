"""The real headless program, killed by itself the moment a chosen record is durable.

    python crash_child.py POINT LINK SECONDS OUT [--send-first]

`--send-first` is the mistake the tests must be able to see: it sends an opening order
and writes its intent afterwards.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from terminal.domain.ai_log import AiLogState
from terminal.domain.records import (
    AiLogAnswered,
    AiLogAttempted,
    AiLogLinked,
    CycleOpened,
    FillBooked,
    IntentCommitted,
    OrderMoved,
    ProposalRecorded,
    Record,
)

HARD = getattr(signal, "SIGKILL", signal.SIGTERM)  # on Windows SIGTERM ends a process just as hard

POINTS: dict[str, Callable[[Record], bool]] = {
    "never": lambda record: False,
    "W1": lambda record: isinstance(record, CycleOpened),
    "W2": lambda record: isinstance(record, ProposalRecorded),
    "W3": lambda record: isinstance(record, IntentCommitted),
    "W4-order": lambda record: isinstance(record, OrderMoved) and record.order.venue_order_id is not None,
    "W4-fill": lambda record: isinstance(record, FillBooked),
    "W5": lambda record: isinstance(record, AiLogLinked),
    "W6-attempt": lambda record: isinstance(record, AiLogAttempted),
    "W6-answer": lambda record: isinstance(record, AiLogAnswered) and record.outcome == AiLogState.ACCEPTED.value,
}


class KillingJournal:
    """A journal that lets nobody act on the chosen record: the process is gone before `commit` returns."""

    def __init__(self, journal, is_last: Callable[[Record], bool]) -> None:
        self._journal = journal
        self._is_last = is_last

    async def commit(self, *records: Record):
        head = await self._journal.commit(*records)
        if any(self._is_last(record) for record in records):
            os.kill(os.getpid(), HARD)
        return head

    def __getattr__(self, name: str):
        return getattr(self._journal, name)


def kill_after(is_last: Callable[[Record], bool]) -> None:
    """Make the program open its journal through `KillingJournal`."""
    from terminal.app import compose

    opened = compose.open_journal

    async def open_journal(*args, **options):
        return KillingJournal(await opened(*args, **options), is_last)

    compose.open_journal = open_journal


def send_before_writing() -> None:
    """Turn W3 around for openings: first the bytes, then the intent."""
    from terminal.services.orders.manager import OrderManager

    write, send = OrderManager._commit_intent, OrderManager._send
    waiting = {}

    async def postpone(self, order, prepared, *words):
        waiting[order.client_order_id] = words
        return ""

    async def send_then_write(self, order, prepared):
        await send(self, order, prepared)
        await write(self, order, prepared, *waiting.pop(order.client_order_id))

    OrderManager._commit_intent, OrderManager._send = postpone, send_then_write


def main(point: str, link: str, seconds: str, out: str, *mistakes: str) -> int:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from terminal.app.headless import run_headless
    from terminal.app.session import SessionOptions

    kill_after(POINTS[point])
    if "--send-first" in mistakes:
        send_before_writing()
    return run_headless(SessionOptions(connect=Path(link)), seconds=float(seconds), out=Path(out))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
