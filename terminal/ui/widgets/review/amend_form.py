"""Changing a proposal inside its card: size, stop and leverage, only towards less risk, with live figures."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from terminal.domain.account import Balance
from terminal.domain.approval import Amendment
from terminal.domain.instrument import Instrument
from terminal.domain.order import OrderTerms, PositionSide
from terminal.ui.actions.table import KeyWords
from terminal.ui.formatting import number
from terminal.ui.theme.qss import set_role
from terminal.ui.widgets.plain_text import tooltip
from terminal.ui.widgets.review.amend_terms import (
    Bounds,
    amend_figures,
    amended,
    amendment_words,
    leverage_bounds,
    size_bounds,
    stop_bounds,
)
from terminal.ui.widgets.review.card_parts import TermsGrid
from terminal.ui.widgets.review.tighter_field import TighterField

_TITLE: Final = "Only tighter.  Enter, then A approves; Esc goes back"
_FIELDS: Final = ("Size", "Stop", "Leverage")
_MISSING: Final[dict[str, str]] = {
    "Size": "The venue's least size is no smaller than this order's",
    "Stop": "This order has no stop to tighten",
    "Leverage": "The leverage cannot be lower",
}


class AmendForm(QWidget):
    """Three fields with what may be typed above each, the figures below.

    Attributes:
        fields: by name: Size, Stop, Leverage.

    Signals:
        approve_asked: the button.
        dismissed: Esc or Back; the proposal stays as it was.
    """

    approve_asked = Signal()
    dismissed = Signal()

    def __init__(self, mode_word: str, key: KeyWords, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Amend the proposal")
        self._terms: OrderTerms | None = None
        self._rules: Instrument | None = None
        self._balance: Balance | None = None
        self.title = QLabel(_TITLE)
        set_role(self.title, "tone", "muted")
        self.fields = {name: TighterField(name) for name in _FIELDS}
        self._heads = {name: QLabel() for name in _FIELDS}
        self.figures = TermsGrid()
        self.approve = QPushButton()
        self.approve.setAccessibleName(f"Approve as amended, {mode_word}")
        set_role(self.approve, "kind", "fill")
        self._mode, self._key = mode_word, key
        self.show_keys()
        self.back = QPushButton("Back  Esc")
        self.back.setAccessibleName("Back: leave the proposal as it was")
        for button in (self.approve, self.back):
            button.setAutoDefault(False)
            button.setProperty("tall", "true")
            button.setProperty("snug", "true")
        self._lay_out()
        self.approve.clicked.connect(self.approve_asked)
        self.back.clicked.connect(self.dismissed)
        for field in self.fields.values():
            field.typed.connect(self._refresh)
            field.accepted.connect(lambda: self.approve.setFocus(Qt.FocusReason.OtherFocusReason))

    def show_keys(self) -> None:
        """Name the key there is now."""
        self.approve.setText(f"Approve amended · {self._mode}  {self._key('review.approve')}")

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.title)
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(1)
        for at, name in enumerate(_FIELDS):
            head = self._heads[name]
            set_role(head, "size", "hint")
            set_role(head, "tone", "muted")
            grid.addWidget(head, 0, at)
            grid.addWidget(self.fields[name], 1, at)
            grid.setColumnStretch(at, 2 if name == "Leverage" else 3)
        column.addLayout(grid)
        column.addWidget(self.figures)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.approve, 5)
        row.addWidget(self.back, 3)
        column.addLayout(row)

    # -- what is amended ----------------------------------------------------------

    def begin(self, terms: OrderTerms, rules: Instrument, balance: Balance | None) -> None:
        """Start from the proposal, ready to type."""
        self._terms, self._rules, self._balance = terms, rules, balance
        bounds = (size_bounds(terms, rules), stop_bounds(terms, rules), leverage_bounds(terms, rules))
        for name, bound in zip(_FIELDS, bounds, strict=True):
            self.fields[name].set_bounds(bound)
            self._head(name, bound)
        for part in (self._heads["Leverage"], self.fields["Leverage"]):
            part.setVisible(rules.max_leverage > 1)  # spot has none
        self._refresh()
        first = next((field for field in self.fields.values() if field.isEnabled()), self.back)
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_balance(self, balance: Balance | None) -> None:
        self._balance = balance
        self._refresh()

    @property
    def amendment(self) -> Amendment | None:
        """What a person changed, empty for nothing; None while a field cannot be sent as it stands."""
        given = {name: field.value() for name, field in self.fields.items() if field.isEnabled()}
        if any(value is None for value in given.values()) or self._terms is None:
            return None
        terms, size, stop, leverage = self._terms, *(given.get(name) for name in _FIELDS)
        return Amendment(
            size=None if size == terms.size else size,
            stop_price=None if stop == terms.stop_price else stop,
            leverage=None if leverage is None or leverage == terms.leverage else int(leverage),
        )

    def settle(self) -> None:
        """Put every number on its step and within its bounds, as leaving its field would."""
        for field in self.fields.values():
            field.put_on_step()

    # -- words --------------------------------------------------------------------

    def _head(self, name: str, bounds: Bounds | None) -> None:
        head, field = self._heads[name], self.fields[name]
        if bounds is None or self._terms is None:
            head.setText(name)
            tip = _MISSING[name]
        else:
            widens_up = name != "Stop" or self._terms.position_side is PositionSide.SHORT
            limit = bounds.most if widens_up else bounds.least
            head.setText(f"{name} {'≤' if widens_up else '≥'} {number(limit)}{'x' if name == 'Leverage' else ''}")
            tip = f"From {number(bounds.least)} to {number(bounds.most)}; proposed {number(bounds.proposed)}"
        head.setToolTip(tooltip(tip))
        field.setToolTip(tooltip(tip))

    def _refresh(self) -> None:
        terms, rules, change = self._terms, self._rules, self.amendment
        if terms is None or rules is None:
            return
        self.approve.setEnabled(change is not None)
        if change is None:
            self._say(self._wrong_words(), "amber")
            return
        if change.is_empty:
            self._say(_TITLE, "muted")
        else:
            self._say(f"Amended {amendment_words(change)}", "accent")
        shown = amend_figures(amended(terms, change), rules, self._balance)
        self.figures.set_terms(shown[:2], shown[2:])

    def _wrong_words(self) -> str:
        """Name the first field that cannot be sent as it stands, and what it may be."""
        for name, field in self.fields.items():
            if field.isEnabled() and field.value() is None and field.bounds is not None:
                allowed = f"{number(field.bounds.least)} to {number(field.bounds.most)}"
                return f"{name} is {allowed}; Enter puts it right"
        return "Enter puts the numbers right"

    def _say(self, words: str, tone: str) -> None:
        self.title.setText(words)
        set_role(self.title, "tone", tone)

    # -- Qt -----------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go back at Esc, wherever in the form the focus is."""
        if event.key() == Qt.Key.Key_Escape:
            event.accept()
            self.dismissed.emit()
            return
        super().keyPressEvent(event)
