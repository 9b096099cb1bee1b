"""Recorded market data of a day, and what is played back of it."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from terminal.domain.instrument import Instrument, InstrumentId
from terminal.domain.market import Candle, FundingSettled, Interval, MarketEvent, OpenInterest

GAP_MS: Final = 60_000  # a venue's eight markets are never silent that long


@dataclass(frozen=True, slots=True)
class RecordingSettings:
    """Whether the public market data of a run is kept, and how much disk all days of a profile may take."""

    enabled: bool = True
    budget_mb: int = 2_000


@dataclass(frozen=True, slots=True)
class RulesRead:
    """The contract rules of the venue as they were read."""

    instruments: tuple[Instrument, ...]


@dataclass(frozen=True, slots=True)
class BarsRead:
    """Bars as the venue gave them, oldest first; the last may still have been forming."""

    instrument_id: InstrumentId
    interval: Interval
    bars: tuple[Candle, ...]


@dataclass(frozen=True, slots=True)
class SettlementsRead:
    """Past funding settlements as they were read, oldest first."""

    instrument_id: InstrumentId
    settled: tuple[FundingSettled, ...]


Recorded = MarketEvent | RulesRead | BarsRead | SettlementsRead | OpenInterest


@dataclass(frozen=True, slots=True)
class Moment:
    """One record: what came, and when it came here on the venue's clock (Unix ms)."""

    at_ms: int
    what: Recorded


@dataclass(frozen=True, slots=True)
class RecordedFrom:
    """Where a recording comes from. `is_spot` and `has_short` are what the venue could do."""

    venue: str
    is_simulated: bool
    is_spot: bool = False
    has_short: bool = True


@dataclass(frozen=True, slots=True)
class TakeRow:
    """One unbroken recording of a day, for a list. Times in Unix ms, `gaps` in ms each."""

    number: int
    from_ms: int
    to_ms: int
    size_bytes: int
    gaps: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class RecordedDayRow:
    """One recorded day of a profile, for a list. `day` is its UTC date, e.g. `2026-11-21`."""

    day: str
    source: RecordedFrom
    takes: tuple[TakeRow, ...]

    @property
    def size_bytes(self) -> int:
        return sum(take.size_bytes for take in self.takes)

    @property
    def from_ms(self) -> int:
        return min(take.from_ms for take in self.takes)

    @property
    def to_ms(self) -> int:
        return max(take.to_ms for take in self.takes)

    @property
    def recorded_ms(self) -> int:
        """How long was recorded, without what lies between the takes."""
        return sum(take.to_ms - take.from_ms for take in self.takes)

    @property
    def gaps(self) -> tuple[tuple[int, int], ...]:
        """What is missing within the takes and between them, in order."""
        ordered = sorted(self.takes, key=lambda take: take.from_ms)
        between = [(one.to_ms, next_.from_ms) for one, next_ in pairwise(ordered) if next_.from_ms - one.to_ms > GAP_MS]
        return tuple(sorted([*between, *(gap for take in self.takes for gap in take.gaps)]))


@dataclass(frozen=True, slots=True)
class ReplayState:
    """Where a replay stands. `speed` in market time a second of the operator's time; times in Unix ms."""

    now_ms: int
    from_ms: int
    to_ms: int
    speed: float
    is_paused: bool
    is_over: bool
