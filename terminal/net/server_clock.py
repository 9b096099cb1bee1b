"""The venue's time, estimated from request round trips.

Requests are signed with this time, so a wrong wall clock does not cost orders (N11). The
estimate rests on monotonic time, which a wall-clock jump cannot move. When the two come
apart (a jump, or a machine that slept, where monotonic time may stand still) the estimate
asks to be measured again. The one exception is a clock that a demo runs faster than real
time: it keeps pace with the sped-up exchange and is made by us, so it cannot jump; then
the estimate rests on that clock itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from terminal.ports.clock import Clock

SAMPLES: Final = 5
SAMPLE_GAP_S: Final = 0.05  # long enough to see whether the clock runs at real pace
_PACE_TOLERANCE: Final = 0.1
_APART_MS: Final = 1000.0


@dataclass(frozen=True, slots=True)
class Moment:
    """Both of our clocks at one instant."""

    now_ms: int
    monotonic_s: float


@dataclass(frozen=True, slots=True)
class TimeSample:
    """One reading of the venue's time between two of our own."""

    before: Moment
    after: Moment
    server_ms: int

    @property
    def rtt_s(self) -> float:
        return self.after.monotonic_s - self.before.monotonic_s

    @property
    def wall_offset_ms(self) -> float:
        """Venue time minus our wall clock, assuming the reading lies halfway."""
        return self.server_ms - (self.before.now_ms + self.after.now_ms) / 2

    @property
    def monotonic_offset_ms(self) -> float:
        return self.server_ms - (self.before.monotonic_s + self.after.monotonic_s) * 500


class ServerClock:
    """Venue time now. Before the first `adopt` it is our own wall clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._wall_offset_ms = 0.0
        self._monotonic_offset_ms: float | None = None
        self._rtt_s: float | None = None
        self._is_distrusted = True

    @property
    def is_measured(self) -> bool:
        return self._rtt_s is not None

    @property
    def is_stale(self) -> bool:
        """True until measured, after `distrust`, and when wall and monotonic time came apart."""
        if self._is_distrusted or self._monotonic_offset_ms is None:
            return self._is_distrusted
        wall_ms = self._clock.now_ms() + self._wall_offset_ms
        return abs(wall_ms - self.now_ms()) > _APART_MS

    def distrust(self) -> None:
        """Ask for a new measurement: the venue refused a timestamp."""
        self._is_distrusted = True

    @property
    def offset_ms(self) -> float | None:
        """Venue time minus our wall clock now; None until measured. Shows a wall-clock jump."""
        return self.now_ms() - self._clock.now_ms() if self.is_measured else None

    @property
    def error_ms(self) -> float | None:
        """How wrong the last measurement may be: half the best round trip. None before the first.

        One that is in doubt since (`is_stale`) is made anew before anything is signed.
        """
        return None if self._rtt_s is None else self._rtt_s * 500

    def moment(self) -> Moment:
        return Moment(self._clock.now_ms(), self._clock.monotonic_s())

    def now_ms(self) -> int:
        """Unix ms on the venue's clock."""
        if self._monotonic_offset_ms is not None:
            return round(self._clock.monotonic_s() * 1000 + self._monotonic_offset_ms)
        return round(self._clock.now_ms() + self._wall_offset_ms)

    def adopt(self, samples: Sequence[TimeSample]) -> None:
        """Take the median offset of the half with the shortest round trips.

        Raises:
            ValueError: no samples.
        """
        if not samples:
            raise ValueError("a clock needs at least one sample")
        best = sorted(samples, key=lambda sample: sample.rtt_s)[: (len(samples) + 1) // 2]
        self._wall_offset_ms = median(sample.wall_offset_ms for sample in best)
        at_pace = _runs_at_real_pace(samples)
        self._monotonic_offset_ms = median(sample.monotonic_offset_ms for sample in best) if at_pace else None
        self._rtt_s = best[0].rtt_s
        self._is_distrusted = False


def _runs_at_real_pace(samples: Sequence[TimeSample]) -> bool:
    first, last = samples[0].before, samples[-1].after
    real_ms = (last.monotonic_s - first.monotonic_s) * 1000
    shown_ms = last.now_ms - first.now_ms
    return real_ms > 0 and abs(shown_ms - real_ms) <= max(2.0, real_ms * _PACE_TOLERANCE)
