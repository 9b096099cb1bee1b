"""The review desk: proposals waiting for a person, and everything that was answered.

Nothing is approved by accident: keys reach only the selected card, the card is blocked
from the moment an answer is sent, a new card hears nothing for a moment, and neither does
any card for a moment after the selection moved by itself.
"""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QWidget

from terminal.domain.review import Proposal
from terminal.domain.review_messages import ApprovalVoided, DeskModeChanged
from terminal.ui.actions.bind import bind
from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.widgets.panel import Panel
from terminal.ui.widgets.review.answering import Answering
from terminal.ui.widgets.review.card_choice import CardChoice
from terminal.ui.widgets.review.card_figures import CardFigures
from terminal.ui.widgets.review.card_stack import CardStack
from terminal.ui.widgets.review.card_state import REST_S, Answer
from terminal.ui.widgets.review.card_words import sends_in_s
from terminal.ui.widgets.review.decision_card import DecisionCard
from terminal.ui.widgets.review.desk_pace import DeskPace
from terminal.ui.widgets.review.evidence_guide import EvidenceGuide
from terminal.ui.widgets.review.history_panel import HistoryPanel
from terminal.ui.widgets.review.mode_control import ModeControl
from terminal.ui.widgets.review.model_foot import ModelFoot
from terminal.ui.widgets.review.review_sheets import ReviewSheets
from terminal.ui.widgets.review.review_words import empty_words
from terminal.ui.widgets.review.several import Several

_LEFT_S: Final = 2.0  # an order that left so long ago without word from the engine goes to the history


