"""One proposal as a card: what the AI wants, why, what it costs, and the buttons to answer.

The card only asks; the review desk sends. After an answer was sent, nothing on the card
can be pressed until the proposal changes.
"""

from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

from terminal.domain.account import Balance
from terminal.domain.approval import Amendment, DeskMode
from terminal.domain.capabilities import TradedVenue
from terminal.domain.instrument import Instrument
from terminal.domain.position import Position
from terminal.domain.review import Proposal
from terminal.ui.actions.table import KeyWords, built_in_key
from terminal.ui.widgets.review.card_face import CardFace
from terminal.ui.widgets.review.card_state import ANSWER_WAIT_S, Answer, CardState
from terminal.ui.widgets.review.close_terms import close_left_terms, close_right_terms, is_close
from terminal.ui.widgets.review.review_terms import WEEX, left_terms, right_terms, short_terms


class DecisionCard(CardFace):
    """A card; expanded while it is selected.

    Attributes:
        state: what is asked, where its answer stands and what may still be done.
        is_marked: chosen to be approved together with others.

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
        super().__init__(proposal, mode_word, key, parent)
        self.state = CardState(proposal)
        self.is_marked = False
        self._instrument: Instrument | None = None
        self._balance: Balance | None = None
        self._price: Decimal | None = None
        self._connect()
        self._refresh()

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
    def proposal(self) -> Proposal:
        return self.state.proposal

    @property
    def amendment(self) -> Amendment | None:
        """What the open form changes; None when no form is open or nothing differs."""
        change = self.amend_form.amendment if self.state.answer is Answer.AMENDING else None
        return None if change is None or change.is_empty else change

    @property
    def is_amend_ready(self) -> bool:
        """False while a number in the open form cannot be sent as it stands."""
        return self.state.answer is not Answer.AMENDING or self.amend_form.amendment is not None

    def set_proposal(self, proposal: Proposal) -> None:
        """Take the proposal's newest state; whatever was being sent has been answered."""
        self.state.take(proposal)
        self._refresh()

    def set_mode(self, mode: DeskMode) -> None:
        """Show what becomes of decisions now."""
        self.state.take_mode(mode)
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
        known, self._instrument, self._balance = self.state.has_rules, instrument, balance
        self.state.has_rules = instrument is not None
        if is_close(proposal):
            left = close_left_terms(proposal, instrument, position)
            self.terms.set_terms(left, close_right_terms(proposal, instrument, position))
        else:
            self.terms.set_terms(left_terms(proposal, instrument, balance), right_terms(proposal, instrument, traded))
        self.short.set_text(short_terms(proposal, instrument))
        if self.state.answer is Answer.AMENDING:
            self.amend_form.set_balance(balance)
        if known is not self.state.has_rules:
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
        state, proposal = self.state, self.proposal
        turned = state.tick(now_s)
        self.head.ring.set_seconds(state.left_s, proposal.deadline_s - proposal.created_s)
        if state.answer is Answer.LEAVING:
            self.strip.set_left(state.sends_in_s, asked=state.is_undoing)
        if state.is_unheard:
            self.release()
        if turned:
            self.go_back()
            self._refresh()

    # -- answering --------------------------------------------------------

    def mark_sending(self, wait_s: float = ANSWER_WAIT_S) -> None:
        """Show that the answer is on its way; without a word of the engine within `wait_s` it can be given again."""
        self.state.send(wait_s)
        self._refresh()

    def release(self) -> None:
        """The answer came to nothing and the proposal still waits: it can be answered again after a rest."""
        if self.state.release():
            self._refresh()

    def mark_undoing(self) -> None:
        """Show that the undo is on its way."""
        self.state.is_undoing = True
        self.strip.set_left(self.state.sends_in_s, asked=True)

    def ask_reason(self) -> None:
        """Ask why the proposal is rejected, inside the card."""
        if self.state.can_answer:
            self._open_form(Answer.ASKING, self.form)
            self.form.begin()

    def toggle_amend(self) -> None:
        """Open the form for tighter terms, or close it."""
        if self.state.answer is Answer.AMENDING:
            self.go_back()
        elif self.state.can_amend and self._instrument is not None:
            self._open_form(Answer.AMENDING, self.amend_form)
            self.amend_form.begin(self.proposal.terms, self._instrument, self._balance)

    def _open_form(self, answer: Answer, form: QWidget) -> None:
        self.state.answer = answer
        self._refresh()
        self.unfolded.emit(form)

    def go_back(self) -> None:
        """Leave an open form without an answer."""
        if self.state.has_form:
            self.state.answer = Answer.NONE
            self._refresh()

    def toggle_details(self) -> None:
        """Show or hide everything about the proposal."""
        values = self.turn_details(self.proposal)
        if values is not None:
            values.chosen.connect(lambda piece: self.evidence_chosen.emit(self.proposal, piece))
        self._refresh()
        self.unfolded.emit(self)  # its head: what the details or the summary are about

    # -- look -------------------------------------------------------------

    def _refresh(self) -> None:
        self.show_state(self.state)

    def show_keys(self) -> None:
        """Name the keys there are now."""
        self.answers.show_keys()
        self.strip.show_keys()
        self._refresh()

    def _show_band(self) -> None:
        decimals = self._instrument.price_decimals if self._instrument else None
        self.band.show_proposal(self.proposal, decimals, self._price)

    @property
    def has_keyboard(self) -> bool:
        """Whether the keyboard is somewhere in the card."""
        return self.window().focusWidget() in (self, *self.findChildren(QWidget))

    # -- Qt ---------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.mark_asked.emit(self.proposal.decision_id)
            else:
                self.chosen.emit(self.proposal.decision_id)
