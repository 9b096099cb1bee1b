"""Why a click approved nothing: proposed, now, difference, line by line."""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from terminal.domain.approval import RecheckRow
from terminal.domain.messages import CycleEnded
from terminal.domain.review import Proposal
from terminal.domain.review_messages import ApprovalVoided
from terminal.ui.formatting import local_time
from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.flatten_words import Cell
from terminal.ui.viewmodels.words import joined, proposal_line, sentence
from terminal.ui.widgets.cell_grid import CellGrid
from terminal.ui.widgets.plain_text import one_line
from terminal.ui.widgets.review.close_terms import is_close
from terminal.ui.widgets.review.evidence_list import real_minus
from terminal.ui.widgets.review.sheet_words import words_label
from terminal.ui.widgets.sheet import Sheet

WIDTH_PX: Final = 860
ASK_PX: Final = 116  # its words change while it asks
MOST_CHARS: Final = 24  # two such columns beside the names fit the sheet in its widest font
_COLUMNS: Final = ("", "Checked", "Proposed", "Now", "Difference")
_NEXT: Final = (
    "Nothing was sent and this card is closed. Asking again makes a new decision from the market as it is now."
)
_NEXT_CLOSE: Final = "Nothing was sent and this card is closed. The position can be closed by hand in Positions."


class VoidSheet(Sheet):
    """The rows of the fresh check; failed ones carry a sign, a word and a colour.

    Signals:
        ask_again (Proposal): the AI should be asked about the pair again.
    """

    ask_again = Signal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__("Approval void", window, WIDTH_PX)
        self._proposal: Proposal | None = None
        self.what = QLabel()
        set_role(self.what, "strong", "true")
        self.cause = words_label("amber")
        self.grid = CellGrid(_COLUMNS, left=2)
        self.next = words_label("muted")
        self.ask = QPushButton("Ask again")
        self.ask.setToolTip("Puts the same question to the AI with the market as it is now. It may disagree.")
        set_role(self.ask, "kind", "ai")
        self.ask.setMinimumWidth(ASK_PX)
        self.done = QPushButton("Close")
        for button in (self.ask, self.done):
            button.setAutoDefault(False)
            set_role(button, "tall", "true")
        self.ask.clicked.connect(self._ask)
        self.done.clicked.connect(self.dismiss)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(self.ask)
        row.addWidget(self.done)
        for part in (self.what, self.cause, self.grid, self.next):
            self.body.addWidget(part)
        self.body.addLayout(row)

    def show_void(self, proposal: Proposal, event: ApprovalVoided) -> None:
        """Open with the rows of one voided click, Close focused."""
        self._proposal = proposal
        self.subtitle.setText(local_time(event.at_ms))
        self.what.setText(one_line(proposal_line(proposal)))
        self.cause.setText(one_line(sentence(event.text)))
        self.grid.show_rows([_cells(row) for row in event.rows])
        self.grid.setVisible(bool(event.rows))
        self.next.setText(_NEXT_CLOSE if is_close(proposal) else _NEXT)
        self.ask.setText("Ask again")
        self.ask.setVisible(not is_close(proposal))
        self.ask.setEnabled(True)
        self.present(self.done)

    def show_answer(self, cycle: CycleEnded) -> None:
        """Say what the AI answered; when it agrees its new card is what matters."""
        if cycle.agreed:
            self.dismiss()
            return
        verdict = "The AI gave no answer" if cycle.agreed is None else "The AI does not agree any more"
        self.next.setText(one_line(joined(verdict, cycle.text)))
        self.ask.setText("Ask again")
        self.ask.setEnabled(True)

    def _ask(self) -> None:
        if self._proposal is not None:
            self.ask.setText("Asking the AI…")
            self.ask.setEnabled(False)
            self.ask_again.emit(self._proposal)


def _cells(row: RecheckRow) -> tuple[Cell, ...]:
    tone = "text" if row.ok else "down"
    return (
        Cell("✓ ok" if row.ok else "✕ failed", "muted" if row.ok else "down"),
        _name(row.name, "muted" if row.ok else "down"),
        _cell(row.proposed, tone),
        _cell(row.now, tone),
        _cell(row.difference, tone),
    )


def _name(text: str, tone: str) -> Cell:
    """What a check is called; a long name without what it has in brackets. The whole is on hover."""
    whole = one_line(text)
    return Cell(whole, tone) if len(whole) <= MOST_CHARS else Cell(whole.partition(" (")[0], tone, whole)


def _cell(text: str, tone: str) -> Cell:
    """Keep both ends of a long text: names of models differ at their end. The whole is on hover."""
    whole = real_minus(one_line(text))
    if len(whole) <= MOST_CHARS:
        return Cell(whole, tone)
    kept = (MOST_CHARS - 1) // 2
    return Cell(f"{whole[:kept].rstrip()}…{whole[-kept:].lstrip()}", tone, whole)
