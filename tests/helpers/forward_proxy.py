"""A small proxy on this machine: tunnels with CONNECT, forwards plain requests, and counts both."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass
class Seen:
    """What went through: `host:port` of tunnels, paths of plain requests."""

    url: str = ""
    tunnels: list[str] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)
    refuses: bool = False


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


async def _serve(seen: Seen, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    first, _, rest = head.partition(b"\r\n")
    method, target, version = first.decode().split()
    if seen.refuses:
        writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        writer.close()
        return
    if method == "CONNECT":
        host, _, port = target.rpartition(":")
        seen.tunnels.append(target)
        there, back = await asyncio.open_connection(host, int(port))
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    else:
        parts = urlsplit(target)
        seen.plain.append(parts.path)
        there, back = await asyncio.open_connection(parts.hostname, parts.port)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        # One request a connection: what comes next would carry a whole address again.
        back.write(f"{method} {path} {version}\r\nConnection: close\r\n".encode() + rest)
    await asyncio.gather(_pipe(reader, back), _pipe(there, writer))


@asynccontextmanager
async def forward_proxy(*, refuses: bool = False) -> AsyncIterator[Seen]:
    """Run one for the length of a block."""
    seen = Seen(refuses=refuses)
    tasks: set[asyncio.Task[None]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await _serve(seen, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            writer.close()
        finally:
            tasks.discard(task)

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    seen.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield seen
    finally:
        server.close()
        for task in tuple(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
