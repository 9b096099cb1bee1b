"""Changing what becomes of the AI's decisions: a person chooses a mode and types its word."""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from terminal.domain.approval import UNPROVEN_DAY_LOSS, UNPROVEN_LEVERAGE, UNPROVEN_RISK, UNPROVEN_WORD, DeskMode
from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.mode_words import MODE_LOOK, since_words
from terminal.ui.viewmodels.review_book import ReviewBook
from terminal.ui.widgets.plain_text import one_line
from terminal.ui.widgets.review.sheet_words import words_label
from terminal.ui.widgets.sheet import Sheet

WIDTH_PX: Final = 620
_CAPPED: Final = (
    f"Taken all the same it is UNPROVEN: at most {UNPROVEN_RISK * 100:.2f} % of equity at risk an order, leverage up "
    f"to {UNPROVEN_LEVERAGE}x, and back to a person after {UNPROVEN_DAY_LOSS * 100:.0f} % lost in a day."
)
_RECORDED: Final = "Who changed it and when goes into the journal."


class ModeSheet(Sheet):
    """Four modes with what each means; the word must be typed before the button works.

    Signals:
        confirmed (DeskMode, str): the mode and the word as it was typed.
    """

    confirmed = Signal(object, str)

    def __init__(self, window: QWidget, book: ReviewBook, account_word: str) -> None:
        super().__init__("What becomes of the AI's decisions", window, WIDTH_PX)
        self._book = book
        self._account = account_word
        self._wanted: DeskMode | None = None
        self.now = words_label("muted")
        self.body.addWidget(self.now)
        self.choices: dict[DeskMode, QPushButton] = {}
        self._group = QButtonGroup(self)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for row, mode in enumerate(DeskMode):
            grid.addWidget(self._choice(mode), row, 0)
            says = words_label("muted")
            says.setText(MODE_LOOK[mode].says)
            grid.addWidget(says, row, 1)
        self.body.addLayout(grid)
        self.question = words_label()
        self.body.addWidget(self.question)
        self.typed = QLineEdit()
        self.typed.setMaxLength(20)
        self.typed.setAccessibleName("The word of the mode")
        self.typed.textChanged.connect(self._refresh)
        self.confirm = QPushButton()
        self.confirm.setAutoDefault(False)
        set_role(self.confirm, "tall", "true")
        self.confirm.clicked.connect(self._confirm)
        self.typed.returnPressed.connect(self.confirm.setFocus)  # Enter goes to the button and changes nothing
        self.cancel = QPushButton("Cancel")
        self.cancel.setAutoDefault(False)
        set_role(self.cancel, "tall", "true")
        self.cancel.clicked.connect(self.dismiss)
        row_of_act = QHBoxLayout()
        row_of_act.setSpacing(8)
        row_of_act.addWidget(self.typed, 1)
        row_of_act.addWidget(self.cancel)
        row_of_act.addWidget(self.confirm)
        self.body.addLayout(row_of_act)
        note = QLabel(_RECORDED)
        set_role(note, "tone", "muted")
        set_role(note, "size", "hint")
        self.body.addWidget(note)
        book.promotion_changed.connect(lambda _report: self._refresh())

    def _choice(self, mode: DeskMode) -> QPushButton:
        button = QPushButton(MODE_LOOK[mode].name.capitalize())
        button.setCheckable(True)
        button.setAutoDefault(False)
        set_role(button, "kind", "segment")
        if MODE_LOOK[mode].tone == "amber":
            set_role(button, "alarm", "amber")
        button.clicked.connect(lambda: self.choose(mode))
        self._group.addButton(button)
        self.choices[mode] = button
        return button

    def ask(self) -> None:
        """Open with nothing chosen and nothing typed."""
        since = since_words(self._book.mode_set)
        self.now.setText(one_line(f"Now {MODE_LOOK[self._book.mode].name}. {since}"))
        self._group.setExclusive(False)
        for mode, button in self.choices.items():
            button.setChecked(False)
            button.setEnabled(mode is not self._book.mode)
        self._group.setExclusive(True)
        self._wanted = None
        self.typed.clear()
        self._refresh()
        self.present(self.cancel)

    def choose(self, mode: DeskMode) -> None:
        """Ask for the word of a mode."""
        self._wanted = mode
        self.choices[mode].setChecked(True)
        self.typed.clear()
        self._refresh()
        self.typed.setFocus()

    def _refresh(self) -> None:
        wanted = self._wanted
        self.typed.setEnabled(wanted is not None)
        self.confirm.setEnabled(self._is_typed)
        if wanted is None:
            self.question.setText("Choose a mode.")
            self.typed.setPlaceholderText("")
            self.confirm.setText("Change the mode")
            return
        look, word, lacking = MODE_LOOK[wanted], self.word, self._lacking
        unproven = f"Not earned: {lacking}. {_CAPPED} " if lacking else ""
        self.question.setText(one_line(f"{unproven}Type {word} to make the {self._account} desk {look.name}."))
        self.typed.setPlaceholderText(word)
        self.confirm.setText(f"Make it {look.name}")
        set_role(self.confirm, "kind", "amber" if look.tone == "amber" else "accent")

    @property
    def word(self) -> str:
        """What must be typed for the chosen mode; "" while none is chosen."""
        if self._wanted is None:
            return ""
        word = MODE_LOOK[self._wanted].word
        return f"{word} {UNPROVEN_WORD}" if self._lacking else word

    @property
    def _lacking(self) -> str:
        """What the record lacks for the chosen mode; "" when it needs none or has it."""
        promotion = self._book.promotion
        return promotion.lacking if self._wanted is DeskMode.AUTO and promotion is not None else ""

    @property
    def _is_typed(self) -> bool:
        return self._wanted is not None and self.typed.text().strip() == self.word

    def _confirm(self) -> None:
        wanted, word = self._wanted, self.typed.text().strip()
        if wanted is None or not self._is_typed:
            return
        self.dismiss()
        self.confirmed.emit(wanted, word)
