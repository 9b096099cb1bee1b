"""The real clock behind the port, and its sped-up form for the built-in exchange."""

import asyncio
import time


class SystemClock:
    """Wall clock and monotonic clock of this machine.

    `rate` makes `now_ms` run faster than real time, to keep step with a built-in
    exchange whose market does; `monotonic_s` and `sleep` stay the operator's own time.
    `skew_ms` shifts `now_ms`: the tests use it to play a workstation whose clock is off.
    """

    def __init__(self, *, rate: float = 1.0, skew_ms: int = 0) -> None:
        self.rate = rate
        self._skew_ms = skew_ms
        self._began_ms = time.time() * 1000
        self._began_s = time.monotonic()

    def now_ms(self) -> int:
        if self.rate == 1.0:
            return int(time.time() * 1000) + self._skew_ms
        elapsed_ms = (time.monotonic() - self._began_s) * 1000
        return int(self._began_ms + elapsed_ms * self.rate) + self._skew_ms

    def shift(self, offset_ms: float) -> None:
        """Move `now_ms` of a sped-up clock: the exchange started a little later and counts from there.

        Raises:
            ValueError: at real speed; the machine's own clock is not ours to move.
        """
        if self.rate == 1.0:
            raise ValueError("a clock at real speed follows the machine's")
        self._began_ms += offset_ms

    def monotonic_s(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
