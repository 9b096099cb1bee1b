"""Notices that the machine slept, or that somebody set the clock.

After a sleep sockets look alive, quotes look fresh and decisions look young, because on
some systems monotonic time stood still. Two signs tell: a tick that comes far too late,
and a wall clock that ran away from monotonic time.
"""

from collections.abc import Awaitable, Callable
from typing import Final

from terminal.ports.clock import Clock
from terminal.ports.recording import DrivenClock

TICK_S: Final = 1.0
LONGEST_S: Final = 30.0  # between two tries
GAP_S: Final = 10.0
DRIFT_S: Final = 5.0

OnWake = Callable[[str, float], None]


class WakeWatch:
    """Compares both clocks once a second; `look` may be called at any other moment too.

    `on_wake(words, away_s)` is told at once, before `look` returns; `away_s` is how long we may
    have been away.
    """

    def __init__(self, clock: Clock, on_wake: OnWake) -> None:
        self._clock = clock
        self._on_wake = on_wake
        self._last_s = clock.monotonic_s()
        self._last_ms = clock.now_ms()
        self._pace: float | None = None  # wall seconds a monotonic one; a sped-up demo has more than one
        self._set_pace = 0.0  # of a replay: as a person has set it

    def look(self) -> None:
        """Compare with the last look."""
        now_s, now_ms = self._clock.monotonic_s(), self._clock.now_ms()
        gap_s, wall_s = now_s - self._last_s, (now_ms - self._last_ms) / 1_000
        self._last_s, self._last_ms = now_s, now_ms
        drift_s = self._drift_s(gap_s, wall_s)
        if gap_s > GAP_S:
            self._on_wake(f"nothing ran here for {gap_s:.0f} s", gap_s)
        elif self._pace is not None and abs(drift_s) > DRIFT_S:
            self._on_wake(f"the clock moved by {drift_s:+.0f} s at once", max(0.0, drift_s))
        elif gap_s >= TICK_S / 2:
            measured = wall_s / gap_s
            self._pace = measured if self._pace is None else 0.8 * self._pace + 0.2 * measured

    def _drift_s(self, gap_s: float, wall_s: float) -> float:
        """How far the wall clock ran away, in the operator's seconds."""
        if isinstance(self._clock, DrivenClock):
            # A replay's time runs as a person sets it and slower where it must; only a skipped gap runs ahead of that.
            pace, self._set_pace = max(self._set_pace, self._clock.speed), self._clock.speed
            return max(0.0, (wall_s - gap_s * pace) / max(1.0, pace))
        pace = 1.0 if self._pace is None else self._pace
        return (wall_s - gap_s * pace) / max(1.0, pace)

    async def run(self) -> None:
        """Look every second, until cancelled."""
        while True:
            await self._clock.sleep(TICK_S)
            self.look()


async def until_done(step: Callable[[], Awaitable[float | None]], clock: Clock) -> None:
    """Repeat a step every second or slower until it gives None; a number is the longest it wants to wait, in s."""
    wait_s = TICK_S
    while (most_s := await step()) is not None:
        await clock.sleep(min(wait_s, max(TICK_S, most_s)))
        wait_s = min(LONGEST_S, wait_s * 2)
