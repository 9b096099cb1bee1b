"""One WebSocket that stays up: connect, heartbeat, silence watch, back-off, reconnect.

The loop is one coroutine; a connection and everything that belongs to it end before the
next one starts, so no callback of an old connection can arrive later. It knows no venue: what
is sent, what a frame means and why a venue refuses a connection is told by others.
"""

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Protocol

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus, WebSocketException

from terminal.domain.errors import MalformedReply, VenueError
from terminal.net.backoff import Backoff
from terminal.net.http import USER_AGENT
from terminal.net.route import DIRECT, Route
from terminal.net.stream.silence import Silence
from terminal.net.windows import RollingWindow
from terminal.net.wire.decode import decode_json
from terminal.ports.chance import Chance
from terminal.ports.clock import Clock

SILENCE_S: Final = 45.0
CONFIRM_S: Final = 10.0  # for the venue to answer the first subscriptions
MAX_FRAME_BYTES: Final = 1024 * 1024
QUEUED_FRAMES: Final = 16
AT_ONCE: Final = 64
ATTEMPTS_PER_MIN: Final = 10
_OPEN_S: Final = 10.0
_CLOSE_S: Final = 2.0
_log = logging.getLogger(__name__)

Frame = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Opening:
    """Where the next connection goes and what its upgrade carries. Both may hold keys, so none is logged."""

    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Refusal:
    """How a venue refused an upgrade."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class OwnPing:
    """A heartbeat that is ours to send: `frame` is made anew every `every_s`."""

    every_s: float
    frame: Callable[[], Frame]


def always_at(url: str) -> Callable[[], Awaitable[Opening]]:
    """Give the opening of a stream whose address never changes and that needs no headers."""

    async def opening() -> Opening:
        return Opening(url)

    return opening


def plain_refusal(refusal: Refusal) -> str:
    """Say that a venue refused, where its own words are not known."""
    return f"the venue refused the connection with HTTP status {refusal.status}"


class LinkLost(Exception):
    """The connection is of no more use; the text says why, in plain words."""


class Session(Protocol):
    """What a stream does with one connection."""

    def pong(self, frame: Frame) -> Frame | None:
        """Give the answer to a heartbeat; None for any other frame."""
        ...

    async def opened(self, send: "Sender") -> None:
        """Subscribe; called once a connection, before any frame."""
        ...

    async def frame(self, frame: Frame) -> None:
        """Take one frame that is not a heartbeat.

        Raises:
            LinkLost: the connection should be given up.
        """
        ...

    def proven(self) -> bool:
        """True once the venue has answered our subscriptions."""
        ...

    def closed(self, detail: str) -> None:
        """Forget the connection; `detail` is for a person."""
        ...


class Sender(Protocol):
    async def __call__(self, frame: Frame) -> None: ...


class _Connect(connect):
    """A connector that follows no redirect: it would carry our keys to another host."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


