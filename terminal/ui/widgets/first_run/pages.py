"""The pages of the guide. Each shows one thing, and leaving it changes nothing that was not asked for."""

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.guide import GuideHost, GuideState
from terminal.ui.widgets.account.form_fields import WordButtons
from terminal.ui.widgets.plain_text import visible

FIELD_PX: Final = 110
_BIG_PX: Final = 120


def paragraph(text: str, tone: str = "muted") -> QLabel:
    """Make a wrapped text."""
    label = QLabel(visible(text))
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    set_role(label, "tone", tone)
    return label


class Page(QWidget):
    """A title and what stands below it."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = QLabel(title)
        set_role(self.title, "size", "title")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(12)
        self.column.addWidget(self.title)


class StepPage(Page):
    """One step: `enter` when it is shown, `leave` before the next one; `leave` says why not, "" when all is well."""

    def __init__(self, title: str, state: GuideState, host: GuideHost) -> None:
        super().__init__(title)
        self.state = state
        self.host = host

    def enter(self) -> None:
        """Show what there is now."""

    def leave(self) -> str:
        return ""


class BigChoice(QPushButton):
    """A large button: what happens, and what it needs."""

    def __init__(self, title: str, words: str, kind: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumHeight(_BIG_PX)
        self.setAccessibleName(title)
        set_role(self, "kind", kind)
        head = QLabel(title)
        set_role(head, "size", "title")
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 14, 18, 14)
        column.setSpacing(6)
        for label in (head, paragraph(words, "text")):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            column.addWidget(label)
        column.addStretch(1)


class WelcomePage(Page):
    """Two ways: the demo at once, or an account.

    Signals:
        demo_wanted, account_wanted: which one.
    """

    demo_wanted = Signal()
    account_wanted = Signal()

    def __init__(self, *, demo_runs: bool, parent: QWidget | None = None) -> None:
        """`demo_runs`: the demo is the window under the guide, else it opens in one of its own."""
        super().__init__("Welcome. What would you like to do?", parent)
        where = "It is running behind this window already" if demo_runs else "It opens in a window of its own"
        self.demo = BigChoice(
            "Try the demo now",
            f"{where}: the program's own exchange on this computer, play money, no key and no network. Within about "
            "20 seconds the first proposal of the AI stands in the Review desk. Press A or its Approve button, and "
            "watch the order on its way to the accepted AI log.",
            "accent",
        )
        self.account = BigChoice(
            "Set up an account",
            "Paper, live or competition, at WEEX, HashKey or WOO X, step by step: internet address and clock, key into "
            "the system's vault with a test of its permissions, risk limits, AI and layout. Nothing is sent meanwhile.",
            "",
        )
        self.demo.clicked.connect(self.demo_wanted)
        self.account.clicked.connect(self.account_wanted)
        self.column.addWidget(self.demo)
        self.column.addWidget(self.account)
        self.column.addWidget(
            paragraph("Nothing here is needed: close it and look around. View, First steps opens it again.")
        )
        self.column.addStretch(1)


class ChoiceList(WordButtons):
    """A few words below each other, each with its story beside it."""

    def __init__(
        self,
        name: str,
        stories: Mapping[str, str],
        parent: QWidget | None = None,
        *,
        labels: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(name, parent)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        shown = {word: (labels or {}).get(word, word[:1].upper() + word[1:]) for word in stories}
        wide = max(map(len, shown.values()))
        for word, story in stories.items():
            button = self.add(word, shown[word])
            button.setFixedWidth(60 + 7 * wide)
            row = QHBoxLayout()
            row.setSpacing(12)
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(paragraph(story), 1)
            rows.addLayout(row)


class FieldRows(QWidget):
    """Labelled fields with a unit behind each."""

    def __init__(self, fields: dict[str, tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fields: dict[str, QLineEdit] = {}
        form = self._form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for name, (label, unit) in fields.items():
            field = QLineEdit()
            field.setAccessibleName(label)
            field.setFixedWidth(FIELD_PX)
            field.setAlignment(Qt.AlignmentFlag.AlignRight)
            row = QHBoxLayout()
            row.setSpacing(8)
            row.addWidget(field)
            row.addWidget(paragraph(unit))
            row.addStretch(1)
            form.addRow(QLabel(label), row)
            self.fields[name] = field

    def show_row(self, name: str, visible: bool) -> None:
        self._form.setRowVisible(list(self.fields).index(name), visible)

    @property
    def texts(self) -> dict[str, str]:
        return {name: field.text() for name, field in self.fields.items()}
