"""Keeps the private stream: one listen key after the other, the next connection made before the last is left.

A key is valid for a day and cannot be prolonged; asking for a new one ends the old. So some
minutes before its end a new key is fetched, a new connection is opened and proven, and only then is
the old one closed. Whatever happened in between is asked for, and what both connections told is
told on once. Where no key can be had the stream is said to be down, and the account is asked
every two seconds.

Source: WOO X reference 6.2.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, Protocol

from terminal.domain.errors import VenueError
from terminal.net.backoff import Backoff
from terminal.net.stream.link import Session
from terminal.ports.chance import Chance
from terminal.ports.clock import Clock
from terminal.venues.woox.wire.account import ListenKey

EARLY_S: Final = 600.0
LONGEST_S: Final = 24 * 3600.0
LOOK_S: Final = 60.0
PROVE_S: Final = 20.0
POLL_S: Final = 2.0
_PROVING_S: Final = 0.05
_STEADY_S: Final = 30.0  # a connection that held for so long was a good one


class KeeperSink(Protocol):
    """Hears of the stream as a whole."""

    def state(self, connected: bool, detail: str) -> None: ...

    def resync(self, reason: str) -> None:
        """Events were lost or may have been."""
        ...

    async def gather(self) -> None:
        """Ask the venue for what may have been missed. Never raises for anything the network or venue does."""
        ...


Connect = Callable[[str, Session], Awaitable[str]]
"""Runs one connection with a key to its end and gives the reason; never raises for network or venue."""


@dataclass(frozen=True, slots=True)
class _Until:
    """When a connection is replaced: on our clock, and on the venue's, in which keys expire."""

    at_s: float
    venue_ms: int | None


_AT_ONCE: Final = _Until(0.0, None)


class StreamKeeper:
    """Keeps the stream up while `run` runs. `venue_ms` is the venue's clock, in which keys expire."""

    def __init__(
        self,
        new_key: Callable[[], Awaitable[ListenKey]],
        connect: Connect,
        session: Callable[[], Session],
        sink: KeeperSink,
        *,
        clock: Clock,
        chance: Chance,
        venue_ms: Callable[[], int],
        look_s: float = LOOK_S,
    ) -> None:
        """`look_s` is how often the venue's clock is looked at: in a sped-up demo it runs faster than ours."""
        self._look_s = look_s
        self._new_key = new_key
        self._connect = connect
        self._session = session
        self._sink = sink
        self._clock = clock
        self._venue_ms = venue_ms
        self._backoff = Backoff(chance, first_s=2.0, cap_s=60.0, floor_s=1.0)
        self._is_up = False
        self._was_up = False

    async def run(self) -> None:
        """Follow the stream until cancelled."""
        line: asyncio.Task[str] | None = None
        try:
            while True:
                line, until = await self._next_line(line)
                if line is None:
                    await self._wait(self._backoff.next_s())
                    continue
                opened_s = self._clock.monotonic_s()
                await self._hold(line, until)
                if line.done():
                    self._down(_reason(line))
                    if self._clock.monotonic_s() - opened_s >= _STEADY_S:
                        self._backoff.reset()
                    await self._wait(self._backoff.next_s())
                    line = None
        finally:
            await _ended(line)

    async def _next_line(self, old: asyncio.Task[str] | None) -> tuple[asyncio.Task[str] | None, _Until]:
        """Make a new connection beside the old one, and leave the old one once the new one is proven."""
        try:
            key = await self._new_key()
        except VenueError as error:
            return self._without_key(old, str(error))
        session = self._session()
        line = asyncio.create_task(self._call(key.key, session))
        try:
            is_proven = await self._proven(line, session)
        except BaseException:
            await _ended(line)
            raise
        await _ended(old)  # proven or not: the new key has ended the old connection's
        if not is_proven:
            reason = _reason(line) if line.done() else "the venue did not confirm the subscriptions"
            await _ended(line)
            self._down(reason)
            return None, _AT_ONCE
        await self._up()
        early_ms = max(key.expires_ms - round(EARLY_S * 1_000), self._venue_ms() + round(_STEADY_S * 1_000))
        return line, _Until(self._clock.monotonic_s() + LONGEST_S - EARLY_S, early_ms)

    def _without_key(self, old: asyncio.Task[str] | None, reason: str) -> tuple[asyncio.Task[str] | None, _Until]:
        """Stay on the old connection while it holds, and try again soon."""
        if old is None or old.done():
            self._down(reason if old is None else _reason(old))
            return None, _AT_ONCE
        return old, _Until(self._clock.monotonic_s() + self._backoff.next_s(), None)

    async def _call(self, key: str, session: Session) -> str:
        return await self._connect(key, session)

    async def _proven(self, line: asyncio.Task[str], session: Session) -> bool:
        """Wait until the venue has answered, or the connection has ended, or too long."""
        end_s = self._clock.monotonic_s() + PROVE_S
        while not session.proven() and not line.done():
            left_s = end_s - self._clock.monotonic_s()
            if left_s <= 0:
                return False
            await self._clock.sleep(min(_PROVING_S, left_s))
        return session.proven() and not line.done()

    async def _hold(self, line: asyncio.Task[str], until: _Until) -> None:
        """Wait until the connection ends or its time is over."""
        while not line.done() and (left_s := self._left_s(until)) > 0:
            async with _sleeping(self._clock, min(left_s, self._look_s)) as sleeper:
                await asyncio.wait({line, sleeper}, return_when=asyncio.FIRST_COMPLETED)

    def _left_s(self, until: _Until) -> float:
        left_s = until.at_s - self._clock.monotonic_s()
        if until.venue_ms is not None:
            left_s = min(left_s, (until.venue_ms - self._venue_ms()) / 1_000)
        return left_s

    async def _wait(self, seconds: float) -> None:
        """Wait while the stream is down, asking the venue meanwhile."""
        end_s = self._clock.monotonic_s() + seconds
        while (left_s := end_s - self._clock.monotonic_s()) > 0:
            await self._clock.sleep(min(POLL_S, left_s))
            await self._sink.gather()

    async def _up(self) -> None:
        missed = self._was_up
        if not self._is_up:
            self._is_up = self._was_up = True
            self._sink.state(connected=True, detail="")
        if missed:
            await self._sink.gather()
            self._sink.resync("the private stream was made anew")

    def _down(self, detail: str) -> None:
        self._is_up = False
        self._sink.state(connected=False, detail=detail)


@asynccontextmanager
async def _sleeping(clock: Clock, seconds: float) -> AsyncIterator[asyncio.Task[None]]:
    sleeper = asyncio.create_task(_sleep(clock, seconds))
    try:
        yield sleeper
    finally:
        await _ended(sleeper)


async def _sleep(clock: Clock, seconds: float) -> None:
    await clock.sleep(max(0.0, seconds))


async def _ended(task: asyncio.Task[str] | asyncio.Task[None] | None) -> None:
    """Cancel a task and wait for its end."""
    if task is not None:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _reason(line: asyncio.Task[str]) -> str:
    return line.result()