class StreamLink:
    """Keeps one socket open and feeds a session."""

    def __init__(
        self,
        opening: Callable[[], Awaitable[Opening]],
        *,
        clock: Clock,
        chance: Chance,
        name: str = "stream",
        refused: Callable[[Refusal], str] = plain_refusal,
        unreadable: Callable[[], None] | None = None,
        own_ping: OwnPing | None = None,
        silence_s: float = SILENCE_S,
        confirm_s: float = CONFIRM_S,
        first_wait_s: float = 1.0,
        route: Route = DIRECT,
        connection: type[ClientConnection] = ClientConnection,
    ) -> None:
        """`opening` is asked before every attempt, for keys and signatures expire; it may raise `VenueError`.

        `refused` hears of a refused upgrade and says why in plain words. `unreadable` hears of a frame
        that was no JSON object, nor a list of some. `name` is for log lines. `connection` is the kind of
        socket to open; a measurement brings its own, which looks at its clock.
        """
        self._opening = opening
        self._name = name
        self._clock = clock
        self._backoff = Backoff(chance, first_s=2 * first_wait_s, cap_s=60.0, floor_s=first_wait_s)
        self._refused = refused
        self._unreadable = unreadable
        self._own_ping = own_ping
        self._route = route  # the profile's; proxies of the environment are ignored
        self._connection = connection
        self._silence_s = silence_s
        self._confirm_s = confirm_s
        self._attempts = RollingWindow(ATTEMPTS_PER_MIN, 60.0)
        self._watched: Silence | None = None

    async def run(self, session: Session) -> None:
        """Follow the stream until cancelled."""
        while True:
            await self._pace()
            detail = "closed"
            try:
                detail = await self.once(session)
            finally:
                session.closed(detail)
            await self._clock.sleep(self._backoff.next_s())

    def give_up(self, reason: str) -> None:
        """End the present connection, for a reason learnt elsewhere; without one nothing happens."""
        if self._watched is not None:
            self._watched.end(reason)

    async def _pace(self) -> None:
        """Hold back when the last minute saw too many attempts."""
        wait_s = self._attempts.wait_s(1, self._clock.monotonic_s())
        if wait_s > 0:
            await self._clock.sleep(wait_s)
        self._attempts.spend(1, self._clock.monotonic_s())

    async def once(self, session: Session) -> str:
        """Run one connection to its end and give the reason in plain words; `closed` is not called."""
        try:
            opening = await self._opening()
            async with _Connect(
                opening.url,
                additional_headers=dict(opening.headers),
                user_agent_header=USER_AGENT,
                proxy=self._route.proxy,
                family=self._route.socket_family,
                open_timeout=_OPEN_S,
                close_timeout=_CLOSE_S,
                ping_interval=None,  # the venue pings; silence is watched below
                max_size=MAX_FRAME_BYTES,
                max_queue=QUEUED_FRAMES,
                create_connection=self._connection,
            ) as socket:
                await self._follow(socket, session)
        except InvalidStatus as error:
            return self._refused(Refusal(error.response.status_code, bytes(error.response.body or b"")))
        except LinkLost as error:
            return str(error)
        except VenueError as error:
            return str(error)
        except TimeoutError:
            return "the venue did not answer in time"
        except ssl.SSLError:
            return "the secure connection could not be verified; check for an intercepting proxy"
        except (OSError, WebSocketException) as error:
            _log.info("%s ended: %s", self._name, type(error).__name__)
            return "the connection was cut"
        return "the venue closed the connection"

    async def _follow(self, socket: ClientConnection, session: Session) -> None:
        async def send(frame: Frame) -> None:
            try:
                await socket.send(orjson.dumps(frame).decode())
            except WebSocketException as error:
                raise LinkLost("the connection was cut") from error

        silence = self._watched = Silence(self._silence_s)
        take = partial(self._take_one, socket, session, send, silence)
        try:
            async with silence.watched(), self._pinging(send):
                await session.opened(send)
                await self._prove(session, take)
                await _take_all(take)
        except TimeoutError:
            raise LinkLost(silence.reason) from None
        finally:
            self._watched = None

    @asynccontextmanager
    async def _pinging(self, send: Sender) -> AsyncIterator[None]:
        """Send our own heartbeat while the block runs. A failed one says nothing: the reader learns of it too."""
        pinging = None if self._own_ping is None else asyncio.create_task(self._ping(self._own_ping, send))
        try:
            yield
        finally:
            if pinging is not None:
                pinging.cancel()
                await asyncio.gather(pinging, return_exceptions=True)

    async def _ping(self, own_ping: OwnPing, send: Sender) -> None:
        while True:
            await self._clock.sleep(own_ping.every_s)
            await send(own_ping.frame())

    async def _prove(self, session: Session, take: Callable[[], Awaitable[None]]) -> None:
        """Take frames until the venue has answered our subscriptions."""
        opened_s = self._clock.monotonic_s()
        while not session.proven():
            await take()
            if not session.proven() and self._clock.monotonic_s() - opened_s > self._confirm_s:
                raise LinkLost("the venue did not confirm the subscriptions")
        self._backoff.reset()

    async def _take_one(self, socket: ClientConnection, session: Session, send: Sender, silence: Silence) -> None:
        """Wait for a frame. A list counts as so many frames; what is no JSON object is a sign of life and no more."""
        raw = await socket.recv()
        silence.heard()
        value = _decoded(raw)
        if type(value) is dict:
            await _give(value, session, send)
            return
        for each in value if isinstance(value, list) else [None]:
            if isinstance(each, dict):
                await _give(each, session, send)
            else:
                self._not_readable(raw)

    def _not_readable(self, raw: str | bytes) -> None:
        """Tell of a frame that was dropped; a public channel then goes stale, or its gap shows."""
        _log.warning("a frame of %d bytes on %s was not readable and was dropped", len(raw), self._name)
        if self._unreadable is not None:
            self._unreadable()


async def _take_all(take: Callable[[], Awaitable[None]]) -> None:
    """Take frames until the connection ends; a heap of them gives way to the rest of the program in between."""
    while True:
        for _ in range(AT_ONCE):
            await take()
        await asyncio.sleep(0)


async def _give(frame: Frame, session: Session, send: Sender) -> None:
    answer = session.pong(frame)
    if answer is None:
        await session.frame(frame)
    else:
        await send(answer)


def _decoded(raw: str | bytes) -> Any:
    try:
        return decode_json(raw)
    except MalformedReply:
        return None
