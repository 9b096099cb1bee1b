"""What the driver, the load mode and the control endpoints ask of a venue's streams."""

from typing import Protocol


class Speaker(Protocol):
    """Whoever sends market messages."""

    @property
    def sent(self) -> int:
        """Market messages so far, one for each listener."""

    def send_again(self, messages: int) -> int:
        """Send about that many more, true to the channels' rules; gives how many it were. For the load mode."""


class Streams(Speaker, Protocol):
    """All stream clients of a venue."""

    @property
    def waiting(self) -> int:
        """Frames that wait for slow clients."""

    def push(self) -> None:
        """Send what happened since the last tick. Called about ten times per real second."""

    def cut_all(self) -> None:
        """End every connection without a goodbye."""
