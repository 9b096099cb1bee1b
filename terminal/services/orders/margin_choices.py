"""Which leverage and margin mode persons chose for each pair, and which of their changes never got an answer."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from terminal.domain.account import LeverageSetting, MarginMode
from terminal.domain.instrument import InstrumentId
from terminal.domain.records import MarginSet
from terminal.ports.clock import Clock
from terminal.services.journal_writer import JournalWriter

ASKED: Final = "asked"
UNCLEAR: Final = "unclear"
IN_FORCE: Final = "in force"
REFUSED: Final = "refused"
MODE_WORDS: Final = {MarginMode.CROSS: "cross margin", MarginMode.ISOLATED: "isolated margin"}


@dataclass(frozen=True, slots=True)
class MarginChange:
    """One thing to change at one pair: its leverage or its margin mode, the other is None."""

    instrument_id: InstrumentId
    leverage: int | None = None
    mode: MarginMode | None = None

    @property
    def words(self) -> str:
        return MODE_WORDS[self.mode] if self.mode is not None else f"{self.leverage}x"

    def is_met_by(self, setting: LeverageSetting) -> bool:
        """Tell whether the venue shows what was asked for."""
        return self.mode in {None, setting.mode} and (self.leverage is None or setting.is_at(self.leverage))


def change_of(record: MarginSet) -> MarginChange:
    return MarginChange(record.instrument_id, record.leverage, record.mode)


class MarginChoices:
    """What persons chose, in the journal too. `pending` are changes that were asked for and never settled."""

    def __init__(self, writer: JournalWriter, clock: Clock) -> None:
        self._writer = writer
        self._clock = clock
        self._leverage: dict[InstrumentId, int] = {}
        self._mode: dict[InstrumentId, MarginMode] = {}
        self.pending: dict[InstrumentId, MarginSet] = {}

    def restore(self, records: Iterable[MarginSet]) -> None:
        """Take in what earlier runs wrote, oldest first."""
        for record in records:
            self._take(record)

    def leverage_of(self, instrument_id: InstrumentId) -> int | None:
        return self._leverage.get(instrument_id)

    def mode_of(self, instrument_id: InstrumentId) -> MarginMode | None:
        return self._mode.get(instrument_id)

    async def write(self, record: MarginSet) -> None:
        """Make a record durable: of a change before its request leaves, or of one that needs none.

        Raises:
            StorageError: it could not be written; nothing may be sent.
        """
        await self._writer.commit(record)
        self._take(record)

    def settle(self, record: MarginSet, outcome: str, detail: str) -> None:
        """Write down what came of a change."""
        settled = replace(record, outcome=outcome, detail=detail, at_ms=self._clock.now_ms())
        self._writer.post(settled)
        self._take(settled)

    def _take(self, record: MarginSet) -> None:
        if record.outcome in {ASKED, UNCLEAR}:
            self.pending[record.instrument_id] = record
            return
        self.pending.pop(record.instrument_id, None)
        if record.outcome == IN_FORCE and record.leverage is not None:
            self._leverage[record.instrument_id] = record.leverage
        if record.outcome == IN_FORCE and record.mode is not None:
            self._mode[record.instrument_id] = record.mode
