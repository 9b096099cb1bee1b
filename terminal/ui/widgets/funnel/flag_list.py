"""What is wrong with the funnel, one line each: what, and what to do."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from terminal.domain.funnel import FunnelFlag
from terminal.ui.theme.look import LIVE, LOOK, scaled
from terminal.ui.viewmodels.funnel_rows import flag_sentence, flag_tone
from terminal.ui.widgets.plain_text import tooltip, visible

_LINE_PX: Final = 22
_MOST_TIGHT: Final = 1
_MOST: Final = 5


class FlagList(QListWidget):
    """The flags, the worst first; hidden while there are none.

    Signals:
        chosen (int): a person wants to read the flag at this place in full.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tight = False
        self._flags: tuple[FunnelFlag, ...] = ()
        LOOK.changed.connect(self._on_look)
        self.setAccessibleName("What is wrong")
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.setVisible(False)
        self.itemClicked.connect(lambda item: self.chosen.emit(self.row(item)))
        self.itemActivated.connect(lambda item: self.chosen.emit(self.row(item)))

    def set_tight(self, tight: bool) -> None:
        self._tight = tight
        self._fit()

    def show_flags(self, flags: Sequence[FunnelFlag]) -> None:
        """Show exactly these."""
        self._flags = tuple(flags)
        lines = [(visible(f"▲ {flag_sentence(flag)}"), flag) for flag in flags]
        if [self.item(at).text() for at in range(self.count())] != [line for line, _ in lines]:
            self.clear()
            for line, flag in lines:
                item = QListWidgetItem(line)
                item.setForeground(_colour(flag))
                item.setToolTip(tooltip(flag_sentence(flag)))
                item.setSizeHint(QSize(10, scaled(_LINE_PX)))
                self.addItem(item)
        self.setVisible(bool(lines))
        self._fit()

    def _on_look(self) -> None:
        flags = self._flags
        self.show_flags(())
        self.show_flags(flags)

    def _fit(self) -> None:
        self.setFixedHeight(scaled(_LINE_PX) * min(max(self.count(), 1), _MOST_TIGHT if self._tight else _MOST) + 2)


def _colour(flag: FunnelFlag) -> QColor:
    return QColor(getattr(LIVE, flag_tone(flag)))
