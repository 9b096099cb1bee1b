"""The one way a request to a language model leaves: bytes kept, one retry at most, a bounded answer.

Below the client libraries, so that nothing they do can hide an attempt. A request is repeated once, and
only when no connection came about: then nothing can have been sent.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Final, Protocol

import httpx2

from terminal.domain.language_model import LanguageModel
from terminal.ports.clock import Clock

MOST_BYTES: Final = 256 * 1024
CONNECT_S: Final = 5.0
_NOT_SENT: Final = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)
_DROPPED_HEADERS: Final = ("cookie", "accept-encoding", "user-agent")


@dataclass(slots=True)
class WireRecord:
    """One request and what came of it. `trouble` is "" or "unreachable", "cut", "oversized", "timeout"."""

    request: bytes
    status: int = 0
    response: bytes = b""
    content_type: str = ""
    retry_after: str = ""
    trouble: str = ""
    latency_ms: float = 0.0
    connections_tried: int = 1


class Unsound(httpx2.ReadError):
    """The exchange carries no usable message; no library gets to read it."""


class SpendGate(Protocol):
    """Asked before each request leaves; raises to keep it here."""

    def __call__(self, request: bytes) -> None: ...


@dataclass(slots=True)
class WireTape:
    """Every exchange of one decision, in order."""

    records: list[WireRecord] = field(default_factory=list)

    @property
    def last(self) -> WireRecord | None:
        return self.records[-1] if self.records else None


class RecordingTransport(httpx2.AsyncBaseTransport):
    """Writes each exchange to the tape; `gate` may stop a request before anything leaves.

    `is_sound` judges each answer to a question before a library reads it: what is no model's message
    ends as `Unsound`, so that no library can mistake, mend or repeat it.
    """

    def __init__(
        self,
        inner: httpx2.AsyncBaseTransport,
        tape: WireTape,
        clock: Clock,
        gate: SpendGate,
        *,
        key: str | None,
        is_sound: Callable[[WireRecord], bool],
    ) -> None:
        self._inner = inner
        self._tape = tape
        self._clock = clock
        self._gate = gate
        self._key = key
        self._is_sound = is_sound

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        body = await request.aread()
        if request.method == "POST":
            self._gate(body)
        _dress(request, self._key)
        record = WireRecord(body)
        self._tape.records.append(record)
        started_s = self._clock.monotonic_s()
        try:
            return await self._exchange(request, record)
        finally:
            record.latency_ms = 1e3 * (self._clock.monotonic_s() - started_s)

    async def _exchange(self, request: httpx2.Request, record: WireRecord) -> httpx2.Response:
        try:
            response = await self._send(request, record)
        except _NOT_SENT:
            record.trouble = "unreachable"
            raise
        except httpx2.TimeoutException:
            record.trouble = "timeout"
            raise
        except httpx2.TransportError:
            record.trouble = "cut"
            raise
        record.status = response.status_code
        record.content_type = response.headers.get("content-type", "")
        record.retry_after = response.headers.get("retry-after", "")
        try:
            record.response = await _bounded(response, record)
        except httpx2.TimeoutException:
            record.trouble = "timeout"
            raise
        except httpx2.TransportError:
            record.trouble = record.trouble or "cut"
            raise
        finally:
            await response.aclose()
        if request.method == "POST" and not self._is_sound(record):
            raise Unsound("no message of a model", request=request)
        kept = [(name, value) for name, value in response.headers.items() if name in {"content-type", "retry-after"}]
        return httpx2.Response(response.status_code, headers=kept, content=record.response, request=request)

    async def _send(self, request: httpx2.Request, record: WireRecord) -> httpx2.Response:
        try:
            return await self._inner.handle_async_request(request)
        except _NOT_SENT:
            record.connections_tried += 1
            return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()


def open_client(
    model: LanguageModel,
    key: str | None,
    tape: WireTape,
    clock: Clock,
    gate: SpendGate,
    is_sound: Callable[[WireRecord], bool],
    proxy: str | None = None,
) -> httpx2.AsyncClient:
    """Give a client for one decision: no redirects, nothing from the environment, a proxy only where one is set."""
    through = None if model.is_local else proxy
    inner = httpx2.AsyncHTTPTransport(proxy=through, retries=0, trust_env=False)
    return httpx2.AsyncClient(
        transport=RecordingTransport(inner, tape, clock, gate, key=key, is_sound=is_sound),
        timeout=httpx2.Timeout(model.timeout_s, connect=min(CONNECT_S, model.timeout_s)),
        follow_redirects=False,
        trust_env=False,
    )


def _dress(request: httpx2.Request, key: str | None) -> None:
    """Only what the protocol needs: no telemetry of a library, no key where none is set, no compression."""
    for name in list(request.headers):
        if name in _DROPPED_HEADERS or name.startswith(("x-stainless", "openai-")):
            del request.headers[name]
    request.headers["Accept-Encoding"] = "identity"
    request.headers["User-Agent"] = "alphadesk"
    if key:
        request.headers["Authorization"] = f"Bearer {key}"
    else:
        request.headers.pop("Authorization", None)


async def _bounded(response: httpx2.Response, record: WireRecord) -> bytes:
    whole = bytearray()
    stream = response.stream
    assert isinstance(stream, httpx2.AsyncByteStream)  # noqa: S101 - what an async transport gives
    async for part in _parts(stream):
        whole += part
        record.response = bytes(whole[:MOST_BYTES])
        if len(whole) > MOST_BYTES:
            record.trouble = "oversized"
            raise httpx2.ReadError("the answer is too long")
    return bytes(whole)


async def _parts(stream: httpx2.AsyncByteStream) -> AsyncIterator[bytes]:
    async for part in stream:
        yield part
