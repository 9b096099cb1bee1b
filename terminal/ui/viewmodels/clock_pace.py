"""How fast the market's clock runs against the operator's."""

from typing import Final

_NEAR_ONE: Final = 0.2
_SHORTEST_S: Final = 0.2  # between two readings: a shorter span measures only its own rounding


class ClockPace:
    """Measured from two readings a tick apart, so that a clock set once does not look fast for long.

    Attributes:
        rate: market seconds in a second of the operator; 1 until it was measured.
    """

    def __init__(self) -> None:
        self.rate = 1.0
        self._before: tuple[int, float] | None = None

    @property
    def is_real(self) -> bool:
        return abs(self.rate - 1) < _NEAR_ONE

    def note(self, now_ms: int, monotonic_s: float) -> None:
        """Take a reading of both clocks."""
        if self._before is None:
            self._before = (now_ms, monotonic_s)
            return
        passed_s = monotonic_s - self._before[1]
        if passed_s >= _SHORTEST_S:
            self.rate = (now_ms - self._before[0]) / 1_000 / passed_s
            self._before = (now_ms, monotonic_s)
