"""How often the review desk looks at the clock."""

from typing import Final

from PySide6.QtCore import QObject, QTimer

_RING_MS: Final = 250  # while cards wait
_LEAVING_MS: Final = 100  # while an order can still be taken back
_IDLE_MS: Final = 1_000  # for the age in the empty state


class DeskPace(QTimer):
    """Often while an order can be taken back, seldom without cards, never unseen."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)

    def suit(self, *, seen: bool, cards: int, leaving: bool) -> None:
        """Go on as fast as is needed now. `leaving`: an approved order has not left yet."""
        if not seen:
            self.stop()
            return
        wanted = _LEAVING_MS if leaving else _RING_MS if cards else _IDLE_MS
        if not self.isActive() or self.interval() != wanted:
            self.start(wanted)
