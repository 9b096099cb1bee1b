"""How a card is answered: its buttons, and what opens in their place."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from terminal.ui.actions.table import KeyWords
from terminal.ui.theme.qss import set_role
from terminal.ui.widgets.review.amend_form import AmendForm
from terminal.ui.widgets.review.card_state import Answer
from terminal.ui.widgets.review.reject_form import RejectForm


class CardAnswers(QWidget):
    """Approve, amend and reject; the two forms.

    Signals:
        reject_given (str): the reason.
        dismissed: a form was left without an answer.
    """

    approve_asked = Signal()
    amend_asked = Signal()
    reject_asked = Signal()
    reject_given = Signal(str)
    dismissed = Signal()

    def __init__(self, act: str, mode_word: str, key: KeyWords, parent: QWidget | None = None) -> None:
        """`act` names what is answered, e.g. `open long ETH`; `key` what its keys are called."""
        super().__init__(parent)
        self.approve = card_button("", f"Approve {act}, {mode_word}", "fill")
        self._key = key
        self.amend = card_button("", f"Amend {act}", "")
        self.reject = card_button("", f"Reject {act}", "danger")
        self.reject_form = RejectForm()
        self.amend_form = AmendForm(mode_word, key)
        self.buttons = QWidget()
        row = QHBoxLayout(self.buttons)
        row.setContentsMargins(0, 2, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.approve, 5)
        row.addWidget(self.amend, 3)
        row.addWidget(self.reject, 3)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.buttons, self.reject_form, self.amend_form):
            column.addWidget(part)
        self.show_keys()
        self.approve.clicked.connect(self.approve_asked)
        self.amend.clicked.connect(self.amend_asked)
        self.reject.clicked.connect(self.reject_asked)
        self.amend_form.approve_asked.connect(self.approve_asked)
        self.amend_form.dismissed.connect(self.dismissed)
        self.reject_form.dismissed.connect(self.dismissed)
        self.reject_form.given.connect(self.reject_given)

    def show_keys(self) -> None:
        """Name the keys there are now; the card itself names that of Approve."""
        self.amend.setText(f"Amend  {self._key('review.amend')}")
        self.reject.setText(f"Reject  {self._key('review.reject')}")
        self.amend_form.show_keys()

    def show_answer(self, answer: Answer) -> None:
        """Show the buttons, or the form that is open, or nothing while the order is about to leave."""
        self.reject_form.setVisible(answer is Answer.ASKING)
        self.amend_form.setVisible(answer is Answer.AMENDING)
        self.buttons.setVisible(answer in {Answer.NONE, Answer.SENDING})


def card_button(text: str, name: str, kind: str) -> QPushButton:
    """A tall button of a card."""
    button = QPushButton(text)
    button.setAccessibleName(name)
    button.setAutoDefault(False)
    button.setProperty("tall", "true")
    button.setProperty("snug", "true")
    if kind:
        set_role(button, "kind", kind)
    return button
