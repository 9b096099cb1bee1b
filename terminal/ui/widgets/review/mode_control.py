"""The review desk's mode in its header: what becomes of the AI's decisions, and the way to change it."""

from PySide6.QtWidgets import QPushButton, QWidget

from terminal.domain.review_messages import DeskModeChanged
from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.mode_words import MODE_LOOK, SHORT_WORD, mode_tip
from terminal.ui.viewmodels.review_book import ReviewBook
from terminal.ui.widgets.plain_text import tooltip

_KIND = {"muted": "small", "accent": "accent", "amber": "amber"}


class ModeControl(QPushButton):
    """A button with the mode's word; pressing it opens the sheet where another one is typed."""

    def __init__(self, book: ReviewBook, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._book = book
        self.setAutoDefault(False)
        book.mode_changed.connect(self._show)
        self._show(book.mode_set)

    def _show(self, changed: DeskModeChanged | None) -> None:
        mode = self._book.mode
        self.setText(f"{SHORT_WORD[mode]} ▾")
        self.setAccessibleName(f"Review mode {MODE_LOOK[mode].name}: change it")
        self.setToolTip(tooltip(mode_tip(mode, changed)))
        set_role(self, "kind", _KIND[MODE_LOOK[mode].tone])
