"""The web server under the exchange: one socket on the loopback, and uvicorn fitted to it."""

import asyncio
import contextlib
import errno
import os
import socket
from collections.abc import Iterator
from typing import Any, Final

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol

HOST: Final = "127.0.0.1"
_GOODBYE_S = 1.0


class CannotStart(Exception):
    """The exchange cannot start; the text says what to do."""


class _Protocol(H11Protocol):
    """Lets handlers reach their transport, so that a fault can cut the connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as its base
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


class LoopbackServer(uvicorn.Server):
    """Leaves signals to us (a stop is an ordinary end, exit code 0) and says when it answers."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.answering = asyncio.Event()
        self._leaving = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.answering.set()

    async def main_loop(self) -> None:
        """Sleep until `leave`; the base class wakes ten times a second to look."""
        await self._leaving.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Say goodbye to every client; those that do not go within a second are cut off.

        The base class pauses for a fixed 0.1 s and then looks again every 0.1 s.
        """
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        tasks = tuple(self.server_state.tasks)
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=_GOODBYE_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await asyncio.sleep(0)  # closed transports leave the loop in its next round

    def leave(self) -> None:
        self.should_exit = True
        self._leaving.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def listen(port: int) -> socket.socket:
    """Bind the loopback; port 0 picks a free one.

    Raises:
        CannotStart: the port is taken or not allowed.
    """
    # With the protocol named, asyncio switches Nagle's delay (40 ms per answer) off.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if os.name == "posix":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        if error.errno in {errno.EADDRINUSE, errno.EACCES}:
            raise CannotStart(
                f"Port {port} on {HOST} is already in use or not allowed: "
                "stop the other program, or start with another --port (0 picks a free one)."
            ) from error
        raise
    listener.setblocking(False)
    return listener


def server_config(app: Starlette) -> uvicorn.Config:
    """What the exchange wants of uvicorn: no log, no headers and no heartbeat of its own."""
    return uvicorn.Config(
        app,
        http=_Protocol,
        ws="websockets-sansio",
        ws_ping_interval=None,  # the venue has its own heartbeat
        ws_per_message_deflate=False,
        lifespan="off",
        loop="asyncio",
        log_config=None,
        log_level="error",
        access_log=False,
        server_header=False,
        date_header=False,
    )


def cut(connection: Any) -> None:
    """Cut the TCP connection under a request or stream."""
    connection.scope["state"]["transport"].abort()
