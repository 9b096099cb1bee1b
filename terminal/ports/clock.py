"""Time, as a port: nothing below the seam reads the wall clock or sleeps by itself."""

from typing import Protocol


class Clock(Protocol):
    """Two kinds of time, never mixed.

    `now_ms` is comparable to the venue's clock (it runs fast in a sped-up demo, and may
    jump when the wall clock does). `monotonic_s` is the operator's time: it never jumps,
    and ages, time-outs, deadlines and rate limits are measured on it.
    """

    def now_ms(self) -> int:
        """Unix ms UTC."""
        ...

    def monotonic_s(self) -> float:
        """Seconds since some fixed moment; never goes back."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait on the operator's clock."""
        ...
