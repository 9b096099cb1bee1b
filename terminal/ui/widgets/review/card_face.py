"""What a card looks like: its parts from top to bottom, shown as its state has it."""

from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from terminal.domain.instrument import base_of
from terminal.domain.review import Proposal
from terminal.ui.actions.table import KeyWords
from terminal.ui.theme.look import LIVE
from terminal.ui.theme.tokens import INSET, RADIUS
from terminal.ui.widgets.clamped_text import ClampedText
from terminal.ui.widgets.plain_text import tooltip
from terminal.ui.widgets.review.band_line import BandLine
from terminal.ui.widgets.review.card_answers import CardAnswers
from terminal.ui.widgets.review.card_parts import CardDetails, CardFoot, CardHead, TermsGrid, VotesLine
from terminal.ui.widgets.review.card_state import Answer, CardState
from terminal.ui.widgets.review.card_words import amend_tip, approve_tip, approve_words, main_reason
from terminal.ui.widgets.review.close_terms import act_words
from terminal.ui.widgets.review.countdown_ring import ConfidenceBar
from terminal.ui.widgets.review.evidence_list import EvidenceList
from terminal.ui.widgets.review.review_terms import gate_words, guard_tip
from terminal.ui.widgets.review.send_strip import SendStrip

EXPLANATION_LINES: Final = 5
EVIDENCE_SHOWN: Final = 3


class CardFace(QFrame):
    """The parts of a card. What a person does with them is `DecisionCard`'s.

    Attributes:
        details: everything about the proposal, while it is shown.
    """

    def __init__(self, proposal: Proposal, mode_word: str, key: KeyWords, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mode = mode_word
        self._key = key
        self._selected = False
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
        self.band = BandLine()
        self.explanation = ClampedText(EXPLANATION_LINES)
        self.explanation.set_text(decision.explanation)
        self.evidence = EvidenceList()
        self.evidence.set_evidence(decision.evidence, EVIDENCE_SHOWN)
        self.gate = ClampedText(4)
        self.votes = VotesLine(decision)
        self.details: CardDetails | None = None
        self.foot = CardFoot(decision, act)
        self.model, self.more = self.foot.model, self.foot.more
        self.answers = CardAnswers(act, mode_word, key)
        self.approve, self.amend, self.reject = self.answers.approve, self.answers.amend, self.answers.reject
        self.form, self.amend_form = self.answers.reject_form, self.answers.amend_form
        self.strip = SendStrip(key)
        self._build()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(INSET, 10, INSET, INSET)
        column.setSpacing(8)
        self._open = QWidget()
        inner = QVBoxLayout(self._open)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(7)
        for part in (self.terms, self.band, self.votes, self.explanation, self.evidence, self.gate, self.foot):
            inner.addWidget(part)
        inner.addWidget(self.answers)
        self._inner = inner
        for widget in (self.head, self.bar, self.strip, self.short, self.first_line, self._open):
            column.addWidget(widget)

    @property
    def is_selected(self) -> bool:
        return self._selected

    def show_state(self, state: CardState) -> None:
        """Show what can be seen and pressed now."""
        proposal, detailed = state.proposal, self.details is not None
        self._open.setVisible(self._selected)
        self.short.setVisible(not self._selected)
        self.first_line.setVisible(not self._selected)
        self.explanation.setVisible(not detailed)
        self.votes.show_unless(detailed)
        self.evidence.setVisible(not detailed)
        self.gate.setVisible(not detailed)
        self.gate.set_text(*gate_words(proposal.verdict))
        self.gate.setToolTip(tooltip(guard_tip(proposal.verdict)))
        self.more.setText(f"{'Less' if detailed else 'Details'}  {self._key('review.details')}")
        self._show_answers(state)
        self.update()

    def _show_answers(self, state: CardState) -> None:
        proposal = state.proposal
        self.answers.show_answer(state.answer)
        self.strip.setVisible(state.answer is Answer.LEAVING)
        if state.answer is Answer.LEAVING:
            self.strip.set_left(state.sends_in_s, asked=state.is_undoing)
        waits = None if state.answer is Answer.SENDING else state.left_s > 0
        self.approve.setText(approve_words(waits, state.mode, self._mode, self._key("review.approve")))
        self.approve.setToolTip(approve_tip(proposal, state.mode, self._key("review.approve")))
        self.approve.setEnabled(state.can_approve)
        self.amend.setEnabled(state.can_amend)
        self.amend.setToolTip(amend_tip(proposal, self._key("review.amend")))
        self.reject.setEnabled(state.can_answer)

    def say_place(self, words: str) -> None:
        """Say where on the chart a value is, or that it has no place there."""
        self.evidence.say(words)
        if self.details is not None:
            self.details.evidence.say(words)

    def turn_details(self, proposal: Proposal) -> EvidenceList | None:
        """Show everything about the proposal, or hide it again; gives the list of all values while it is shown."""
        if self.details is None:
            self.details = CardDetails(proposal)
            self._inner.addWidget(self.details)  # below the buttons: those stay in sight
            return self.details.evidence
        self._inner.removeWidget(self.details)
        self.details.hide()
        self.details.deleteLater()
        self.details = None
        return None

    def paintEvent(self, event: QPaintEvent) -> None:
        del event  # ground and border are drawn as a whole
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(LIVE.accent if self._selected else LIVE.line), 1))
        painter.setBrush(QColor(LIVE.raised))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        painter.end()
