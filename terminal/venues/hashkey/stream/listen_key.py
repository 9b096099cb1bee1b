"""The life of a listen key: made, renewed every half hour, replaced as soon as it is in doubt.

A key is good for an hour. Renewing it twice as often leaves half an hour for a venue in trouble;
a key that was refused, or that nobody could renew in time, is given up before it can run out.
"""

import asyncio
import logging
from typing import Final, Protocol

from terminal.domain.errors import AuthFailed, MalformedReply, RequestRejected, VenueError
from terminal.ports.clock import Clock

RENEW_S: Final = 1800.0
RETRY_S: Final = 60.0
GIVE_UP_S: Final = 3300.0
"""Five minutes before the hour is over."""
_REFUSALS: Final = (RequestRejected, AuthFailed, MalformedReply)
_log = logging.getLogger(__name__)


class KeyCalls(Protocol):
    """The endpoints. All raise `VenueError`."""

    async def open_listen_key(self) -> str: ...

    async def renew_listen_key(self, key: str) -> None: ...

    async def close_listen_key(self, key: str) -> None: ...


class ListenKeys:
    """Keeps one key of one account."""

    def __init__(self, calls: KeyCalls, clock: Clock) -> None:
        self._calls = calls
        self._clock = clock
        self._key: str | None = None
        self._good_since_s = 0.0
        self._there = asyncio.Event()  # set while there is a key

    async def for_connection(self) -> str:
        """Give a key that is surely good for a new connection: the old one renewed, or a new one.

        Raises:
            VenueError: there is none to be had.
        """
        if self._key is not None and await self._renewed():
            return self._key
        asked_s = self._clock.monotonic_s()
        key = await self._calls.open_listen_key()
        self._key, self._good_since_s = key, asked_s
        self._there.set()
        return key

    async def keep(self) -> str:
        """Wait for a key, then renew it until that is no longer possible; gives the reason in plain words."""
        await self._there.wait()
        while True:
            await self._clock.sleep(max(0.0, self._good_since_s + RENEW_S - self._clock.monotonic_s()))
            while not await self._renewed():
                if not self._there.is_set():
                    return "the venue no longer knows the key of the private stream"
                if self._clock.monotonic_s() - self._good_since_s >= GIVE_UP_S:
                    self._lose()
                    return "the key of the private stream could not be renewed in time"
                await self._clock.sleep(RETRY_S)

    async def give_back(self) -> None:
        """End the key; that it failed is nobody's concern, for it runs out by itself."""
        key = self._key
        self._lose()
        if key is not None:
            try:
                await self._calls.close_listen_key(key)
            except VenueError as error:
                _log.info("the listen key was not given back: %s", type(error).__name__)

    def _lose(self) -> None:
        self._key = None
        self._there.clear()

    async def _renewed(self) -> bool:
        """Ask for another hour; a refusal loses the key."""
        if self._key is None:
            return False
        asked_s = self._clock.monotonic_s()  # from here the hour surely runs, whenever the venue heard it
        try:
            await self._calls.renew_listen_key(self._key)
        except _REFUSALS as error:
            _log.info("the listen key was refused: %s", error.code)
            self._lose()
            return False
        except VenueError as error:
            _log.info("the listen key was not renewed: %s", type(error).__name__)
            return False
        self._good_since_s = asked_s
        return True
