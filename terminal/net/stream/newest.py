"""What has come of public channels and waits to be handed on: of each channel the newest alone.

A screen shows some fifty states a second and nothing below it needs more, while a market sends
thousands. So tickers and bars are kept as they came and read when their turn comes: what was
overtaken by a newer one is never read at all. A forming bar is overtaken only by itself, for the
last word on a bar is the only one that says how it closed.
"""

from collections.abc import Hashable
from typing import Generic, TypeVar

Message = TypeVar("Message")


class Newest(Generic[Message]):
    """Messages by channel. Books whose changes count one by one are not kept here."""

    def __init__(self) -> None:
        self._states: dict[str, Message] = {}
        self._bars: dict[str, list[tuple[Hashable, Message]]] = {}

    def keep_state(self, channel: str, message: Message) -> None:
        """Keep a message that replaces all before it on its channel: a ticker, a whole book."""
        self._states[channel] = message

    def keep_bars(self, channel: str, message: Message, opened: Hashable) -> None:
        """Keep a message of bars; `opened` names the open time of a single bar, None where there are several."""
        kept = self._bars.setdefault(channel, [])
        if kept and opened is not None and kept[-1][0] == opened:
            kept[-1] = (opened, message)
        else:
            kept.append((opened, message))

    def take(self) -> tuple[list[Message], list[Message]]:
        """Give the states and the messages of bars that wait, and forget them; bars in the order they came."""
        states, self._states = self._states, {}
        bars, self._bars = self._bars, {}
        return list(states.values()), [message for kept in bars.values() for _, message in kept]
