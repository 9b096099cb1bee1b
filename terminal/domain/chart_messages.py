"""Commands and events of charts beside the linked one, and of bars older than those loaded at first.

They belong to the same two unions as those in `messages`, where `ShowChart` and `CandlesLoaded` are.
"""

from dataclasses import dataclass

from terminal.domain.instrument import InstrumentId
from terminal.domain.market import Candle, Interval

SeriesKey = tuple[InstrumentId, Interval]


@dataclass(frozen=True, slots=True)
class FollowCharts:
    """Load and follow these series besides the linked chart's and no others; `CandlesLoaded` answers for a new one."""

    series: tuple[SeriesKey, ...]


@dataclass(frozen=True, slots=True)
class ShowOlderBars:
    """Read bars that opened before a time, newest pages first; `OlderBars` answers page by page."""

    instrument_id: InstrumentId
    interval: Interval
    before_ms: int


@dataclass(frozen=True, slots=True)
class OlderBars:
    """A page of closed bars, oldest first, that all opened before `before_ms`.

    `ends` when this asking is answered; `is_all` once the venue has nothing older.
    """

    instrument_id: InstrumentId
    interval: Interval
    before_ms: int
    candles: tuple[Candle, ...]
    ends: bool
    is_all: bool
