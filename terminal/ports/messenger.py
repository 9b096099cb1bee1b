"""Sending a small message to an address somebody gave, as a port."""

from dataclasses import dataclass
from typing import Protocol

from terminal.domain.errors import TerminalError


class NotDelivered(TerminalError):
    """Nothing arrived, as far as is known; the text says why and never names the address, which may hold a token."""


@dataclass(frozen=True, slots=True)
class Posted:
    """What the other side answered."""

    status: int
    retry_after_s: float | None = None


class Messenger(Protocol):
    async def post(self, url: str, body: bytes) -> Posted:
        """Send JSON once.

        Raises:
            NotDelivered: there was no answer.
        """
        ...

    async def aclose(self) -> None: ...
