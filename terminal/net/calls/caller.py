"""One signed or public call to a venue: budget, time, signature, send, judgement.

Reads are repeated when that is safe; writes are sent once. Order of a call: measure the
venue's clock if needed, wait for budget, sign, send. How a request is signed and how an
answer is judged is the venue's own affair, see `Manners`.
"""

import asyncio
import logging
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol, TypeVar
from urllib.parse import urlencode

from pydantic import BaseModel

from terminal.domain.errors import (
    ClockSkew,
    MalformedReply,
    OutcomeUnknown,
    RateLimited,
    VenueError,
    VenueUnavailable,
)
from terminal.net.backoff import Backoff
from terminal.net.http import HttpClient, HttpReply, HttpRequest
from terminal.net.limiter import Cost, Lane, RequestLimiter
from terminal.net.server_clock import SAMPLE_GAP_S, SAMPLES, ServerClock, TimeSample
from terminal.net.wire.decode import parse, parse_list
from terminal.ports.chance import Chance
from terminal.ports.clock import Clock
from terminal.ports.way_out import is_way_out

_Model = TypeVar("_Model", bound=BaseModel)
_log = logging.getLogger(__name__)

TOO_MANY: Final = 429
READ_ATTEMPTS: Final = 3
READ_WAIT_S: Final = 15.0
WRITE_WAIT_S: Final = 3.0
BULK_WAIT_S: Final = 90.0
_PATIENCE_S: Final = {Lane.READ: READ_WAIT_S, Lane.BULK: BULK_WAIT_S}


@dataclass(frozen=True, slots=True)
class Call:
    """One endpoint call. `query` is in wire order; `body` is sent and signed as it is.

    `max_wait_s` is how long it may wait for its budget, None as long as its lane may.
    """

    method: str
    path: str
    cost: Cost
    query: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    lane: Lane = Lane.READ
    signed: bool = True
    is_write: bool = False
    max_wait_s: float | None = None

    @property
    def target(self) -> str:
        """Path and query: with exactly one `?` when there is a query, with none otherwise."""
        return f"{self.path}?{urlencode(self.query)}" if self.query else self.path


class Manners(Protocol):
    """How one venue wants to be asked and how it answers."""

    @property
    def venue(self) -> str:
        """The venue's name, for messages."""
        ...

    @property
    def time_call(self) -> Call:
        """The cheapest call that tells the venue's clock."""
        ...

    def server_ms(self, value: Any) -> int:
        """Read the venue's time from the judged answer of `time_call`. Raises `MalformedReply`."""
        ...

    def request(self, call: Call, now_ms: int) -> HttpRequest:
        """Give the request as it goes on the wire; a signed one carries `now_ms`, the venue's time."""
        ...

    def judge(self, call: Call, reply: HttpReply) -> Any:
        """Give the JSON of a success, unwrapped.

        Raises:
            VenueError: the venue said no, or something unreadable. A `RateLimited` may come with
                `retry_after_s` 0: the caller knows how long its gate stays closed.
        """
        ...

    def is_address_refused(self, reply: HttpReply) -> bool:
        """Tell whether the venue says that our internet address is not on its list."""
        ...


