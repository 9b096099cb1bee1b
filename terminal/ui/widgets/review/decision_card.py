"""One proposal as a card: what the AI wants, why, what it costs, and the buttons to answer.

The card only asks; the review desk sends. After an answer was sent, nothing on the card
can be pressed until the proposal changes.
"""

from decimal import Decimal
from typing import Final

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from terminal.domain.account import Balance
from terminal.domain.approval import Amendment, DeskMode
from terminal.domain.capabilities import TradedVenue
from terminal.domain.instrument import Instrument, base_of
from terminal.domain.position import Position
from terminal.domain.review import Proposal, ReviewState
from terminal.ui.actions.table import KeyWords, built_in_key
from terminal.ui.theme.look import LIVE
from terminal.ui.theme.tokens import INSET, RADIUS
from terminal.ui.widgets.clamped_text import ClampedText
from terminal.ui.widgets.plain_text import tooltip
from terminal.ui.widgets.review.band_line import BandLine
from terminal.ui.widgets.review.card_answers import Answer, CardAnswers
from terminal.ui.widgets.review.card_parts import CardDetails, CardFoot, CardHead, TermsGrid, VotesLine
from terminal.ui.widgets.review.card_words import (
    amend_tip,
    approve_tip,
    approve_words,
    main_reason,
    mode_of_card,
    sends_in_s,
)
from terminal.ui.widgets.review.close_terms import act_words, close_left_terms, close_right_terms, is_close
from terminal.ui.widgets.review.countdown_ring import ConfidenceBar
from terminal.ui.widgets.review.evidence_list import EvidenceList
from terminal.ui.widgets.review.review_terms import WEEX, gate_words, guard_tip, left_terms, right_terms, short_terms
from terminal.ui.widgets.review.send_strip import SendStrip

EXPLANATION_LINES: Final = 5
EVIDENCE_SHOWN: Final = 3
ANSWER_WAIT_S: Final = 4.0  # a card the engine says nothing about for so long can be answered again
REST_S: Final = 0.6  # a new card, or one whose terms changed, hears nothing for so long


