"""A thin HTTP client whose failures already say whether anything may have left this machine.

No redirects (they would carry ACCESS-KEY to another host), no proxy settings from the
environment, one deadline around the whole call (httpx has only per-phase ones, and a slow
body never trips them), and a cap on the body.
"""

import asyncio
import socket
import ssl
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import httpx

from terminal import __version__
from terminal.domain.errors import MalformedReply, OutcomeUnknown, VenueError, VenueUnavailable
from terminal.net.redact import masked, masked_headers
from terminal.net.route import DIRECT, Route
from terminal.ports.traffic import Overheard, traffic_listener

USER_AGENT: Final = f"AlphaDesk/{__version__}"
MAX_BODY_BYTES: Final = 2 * 1024 * 1024
DEADLINE_S: Final = 10.0
CONNECT_S: Final = 3.0
# A server may have closed a connection that was idle longer, and an order must not be the
# one to find out (N15): httpx opens a fresh connection instead.
KEEP_ALIVE_S: Final = 4.0

_NEVER_SENT: Final = (
    httpx.ProxyError,  # it refused the tunnel, so the venue saw nothing
    httpx.PoolTimeout,
    httpx.ConnectTimeout,
    httpx.ConnectError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
    httpx.InvalidURL,
)


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request. `target` is path and query exactly as signed; `body` exactly as signed."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    is_write: bool


@dataclass(frozen=True, slots=True)
class HttpReply:
    """Status, body and the parts of the headers we use. `rtt_s` is the caller's to measure."""

    status: int
    body: bytes
    retry_after_s: float | None = None


class HttpClient:
    """Sends requests to one base URL."""

    def __init__(
        self,
        base_url: str,
        *,
        venue: str,
        transport: httpx.AsyncBaseTransport | None = None,
        route: Route = DIRECT,
        deadline_s: float = DEADLINE_S,
    ) -> None:
        self._base_url = base_url
        self._venue = venue
        self._deadline_s = deadline_s
        self._client = httpx.AsyncClient(
            transport=transport or _transport(route),
            trust_env=False,
            follow_redirects=False,
            timeout=httpx.Timeout(deadline_s, connect=min(CONNECT_S, deadline_s), pool=min(CONNECT_S, deadline_s)),
            headers={"User-Agent": USER_AGENT, "Accept-Encoding": "identity"},
        )

    async def send(self, request: HttpRequest) -> HttpReply:
        """Send once and read the whole reply.

        Raises:
            VenueUnavailable: nothing left this machine, or a read got no answer.
            OutcomeUnknown: a write may have arrived.
            MalformedReply: a read whose body is too large.
        """
        if self._client.is_closed:
            raise VenueUnavailable("The connection is shut down.", venue=self._venue, endpoint=request.target)
        with _told(request) as told, translated_errors(request, venue=self._venue):
            async with asyncio.timeout(self._deadline_s):
                told.reply = await self._exchange(request)
                return told.reply

    async def aclose(self) -> None:
        await self._client.aclose()

    async def _exchange(self, request: HttpRequest) -> HttpReply:
        url = self._base_url + request.target
        headers = dict(request.headers)
        async with self._client.stream(request.method, url, headers=headers, content=request.body or None) as response:
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > MAX_BODY_BYTES:
                    raise _oversized(request, self._venue)
            return HttpReply(response.status_code, bytes(body), _retry_after_s(response.headers.get("Retry-After")))


@dataclass(slots=True)
class _Told:
    """What is told to whoever listens to this task's requests."""

    reply: HttpReply | None = None


@contextmanager
def _told(request: HttpRequest) -> Generator[_Told]:
    """Tell the running task's listener of a request and its end; costs nothing where nobody listens."""
    told, listener = _Told(), traffic_listener()
    if listener is None:
        yield told
        return
    now_s = asyncio.get_running_loop().time
    began_s, trouble = now_s(), ""
    try:
        yield told
    except VenueError as error:
        trouble = error.message
        raise
    finally:
        reply = told.reply
        heard = Overheard(
            method=request.method,
            target=masked(request.target),
            headers=masked_headers(request.headers),
            body=masked(request.body.decode(errors="replace")),
            status=0 if reply is None else reply.status,
            answer="" if reply is None else masked(reply.body.decode(errors="replace")),
            trouble=trouble,
            took_ms=round((now_s() - began_s) * 1000),
        )
        listener(heard)


def _transport(route: Route) -> httpx.AsyncHTTPTransport:
    limits = httpx.Limits(max_connections=8, max_keepalive_connections=4, keepalive_expiry=KEEP_ALIVE_S)
    return httpx.AsyncHTTPTransport(
        proxy=route.proxy, limits=limits, trust_env=False, local_address=route.local_address
    )


@contextmanager
def translated_errors(request: HttpRequest, *, venue: str) -> Generator[None]:
    """Turn httpx's exceptions into ours, by whether bytes may have left (reliability 3.0)."""
    try:
        yield
    except _NEVER_SENT as error:
        raise VenueUnavailable(_connect_reason(error), venue=venue, endpoint=_path(request)) from error
    except (httpx.HTTPError, httpx.StreamError, TimeoutError) as error:
        reason = (
            "no complete answer in time" if isinstance(error, httpx.TimeoutException | TimeoutError) else "link cut"
        )
        kind: type[VenueError] = OutcomeUnknown if request.is_write else VenueUnavailable
        text = "The request may have arrived" if request.is_write else "Nothing was read"
        raise kind(f"{text}: {reason}.", venue=venue, endpoint=_path(request)) from error


def _oversized(request: HttpRequest, venue: str) -> VenueError:
    kind: type[VenueError] = OutcomeUnknown if request.is_write else MalformedReply
    return kind("The answer is larger than 2 MiB and was cut off.", venue=venue, endpoint=_path(request))


def _path(request: HttpRequest) -> str:
    return request.target.partition("?")[0]


def _retry_after_s(text: str | None) -> float | None:
    """Read Retry-After in seconds; the date form is ignored (our own back-off applies)."""
    return float(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 6 else None


def _connect_reason(error: Exception) -> str:
    """Name what failed before anything was sent: name look-up, TLS or the connection."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, socket.gaierror):
            return "Nothing was sent: the venue's name could not be looked up. Check the internet connection."
        if isinstance(cause, ssl.SSLError):
            return "Nothing was sent: the secure connection could not be verified. Check for an intercepting proxy."
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx.ProxyError):
        return "Nothing was sent: the proxy refused. Check the proxy of the profile."
    if isinstance(error, httpx.PoolTimeout):
        return "Nothing was sent: all connections are busy."
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol | httpx.LocalProtocolError):
        return "Nothing was sent: the request could not be built."
    return "Nothing was sent: the venue could not be reached."
