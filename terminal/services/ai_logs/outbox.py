"""Carries AI logs to the venue.

Frozen when decided, linked when the order has an id, uploaded with identical bytes until
accepted: delivery is at least once.

States: WAITING -> QUEUED -> SENDING -> ACCEPTED, or RETRYING -> SENDING ..., or
NEEDS_HAND; KEPT when no order came of it. From NEEDS_HAND a person leads on, see `resolving`:
to RETRYING, or to GAP. Logs about other events than orders begin in QUEUED; while the venue says
that this account may not upload, they wait behind that one refusal.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import Final

from terminal.domain.ai_log import TRIES_KEPT, AiLog, AiLogState, LogResolution, LogTry, upload_body
from terminal.domain.errors import DuplicateRecord, RateLimited, StorageError, VenueError
from terminal.domain.messages import AiLogChanged, Event
from terminal.domain.order import AT_VENUE, Order, OrderState
from terminal.domain.plain_words import ORDER_STATE, joined, quoted, why
from terminal.domain.records import AiLogAnswered, AiLogAttempted, AiLogLinked, Record
from terminal.domain.risk import TradingState
from terminal.net.waiting import wait_for
from terminal.ports.chance import Chance
from terminal.ports.clock import Clock
from terminal.ports.venue import LogReceipt, TradingVenue
from terminal.services.ai_logs.shelf import TO_SEND, LogShelf
from terminal.services.journal_writer import JournalWriter
from terminal.services.reporter import Reporter
from terminal.services.trading_switch import TradingSwitch

_FIRST_WAIT_S: Final = 2.0
_LONGEST_WAIT_S: Final = 300.0
_CAUSE: Final = "ai logs"
_LINKABLE: Final = frozenset({AiLogState.WAITING, AiLogState.KEPT})
SUPERSEDED: Final = "a person amended the order: its own log stands in for this one"
_NOT_REAL: Final = "it tells of simulated trading, so no real venue gets it"


class AiLogOutbox:
    """All logs of this profile and the one uploader."""

    def __init__(
        self,
        venue: TradingVenue,
        writer: JournalWriter,
        clock: Clock,
        chance: Chance,
        switch: TradingSwitch,
        reporter: Reporter,
        emit: Callable[[Event], None],
    ) -> None:
        self._venue = venue
        self._writer = writer
        self._clock = clock
        self._chance = chance
        self._switch = switch
        self._reporter = reporter
        self._emit = emit
        self._shelf = LogShelf()
        self._linking: set[str] = set()
        self._restored: set[str] = set()
        self._bodies: dict[str, str] = {}
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()

    # -- reading ---------------------------------------------------------------

    @property
    def logs(self) -> dict[str, AiLog]:
        """Every log by its id, oldest first."""
        return self._shelf.logs

    def of_order(self, client_order_id: str) -> tuple[AiLog, ...]:
        return self._shelf.of_order(client_order_id)

    def is_ready(self, client_order_id: str) -> bool:
        """True when a frozen, unchanged log stands behind this order."""
        logs = self.of_order(client_order_id)
        return bool(logs) and all(log.is_intact for log in logs)

    def is_accepted(self, client_order_id: str) -> bool:
        return any(log.state is AiLogState.ACCEPTED for log in self.of_order(client_order_id))

    def is_settled(self, client_order_id: str) -> bool:
        """True when nobody need act: a log was accepted, or kept by a venue that takes none."""
        logs = self.of_order(client_order_id)
        kept = any(log.state is AiLogState.KEPT and log.venue_order_id is not None for log in logs)
        return kept or self.is_accepted(client_order_id)

    def overdue_s(self) -> float:
        """Age of the oldest log whose order exists and that is not accepted; operator seconds."""
        return self._clock.monotonic_s() - min(self._shelf.waiting(orders_only=True), default=self._clock.monotonic_s())

    def backlog(self) -> tuple[int, float]:
        """How many logs of any kind could have been uploaded and are not accepted, and the oldest one's age in s."""
        waiting, now_s = self._shelf.waiting(orders_only=False), self._clock.monotonic_s()
        return len(waiting), now_s - min(waiting, default=now_s)

    def needing_hand(self) -> int:
        """How many logs were refused for good and are not settled since: entries wait for them."""
        return self._shelf.refused_count

    # -- taking in -------------------------------------------------------------

    def add(self, log: AiLog) -> None:
        """Take a log that the journal holds already; one that is queued there goes out at once."""
        self._shelf.put(log)
        if log.state in TO_SEND:
            self._queue(log)
        self._emit(AiLogChanged(log))

    def restore(self, logs: tuple[AiLog, ...]) -> None:
        """Take in what the journal kept; an upload that was under way may have arrived or not."""
        for log in logs:
            self._restored.add(log.log_id)
            if log.state is AiLogState.SENDING:
                log = replace(log, state=AiLogState.RETRYING)  # noqa: PLW2901 - the same log, one state further
            self._shelf.put(log)
            if log.state in TO_SEND:
                self._queue(log)
        self._judge_refused()

    def resolve(self, log_id: str, resolution: LogResolution, who: str, reason: str, at_ms: int) -> None:
        """Carry out what a person decided about a refused log; the journal has it already."""
        log = self.logs[log_id]
        if log.state is not AiLogState.NEEDS_HAND:
            return
        again = resolution is LogResolution.RETRY
        state = AiLogState.RETRYING if again else AiLogState.GAP
        log = replace(log, state=state, resolved_by=who, resolved_reason=reason, resolved_ms=at_ms)
        self._shelf.put(log)
        self._shelf.end_waiting(log_id)
        if again:
            self._queue(log)
        self._emit(AiLogChanged(log))
        self._judge_refused()

    def on_order(self, order: Order) -> None:
        """Link logs whose order got its venue id; keep those whose order came to nothing."""
        for log in self.of_order(order.client_order_id):
            if self._shelf.is_superseded(log.log_id):
                continue
            if order.venue_order_id is not None:
                if log.state in _LINKABLE and log.venue_order_id is None and log.log_id not in self._linking:
                    self._link(log, order.venue_order_id)
            elif log.state is AiLogState.WAITING and order.is_terminal:
                self.keep(log, f"no order came of it: {ORDER_STATE[order.state]}")

    def supersede(self, amended: AiLog) -> None:
        """Take the log of an amended order in place of its decision's; the journal holds both changes already."""
        first = replace(self.logs[amended.supersedes], state=AiLogState.KEPT, last_message=SUPERSEDED)
        self._shelf.end_waiting(first.log_id)
        self._shelf.put(first)
        self._emit(AiLogChanged(first))
        self.add(amended)

    def keep(self, log: AiLog, why: str) -> None:
        """No order: the log stays in the journal and is not uploaded."""
        kept = replace(log, state=AiLogState.KEPT, last_message=why)
        self._shelf.end_waiting(log.log_id)
        self._shelf.put(kept)
        self._judge_refused()
        answered = AiLogAnswered(log.log_id, log.attempts, AiLogState.KEPT.value, "", why, self._clock.now_ms())
        self._writer.post(answered, then=lambda: self._emit(AiLogChanged(kept)))

    # -- uploading -------------------------------------------------------------

    async def run(self) -> None:
        """Upload what is due, one at a time, until cancelled."""
        while True:
            log = self._next_due()
            if log is None:
                await self._wait()
                continue
            await self._upload(log)

    async def flush(self, limit_s: float) -> None:
        """Wait until nothing is left to upload now, at most `limit_s`."""
        end_s = self._clock.monotonic_s() + limit_s
        while self._clock.monotonic_s() < end_s and (self._next_due() is not None or not self._idle.is_set()):
            await self._clock.sleep(0.05)

    async def _wait(self) -> None:
        self._idle.set()
        self._wake.clear()
        due_s = self._shelf.next_due_s()
        await wait_for(self._wake, self._clock, None if due_s is None else max(0.0, due_s - self._clock.monotonic_s()))

    def _next_due(self) -> AiLog | None:
        refused = self._shelf.refused
        behind = refused.log_id if refused is not None and refused.is_permission_refusal else None
        return self._shelf.next_due(self._clock.monotonic_s(), behind)

    async def _upload(self, log: AiLog) -> None:
        self._idle.clear()
        if log.simulated and not self._venue.is_simulated:
            self.keep(log, _NOT_REAL)
            return
        if not self._venue.capabilities.ai_logs:
            self.keep(log, f"{self._venue.name} takes no AI logs: it stays in the journal")
            return
        body = upload_body(log.content, log.venue_order_id)
        if not log.is_intact or self._bodies.get(log.log_id, _sha(body)) != _sha(body):
            self._refuse(log, "changed", "the content is not what was frozen; it was not uploaded")
            return
        attempt = log.attempts + 1
        try:
            await self._writer.commit(AiLogAttempted(log.log_id, attempt, self._clock.now_ms()))
        except DuplicateRecord:
            # An earlier commit of it came too late for us and was written all the same: that number is used up.
            self._shelf.put(replace(log, attempts=attempt))
            return
        except StorageError:
            self._shelf.plan(log.log_id, self._clock.monotonic_s() + _FIRST_WAIT_S)
            return
        tries = (*log.tries, LogTry(attempt, self._clock.now_ms()))[-TRIES_KEPT:]
        log = replace(log, state=AiLogState.SENDING, attempts=attempt, tries=tries)
        self._shelf.put(log)
        self._emit(AiLogChanged(log))
        try:
            receipt = await self._venue.upload_ai_log(body)
        except VenueError as error:
            pause_s = error.retry_after_s if isinstance(error, RateLimited) else 0.0
            self._retry(log, error.code, why(error), pause_s)
            return
        self._take(log, receipt)

    def _take(self, log: AiLog, receipt: LogReceipt) -> None:
        if receipt.accepted:
            now_ms = self._clock.now_ms()
            done = replace(
                log,
                state=AiLogState.ACCEPTED,
                last_code=receipt.code,
                last_message=receipt.message,
                accepted_ms=now_ms,
            )
            self._answer(done)
        elif receipt.kept:
            self.keep(log, receipt.message)
        elif receipt.permanent and not self._venue.keeps_account and log.log_id in self._restored:
            # The built-in exchange of that run is gone, and with it the order the log is about.
            self.keep(log, f"the built-in exchange was started anew and does not know it: {receipt.message}")
        elif receipt.permanent:
            self._refuse(log, receipt.code, receipt.message)
        else:
            self._retry(log, receipt.code, receipt.message, 0.0)

    def _retry(self, log: AiLog, code: str, message: str, pause_s: float) -> None:
        wait_s = min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2 ** min(log.attempts - 1, 10))
        # Never sooner than half of it, so that a jitter near zero does not hammer the venue.
        wait_s = max(pause_s, wait_s * (0.5 + 0.5 * self._chance.fraction()), _FIRST_WAIT_S)
        self._shelf.plan(log.log_id, self._clock.monotonic_s() + wait_s)
        self._answer(replace(log, state=AiLogState.RETRYING, last_code=code, last_message=message))

    def _refuse(self, log: AiLog, code: str, message: str) -> None:
        self._answer(replace(log, state=AiLogState.NEEDS_HAND, last_code=code, last_message=message))

    def _judge_refused(self) -> None:
        """A log refused for good stops openings until it is accepted after all, or a person records the gap."""
        refused = self._shelf.refused
        if refused is None:
            self._switch.clear(_CAUSE)
        else:
            self._switch.demand(_CAUSE, TradingState.REDUCE_ONLY, _refused_words(refused), is_firm=True)
        self._wake.set()  # what waited behind a refusal may go now

    def _answer(self, log: AiLog) -> None:
        now_ms = self._clock.now_ms()
        if log.tries and log.tries[-1].attempt == log.attempts:
            last = replace(log.tries[-1], answered_ms=now_ms, code=log.last_code, message=log.last_message)
            log = replace(log, tries=(*log.tries[:-1], last))
        self._shelf.put(log)
        self._judge_refused()
        record = AiLogAnswered(log.log_id, log.attempts, log.state.value, log.last_code, log.last_message, now_ms)
        self._writer.post(record, then=lambda: self._emit(AiLogChanged(log)))
        if log.state is AiLogState.ACCEPTED:
            self._shelf.end_waiting(log.log_id)
            self._reporter.works("AI log upload")
        elif log.state is AiLogState.RETRYING:
            words = joined("An AI log is not accepted yet", log.last_message, "It is repeated")
            self._reporter.failing("AI log upload", words)

    # -- linking ---------------------------------------------------------------

    def _link(self, log: AiLog, venue_order_id: str) -> None:
        self._shelf.begin_waiting(log.log_id, self._clock.monotonic_s())
        try:
            body = upload_body(log.content, venue_order_id)
        except ValueError as error:
            self._refuse(log, "body", str(error))
            return
        self._linking.add(log.log_id)
        linked = replace(log, state=AiLogState.QUEUED, venue_order_id=venue_order_id)
        record: Record = AiLogLinked(log.log_id, venue_order_id, body, _sha(body), self._clock.now_ms())
        # Queued only once the link is durable (W5).
        self._writer.post(record, then=lambda: self._linked(linked, body))

    def _linked(self, log: AiLog, body: bytes) -> None:
        self._linking.discard(log.log_id)
        self._bodies[log.log_id] = _sha(body)
        self._shelf.put(log)
        self._queue(log)
        self._emit(AiLogChanged(log))

    def _queue(self, log: AiLog) -> None:
        now_s = self._clock.monotonic_s()
        self._shelf.plan(log.log_id, now_s)
        self._shelf.begin_waiting(log.log_id, now_s)
        self._idle.clear()
        self._wake.set()


def orders_without_log(orders: list[Order], outbox: AiLogOutbox) -> tuple[Order, ...]:
    """Give the orders the venue holds or filled whose log is still owed."""
    return tuple(
        order
        for order in orders
        if (order.filled_size > 0 or order.state in AT_VENUE or order.state is OrderState.CANCELED)
        and order.venue_order_id is not None
        and not outbox.is_settled(order.client_order_id)
    )


def _refused_words(log: AiLog) -> str:
    words = quoted(log.last_message, log.last_code)
    if log.is_permission_refusal:
        what = f"the venue takes no AI logs from this account: {words}"
        if log.state is not AiLogState.NEEDS_HAND:
            return f"{what}. It is tried again by itself; if that does not help, ask the venue about the permission"
        return f"{what}. Have the account put on its list for AI logs, then retry the log in AI logs"
    return f"an AI log was refused for good: {words}. Open it in AI logs: retry it, or record the gap"


def _sha(body: bytes) -> str:
    return sha256(body).hexdigest()
