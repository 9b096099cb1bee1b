"""What is drawn around the docks: the thin frame in the colour of the mode, and a stripe while no person approves."""

from typing import Final

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget

FRAME_PX: Final = 2
STRIPE_PX: Final = 4


def paint_frame(window: QWidget, colour: str, stripe: str | None) -> None:
    """Draw over the window's whole edge; colours are `#RRGGBB`."""
    painter = QPainter(window)
    whole = window.rect()
    if stripe is not None:
        for left in (FRAME_PX, whole.width() - FRAME_PX - STRIPE_PX):
            painter.fillRect(QRect(left, 0, STRIPE_PX, whole.height()), QColor(stripe))
    for edge in (
        QRect(0, 0, whole.width(), FRAME_PX),
        QRect(0, whole.height() - FRAME_PX, whole.width(), FRAME_PX),
        QRect(0, 0, FRAME_PX, whole.height()),
        QRect(whole.width() - FRAME_PX, 0, FRAME_PX, whole.height()),
    ):
        painter.fillRect(edge, QColor(colour))
    painter.end()
