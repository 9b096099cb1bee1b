"""Finds gaps in the AI logs, starting from the venue: its order histories, open orders and fills.

A full look reads a day of every pair, at the start, hourly and when a person asks. Every
comparison of the recovery brings a small one along. While a gap is open, or the backlog too
long, nothing opens; exits always pass.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from terminal.domain.ai_log import AiLog, AiLogState
from terminal.domain.errors import RequestRejected, StorageError, VenueError
from terminal.domain.fill import Fill
from terminal.domain.instrument import InstrumentId
from terminal.domain.log_messages import AiLogGaps, GapKind, LogGap, RecordLogGap
from terminal.domain.messages import Event, Level
from terminal.domain.order import Effect, Order, Origin, PositionSide, Side
from terminal.domain.plain_words import clause, joined, order_words, why
from terminal.domain.records import AiLogGapRecorded
from terminal.domain.risk import TradingState
from terminal.ports.clock import Clock
from terminal.ports.venue import OrderReport, TradingVenue, VenueStatus
from terminal.services.ai_logs.gap_rules import (
    GRACE_S,
    NO_DECISION,
    NO_LOG_POSSIBLE,
    Sighting,
    gap_id,
    judge_log,
    judge_order,
)
from terminal.services.ai_logs.outbox import AiLogOutbox
from terminal.services.ai_logs.resolving import REASON_LEAST, REASON_MOST
from terminal.services.journal_writer import JournalWriter
from terminal.services.orders.ledger import OrderLedger
from terminal.services.recovery.venue_reading import Listing
from terminal.services.reporter import Reporter
from terminal.services.trading_switch import TradingSwitch

HOURLY_S: Final = 3_600.0
BACKLOG_ROWS: Final = 20
BACKLOG_S: Final = 900.0
_TRY_AGAIN_S: Final = 60.0
_BETWEEN_S: Final = 1.0
_NEW_MS: Final = 60_000
_DAY_MS: Final = 86_400_000
_LOOK_UPS: Final = 20  # accepted logs whose order is asked for by itself, a full look
_CAUSE: Final = "ai log gaps"
_BACKLOG: Final = "ai log backlog"
_SOURCE: Final = "AI logs"

Concerns = Callable[[str, str | None, int], bool]


class GapFinder:
    """Keeps what the venue has shown and judges it. `concerns_us(venue id, client id, ms)` leaves older life out."""

    def __init__(
        self,
        venue: TradingVenue,
        ledger: OrderLedger,
        outbox: AiLogOutbox,
        instruments: tuple[InstrumentId, ...],
        writer: JournalWriter,
        clock: Clock,
        switch: TradingSwitch,
        reporter: Reporter,
        *,
        emit: Callable[[Event], None],
        concerns_us: Concerns,
    ) -> None:
        self._venue = venue
        self._ledger = ledger
        self._outbox = outbox
        self._ids = instruments
        self._writer = writer
        self._clock = clock
        self._switch = switch
        self._reporter = reporter
        self._emit = emit
        self._concerns_us = concerns_us
        self._seen: dict[str, Sighting] = {}
        self._unknown: dict[str, LogGap] = {}  # accepted logs whose order the venue does not know, by log
        self._asked_for: set[str] = set()
        self._settled: set[str] = set()
        self._recorded: dict[str, AiLogGapRecorded] = {}
        self._gaps: dict[str, LogGap] = {}
        self._shown: tuple[object, ...] = ()
        self._begun_ms = clock.now_ms()
        self._busy = asyncio.Lock()

    def restore(self, records: tuple[AiLogGapRecorded, ...]) -> None:
        """Take in which gaps are on record."""
        self._recorded.update((record.gap_id, record) for record in records)

    @property
    def gaps(self) -> tuple[LogGap, ...]:
        """Every gap known now, the newest order first."""
        return tuple(sorted(self._gaps.values(), key=lambda gap: gap.order_ms, reverse=True))

    def note_unattributed(self, order: Order) -> None:
        """Write down that an exit of ours, or of a trigger, can have no log: no decision opened its position."""
        kind = GapKind.VENUE_EXIT if order.origin is Origin.VENUE else GapKind.ORDER
        what, now_ms = f"{order_words(order.terms)} closed a position of no decision", self._clock.now_ms()
        name = gap_id(kind, order.client_order_id)
        record = AiLogGapRecorded(name, kind.value, order.venue_order_id or "", what, NO_DECISION, "", now_ms)
        self._recorded[name] = record
        self._writer.post(record)

    # -- looking -----------------------------------------------------------------

    async def run(self) -> None:
        """Look fully at the start and every hour, until cancelled."""
        occasion = "start"
        while True:
            was_read = await self.look(occasion, _BETWEEN_S)
            await self._clock.sleep(HOURLY_S if was_read else _TRY_AGAIN_S)
            occasion = "hourly" if was_read else occasion

    async def look(self, occasion: str, between_s: float = 0.0) -> bool:
        """Read a day of the venue's lists and judge all of it; False when they could not be read.

        `between_s` is the pause between two pairs, so that nothing else waits for the request budget.
        """
        async with self._busy:
            try:
                await self._read(between_s)
                await self._ask_for_unlisted()
            except VenueError as error:
                self._reporter.failing(
                    "AI-log comparison", "The venue's orders could not be checked for AI-log gaps", error
                )
                self._tell(occasion, trouble=why(error))
                return False
            self._reporter.works("AI-log comparison")
            self._judge(occasion)
            return True

    def after_pass(self, listing: Listing) -> None:
        """Judge again with what a comparison of the recovery has just read."""
        for report in listing.orders.reports:
            self._see(report)
        for fill in listing.fills:
            self._see_fill(fill)
        self._judge("after a comparison")

    def judge_again(self, occasion: str) -> None:
        """Judge what is known already: a person has settled something and need not wait for the next comparison."""
        self._judge(occasion)

    async def _read(self, between_s: float) -> None:
        since_ms = self._clock.now_ms() - _DAY_MS
        for report in await self._venue.open_orders():
            self._see(report)
        # What was there before a journal began is not ours to explain, so a new one has no history to read.
        has_history = bool(self._ledger.orders) or bool(self._seen) or self._clock.now_ms() > self._begun_ms + _NEW_MS
        for instrument_id in self._ids if has_history else ():
            for report in await self._venue.order_history(instrument_id, since_ms):
                self._see(report)
            await self._clock.sleep(between_s)
        for fill in await self._venue.fills(None, since_ms):
            self._see_fill(fill)

    async def _ask_for_unlisted(self) -> None:
        """Ask for orders of accepted logs that no list shows: the venue may not know them."""
        self._unknown = {key: gap for key, gap in self._unknown.items() if gap.venue_order_id not in self._seen}
        left = [log for log in self._outbox.logs.values() if self._is_worth_asking(log)]
        for log in left[-_LOOK_UPS:]:
            try:
                report = await self._venue.order(log.venue_order_id or "")
            except RequestRejected:
                self._unknown[log.log_id] = judge_log(log)
            else:
                self._unknown.pop(log.log_id, None)
                self._see(report)
                self._asked_for.add(log.log_id)

    def _is_worth_asking(self, log: AiLog) -> bool:
        if log.state is not AiLogState.ACCEPTED or log.venue_order_id is None or not log.is_about_order:
            return False
        if log.venue_order_id in self._seen or log.log_id in self._asked_for:
            return False
        now_ms = self._clock.now_ms()
        young = log.accepted_ms > now_ms - round(GRACE_S * 1_000) or log.created_ms < now_ms - _DAY_MS
        # A built-in exchange that began anew knows nothing of earlier runs.
        return not young and (self._venue.keeps_account or log.created_ms >= self._begun_ms)

    # -- what the venue shows ----------------------------------------------------

    def _see(self, report: OrderReport) -> None:
        waits = report.status is VenueStatus.UNTRIGGERED
        ended_unused = report.status is VenueStatus.CANCELED and not report.filled_size
        known = self._ledger.of_venue_id(report.venue_order_id) is not None
        if waits or (ended_unused and not known) or report.venue_order_id in self._seen:
            return
        if not self._concerns_us(report.venue_order_id, report.client_order_id, report.updated_ms):
            return
        self._seen[report.venue_order_id] = Sighting(
            report.venue_order_id,
            report.instrument_id,
            report.side,
            report.effect,
            report.size,
            report.created_ms,
            self._clock.monotonic_s(),
        )

    def _see_fill(self, fill: Fill) -> None:
        if fill.venue_order_id in self._seen:
            return
        if not self._concerns_us(fill.venue_order_id, fill.client_order_id, fill.ts_event_ms):
            return
        opens = (fill.side is Side.BUY) is (fill.position_side is PositionSide.LONG)
        self._seen[fill.venue_order_id] = Sighting(
            fill.venue_order_id,
            fill.instrument_id,
            fill.side,
            Effect.OPEN if opens else Effect.CLOSE,
            fill.size,
            fill.ts_event_ms,
            self._clock.monotonic_s(),
        )

    # -- judging -----------------------------------------------------------------

    def _judge(self, occasion: str) -> None:
        left = [seen for name, seen in self._seen.items() if name not in self._settled]
        found = [gap for seen in left if (gap := self._judged(seen)) is not None]
        found += self._unknown.values()
        self._gaps = {gap.gap_id: self._with_record(gap) for gap in found}
        for gap in self._gaps.values():
            if gap.kind is GapKind.EXTERNAL and gap.is_open:
                self._note_external(gap)
        self._hold_entries()
        self._tell(occasion)

    def _judged(self, seen: Sighting) -> LogGap | None:
        order = self._ledger.of_venue_id(seen.venue_order_id)
        logs = () if order is None else self._outbox.of_order(order.client_order_id)
        if any(log.state is AiLogState.ACCEPTED for log in logs):
            self._settled.add(seen.venue_order_id)  # for good: the venue has it
        since_s = seen.first_seen_s if order is None else self._ledger.seen_s[order.client_order_id]
        return judge_order(seen, order, logs, self._clock.monotonic_s() - since_s)

    def _with_record(self, gap: LogGap) -> LogGap:
        record = self._recorded.get(gap.gap_id)
        if record is None or not gap.is_open:
            return gap
        return replace(
            gap,
            advice="On record: the order stays listed as one without its log.",
            recorded_by=record.who,
            recorded_reason=record.reason,
            recorded_ms=record.at_ms,
        )

    def _note_external(self, gap: LogGap) -> None:
        """What was made elsewhere can have no log: that is written down, and its pair waits for a person anyway."""
        now_ms = self._clock.now_ms()
        record = AiLogGapRecorded(gap.gap_id, gap.kind.value, gap.venue_order_id, gap.what, NO_LOG_POSSIBLE, "", now_ms)
        self._recorded[gap.gap_id] = record
        self._gaps[gap.gap_id] = self._with_record(gap)
        self._writer.post(record)
        self._reporter.notice(Level.WARNING, _SOURCE, joined(gap.what, "This is on record"), keep=True)

    def _hold_entries(self) -> None:
        held = [gap for gap in self.gaps if gap.is_open]
        if held:
            more = f" and {len(held) - 1} more" if len(held) > 1 else ""
            reason = f"the AI logs have a gap: {clause(held[0].what)}{more}. See AI logs for what to do"
            self._switch.demand(_CAUSE, TradingState.REDUCE_ONLY, reason, is_firm=True)
        else:
            self._switch.clear(_CAUSE)
        rows, oldest_s = self._outbox.backlog()
        if rows > BACKLOG_ROWS or oldest_s > BACKLOG_S:
            words = "too many AI logs wait for their upload, or one of them for too long; it goes on by itself"
            self._switch.demand(_BACKLOG, TradingState.REDUCE_ONLY, words, is_firm=True)
        else:
            self._switch.clear(_BACKLOG)

    def _tell(self, occasion: str, trouble: str = "") -> None:
        """Tell the window of a full look, and of a small one that changed something."""
        shown = (self.gaps, trouble)
        if occasion == "after a comparison" and shown == self._shown:
            return
        self._shown = shown
        self._emit(AiLogGaps(self.gaps, len(self._seen), occasion, self._clock.now_ms(), trouble))

    # -- by a person -------------------------------------------------------------

    async def record(self, command: RecordLogGap) -> None:
        """Put a gap on record that cannot be mended; what cannot be done is said in a notice."""
        gap, reason = self._gaps.get(command.gap_id), command.reason.strip()
        refusal = self._why_not(gap, reason)
        if refusal or gap is None:
            self._say(Level.WARNING, joined("Nothing was recorded about this gap", refusal))
            return
        now_ms = self._clock.now_ms()
        record = AiLogGapRecorded(gap.gap_id, gap.kind.value, gap.venue_order_id, gap.what, reason, command.who, now_ms)
        try:
            await self._writer.commit(record)
        except StorageError as error:
            words = "The gap could not be written down, so nothing was done"
            self._say(Level.ERROR, joined(words, why(error), "Free the disk, then record it again"))
            return
        self._recorded[gap.gap_id] = record
        words = f"{command.who} recorded a gap of the AI logs: {clause(gap.what)}. Reason: {clause(reason)}"
        self._say(Level.WARNING, joined(words, "The order stays listed as one without its log"))
        self._judge("a gap was recorded")

    def _why_not(self, gap: LogGap | None, reason: str) -> str:
        if gap is None:
            return "it is not there any more"
        if not gap.is_open:
            return "it is on record already"
        log = self._outbox.logs.get(gap.log_id)
        if log is not None and log.is_open:
            return "its log is still on the way"
        if log is not None and log.state is AiLogState.NEEDS_HAND:
            return "its log was refused: open the log and decide there"
        fits = REASON_LEAST <= len(reason) <= REASON_MOST
        return "" if fits else f"write down why, in {REASON_MOST} characters at most"

    def _say(self, level: Level, words: str) -> None:
        self._reporter.notice(level, _SOURCE, words, keep=True)
