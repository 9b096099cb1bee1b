"""A banner below the top bar for as long as no person approves: shadow, advisory, automatic."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from terminal.domain.approval import DeskMode
from terminal.domain.review_messages import DeskModeChanged
from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.mode_words import MODE_LOOK, SHORT_WORD, banner_words, since_words
from terminal.ui.viewmodels.review_book import ReviewBook
from terminal.ui.widgets.clamped_text import ClampedText
from terminal.ui.widgets.plain_text import tooltip

HEIGHT = 30


class ModeBanner(QFrame):
    """The mode's word and what it means, who set it, and the way back. It cannot be closed."""

    def __init__(self, book: ReviewBook, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._book = book
        self.setFixedHeight(HEIGHT)
        self.words = ClampedText(1)
        self.change = QPushButton("Change the mode…")
        self.change.setAccessibleName("Change the review desk's mode")
        self.change.setAutoDefault(False)
        set_role(self.change, "kind", "small")
        self.change.setProperty("snug", "true")
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 0, 4, 0)
        row.setSpacing(12)
        row.addWidget(self.words, 1, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.change)
        book.mode_changed.connect(self._show)
        self._show(book.mode_set)

    def _show(self, changed: DeskModeChanged | None) -> None:
        mode = self._book.mode
        look = MODE_LOOK[mode]
        since = since_words(changed)
        words = banner_words(mode, "" if changed is None else changed.override)
        self.words.set_text(f"{words}  {since}".strip(), "text" if look.tone == "muted" else look.tone)
        self.setToolTip(tooltip(f"{look.says}\n{since}".strip()))
        self.setAccessibleName(f"{SHORT_WORD[mode]}: {look.says}")
        set_role(self, "banner", look.tone)
        self.setVisible(mode is not DeskMode.SEMI_AUTO)


class HeadArea(QWidget):
    """The top bar with the banner under it."""

    def __init__(self, top_bar: QWidget, banner: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(top_bar)
        column.addWidget(banner)
