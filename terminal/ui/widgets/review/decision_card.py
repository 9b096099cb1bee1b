"""One proposal as a card: what the AI wants, why, what it costs, and the buttons to answer.

The card only asks; the review desk sends. After an answer was sent, nothing on the card
can be pressed until the proposal changes.
"""

from enum import Enum
from typing import Final

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from terminal.domain.account import Balance
from terminal.domain.decision import Decision
from terminal.domain.instrument import Instrument, base_of
from terminal.domain.position import Position
from terminal.domain.review import Proposal
from terminal.ui.theme.fonts import HINT_PX
from terminal.ui.theme.qss import set_role
from terminal.ui.theme.tokens import DARK, INSET, RADIUS, Tokens
from terminal.ui.viewmodels.words import short_model
from terminal.ui.widgets.clamped_text import ClampedText
from terminal.ui.widgets.plain_text import one_line, tooltip
from terminal.ui.widgets.review.card_parts import CardDetails, CardHead, TermsGrid
from terminal.ui.widgets.review.close_terms import act_words, close_left_terms, close_right_terms, is_close
from terminal.ui.widgets.review.countdown_ring import ConfidenceBar
from terminal.ui.widgets.review.evidence_list import EvidenceList, real_minus
from terminal.ui.widgets.review.reject_form import RejectForm
from terminal.ui.widgets.review.review_terms import gate_words, left_terms, right_terms, short_terms

EXPLANATION_LINES: Final = 5
EVIDENCE_SHOWN: Final = 3


class Answer(Enum):
    """Where the answer of a card stands."""

    NONE = "none"
    ASKING = "asking"  # the reason of a rejection
    SENDING = "sending"


