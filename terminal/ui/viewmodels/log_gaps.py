"""Gaps of the AI logs as the engine found them last. Part of the desk's state; GUI thread only."""

from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import QObject, Signal

from terminal.domain.ai_log import AiLog
from terminal.domain.instrument import base_of
from terminal.domain.log_messages import AiLogGaps, GapKind, LogGap
from terminal.ui.formatting import both_times

KIND: Final[dict[GapKind, str]] = {
    GapKind.ORDER: "Order without its log",
    GapKind.VENUE_EXIT: "Venue exit without its log",
    GapKind.EXTERNAL: "External order",
    GapKind.UNKNOWN_ORDER: "Log about an unknown order",
}
_NEVER: Final = "The venue's orders have not been compared with their logs yet."


class LogGapBook(QObject):
    """The newest comparison.

    Attributes:
        newest: None before the first.

    Signals:
        changed: there is another one.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.newest: AiLogGaps | None = None
        self.handlers: dict[type, Callable[[Any], None]] = {AiLogGaps: self._on_gaps}

    @property
    def gaps(self) -> tuple[LogGap, ...]:
        return () if self.newest is None else self.newest.gaps

    @property
    def open_count(self) -> int:
        """How many gaps keep entries from opening."""
        return sum(gap.is_open for gap in self.gaps)

    def _on_gaps(self, event: AiLogGaps) -> None:
        self.newest = event
        self.changed.emit()


def compared_words(newest: AiLogGaps | None) -> str:
    """Say when the venue's orders were compared, how many, and what was in the way."""
    if newest is None:
        return _NEVER
    when = both_times(newest.at_ms).replace("\n", ", ")
    if newest.trouble:
        return f"The venue's lists could not be read {when}: {newest.trouble} It is tried again within a minute."
    orders = "1 order" if newest.orders_seen == 1 else f"{newest.orders_seen:,} orders"
    return f"Compared {when}: {orders} of the venue since the start of this run and the day before."


def gap_title(gap: LogGap) -> str:
    """Name a gap: its kind, its pair, and that it is on record if it is."""
    pair = "" if gap.instrument_id is None else f"  {base_of(gap.instrument_id)}"
    return f"{KIND[gap.kind]}{pair}{'' if gap.is_open else '  (on record)'}"


def record_words(gap: LogGap) -> str:
    """Say who put a gap on record, when and why; "" while it is open."""
    if gap.is_open:
        return ""
    who = gap.recorded_by or "the program"
    return f"On record: {who}, {both_times(gap.recorded_ms)}: {gap.recorded_reason}".replace("\n", ", ")


def permission_words(logs: dict[str, AiLog]) -> str:
    """Give the venue's words when it takes no logs from this account; "" otherwise."""
    refused = next((log for log in reversed(logs.values()) if log.is_permission_refusal), None)
    return "" if refused is None else f"{refused.last_message} ({refused.last_code})".strip()
