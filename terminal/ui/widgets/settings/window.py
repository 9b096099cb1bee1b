"""The settings of a profile: pages and a search at the left, the settings at the right, changes before they apply."""

from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from terminal.domain.setting import SettingDraft, Takes
from terminal.ui.theme.look import scaled
from terminal.ui.theme.qss import set_role
from terminal.ui.theme.tokens import INSET
from terminal.ui.viewmodels.settings_shelf import SettingsShelf
from terminal.ui.widgets.plain_text import visible
from terminal.ui.widgets.settings.channels import ChannelBox
from terminal.ui.widgets.settings.diff_page import DiffPage
from terminal.ui.widgets.settings.rows import SettingRows

SIZE: Final = (1000, 700)
PAGES_PX: Final = 190
PAGE_PX: Final = 28
NOTIFICATIONS: Final = "Notifications"
APPLIED: Final = "Applied, and written down in the journal."
LATER: Final = f"{APPLIED} What takes a start is in force after the next one."


class SettingsWindow(QDialog):
    """Edits are kept apart until Apply, also while the window is closed; Discard forgets them."""

    def __init__(self, shelf: SettingsShelf, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shelf = shelf
        self._draft = SettingDraft((), ())
        self.setWindowTitle("Settings")
        self.setAccessibleName("Settings")
        self.setModal(False)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search settings")
        self.search.setAccessibleName("Search settings")
        self.search.setClearButtonEnabled(True)
        self.pages = QListWidget()
        self.pages.setAccessibleName("Pages of settings")
        for page in dict.fromkeys(each.page for each in shelf.settings):
            item = QListWidgetItem(page)
            item.setSizeHint(QSize(0, scaled(PAGE_PX)))
            self.pages.addItem(item)
        self.rows = SettingRows(shelf.settings)
        self.channels = ChannelBox(shelf)
        self.rows.column.insertWidget(self.rows.column.count() - 1, self.channels)
        self.changes = DiffPage()
        self.stack = QStackedWidget()
        self.stack.addWidget(self.rows)
        self.stack.addWidget(self.changes)
        self.words = QLabel()
        self.discard, self.review = QPushButton("Discard"), QPushButton("Review changes")
        self.back, self.apply = QPushButton("Back"), QPushButton("Apply")
        self._lay_out()
        self._listen()
        self.resize(*SIZE)

    # -- building ------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        self.words.setAccessibleName("What is to be corrected, or what was done")
        for button in (self.discard, self.review, self.back, self.apply):
            button.setAutoDefault(False)
            set_role(button, "tall", "true")
        for button in (self.review, self.apply):
            set_role(button, "kind", "accent")
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self.search)
        left.addWidget(self.pages, 1)
        self.search.setFixedWidth(PAGES_PX)
        self.pages.setFixedWidth(PAGES_PX)
        foot = QHBoxLayout()
        foot.addWidget(self.words, 1)
        for button in (self.discard, self.back, self.review, self.apply):
            foot.addWidget(button)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self.stack, 1)
        right.addLayout(foot)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(INSET + 4, INSET + 4, INSET + 4, INSET + 4)
        whole.setSpacing(16)
        whole.addLayout(left)
        whole.addLayout(right, 1)

    def _listen(self) -> None:
        self.search.textChanged.connect(lambda _text: self._show_rows())
        self.pages.currentRowChanged.connect(self._on_page)
        self.rows.edited.connect(self._on_edited)
        self.discard.clicked.connect(self.show_file)
        self.review.clicked.connect(self.show_changes)
        self.back.clicked.connect(self._show_rows)
        self.apply.clicked.connect(self._apply)

    # -- showing -------------------------------------------------------------------

    def open(self) -> None:
        """Show the window with what the file says, or as it was left with changes that are not applied."""
        if not self.isVisible():
            if not self._draft.edits:
                self.show_file()
            self.channels.show_places()
            self._shelf.look()
            if self.pages.currentRow() < 0:
                self.pages.setCurrentRow(0)
        self.show()
        self.raise_()
        self.activateWindow()
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_file(self) -> None:
        """Forget edits and read the file again."""
        self._shelf.read()
        trouble = self._shelf.trouble
        self.rows.setEnabled(not trouble)
        if not trouble:
            self.rows.show_values(self._shelf.values)
        self._draft = SettingDraft((), ())
        self._show_rows()
        self._say(trouble, "down")

    def show_page(self, page: str) -> None:
        """Bring a page to the front."""
        for found in self.pages.findItems(page, Qt.MatchFlag.MatchExactly):
            self.pages.setCurrentItem(found)

    def show_changes(self) -> None:
        """Show the difference; where something is wrong, show that instead."""
        if not self._draft.may_apply:
            return
        self.changes.show_changes(self._draft.changes)
        self.stack.setCurrentWidget(self.changes)
        self._show_buttons()
        self.apply.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_page(self, _at: int) -> None:
        self.search.clear()
        self._show_rows()

    def _show_rows(self) -> None:
        sought = self.search.text().strip()
        at = self.pages.currentRow()
        page = self.pages.item(at).text() if at >= 0 else ""
        if sought:
            self.rows.search(sought)
        else:
            self.rows.show_page(page)
        self.channels.setVisible(page == NOTIFICATIONS and not sought)
        self.stack.setCurrentWidget(self.rows)
        self._show_buttons()

    def _show_buttons(self) -> None:
        reviewing = self.stack.currentWidget() is self.changes
        count = len(self._draft.changes)
        self.back.setVisible(reviewing)
        self.apply.setVisible(reviewing)
        self.review.setVisible(not reviewing)
        self.discard.setVisible(not reviewing)
        self.review.setText(f"Review {count} change{'' if count == 1 else 's'}" if count else "Review changes")
        self.review.setEnabled(self._draft.may_apply)
        self.discard.setEnabled(bool(self._draft.edits))

    # -- acts ----------------------------------------------------------------------

    def _on_edited(self) -> None:
        self._draft = self._shelf.draft(self.rows.edits())
        self.rows.mark_problems(self._draft.problems)
        self._show_buttons()
        first = self._draft.problems[0].words if self._draft.problems else ""
        self._say(f"{first}." if first else "", "down")

    def _apply(self) -> None:
        draft = self._draft
        trouble = self._shelf.apply(draft)
        if trouble:
            self._say(trouble, "down")
            return
        self.show_file()
        waits = any(each.takes == Takes.NEXT_START.value for each in draft.changes)
        self._say(LATER if waits else APPLIED, "up")

    def _say(self, words: str, tone: str) -> None:
        self.words.setText(visible(words))
        set_role(self.words, "tone", tone)
