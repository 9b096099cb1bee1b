"""Floating panels and the screens there are: nothing may stand where nobody can see or grab it."""

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QRect

GRIP_PX: Final = 48  # so much of a panel's title must be on a screen, in both directions


def is_reachable(place: QRect, screens: Iterable[QRect]) -> bool:
    """True when a screen shows enough of the upper edge of a window to grab it."""
    grip = QRect(place.left(), place.top(), place.width(), min(GRIP_PX, place.height()))
    need_across, need_down = min(GRIP_PX, grip.width()), grip.height()
    for screen in screens:
        seen = grip.intersected(screen)
        if seen.width() >= need_across and seen.height() * 2 >= need_down:
            return True
    return False
