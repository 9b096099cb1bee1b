"""One WebSocket that stays up: connect, heartbeat, silence watch, back-off, reconnect.

The loop is one coroutine; a connection and everything that belongs to it end before the
next one starts, so no callback of an old connection can arrive later.
"""

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, Protocol

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus, WebSocketException

from terminal.domain.errors import MalformedReply, VenueError
from terminal.net.backoff import Backoff
from terminal.net.http import USER_AGENT
from terminal.net.limiter import RollingWindow
from terminal.net.route import DIRECT, Route
from terminal.ports.chance import Chance
from terminal.ports.clock import Clock
from terminal.venues.weex.codes import IP_RULE, IP_STATUS, code_and_message, rule_of
from terminal.venues.weex.stream.frames import Frame
from terminal.venues.weex.stream.silence import Silence
from terminal.venues.weex.wire.decode import decode_json

SILENCE_S: Final = 45.0
CONFIRM_S: Final = 10.0  # for the venue to answer the first subscriptions
MAX_FRAME_BYTES: Final = 1024 * 1024
QUEUED_FRAMES: Final = 16
AT_ONCE: Final = 64
ATTEMPTS_PER_MIN: Final = 10
_OPEN_S: Final = 10.0
_CLOSE_S: Final = 2.0
_log = logging.getLogger(__name__)

Headers = Callable[[], Awaitable[Mapping[str, str]]]


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
        url: str,
        headers: Headers,
        *,
        clock: Clock,
        chance: Chance,
        refused: Callable[[], None] | None = None,
        silence_s: float = SILENCE_S,
        confirm_s: float = CONFIRM_S,
        first_wait_s: float = 1.0,
        route: Route = DIRECT,
        connection: type[ClientConnection] = ClientConnection,
    ) -> None:
        """`headers` is asked before every attempt (signatures expire); `refused` hears of refused upgrades.

        `connection` is the kind of socket to open; a measurement brings its own, which looks at its clock.
        """
        self._url = url
        self._headers = headers
        self._clock = clock
        self._backoff = Backoff(chance, first_s=2 * first_wait_s, cap_s=60.0, floor_s=first_wait_s)
        self._refused = refused
        self._route = route  # the profile's; proxies of the environment are ignored
        self._connection = connection
        self._silence_s = silence_s
        self._confirm_s = confirm_s
        self._attempts = RollingWindow(ATTEMPTS_PER_MIN, 60.0)

    async def run(self, session: Session) -> None:
        """Follow the stream until cancelled."""
        while True:
            await self._pace()
            detail = "closed"
            try:
                detail = await self._one_connection(session)
            finally:
                session.closed(detail)
            await self._clock.sleep(self._backoff.next_s())

    async def _pace(self) -> None:
        """Hold back when the last minute saw too many attempts."""
        wait_s = self._attempts.wait_s(1, self._clock.monotonic_s())
        if wait_s > 0:
            await self._clock.sleep(wait_s)
        self._attempts.spend(1, self._clock.monotonic_s())

    async def _one_connection(self, session: Session) -> str:
        """Run one connection to its end and give the reason in plain words."""
        try:
            headers = dict(await self._headers())
            async with _Connect(
                self._url,
                additional_headers=headers,
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
            if self._refused is not None:
                self._refused()
            return _refusal(error)
        except LinkLost as error:
            return str(error)
        except VenueError as error:
            return str(error)
        except TimeoutError:
            return "the venue did not answer in time"
        except ssl.SSLError:
            return "the secure connection could not be verified; check for an intercepting proxy"
        except (OSError, WebSocketException) as error:
            _log.info("stream %s ended: %s", self._url, type(error).__name__)
            return "the connection was cut"
        return "the venue closed the connection"

    async def _follow(self, socket: ClientConnection, session: Session) -> None:
        async def send(frame: Frame) -> None:
            try:
                await socket.send(orjson.dumps(frame).decode())
            except WebSocketException as error:
                raise LinkLost("the connection was cut") from error

        await session.opened(send)
        silence = Silence(self._silence_s)
        try:
            async with silence.watched():
                await self._prove(socket, session, send, silence)
                await self._take(socket, session, send, silence)
        except TimeoutError:
            raise LinkLost(f"nothing heard for {self._silence_s:.0f} s") from None

    async def _prove(self, socket: ClientConnection, session: Session, send: Sender, silence: Silence) -> None:
        """Take frames until the venue has answered our subscriptions."""
        opened_s = self._clock.monotonic_s()
        while not session.proven():
            await _take_one(socket, session, send, silence)
            if not session.proven() and self._clock.monotonic_s() - opened_s > self._confirm_s:
                raise LinkLost("the venue did not confirm the subscriptions")
        self._backoff.reset()

    async def _take(self, socket: ClientConnection, session: Session, send: Sender, silence: Silence) -> None:
        """Take frames until the connection ends; a heap of them gives way to the rest of the program in between."""
        while True:
            for _ in range(AT_ONCE):
                await _take_one(socket, session, send, silence)
            await asyncio.sleep(0)


async def _take_one(socket: ClientConnection, session: Session, send: Sender, silence: Silence) -> None:
    """Wait for a frame; one that is no JSON object counts as a sign of life and is dropped."""
    raw = await socket.recv()
    silence.heard()
    frame = _readable(raw)
    if frame is None:
        return
    answer = session.pong(frame)
    if answer is None:
        await session.frame(frame)
    else:
        await send(answer)


def _readable(raw: str | bytes) -> dict[str, Any] | None:
    """Decode a frame; None when it is no JSON object. Its channel then goes stale, or its gap shows."""
    try:
        value = decode_json(raw)
    except MalformedReply:
        _log.warning("a stream frame of %d bytes was not readable and was dropped", len(raw))
        return None
    return value if isinstance(value, dict) else None


def _refusal(error: InvalidStatus) -> str:
    """Say why the upgrade was refused; the venue's own code is in the body, if anywhere."""
    status = error.response.status_code
    if status == IP_STATUS:
        return IP_RULE.hint
    try:
        code, message = code_and_message(decode_json(bytes(error.response.body or b"")))
    except MalformedReply:
        code, message = "", ""
    if code:
        return f"{message} [{code}] {rule_of(code, message).hint}"
    return f"the venue refused the connection with HTTP status {status}"
