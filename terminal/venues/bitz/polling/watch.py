"""Whether the asking still works: told once when it stops, and once when it works again."""

from collections.abc import Callable
from typing import Final

from terminal.domain.errors import AuthFailed, VenueError
from terminal.domain.market import StreamState
from terminal.ports.clock import Clock

PATIENCE_S: Final = 6.0
"""A few questions may stay unanswered before the stream counts as away."""


class LinkWatch:
    """Turns answered and failed rounds into the states a stream would have."""

    def __init__(self, name: str, tell: Callable[[StreamState], None], clock: Clock) -> None:
        self._name = name
        self._tell = tell
        self._clock = clock
        self._is_up: bool | None = None
        self._answered_s = clock.monotonic_s()

    @property
    def is_up(self) -> bool:
        return self._is_up is True

    def answered(self) -> bool:
        """Note a round that worked; True when the link was away before."""
        self._answered_s = self._clock.monotonic_s()
        was_away, was_up = self._is_up is False, self.is_up
        if not was_up:
            self._is_up = True
            self._tell(StreamState(self._name, connected=True, detail=""))
        return was_away

    def failed(self, error: VenueError) -> None:
        """Note a round that did not."""
        waited_s = self._clock.monotonic_s() - self._answered_s
        patient = self.is_up and waited_s < PATIENCE_S and not isinstance(error, AuthFailed)
        if self._is_up is not False and not patient:
            self._is_up = False
            self._tell(StreamState(self._name, connected=False, detail=str(error)))