class Caller:
    """Sends calls of one account."""

    def __init__(
        self,
        http: HttpClient,
        limiter: RequestLimiter,
        server_clock: ServerClock,
        *,
        clock: Clock,
        chance: Chance,
        manners: Manners,
    ) -> None:
        self._http = http
        self._limiter = limiter
        self._server_clock = server_clock
        self._clock = clock
        self._chance = chance
        self.manners = manners
        # An order or an exit may be waiting for this reading: it must not queue behind other reads.
        self._time_call = replace(manners.time_call, lane=Lane.CLOCK)
        self._syncing = asyncio.Lock()
        self.latency_ms: float | None = None
        self.too_many = 0  # answers with HTTP 429 so far
        self.address_refused = 0  # answers that refused our internet address so far

    async def read(self, call: Call) -> Any:
        """Fetch JSON, again after transient failures and once after a refused timestamp.

        Raises:
            VenueError: no information; see the tree in `domain.errors`.
        """
        backoff = Backoff(self._chance, first_s=0.5, cap_s=4.0, floor_s=0.1)
        resynced = False
        attempt = 0
        while True:
            attempt += 1
            try:
                return self._judge(call, await self.exchange(call))
            except RateLimited:
                raise
            except VenueUnavailable:
                if attempt >= READ_ATTEMPTS:
                    raise
                await self._clock.sleep(backoff.next_s())
            except ClockSkew:
                if resynced:
                    raise
                resynced = True

    async def write(self, call: Call) -> Any:
        """Send once and give the reply's JSON.

        Raises:
            OutcomeUnknown: the request may have arrived.
            VenueError: nothing was sent, or the venue said no.
        """
        return self._judge(call, await self.exchange(call))

    async def exchange(self, call: Call, may_send: Callable[[], bool] | None = None) -> HttpReply:
        """Send once and give the reply unjudged, except that a 429 has closed the gate.

        `may_send` is asked last, after every wait for clock and budget. Inside `way_out()`
        everything takes the exit lane.

        Raises:
            VenueError: nothing was sent, or there is no complete reply.
        """
        lane = Lane.EXIT if is_way_out() else call.lane
        if call.signed:
            await self.ensure_clock(for_exit=lane is Lane.EXIT)
        patience_s = _PATIENCE_S.get(lane, WRITE_WAIT_S) if call.max_wait_s is None else call.max_wait_s
        await self._limiter.acquire(call.cost, lane, max_wait_s=patience_s)
        try:
            if may_send is not None and not may_send():
                text = "It was stopped before it was sent."
                raise VenueUnavailable(text, venue=self.manners.venue, endpoint=call.path)
            started_s = self._clock.monotonic_s()
            reply = await self._http.send(self._request(call))
            self._note_latency(self._clock.monotonic_s() - started_s)
        finally:
            self._limiter.settle(call.cost)
        self._heed(reply)
        return reply

    async def read_model(self, call: Call, model: type[_Model]) -> _Model:
        """Fetch one object. Raises as `read`."""
        value = await self.read(call)
        with self._named(call):
            return parse(model, value)

    async def read_list(self, call: Call, model: type[_Model]) -> list[_Model]:
        """Fetch an array. Raises as `read`."""
        value = await self.read(call)
        with self._named(call):
            return parse_list(model, value)

    async def write_model(self, call: Call, model: type[_Model]) -> _Model:
        """Send once and read one object. Raises as `write`."""
        value = await self.write(call)
        with self._named(call):
            return parse(model, value)

    async def write_list(self, call: Call, model: type[_Model]) -> list[_Model]:
        """Send once and read an array. Raises as `write`."""
        value = await self.write(call)
        with self._named(call):
            return parse_list(model, value)

    async def ensure_clock(self, *, for_exit: bool = False) -> None:
        """Measure the venue's clock when it is unknown or was refused.

        Raises:
            VenueError: the time could not be read.
        """
        async with self._syncing:
            if self._server_clock.is_stale:
                await self.sync_clock(for_exit=for_exit)

    def distrust_clock(self) -> None:
        """Measure again before the next signature: the venue refused our time."""
        self._server_clock.distrust()

    def pause(self, retry_after_s: float | None) -> float:
        """Close the gate after a rate limit; gives the pause in seconds."""
        return self._limiter.close_gate(retry_after_s)

    async def sync_clock(self, *, for_exit: bool = False) -> None:
        """Measure the venue's clock with a few readings.

        Raises:
            VenueError: the first reading failed.
        """
        lane = Lane.EXIT if for_exit else Lane.CLOCK
        samples = [await self._sample(lane)]
        try:
            while len(samples) < SAMPLES:
                await self._clock.sleep(SAMPLE_GAP_S)
                samples.append(await self._sample(lane))
        except VenueError as error:
            _log.info("The clock was measured with %d samples only: %s", len(samples), error)
        self._server_clock.adopt(samples)

    async def _sample(self, lane: Lane) -> TimeSample:
        call = self._time_call
        await self._limiter.acquire(call.cost, lane, max_wait_s=WRITE_WAIT_S)
        try:
            before = self._server_clock.moment()
            reply = await self._http.send(self._request(call))
            after = self._server_clock.moment()
        finally:
            self._limiter.settle(call.cost)
        self._heed(reply)
        self._note_latency(after.monotonic_s - before.monotonic_s)
        return TimeSample(before, after, self.manners.server_ms(self._judge(call, reply)))

    def _request(self, call: Call) -> HttpRequest:
        return self.manners.request(call, self._server_clock.now_ms())

    def _heed(self, reply: HttpReply) -> None:
        """Count what the link's health tells of, and slow down when told to."""
        self.address_refused += self.manners.is_address_refused(reply)
        if reply.status == TOO_MANY:
            self.too_many += 1
            self._limiter.close_gate(reply.retry_after_s)

    def _note_latency(self, seconds: float) -> None:
        """Smooth the round trip; about the last ten calls count."""
        measured = seconds * 1000
        self.latency_ms = measured if self.latency_ms is None else 0.8 * self.latency_ms + 0.2 * measured

    def _judge(self, call: Call, reply: HttpReply) -> Any:
        try:
            return self.manners.judge(call, reply)
        except RateLimited as error:
            error.retry_after_s = self.pause(reply.retry_after_s)
            raise
        except ClockSkew:
            self.distrust_clock()
            raise

    @contextmanager
    def _named(self, call: Call) -> Generator[None]:
        """Name the endpoint of a reply that does not fit; of a write the outcome is then unknown."""
        try:
            yield
        except MalformedReply as error:
            raise unreadable(error, call, self.manners.venue) from error


def unreadable(error: MalformedReply, call: Call, venue: str) -> VenueError:
    """Give the error of an answer that does not fit: of a write the outcome is then unknown."""
    kind: type[VenueError] = OutcomeUnknown if call.is_write else MalformedReply
    return kind(error.message, venue=venue, endpoint=call.path, hint=error.hint)