class ReviewDesk(Panel):
    """Cards above, history below, the model's state at the bottom.

    Attributes:
        stack: the waiting cards, and those whose order has not left yet.
        choice: which of them is selected.

    Signals:
        proposal_selected (str or None): the selection moved.
    """

    proposal_selected = Signal(object)

    def __init__(
        self, desk: Desk, mode_word: str = "DEMO", parent: QWidget | None = None, *, animate: bool = True
    ) -> None:
        """`mode_word` is on every button that approves."""
        super().__init__("Review desk", parent)
        self._desk = desk
        self._mode = mode_word
        self.stack = CardStack(animate=animate)
        self.choice = choice = CardChoice(desk, self.stack, self)
        choice.changed.connect(self.proposal_selected)
        self._figures = CardFigures(desk, self.stack)
        self._hand = Answering(desk, self.stack)
        self.several = Several(desk, self.stack, self._hand, choice.awake)
        self.history = HistoryPanel(desk)
        self.sheets = ReviewSheets(desk, mode_word, self, self.several.read)
        self.several.attach(self.sheets)
        self._guide = EvidenceGuide(desk, self.stack, self.sheets)
        self._build()
        self.pace = DeskPace(self)
        self.pace.timeout.connect(self._tick)
        bind(
            desk.actions,
            self,
            {
                "review.next": lambda: choice.move(1),
                "review.previous": lambda: choice.move(-1),
                "review.approve": self._approve_by_key,
                "review.amend": choice.with_awake(DecisionCard.toggle_amend),
                "review.reject": choice.with_awake(DecisionCard.ask_reason),
                "review.details": choice.turn_details,
                "review.undo": lambda: self._hand.undo_newest(self.selected_card),
                "review.mark": lambda: self.several.toggle(self.selected_id),
                "review.several": self.several.ask,
            },
        )
        self._connect(desk)
        for proposal in tuple(desk.proposals.values()):
            if self._is_on_a_card(proposal):
                self.history.model.forget(proposal.decision_id)
                self._add(proposal)
        self._refresh()

    # -- building ---------------------------------------------------------

    def _build(self) -> None:
        self.count = QLabel()
        set_role(self.count, "chip", "ai")
        self.count.setAccessibleName("Decisions waiting")
        self.mode = ModeControl(self._desk.review)
        self.header.row.addWidget(self.count, 0, Qt.AlignmentFlag.AlignVCenter)
        self.header.row.addWidget(self.mode, 0, Qt.AlignmentFlag.AlignVCenter)
        self.body.addWidget(self.several.bar)
        self.body.addWidget(self.stack, 1)
        self.body.addWidget(self.history)
        self.foot = ModelFoot(self._desk)
        self.body.addWidget(self.foot)

    def _connect(self, desk: Desk) -> None:
        desk.proposal_changed.connect(self._on_proposal)
        desk.notice.connect(self._hand.on_notice)
        desk.order_changed.connect(self.history.model.order_moved)
        desk.review.voided.connect(self._on_voided)
        desk.review.mode_changed.connect(self._on_mode)
        desk.instruments_changed.connect(self._figures.refresh)
        desk.balance_changed.connect(self._figures.refresh)
        desk.positions_changed.connect(self._figures.refresh)
        desk.mark_changed.connect(self._guide.on_mark)
        desk.model_changed.connect(self._refresh_words)
        desk.trading_state_changed.connect(self._refresh_words)
        desk.cycle_ended.connect(lambda _cycle: self._refresh_words())
        desk.actions.keymap.changed.connect(self._show_keys)
        self.mode.clicked.connect(self.sheets.ask_mode)
        self.history.opened.connect(self._open_answered)
        self.history.filters.changed.connect(self._size_history)
        self.sheets.evidence_chosen.connect(self._guide.show_answered)

    # -- the desk's events ------------------------------------------------

    def _on_proposal(self, proposal: Proposal) -> None:
        card = self.stack.get(proposal.decision_id)
        if self._is_on_a_card(proposal):
            self.history.model.forget(proposal.decision_id)
            if card is None:
                self._add(proposal)
            else:
                card.tick(self._desk.monotonic_s())
                card.set_proposal(proposal)
                self._figures.give(card)
        else:
            self._file(proposal)
        self._hand.hear(proposal)
        self._refresh()

    def _is_on_a_card(self, proposal: Proposal) -> bool:
        """True while it waits, or while its order has not left."""
        return proposal.is_open or sends_in_s(proposal, self._desk.monotonic_s()) > 0

    def _file(self, proposal: Proposal) -> None:
        """Put an answered proposal into the history."""
        self.history.take(proposal)
        if self.stack.get(proposal.decision_id) is not None:
            self._remove(proposal.decision_id)

    def _on_voided(self, event: ApprovalVoided) -> None:
        """Tell the hand that approved; what code approved is told by the event log."""
        if event.decision_id in self._hand.asked:
            self.sheets.show_void(event)

    def _on_mode(self, event: DeskModeChanged) -> None:
        for card in self.stack.cards:
            card.set_mode(event.mode)
        self._refresh()

    def _show_keys(self) -> None:
        self.several.bar.show_keys()
        for card in self.stack.cards:
            card.show_keys()

    def _add(self, proposal: Proposal) -> None:
        now_s = self._desk.monotonic_s()
        card = DecisionCard(proposal, self._mode, key=self._desk.actions.keymap.shown)
        card.state.wakes_s = now_s + REST_S
        card.chosen.connect(self.choice.choose)
        card.mark_asked.connect(self.several.toggle)
        card.approve_asked.connect(lambda decision_id: self._approve(decision_id, "button"))
        card.undo_asked.connect(self._hand.undo)
        card.reject_given.connect(self._reject)
        card.evidence_chosen.connect(self._guide.show)
        card.set_mode(self._desk.review.mode)
        self._figures.give(card)
        card.tick(now_s)
        card.set_proposal(proposal)
        self.stack.add(card)
        if self.selected_id is None:
            self.choice.fall_to(proposal.decision_id)

    def _remove(self, decision_id: str) -> None:
        following = self.stack.neighbour(decision_id, 1) or self.stack.neighbour(decision_id, -1)
        if (card := self.stack.get(decision_id)) is not None and card.has_keyboard:
            self.setFocus(Qt.FocusReason.OtherFocusReason)  # else Qt hands it to whatever button comes next
        self.stack.remove(decision_id)
        if self.selected_id == decision_id:
            self.choice.fall_to(following)

    # -- selection --------------------------------------------------------

    @property
    def selected_card(self) -> DecisionCard | None:
        return self.choice.card

    @property
    def selected_id(self) -> str | None:
        return self.choice.selected_id

    def show_card(self, decision_id: str) -> None:
        """Bring a decision into sight: a waiting one is selected, an answered one opens."""
        proposal = self._desk.proposals.get(decision_id)
        if self.stack.get(decision_id) is not None:
            self.choice.choose(decision_id)
        elif proposal is not None:
            self._open_answered(proposal)

    # -- answers ----------------------------------------------------------

    def _approve_by_key(self) -> None:
        if self.selected_id is not None:
            self._approve(self.selected_id, "key A")

    def _approve(self, decision_id: str, how: str) -> None:
        card = self.choice.awake(decision_id)
        if card is None:
            return
        had_focus = card.has_keyboard
        self._hand.approve(decision_id, how)
        if had_focus and card.state.answer is Answer.SENDING:
            self.setFocus(Qt.FocusReason.OtherFocusReason)  # its buttons rest; Qt would choose one elsewhere
        self.several.refresh()

    def _reject(self, decision_id: str, reason: str) -> None:
        if self._hand.reject(decision_id, reason):
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _open_answered(self, proposal: Proposal) -> None:
        self.sheets.show_decision(proposal, self.history.model.result(proposal))

    # -- refreshing -------------------------------------------------------

    def _tick(self) -> None:
        now_s = self._desk.monotonic_s()
        for card in self.stack.cards:
            card.tick(now_s)
            self._figures.give_price(card)
            sends_at_s = card.proposal.sends_at_s
            if not card.proposal.is_open and sends_at_s is not None and now_s > sends_at_s + _LEFT_S:
                self._file(card.proposal)
                self._refresh()
        self.sheets.refresh()
        self._pace()
        if not len(self.stack):
            self._refresh_words()

    def _refresh(self) -> None:
        waiting = sum(card.proposal.is_open for card in self.stack.cards)
        self.count.setText(f"{waiting} waiting")
        set_role(self.count, "chip", "ai" if waiting else "quiet")
        self.history.refresh()
        self._size_history()
        if self.several.bar.isVisible():
            self.several.refresh()
        self.sheets.refresh()
        self._refresh_words()
        self._pace()

    def _size_history(self) -> None:
        self.history.fit_beside(len(self.stack), self.height())

    def _refresh_words(self) -> None:
        desk = self._desk
        cycle = desk.cycles[-1] if desk.cycles else None
        age_s = desk.cycle_age_s()
        self.stack.empty.setText(empty_words(desk.model, desk.trading_state, desk.trading_reason, cycle, age_s))
        self.foot.refresh(has_cards=len(self.stack) > 0)

    # -- time -------------------------------------------------------------

    def _pace(self) -> None:
        leaving = any(not card.proposal.is_open for card in self.stack.cards)
        self.pace.suit(seen=self.isVisible(), cards=len(self.stack), leaving=leaving)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._size_history()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._tick()
        self._pace()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._pace()
