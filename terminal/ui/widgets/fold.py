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

    @property
    def is_whole(self) -> bool:
        return all(self._shown)

    def fit(self, height_px: int, needed_px: int) -> None:
        """Show what `height_px` takes, where the panel as it is now needs `needed_px`."""
        heights = [part.height_px() for part in self._parts]
        spare = height_px - needed_px + sum(height for height, on in zip(heights, self._shown, strict=True) if on)
        for at, (part, height) in enumerate(zip(self._parts, heights, strict=True)):
            fits = height <= spare
            spare -= height if fits else 0
            if fits is not self._shown[at]:
                self._shown[at] = fits
                part.show(fits)
