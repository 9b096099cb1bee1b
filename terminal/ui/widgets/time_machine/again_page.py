"""The same frozen inputs, put to a model again: whom to ask, and the answers beside the original."""

from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from terminal.domain.asked_again import ASKED_LATER, AskedAgain, side_by_side
from terminal.domain.decision import Decision
from terminal.domain.time_messages import AskingAgain, DecisionThen, ModelChoice, PastCell, PastPart
from terminal.ui.theme.qss import set_role
from terminal.ui.widgets.plain_text import one_line, tooltip
from terminal.ui.widgets.time_machine.part_view import PartView, plain_label

HELP: Final = (
    "The very inputs this decision was made from, put to a model once more. The answer is written into the journal "
    "as what it is: it opens no card, sends nothing and goes into no AI log."
)
BUTTON: Final = QSize(88, 28)
MOST_LETTERS: Final = 56
KEPT_WORDS: Final = 3  # at the least: the first, and the two that tell one model from the next
_ENDED: Final = {"decided": "answered", "abstained": "abstained", "failed": "gave no answer"}


class AgainPage(QWidget):
    """Below the decision's other pages.

    Signals:
        asked (str): a person wants to ask this choice, by its key.
    """

    asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice = QComboBox()
        self.choice.setAccessibleName("Model to ask")
        self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.choice.setMinimumContentsLength(18)
        self.button = QPushButton("Ask again")
        self.button.setAutoDefault(False)
        self.button.setMinimumSize(BUTTON)
        set_role(self.button, "kind", "ai")
        self.state = plain_label("")
        self.state.hide()
        row = QHBoxLayout()
        row.addWidget(self.choice, 1)
        row.addWidget(self.button)
        banner = QFrame()
        set_role(banner, "banner", "amber")
        inside = QVBoxLayout(banner)
        inside.setContentsMargins(10, 6, 10, 6)
        self.banner = plain_label(f"{ASKED_LATER}.")
        set_role(self.banner, "tone", "amber")
        inside.addWidget(self.banner)
        self._answers = QVBoxLayout()
        self._answers.setSpacing(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(8)
        column.addWidget(plain_label(HELP))
        column.addLayout(row)
        column.addWidget(self.state)
        column.addWidget(banner)
        column.addLayout(self._answers)
        column.addStretch(1)
        self.views: list[PartView] = []
        self.button.clicked.connect(self._ask)

    def offer(self, choices: tuple[ModelChoice, ...]) -> None:
        """Offer whom to ask."""
        self.choice.clear()
        for each in choices:
            text = one_line(each.text)
            self.choice.addItem(shortened(text), each.key)
            self.choice.setItemData(self.choice.count() - 1, tooltip(text), Qt.ItemDataRole.ToolTipRole)
        self.button.setEnabled(bool(choices))

    def show_answers(self, then: DecisionThen | None) -> None:
        """Show every later answer beside the original, the newest first."""
        for view in self.views:
            self._answers.removeWidget(view)
            view.hide()
            view.deleteLater()
        self.views = []
        if then is None or then.decision is None:
            return
        for again in reversed(then.again):
            view = PartView(answer_part(then.decision, again), later=False)
            self._answers.addWidget(view)
            self.views.append(view)

    def show_asking(self, asking: AskingAgain | None) -> None:
        """Say how the question that was asked stands."""
        running = asking is not None and asking.running
        words = "" if asking is None else asking.problem or ("Waiting for the answer…" if running else "")
        self.state.setText(words)
        self.state.setVisible(bool(words))
        set_role(self.state, "tone", "down" if asking is not None and asking.problem and not running else "muted")
        self.button.setEnabled(not running and self.choice.count() > 0)

    def _ask(self) -> None:
        key = self.choice.currentData()
        if key:
            self.asked.emit(key)


def shortened(text: str) -> str:
    """Leave out the middle of a long model name: its beginning says what it is, its end which one."""
    if len(text) <= MOST_LETTERS:
        return text
    words = text.split(" ")
    if len(words) <= KEPT_WORDS:
        return f"{text[:MOST_LETTERS]}…"
    while len(words) > KEPT_WORDS and len(" ".join(words)) > MOST_LETTERS:
        del words[-KEPT_WORDS]
    return " ".join((*words[: 1 - KEPT_WORDS], "…", *words[1 - KEPT_WORDS :]))


def answer_part(decision: Decision, again: AskedAgain) -> PastPart:
    """Give a later answer as a table: field, then, asked again; what differs is loud."""
    rows = tuple(
        (
            PastCell(row.name, "muted"),
            PastCell(row.then),
            PastCell(row.again, "amber" if row.differs else "text"),
            PastCell("differs" if row.differs else "same", "amber" if row.differs else "muted"),
        )
        for row in side_by_side(decision, again)
    )
    differing = sum(row[3].text == "differs" for row in rows)
    who = f"Asked by {again.who}; took {again.latency_ms:,.0f} ms."
    same = "Every field is the same." if again.answer is not None and not differing else ""
    count = f"{differing} of {len(rows)} fields differ." if again.answer is not None and differing else ""
    title = f"{again.model or again.asked} {_ENDED.get(again.outcome, again.outcome)}"
    lines = tuple(filter(None, (f"{ASKED_LATER}.", who, again.detail, same, count)))
    return PastPart(0, again.at_ms, title, lines, ("Field", "Then", "Asked again", ""), rows)