class DecisionCard(QFrame):
    """A card; expanded while it is selected.

    Attributes:
        proposal: what is shown.
        answer: where its answer stands.

    Signals:
        chosen (str): someone clicked the card; its decision id.
        approve_asked (str): the approve button.
        reject_given (str, str): decision id and reason.
        unfolded (QWidget): a part of the card that was just opened and should be seen.
    """

    chosen = Signal(str)
    approve_asked = Signal(str)
    reject_given = Signal(str, str)
    unfolded = Signal(object)

    def __init__(
        self, proposal: Proposal, mode_word: str = "DEMO", parent: QWidget | None = None, tokens: Tokens = DARK
    ) -> None:
        """`mode_word` tells on the approving button what kind of account trades."""
        super().__init__(parent)
        self.proposal = proposal
        self._mode = mode_word
        self.answer = Answer.NONE
        self._tokens = tokens
        self._selected = False
        self._left_s = proposal.deadline_s - proposal.created_s
        decision = proposal.decision
        act = f"{act_words(proposal)} {base_of(decision.instrument_id)}"
        self.setAccessibleName(f"Decision: {act}")
        self.head = CardHead(decision, act_words(proposal))
        self.bar = ConfidenceBar()
        self.bar.set_share(decision.confidence)
        self.short = ClampedText(1)
        self.first_line = ClampedText(1, "muted")
        self.first_line.set_text(main_reason(decision))
        self.terms = TermsGrid()
        self.explanation = ClampedText(EXPLANATION_LINES)
        self.explanation.set_text(decision.explanation)
        self.evidence = EvidenceList()
        self.evidence.set_evidence(decision.evidence, EVIDENCE_SHOWN)
        self.gate = ClampedText(4)
        self.model = ClampedText(1, "muted", HINT_PX)
        self.model.set_text(f"Model {short_model(decision.model)}" if decision.model else "")
        self.model.setToolTip(tooltip(f"Model {decision.model}"))
        self.details: CardDetails | None = None
        self.approve = _button("", f"Approve {act}, {mode_word}", "fill")
        self.more = _button("Details  D", f"Details of {act}", "")
        self.reject = _button("Reject  R", f"Reject {act}", "danger")
        self.form = RejectForm()
        self._build()
        self._connect()
        self._refresh()

    def _build(self) -> None:
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(INSET, 10, INSET, INSET)
        self._column.setSpacing(8)
        self._open = QWidget()
        inner = QVBoxLayout(self._open)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(8)
        stamp = QLabel("SIMULATED")
        set_role(stamp, "size", "hint")
        set_role(stamp, "tone", "muted")
        stamp.setToolTip("Made from the built-in exchange's data, not from a real market")
        foot = QHBoxLayout()
        foot.addWidget(self.model, 1)
        foot.addWidget(stamp, 0, Qt.AlignmentFlag.AlignVCenter)
        for part in (self.terms, self.explanation, self.evidence, self.gate):
            inner.addWidget(part)
        inner.addLayout(foot)
        stamp.setVisible(self.proposal.decision.simulated)  # only now: without a parent it would open as a window
        self._buttons = QWidget()
        row = QHBoxLayout(self._buttons)
        row.setContentsMargins(0, 2, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.approve, 5)
        row.addWidget(self.more, 3)
        row.addWidget(self.reject, 3)
        inner.addWidget(self._buttons)
        inner.addWidget(self.form)
        self._inner = inner
        for widget in (self.head, self.bar, self.short, self.first_line, self._open):
            self._column.addWidget(widget)

    def _connect(self) -> None:
        self.approve.clicked.connect(lambda: self.approve_asked.emit(self.proposal.decision_id))
        self.reject.clicked.connect(self.ask_reason)
        self.more.clicked.connect(self.toggle_details)
        self.form.dismissed.connect(self.forget_reason)
        self.form.given.connect(lambda reason: self.reject_given.emit(self.proposal.decision_id, reason))

    # -- state ------------------------------------------------------------

    @property
    def can_answer(self) -> bool:
        """True while an answer may still be sent."""
        return self.proposal.is_open and self.answer is not Answer.SENDING and self._left_s > 0

    @property
    def can_approve(self) -> bool:
        """True while an approval may be sent: also every risk check passed."""
        verdict = self.proposal.verdict
        return self.can_answer and bool(verdict.checks) and verdict.allowed

    @property
    def is_selected(self) -> bool:
        return self._selected

    def set_proposal(self, proposal: Proposal) -> None:
        """Take the proposal's newest state; whatever was being sent has been answered."""
        self.proposal = proposal
        if self.answer is Answer.SENDING:
            self.answer = Answer.NONE
        self._refresh()

    def set_figures(
        self, instrument: Instrument | None, balance: Balance | None, position: Position | None = None
    ) -> None:
        """Work the terms out again from the venue's rules, the account and what a close would close."""
        proposal = self.proposal
        if is_close(proposal):
            left = close_left_terms(proposal, instrument, position)
            self.terms.set_terms(left, close_right_terms(proposal, instrument, position))
        else:
            self.terms.set_terms(left_terms(proposal, instrument, balance), right_terms(proposal, instrument))
        self.short.set_text(short_terms(self.proposal, instrument))

    def set_selected(self, selected: bool) -> None:
        if not selected:
            self.forget_reason()
        self._selected = selected
        self._refresh()

    def tick(self, now_s: float) -> None:
        """Move the ring on; when the time is up nothing can be answered any more."""
        could = self._left_s > 0
        self._left_s = self.proposal.deadline_s - now_s
        self.head.ring.set_seconds(self._left_s, self.proposal.deadline_s - self.proposal.created_s)
        if could != (self._left_s > 0):
            if self.answer is Answer.ASKING:
                self.answer = Answer.NONE
            self._refresh()

    def mark_sending(self) -> None:
        """Show that the answer is on its way."""
        self.answer = Answer.SENDING
        self._refresh()

    def ask_reason(self) -> None:
        """Ask why the proposal is rejected, inside the card."""
        if not self.can_answer:
            return
        self.answer = Answer.ASKING
        self._refresh()
        self.form.begin()
        self.unfolded.emit(self.form)

    def forget_reason(self) -> None:
        """Go back to the buttons."""
        if self.answer is Answer.ASKING:
            self.answer = Answer.NONE
            self._refresh()

    def toggle_details(self) -> None:
        """Show or hide everything about the proposal."""
        if self.details is None:
            self.details = CardDetails(self.proposal)
            self._inner.addWidget(self.details)  # below the buttons: those stay in sight
        else:
            self._inner.removeWidget(self.details)
            self.details.hide()
            self.details.deleteLater()
            self.details = None
        self._refresh()
        self.unfolded.emit(self)  # its head: what the details or the summary are about

    def _refresh(self) -> None:
        detailed = self.details is not None
        self._open.setVisible(self._selected)
        self.short.setVisible(not self._selected)
        self.first_line.setVisible(not self._selected)
        self.explanation.setVisible(not detailed)
        self.evidence.setVisible(not detailed)
        self.gate.setVisible(not detailed)
        self.gate.set_text(*gate_words(self.proposal.verdict))
        asking = self.answer is Answer.ASKING
        self.form.setVisible(asking)
        self._buttons.setVisible(not asking)
        self.approve.setText(self._approve_words())
        self.approve.setEnabled(self.can_approve)
        self.reject.setEnabled(self.can_answer)
        self.more.setText("Less  D" if detailed else "Details  D")
        self.update()

    def _approve_words(self) -> str:
        if self.answer is Answer.SENDING:
            return "Sending…"
        if self._left_s <= 0:
            return "Time is up"
        return f"Approve · {self._mode}  A"

    # -- Qt ---------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(self.proposal.decision_id)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event  # ground and border are drawn as a whole
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._tokens.accent if self._selected else self._tokens.line), 1))
        painter.setBrush(QColor(self._tokens.raised))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        painter.end()


def main_reason(decision: Decision) -> str:
    """Give the heaviest piece of evidence for the decision in a line; its explanation when there is none."""
    supporting = [piece for piece in decision.evidence if piece.supports]
    if not supporting:
        return one_line(decision.explanation)
    heaviest = max(supporting, key=lambda piece: abs(piece.contribution))
    return one_line(f"▲ {heaviest.label} {real_minus(heaviest.value)}")


def _button(text: str, name: str, kind: str) -> QPushButton:
    button = QPushButton(text)
    button.setAccessibleName(name)
    button.setAutoDefault(False)
    button.setProperty("tall", "true")
    button.setProperty("snug", "true")
    if kind:
        set_role(button, "kind", kind)
    return button
