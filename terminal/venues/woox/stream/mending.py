"""Bringing a book into step, and back into step after a gap: bounded, and never by guessing.

A snapshot is fetched while changes are kept. Where it is older than the first of them it is
fetched again after 2, 4 and 8 s; then the book is shown from snapshots once a second, marked as
not to be traded on, for as long as none fits. A book that keeps breaking is fetched at most three
times 2 s apart, then its topic is joined anew, and then the connection.

Source: WOO X reference 6.1.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from terminal.domain.errors import VenueError
from terminal.net.wire.quick import Levels
from terminal.ports.clock import Clock
from terminal.venues.woox.stream.book import ChainedBook, Fit

BEHIND_S: Final = (2.0, 4.0, 8.0)
POLL_S: Final = 1.0
APART_S: Final = 2.0
QUIET_S: Final = 0.5
"""How long a change that touches the snapshot is waited for: a book that moves has one every 50 ms."""
RESEEDS: Final = 3
MEMORY_S: Final = 30.0
"""A book that held for so long counts as sound again."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A book fetched once; `changed_ms` is when it last changed."""

    changed_ms: int
    bids: Levels
    asks: Levels


Fetch = Callable[[str, int], Awaitable[Snapshot]]
"""Gives a symbol's book of so many levels. Raises `VenueError`."""


class Step(Enum):
    """What is tried next on a book that broke."""

    RESEED = "fetch it again"
    REJOIN = "join its topic anew"
    REOPEN = "connect anew"


class Attempts:
    """Counts the tries of one book."""

    def __init__(self) -> None:
        self._at_s: deque[float] = deque()

    def next(self, now_s: float) -> tuple[Step, float]:
        """Give the next step and how long to wait before it."""
        if self._at_s and now_s - self._at_s[-1] > MEMORY_S:
            self._at_s.clear()
        wait_s = max(0.0, self._at_s[-1] + APART_S - now_s) if self._at_s else 0.0
        tried = len(self._at_s)
        self._at_s.append(now_s + wait_s)
        if tried == RESEEDS:
            return Step.REJOIN, wait_s
        if tried > 2 * RESEEDS:
            self._at_s.clear()
            return Step.REOPEN, wait_s
        return Step.RESEED, wait_s


@dataclass(frozen=True, slots=True)
class Hands:
    """What mending needs from the stream it belongs to.

    `epoch` counts connections and is 0 while there is none; `book` gives the present book of a
    symbol, and `is_followed` tells whether the stream carries its changes; `show` hands it on;
    `rejoin` leaves its topic and joins it again; `reopen` gives up the connection.
    """

    fetch: Fetch
    epoch: Callable[[], int]
    book: Callable[[str], ChainedBook]
    is_followed: Callable[[str], bool]
    show: Callable[[str], None]
    rejoin: Callable[[str], Awaitable[None]]
    reopen: Callable[[str], Awaitable[None]]


class Mender:
    """Looks after one book while `run` runs; `call` says that it needs a snapshot."""

    def __init__(self, symbol: str, hands: Hands, clock: Clock) -> None:
        self._symbol = symbol
        self._hands = hands
        self._clock = clock
        self._called = asyncio.Event()
        self._attempts = Attempts()

    def call(self) -> None:
        self._called.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._called.wait()
            self._called.clear()
            await self._mend(self._hands.epoch())

    async def _mend(self, epoch: int) -> None:
        behind = 0
        while self._is_needed(epoch):
            if not self._hands.is_followed(self._symbol):
                behind = len(BEHIND_S)  # a snapshot without the changes after it is only to be looked at
            step, wait_s = self._attempts.next(self._clock.monotonic_s()) if not behind else (Step.RESEED, 0.0)
            await self._wait(wait_s)
            if not self._is_needed(epoch):
                return
            if step is Step.REOPEN:
                await self._hands.reopen(f"the book of {self._symbol} did not recover")
                return
            if step is Step.REJOIN:
                await self._hands.rejoin(self._symbol)
            fit = await self._try(epoch, show=behind >= len(BEHIND_S))
            if fit is Fit.BEHIND:
                await self._wait(BEHIND_S[behind] if behind < len(BEHIND_S) else POLL_S)
                behind = min(behind + 1, len(BEHIND_S))
            else:
                behind = 0

    async def _try(self, epoch: int, *, show: bool) -> Fit:
        """Fetch a snapshot and see whether it fits. One that cannot be fetched counts as one that is too old."""
        depth = self._hands.book(self._symbol).depth
        try:
            snapshot = await self._hands.fetch(self._symbol, depth)
        except VenueError:
            return Fit.BEHIND
        fit = self._fit(epoch, depth, snapshot, is_quiet=False)
        if fit is Fit.UNPROVEN:
            await self._wait(QUIET_S)
            fit = self._fit(epoch, depth, snapshot, is_quiet=True)
        book = self._hands.book(self._symbol)
        if fit is Fit.BEHIND and show:
            book.show(snapshot.changed_ms, snapshot.bids, snapshot.asks)
        if fit is Fit.ALIGNED or show:
            self._hands.show(self._symbol)
        return fit

    def _fit(self, epoch: int, depth: int, snapshot: Snapshot, *, is_quiet: bool) -> Fit:
        book = self._hands.book(self._symbol)
        if self._hands.epoch() != epoch or book.depth != depth:
            return Fit.BROKEN  # of another connection or depth: it says nothing
        if not self._hands.is_followed(self._symbol):
            return Fit.BEHIND
        return book.align(snapshot.changed_ms, snapshot.bids, snapshot.asks, is_quiet=is_quiet)

    async def _wait(self, seconds: float) -> None:
        if seconds > 0:
            await self._clock.sleep(seconds)

    def _is_needed(self, epoch: int) -> bool:
        return self._hands.epoch() == epoch and not self._hands.book(self._symbol).synchronised
