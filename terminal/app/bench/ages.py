"""How old a market message is when the pixels that show it, or a newer one of its channel, are painted.

A message goes through four hands: the socket has read it, the hub was told of the state it belongs to,
the widget was told, the widget was painted. Ages are taken at the end of the frame that painted it. A
state that looks like the one already on the screen paints nothing and is counted as unchanged.
"""

from array import array
from collections import deque
from collections.abc import Callable
from typing import Final, Generic, TypeVar

T = TypeVar("T")
_KEPT: Final = 2_000_000  # ages; more are thinned out by forgetting the oldest channel's turn


class Lane(Generic[T]):
    """One channel on its way to one widget; `T` names a state of it."""

    def __init__(self) -> None:
        self._read: list[float] = []
        self._told: deque[tuple[T, list[float]]] = deque()
        self._painting: list[float] = []

    def read(self, at_s: float) -> None:
        self._read.append(at_s)

    def told(self, state: T) -> None:
        """The hub knows a state made of everything read so far."""
        if self._read:
            self._told.append((state, self._read))
            self._read = []

    def shown(self, is_in: Callable[[T], bool], *, looks_new: bool) -> int:
        """The widget was given what `is_in` accepts; gives how many messages changed nothing to be seen."""
        unchanged = 0
        while self._told and is_in(self._told[0][0]):
            _, stamps = self._told.popleft()
            if looks_new:
                self._painting += stamps
            else:
                unchanged += len(stamps)
        return unchanged

    def painted(self, now_s: float, ages_ms: "array[float]") -> None:
        """The frame with everything shown is done."""
        if len(ages_ms) < _KEPT:
            ages_ms.extend((now_s - at_s) * 1000 for at_s in self._painting)
        self._painting.clear()

    def clear(self) -> None:
        self._read.clear()
        self._told.clear()
        self._painting.clear()


def percentile(values: "array[float] | list[float]", share: float) -> float | None:
    """Give a percentile, `share` in 0..1; None when nothing was measured."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
