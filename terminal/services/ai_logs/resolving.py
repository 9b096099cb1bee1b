"""What a person does with an AI log the venue refused for good: upload the same bytes again, or record the gap.

Who, when and why are in the journal before anything else happens. The log's text is never
touched, and a recorded gap stays a gap: the order is still listed as one without its log.
"""

from typing import Final

from terminal.domain.ai_log import AiLog, AiLogState, LogResolution
from terminal.domain.commands import ResolveLog
from terminal.domain.errors import StorageError
from terminal.domain.messages import Level
from terminal.domain.plain_words import clause, joined, why
from terminal.domain.records import AiLogResolved
from terminal.ports.clock import Clock
from terminal.services.ai_logs.outbox import AiLogOutbox
from terminal.services.journal_writer import JournalWriter
from terminal.services.reporter import Reporter

REASON_LEAST: Final = 3
REASON_MOST: Final = 500
_SOURCE: Final = "ai logs"


class LogResolver:
    """Takes one decision a log at a time."""

    def __init__(self, outbox: AiLogOutbox, writer: JournalWriter, clock: Clock, reporter: Reporter) -> None:
        self._outbox = outbox
        self._writer = writer
        self._clock = clock
        self._reporter = reporter
        self._busy: set[str] = set()

    async def resolve(self, command: ResolveLog) -> None:
        """Carry out a person's decision; what cannot be done is said in a notice."""
        refusal = self._refusal(command)
        if refusal:
            self._say(Level.WARNING, joined("Nothing was done about this AI log", refusal))
            return
        log = self._outbox.logs[command.log_id]
        now_ms, reason = self._clock.now_ms(), command.reason.strip()
        record = AiLogResolved(
            log.log_id, command.resolution, reason, log.content_sha256, log.last_code, command.who, now_ms
        )
        self._busy.add(log.log_id)
        try:
            await self._writer.commit(record)
        except StorageError as error:
            words = "The decision about the AI log could not be written, so nothing was done"
            self._say(Level.ERROR, joined(words, why(error), "Free the disk, then decide again"))
            return
        finally:
            self._busy.discard(log.log_id)
        self._outbox.resolve(log.log_id, command.resolution, command.who, reason, now_ms)
        self._tell(command, log)

    def _refusal(self, command: ResolveLog) -> str:
        log = self._outbox.logs.get(command.log_id)
        if log is None:
            return "it is not known here"
        if log.state is not AiLogState.NEEDS_HAND or log.log_id in self._busy:
            return "it does not wait for a person any more"
        if command.resolution is LogResolution.UNMENDABLE:
            length = len(command.reason.strip())
            fits = REASON_LEAST <= length <= REASON_MOST
            return "" if fits else f"write down why, in {REASON_MOST} characters at most"
        return _why_not_again(log)

    def _tell(self, command: ResolveLog, log: AiLog) -> None:
        order = log.venue_order_id or log.client_order_id
        name = f"the AI log of order {order}" if log.is_about_order else f"the AI log about {log.stage}"
        if command.resolution is LogResolution.RETRY:
            words = f"{command.who} has {name} uploaded again, byte for byte the same"
            self._say(Level.INFO, joined(words, "Entries wait for the answer"))
            return
        words = f"{command.who} recorded that {name} cannot be mended: {clause(command.reason.strip())}"
        self._say(Level.WARNING, joined(words, "The order stays listed as one without its log"))

    def _say(self, level: Level, words: str) -> None:
        self._reporter.notice(level, _SOURCE, words, keep=True)


def _why_not_again(log: AiLog) -> str:
    """Why the same bytes cannot be uploaded again; "" when they can."""
    if not log.is_intact:
        return "its content is not what was frozen, so it is never uploaded; record the gap instead"
    if log.is_about_order and (log.venue_order_id is None or not log.venue_order_id.isdigit()):
        return "its order has no number the venue would take; record the gap instead"
    return ""
