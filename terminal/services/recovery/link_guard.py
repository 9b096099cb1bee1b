"""What happens around the connection: streams cut and opened anew, orders cancelled on return.

The venue cancels nothing when we disappear, so we do it when we come back: after more
than 30 s without a private stream every resting opening is cancelled before anything
else; stops, targets and closing orders stay (R26).
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final

from terminal.domain.errors import RateLimited, VenueError
from terminal.domain.messages import Level
from terminal.domain.order import Effect, OrderKind, OrderState
from terminal.domain.risk import TradingState
from terminal.ports.clock import Clock
from terminal.ports.market_feed import MarketFeed
from terminal.services.orders.canceler import OrderCanceler
from terminal.services.orders.ledger import OrderLedger
from terminal.services.recovery.recovery import Recovery
from terminal.services.recovery.wake_watch import LONGEST_S, until_done
from terminal.services.reporter import Reporter
from terminal.services.review.queue import ReviewQueue
from terminal.services.trading_switch import TradingSwitch

AWAY_S: Final = 30.0
WAKE: Final = "wake"
_RESTING: Final = frozenset({OrderState.ACKED, OrderState.WORKING, OrderState.PARTIAL})

Spawn = Callable[[Coroutine[Any, Any, None], str], "asyncio.Task[None] | None"]
Stream = Callable[[], Coroutine[Any, Any, None]]


class LinkGuard:
    """Owns the stream tasks of one engine."""

    def __init__(
        self,
        feed: MarketFeed,
        ledger: OrderLedger,
        canceler: OrderCanceler,
        recovery: Recovery,
        review: ReviewQueue,
        switch: TradingSwitch,
        clock: Clock,
        reporter: Reporter,
        spawn: Spawn,
    ) -> None:
        self._feed = feed
        self._ledger = ledger
        self._canceler = canceler
        self._recovery = recovery
        self._review = review
        self._switch = switch
        self._clock = clock
        self._reporter = reporter
        self._spawn = spawn
        self._streams: dict[str, Stream] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._away_since_s: float | None = None
        self._wakes = 0

    def follow(self, name: str, stream: Stream) -> None:
        """Start a stream; after a wake-up it is started anew."""
        self._streams[name] = stream
        task = self._spawn(stream(), name)
        if task is not None:
            self._tasks[name] = task

    # -- the private stream ------------------------------------------------------

    def lost(self) -> None:
        """The private stream is away: ask instead of being told."""
        if self._away_since_s is None:
            self._away_since_s = self._clock.monotonic_s()
        self._recovery.stream_is(away=True)

    def back(self) -> None:
        """The private stream is there again."""
        since_s, self._away_since_s = self._away_since_s, None
        self._recovery.stream_is(away=False)
        if since_s is not None and self._clock.monotonic_s() - since_s > AWAY_S:
            self._cancel_resting(f"we were away for {self._clock.monotonic_s() - since_s:.0f} s")

    def _cancel_resting(self, reason: str) -> None:
        resting = [
            order
            for order in self._ledger.at_venue()
            if order.terms.effect is Effect.OPEN and order.terms.kind is OrderKind.LIMIT and order.state in _RESTING
        ]
        for order in resting:
            name = f"cancel {order.client_order_id}"
            self._spawn(self._canceler.cancel(order.client_order_id, "the program"), name)
        if resting:
            words = f"{len(resting)} resting openings are cancelled because {reason}; stops and exits stay"
            self._reporter.notice(Level.WARNING, "orders", words, keep=True)

    # -- waking up ---------------------------------------------------------------

    def woke(self, words: str, away_s: float) -> None:
        """The machine slept or the clock jumped: cut everything, measure, compare, only then trade."""
        self._wakes += 1
        reason = f"{words}: reading the venue's clock and comparing our records with it"
        self._switch.demand(WAKE, TradingState.STARTING, reason)
        self._review.expire_open(f"{words}; the market has moved on")
        # Monotonic time may have stood still while we were away, so it cannot tell how long that was.
        since_s = self._clock.monotonic_s() - away_s
        self._away_since_s = since_s if self._away_since_s is None else min(since_s, self._away_since_s)
        for name, task in self._tasks.items():
            task.cancel()
            again = self._spawn(self._streams[name](), name)
            if again is not None:
                self._tasks[name] = again
        self._spawn(self._come_back(self._wakes), "wake-up")

    async def _come_back(self, wake: int) -> None:
        async def measured() -> float | None:
            try:
                await self._feed.sync_clock()
            except VenueError as error:
                self._reporter.failing("clock", "The venue's clock could not be read", error)
                return error.retry_after_s if isinstance(error, RateLimited) else LONGEST_S
            self._reporter.works("clock")
            return None

        await until_done(measured, self._clock)
        if wake == self._wakes:  # otherwise a later wake-up goes on from here
            self._recovery.distrust("comparing our records with the venue after a pause of this machine")
            self._switch.clear(WAKE)
