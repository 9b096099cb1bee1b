"""Which optional parts of a panel are shown: as many as its height takes, the dearest to its user first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget


@dataclass(frozen=True, slots=True)
class Part:
    """One optional part: the height it adds with its spacing, in px, and how it is shown or hidden."""

    height_px: Callable[[], int]
    show: Callable[[bool], None]


def widget_part(widget: QWidget, spacing_px: int) -> Part:
    """Give the part that is one whole widget of a column with that spacing."""
    return Part(lambda: widget.sizeHint().height() + spacing_px, widget.setVisible)


class Fold:
    """Parts in the order they are given up last to first; all are shown at the beginning."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = tuple(parts)
        self._shown = [True] * len(self._parts)
        self._height_px = 0
        self._tried: set[tuple[bool, ...]] = set()  # at this height, since all was well

    @property
    def is_whole(self) -> bool:
        return all(self._shown)

    def fit(self, height_px: int, needed_px: int) -> None:
        """Show what `height_px` takes, where the panel as it is now needs `needed_px`."""
        heights = [part.height_px() for part in self._parts]
        now_px = sum(height for height, on in zip(heights, self._shown, strict=True) if on)
        wanted, wanted_px = self._choose(heights, height_px - needed_px + now_px)
        if self._goes_round(height_px, wanted) and wanted_px >= now_px:
            return
        for at, (part, fits) in enumerate(zip(self._parts, wanted, strict=True)):
            if fits is not self._shown[at]:
                self._shown[at] = fits
                part.show(fits)

    @staticmethod
    def _choose(heights: Sequence[int], spare: int) -> tuple[tuple[bool, ...], int]:
        """Give which parts fit, and what they take."""
        wanted, taken = [], 0
        for height in heights:
            fits = taken + height <= spare
            taken += height if fits else 0
            wanted.append(fits)
        return tuple(wanted), taken

    def _goes_round(self, height_px: int, wanted: tuple[bool, ...]) -> bool:
        """Tell whether this choice was made before: parts that need another height once shown would swap for ever."""
        if height_px != self._height_px or wanted == tuple(self._shown):
            self._height_px = height_px
            self._tried.clear()
            return False
        was_tried = wanted in self._tried
        self._tried.add(wanted)
        return was_tried
