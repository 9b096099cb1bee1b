"""The settings one under the other: title, control, what it does; those of a page, or those that were searched for."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from terminal.domain.setting import Setting, SettingProblem
from terminal.ui.theme.qss import set_role
from terminal.ui.widgets.plain_text import visible
from terminal.ui.widgets.settings.editors import editor_of

TITLE_PX = 210
NONE = "No setting has these words. Who decides, colours, text size and keys have entries of their own in View."


class SettingRow(QWidget):
    """One setting.

    Signals:
        edited: its value was changed by a person.
    """

    edited = Signal()

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self.setting = setting
        self.editor = editor_of(setting)
        self.editor.edited.connect(self._on_edited)
        self.title = QLabel(setting.title)
        self.title.setFixedWidth(TITLE_PX)
        self.title.setWordWrap(True)
        self.unit = QLabel(setting.unit)
        set_role(self.unit, "tone", "muted")
        self.usual = QPushButton("Usual")
        self.usual.setToolTip(f"Back to {setting.words_of(setting.usual)}")
        self.usual.setAccessibleName(f"{setting.title}: back to what is usual")
        self.usual.setAutoDefault(False)
        set_role(self.usual, "kind", "quiet")
        keep = self.usual.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self.usual.setSizePolicy(keep)
        self.usual.clicked.connect(self._take_usual)
        self.words = QLabel()
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        set_role(self.words, "size", "hint")
        self._lay_out()
        self.say("")

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 6, 0, 6)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(3)
        grid.addWidget(self.title, 0, 0)
        grid.addWidget(self.editor, 0, 1)
        grid.addWidget(self.unit, 0, 2)
        grid.addWidget(self.usual, 0, 4)
        grid.addWidget(self.words, 1, 1, 1, 4)
        grid.setColumnStretch(3, 1)

    def show_value(self, text: str) -> None:
        self.editor.show_value(text)
        self._mark()

    def say(self, problem: str) -> None:
        """Say what is wrong with it, or else what it does and why it is fixed."""
        setting = self.setting
        self.words.setText(visible(problem or f"{setting.what} {setting.fixed}".strip()))
        set_role(self.words, "tone", "down" if problem else "muted")

    def _take_usual(self) -> None:
        self.editor.show_value(self.setting.usual)
        self._on_edited()

    def _on_edited(self) -> None:
        self._mark()
        self.edited.emit()

    def _mark(self) -> None:
        """Offer the way back only where there is one; the place is kept, so that nothing moves."""
        differs = self.editor.value != self.setting.usual and not self.setting.fixed
        self.usual.setVisible(differs)


class SettingRows(QScrollArea):
    """Every row; `show_page` and `search` choose which are in sight.

    Signals:
        edited: some row was changed by a person.
    """

    edited = Signal()

    def __init__(self, settings: tuple[Setting, ...]) -> None:
        super().__init__()
        self.rows: dict[str, SettingRow] = {}
        self._heads: dict[str, QLabel] = {}
        self._values: Mapping[str, str] = {}
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        self.column = QVBoxLayout(inside)
        self.column.setContentsMargins(4, 0, 12, 8)
        self.column.setSpacing(0)
        for each in settings:
            if each.page not in self._heads:
                self._add_head(each.page)
            row = SettingRow(each)
            row.edited.connect(self.edited)
            self.rows[each.path] = row
            self.column.addWidget(row)
        self.none = QLabel(NONE)
        self.none.setWordWrap(True)
        set_role(self.none, "tone", "muted")
        self.column.addWidget(self.none)
        self.column.addStretch(1)
        self.setWidget(inside)

    def _add_head(self, page: str) -> None:
        head = QLabel(page)
        set_role(head, "size", "title")
        head.setContentsMargins(0, 8, 0, 6)
        self._heads[page] = head
        self.column.addWidget(head)

    def show_values(self, values: Mapping[str, str]) -> None:
        self._values = values
        for path, row in self.rows.items():
            row.show_value(values[path])
            row.say("")

    def show_page(self, page: str) -> None:
        self._show(lambda setting: setting.page == page)

    def search(self, words: str) -> None:
        self._show(lambda setting: setting.matches(words))

    def edits(self) -> dict[str, str]:
        """Give what differs from what was shown, by path."""
        return {path: row.editor.value for path, row in self.rows.items() if row.editor.value != self._values.get(path)}

    def mark_problems(self, problems: tuple[SettingProblem, ...]) -> None:
        """Say each problem at its row."""
        words = {each.path: each.words for each in problems}
        for path, row in self.rows.items():
            row.say(words.get(path, ""))

    def _show(self, is_wanted: Callable[[Setting], bool]) -> None:
        pages = set()
        for row in self.rows.values():
            row.setVisible(is_wanted(row.setting))
            if is_wanted(row.setting):
                pages.add(row.setting.page)
        for page, head in self._heads.items():
            head.setVisible(page in pages)
        self.none.setVisible(not pages)
        self.verticalScrollBar().setValue(0)
