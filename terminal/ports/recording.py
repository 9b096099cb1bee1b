"""Recorded market data, and the time it is played back in."""

from collections.abc import Iterator
from typing import Protocol, runtime_checkable

from terminal.domain.recording import Moment, RecordedFrom
from terminal.ports.clock import Clock


class RecordedMarket(Protocol):
    """What was recorded and is played back as one. Times in Unix ms on the venue's clock."""

    @property
    def source(self) -> RecordedFrom: ...

    @property
    def from_ms(self) -> int: ...

    @property
    def to_ms(self) -> int: ...

    def facts(self) -> Iterator[Moment]:
        """Give what was read at request (rules, bars, settlements), in the order it was recorded."""
        ...

    def events(self, since_ms: int = 0) -> Iterator[Moment]:
        """Give what the stream said, in the order it was recorded. Damaged parts are left out.

        For a time within the recording it begins a little before, with the newest of everything until there.
        """
        ...


@runtime_checkable
class DrivenClock(Clock, Protocol):
    """A clock whose `now_ms` is moved by what is played back; the operator's time stands still while it is paused."""

    @property
    def speed(self) -> float: ...

    @property
    def is_paused(self) -> bool: ...

    def move_to(self, now_ms: int) -> None:
        """Go on to a time; an earlier one changes nothing."""
        ...