class DecisionCard(QFrame):
    """A card; expanded while it is selected.

    Attributes:
        proposal: what is shown.
        answer: where its answer stands.
        is_marked: chosen to be approved together with others.
        wakes_s: before this moment, on the operator's monotonic clock, it cannot be answered.

    Signals:
        chosen (str): someone clicked the card; its decision id.
        mark_asked (str): a click with Ctrl.
        approve_asked (str): an approve button; with terms amended when that form is open.
        undo_asked (str): the button in the seconds before the order leaves.
        reject_given (str, str): decision id and reason.
        evidence_chosen (Proposal, Evidence): a value that should be shown on the chart.
        unfolded (QWidget): a part of the card that was just opened and should be seen.
    """

    chosen = Signal(str)
    mark_asked = Signal(str)
    approve_asked = Signal(str)
    undo_asked = Signal(str)
    reject_given = Signal(str, str)
    evidence_chosen = Signal(object, object)
    unfolded = Signal(object)

    def __init__(
        self, proposal: Proposal, mode_word: str = "DEMO", parent: QWidget | None = None, key: KeyWords = built_in_key
    ) -> None:
        """`mode_word` tells on the approving button what kind of account trades; `key` what its keys are called."""
        super().__init__(parent)
        self.proposal = proposal
        self.answer = Answer.NONE
        self.is_marked = False
        self.wakes_s = 0.0
        self._mode = mode_word
        self._desk_mode = DeskMode.SEMI_AUTO
        self._key = key
        self._selected = False
        self._now_s = 0.0
        self._left_s = proposal.deadline_s - proposal.created_s
        self._answer_by_s = 0.0
        self._undoing = False
        self._instrument: Instrument | None = None
        self._balance: Balance | None = None
        self._price: Decimal | None = None
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
        self._connect()
        self._refresh()

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

    def _connect(self) -> None:
        answers = self.answers
        answers.approve_asked.connect(lambda: self.approve_asked.emit(self.proposal.decision_id))
        answers.amend_asked.connect(self.toggle_amend)
        answers.reject_asked.connect(self.ask_reason)
        answers.dismissed.connect(self.go_back)
        answers.reject_given.connect(lambda reason: self.reject_given.emit(self.proposal.decision_id, reason))
        self.strip.undo_asked.connect(lambda: self.undo_asked.emit(self.proposal.decision_id))
        self.evidence.chosen.connect(lambda piece: self.evidence_chosen.emit(self.proposal, piece))
        self.more.clicked.connect(self.toggle_details)

    # -- state ------------------------------------------------------------

    @property
    def mode(self) -> DeskMode:
        """What becomes of this card; it is the engine's rule, shown before it refuses."""
        return mode_of_card(self.proposal.mode, self._desk_mode)

    @property
    def is_awake(self) -> bool:
        return self._now_s >= self.wakes_s

    @property
    def can_answer(self) -> bool:
        """True while an answer may still be sent."""
        return self.proposal.is_open and self.answer is not Answer.SENDING and self._left_s > 0

    @property
    def can_approve(self) -> bool:
        """True while an approval may be sent: a person approves here, every risk check passed."""
        proposal = self.proposal
        checked = bool(proposal.verdict.checks) and proposal.verdict.allowed
        return self.can_answer and checked and bool(proposal.fingerprint) and self.mode is DeskMode.SEMI_AUTO

    @property
    def can_amend(self) -> bool:
        return self.can_approve and self._instrument is not None and not is_close(self.proposal)

    @property
    def can_undo(self) -> bool:
        """True in the seconds between the approval and the order's leaving."""
        return self.answer is Answer.LEAVING and not self._undoing and self.sends_in_s > 0

    @property
    def sends_in_s(self) -> float:
        """Seconds until an approved order leaves; 0 when none is about to."""
        return sends_in_s(self.proposal, self._now_s)

    @property
    def amendment(self) -> Amendment | None:
        """What the open form changes; None when no form is open or nothing differs."""
        change = self.amend_form.amendment if self.answer is Answer.AMENDING else None
        return None if change is None or change.is_empty else change

    @property
    def is_amend_ready(self) -> bool:
        """False while a number in the open form cannot be sent as it stands."""
        return self.answer is not Answer.AMENDING or self.amend_form.amendment is not None

    @property
    def is_selected(self) -> bool:
        return self._selected

    def set_proposal(self, proposal: Proposal) -> None:
        """Take the proposal's newest state; whatever was being sent has been answered."""
        changed = (proposal.fingerprint, proposal.terms) != (self.proposal.fingerprint, self.proposal.terms)
        self.proposal = proposal
        self._undoing = False
        if proposal.state is ReviewState.APPROVED and proposal.sends_at_s is not None:
            self.answer = Answer.LEAVING
        elif self.answer in {Answer.SENDING, Answer.LEAVING}:
            if self.answer is Answer.LEAVING:
                self.wakes_s = self._now_s + REST_S  # taken back: the same hand's next key does not send it again
            self.answer = Answer.NONE
        if changed and proposal.is_open:
            self.wakes_s = self._now_s + REST_S
            if self.answer is Answer.AMENDING:
                self.answer = Answer.NONE  # the form was about other terms
        self._refresh()

    def set_mode(self, mode: DeskMode) -> None:
        """Show what becomes of decisions now."""
        self._desk_mode = mode
        if self.answer is Answer.AMENDING and not self.can_amend:
            self.answer = Answer.NONE
        self._refresh()

    def set_figures(
        self,
        instrument: Instrument | None,
        balance: Balance | None,
        position: Position | None = None,
        traded: TradedVenue = WEEX,
    ) -> None:
        """Work the terms out again from the venue and its rules, the account and what a close would close."""
        proposal = self.proposal
        known, self._instrument, self._balance = self._instrument, instrument, balance
        if is_close(proposal):
            left = close_left_terms(proposal, instrument, position)
            self.terms.set_terms(left, close_right_terms(proposal, instrument, position))
        else:
            self.terms.set_terms(left_terms(proposal, instrument, balance), right_terms(proposal, instrument, traded))
        self.short.set_text(short_terms(self.proposal, instrument))
        if self.answer is Answer.AMENDING:
            self.amend_form.set_balance(balance)
        if (known is None) is not (instrument is None):
            self._refresh()
        self._show_band()

    def show_price(self, price: Decimal | None) -> None:
        """Hold the market's price against the band."""
        if price != self._price:
            self._price = price
            self._show_band()

    def set_selected(self, selected: bool) -> None:
        if not selected:
            self.go_back()
        self._selected = selected
        self._refresh()

    def set_marked(self, marked: bool) -> None:
        self.is_marked = marked
        self.head.show_mark(marked)
        self.update()

    def tick(self, now_s: float) -> None:
        """Move the ring on; when the time is up nothing can be answered any more."""
        could = self._left_s > 0
        self._now_s = now_s
        self._left_s = self.proposal.deadline_s - now_s
        self.head.ring.set_seconds(self._left_s, self.proposal.deadline_s - self.proposal.created_s)
        if self.answer is Answer.LEAVING:
            self.strip.set_left(self.sends_in_s, asked=self._undoing)
        if self.answer is Answer.SENDING and now_s > self._answer_by_s:
            self.release()
        if could != (self._left_s > 0):
            self.go_back()
            self._refresh()

    # -- answering --------------------------------------------------------

    def mark_sending(self, wait_s: float = ANSWER_WAIT_S) -> None:
        """Show that the answer is on its way; without a word of the engine within `wait_s` it can be given again."""
        self.answer, self._answer_by_s = Answer.SENDING, self._now_s + wait_s
        self._refresh()

    def release(self) -> None:
        """The answer came to nothing and the proposal still waits: it can be answered again after a rest."""
        if self.answer is Answer.SENDING:
            self.answer, self.wakes_s = Answer.NONE, self._now_s + REST_S
            self._refresh()

    def mark_undoing(self) -> None:
        """Show that the undo is on its way."""
        self._undoing = True
        self.strip.set_left(self.sends_in_s, asked=True)

    def ask_reason(self) -> None:
        """Ask why the proposal is rejected, inside the card."""
        if self.can_answer:
            self._open_form(Answer.ASKING, self.form)
            self.form.begin()

    def toggle_amend(self) -> None:
        """Open the form for tighter terms, or close it."""
        if self.answer is Answer.AMENDING:
            self.go_back()
        elif self.can_amend and self._instrument is not None:
            self._open_form(Answer.AMENDING, self.amend_form)
            self.amend_form.begin(self.proposal.terms, self._instrument, self._balance)

    def _open_form(self, answer: Answer, form: QWidget) -> None:
        self.answer = answer
        self._refresh()
        self.unfolded.emit(form)

    def go_back(self) -> None:
        """Leave an open form without an answer."""
        if self.answer in {Answer.ASKING, Answer.AMENDING}:
            self.answer = Answer.NONE
            self._refresh()

    def say_place(self, words: str) -> None:
        """Say where on the chart a value is, or that it has no place there."""
        self.evidence.say(words)
        if self.details is not None:
            self.details.evidence.say(words)

    def toggle_details(self) -> None:
        """Show or hide everything about the proposal."""
        if self.details is None:
            self.details = CardDetails(self.proposal)
            self.details.evidence.chosen.connect(lambda piece: self.evidence_chosen.emit(self.proposal, piece))
            self._inner.addWidget(self.details)  # below the buttons: those stay in sight
        else:
            self._inner.removeWidget(self.details)
            self.details.hide()
            self.details.deleteLater()
            self.details = None
        self._refresh()
        self.unfolded.emit(self)  # its head: what the details or the summary are about

    # -- look -------------------------------------------------------------

    def _refresh(self) -> None:
        detailed = self.details is not None
        self._open.setVisible(self._selected)
        self.short.setVisible(not self._selected)
        self.first_line.setVisible(not self._selected)
        self.explanation.setVisible(not detailed)
        self.votes.show_unless(detailed)
        self.evidence.setVisible(not detailed)
        self.gate.setVisible(not detailed)
        self.gate.set_text(*gate_words(self.proposal.verdict))
        self.gate.setToolTip(tooltip(guard_tip(self.proposal.verdict)))
        self.answers.show_answer(self.answer)
        self.strip.setVisible(self.answer is Answer.LEAVING)
        if self.answer is Answer.LEAVING:
            self.strip.set_left(self.sends_in_s, asked=self._undoing)
        waits = None if self.answer is Answer.SENDING else self._left_s > 0
        self.approve.setText(approve_words(waits, self.mode, self._mode, self._key("review.approve")))
        self.approve.setToolTip(approve_tip(self.proposal, self.mode, self._key("review.approve")))
        self.approve.setEnabled(self.can_approve)
        self.amend.setEnabled(self.can_amend)
        self.amend.setToolTip(amend_tip(self.proposal, self._key("review.amend")))
        self.reject.setEnabled(self.can_answer)
        self.more.setText(f"{'Less' if detailed else 'Details'}  {self._key('review.details')}")
        self.update()

    def show_keys(self) -> None:
        """Name the keys there are now."""
        self.answers.show_keys()
        self.strip.show_keys()
        self._refresh()

    def _show_band(self) -> None:
        decimals = self._instrument.price_decimals if self._instrument else None
        self.band.show_proposal(self.proposal, decimals, self._price)

    # -- Qt ---------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.mark_asked.emit(self.proposal.decision_id)
            else:
                self.chosen.emit(self.proposal.decision_id)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event  # ground and border are drawn as a whole
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(LIVE.accent if self._selected else LIVE.line), 1))
        painter.setBrush(QColor(LIVE.raised))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        painter.end()
