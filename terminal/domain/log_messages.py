"""Orders at the venue that no accepted AI log explains: what the window is told, and what a person does about it.

Part of the two unions in `messages`.
"""

from dataclasses import dataclass
from enum import Enum

from terminal.domain.instrument import InstrumentId


class GapKind(Enum):
    """Which two sides do not agree. `EXTERNAL` has no log by nature: none is ever made up for it."""

    ORDER = "order without its log"
    VENUE_EXIT = "venue exit without its log"
    EXTERNAL = "external order"
    UNKNOWN_ORDER = "log about an unknown order"


@dataclass(frozen=True, slots=True)
class LogGap:
    """One gap, found from the venue's own lists. `what` says what it means, `advice` what to do now.

    `log_id` is the log it is about, "" when there is none. Once it is on record, `recorded_by`
    ("" for the program itself), `recorded_reason` and `recorded_ms` say how.
    """

    gap_id: str
    kind: GapKind
    venue_order_id: str
    client_order_id: str
    instrument_id: InstrumentId | None
    log_id: str
    what: str
    advice: str
    order_ms: int
    recorded_by: str = ""
    recorded_reason: str = ""
    recorded_ms: int = 0

    @property
    def is_open(self) -> bool:
        """True while nothing opens because of it."""
        return not self.recorded_ms


# -- events -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AiLogGaps:
    """Every gap known now, the newest order first; replaces the one before.

    `orders_seen` is how many orders of the venue were compared, `occasion` why ("start", "hourly", ...),
    `trouble` the venue's words when its lists could not be read: then nothing is known to have changed.
    """

    gaps: tuple[LogGap, ...]
    orders_seen: int
    occasion: str
    at_ms: int
    trouble: str = ""


# -- commands -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FindLogGaps:
    """Compare the venue's orders and fills with the accepted logs now."""

    who: str


@dataclass(frozen=True, slots=True)
class RecordLogGap:
    """Put a gap on record that cannot be mended, with the reason; the order stays listed as one without its log."""

    gap_id: str
    reason: str
    who: str
