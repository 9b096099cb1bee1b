"""The exchange's clock: starts at a given moment and may run faster than ours.

Exchange time drives the market, signatures and every timestamp shown. What
protects the server itself (rate limits, heartbeats, stream pacing) runs on
`real_s`, the machine's monotonic seconds.
"""

from collections.abc import Callable


class SimClock:
    """exchange time = start + elapsed * speed; never goes back.

    Args:
        start_ms: exchange time at construction, Unix ms.
        speed: exchange seconds per real second, above 0.
        monotonic: seconds that only grow; any origin.
    """

    def __init__(self, start_ms: int, speed: float, monotonic: Callable[[], float]) -> None:
        if speed <= 0:
            raise ValueError("The speed of the exchange's clock must be above 0.")
        self.speed = speed
        self.skew_ms = 0  # fault: what the protocol shows is this much off
        self._start_ms = start_ms
        self._monotonic = monotonic
        self._origin_s = monotonic()
        self._latest_ms = start_ms

    def now_ms(self) -> int:
        """The exchange's true time."""
        elapsed_s = self._monotonic() - self._origin_s
        self._latest_ms = max(self._latest_ms, self._start_ms + int(elapsed_s * 1000 * self.speed))
        return self._latest_ms

    def shown_ms(self) -> int:
        """The time the protocol tells and checks signatures against."""
        return self.now_ms() + self.skew_ms

    def real_s(self) -> float:
        return self._monotonic()

    def exchange_ms(self, real_ms: float) -> int:
        """How much exchange time passes in `real_ms` of ours."""
        return int(real_ms * self.speed)

    def window_ms(self, operator_ms: int) -> int:
        """A window for timestamps, given in ms of the operator's clock: wider when exchange time runs faster."""
        return int(operator_ms * max(1.0, self.speed))
