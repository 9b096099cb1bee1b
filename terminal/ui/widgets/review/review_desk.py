"""The review desk: proposals waiting for a person, and everything that was answered.

Nothing is approved by accident: keys reach only the selected card, the card is blocked
from the moment an answer is sent, a new card hears nothing for a moment, and neither does
any card for a moment after the selection moved by itself.
"""

from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QWidget

from terminal.domain.messages import CycleEnded
from terminal.domain.order import Order
from terminal.domain.review import Proposal
from terminal.domain.review_messages import ApprovalVoided, DeskModeChanged
from terminal.ui.actions.bind import bind
from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.widgets.panel import Panel
from terminal.ui.widgets.review.answering import Answering
from terminal.ui.widgets.review.band_line import touch_price
from terminal.ui.widgets.review.card_answers import Answer
from terminal.ui.widgets.review.card_stack import CardStack
from terminal.ui.widgets.review.card_words import sends_in_s
from terminal.ui.widgets.review.decision_card import REST_S, DecisionCard
from terminal.ui.widgets.review.evidence_guide import EvidenceGuide
from terminal.ui.widgets.review.history_panel import HistoryPanel
from terminal.ui.widgets.review.mode_control import ModeControl
from terminal.ui.widgets.review.model_foot import ModelFoot
from terminal.ui.widgets.review.review_history import ROW_PX
from terminal.ui.widgets.review.review_sheets import ReviewSheets
from terminal.ui.widgets.review.review_words import empty_words
from terminal.ui.widgets.review.several import Several

_RING_MS: Final = 250  # while cards wait
_LEAVING_MS: Final = 100  # while an order can still be taken back
_IDLE_MS: Final = 1_000  # for the age in the empty state
_LEFT_S: Final = 2.0  # an order that left so long ago without word from the engine goes to the history
_CARD_PX: Final = 452  # an open card
_EMPTY_PX: Final = 190  # the words of the empty desk
_FOOT_PX: Final = 162  # header, heading and filters of the history, the model's lines
_MOST_BELOW_CARDS: Final = 4
_MOST_ROWS: Final = 10


class ReviewDesk(Panel):
    """Cards above, history below, the model's state at the bottom.

    Attributes:
        stack: the waiting cards, and those whose order has not left yet.
        selected_id: decision id of the selected card, None when nothing waits.

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
        self.selected_id: str | None = None
        self._settled_s = desk.monotonic_s()
        self._hand = Answering(desk, self.stack)
        self.several = Several(desk, self.stack, self._hand, self._awake)
        self.history = HistoryPanel(desk)
        self.sheets = ReviewSheets(desk, mode_word, self, self.several.read)
        self.several.attach(self.sheets)
        self._guide = EvidenceGuide(desk, self.stack, self.sheets)
        self._build()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)
        bind(
            desk.actions,
            self,
            {
                "review.next": lambda: self._move(1),
                "review.previous": lambda: self._move(-1),
                "review.approve": self._approve_by_key,
                "review.amend": self._amend_by_key,
                "review.reject": self._reject_by_key,
                "review.details": self._details_by_key,
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
        desk.order_changed.connect(self._on_order)
        desk.review.voided.connect(self._on_voided)
        desk.review.mode_changed.connect(self._on_mode)
        desk.instruments_changed.connect(self._refresh_figures)
        desk.balance_changed.connect(self._refresh_figures)
        desk.positions_changed.connect(self._refresh_figures)
        desk.mark_changed.connect(self._guide.on_mark)
        desk.model_changed.connect(self._refresh_words)
        desk.trading_state_changed.connect(self._refresh_words)
        desk.cycle_ended.connect(self._on_cycle)
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
                self._figures_of(card)
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

    def _on_order(self, order: Order) -> None:
        self.history.model.order_moved(order)

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

    def _on_cycle(self, _cycle: CycleEnded) -> None:
        self._refresh_words()

    def _add(self, proposal: Proposal) -> None:
        now_s = self._desk.monotonic_s()
        card = DecisionCard(proposal, self._mode, key=self._desk.actions.keymap.shown)
        card.wakes_s = now_s + REST_S
        card.chosen.connect(self._choose)
        card.mark_asked.connect(self.several.toggle)
        card.approve_asked.connect(lambda decision_id: self._approve(decision_id, "button"))
        card.undo_asked.connect(self._hand.undo)
        card.reject_given.connect(self._reject)
        card.evidence_chosen.connect(self._guide.show)
        card.set_mode(self._desk.review.mode)
        self._figures_of(card)
        card.tick(now_s)
        card.set_proposal(proposal)
        self.stack.add(card)
        if self.selected_id is None:
            self._select(proposal.decision_id)

    def _remove(self, decision_id: str) -> None:
        following = self.stack.neighbour(decision_id, 1) or self.stack.neighbour(decision_id, -1)
        if card_has_focus(self.stack.get(decision_id)):
            self.setFocus(Qt.FocusReason.OtherFocusReason)  # else Qt hands it to whatever button comes next
        self.stack.remove(decision_id)
        if self.selected_id == decision_id:
            self._select(following)

    # -- selection --------------------------------------------------------

    @property
    def selected_card(self) -> DecisionCard | None:
        return self.stack.get(self.selected_id)

    def _select(self, decision_id: str | None) -> None:
        """Move the selection without anyone having asked; answers rest for a moment."""
        self._settled_s = self._desk.monotonic_s() + REST_S
        self._show_selected(decision_id)

    def _choose(self, decision_id: str) -> None:
        """Select a card because a person did; the chart follows."""
        card = self.stack.get(decision_id)
        if card is None:
            return
        if decision_id != self.selected_id:
            self._show_selected(decision_id)
        self._desk.select(card.proposal.decision.instrument_id)

    def _show_selected(self, decision_id: str | None) -> None:
        self.selected_id = decision_id
        self.stack.select(decision_id)
        self.proposal_selected.emit(decision_id)

    def _move(self, step: int) -> None:
        if self.selected_id is not None:
            self._choose(self.stack.neighbour(self.selected_id, step) or self.selected_id)

    def show_card(self, decision_id: str) -> None:
        """Bring a decision into sight: a waiting one is selected, an answered one opens."""
        proposal = self._desk.proposals.get(decision_id)
        if self.stack.get(decision_id) is not None:
            self._choose(decision_id)
        elif proposal is not None:
            self._open_answered(proposal)

    # -- answers ----------------------------------------------------------

    def _awake(self, decision_id: str | None) -> DecisionCard | None:
        """Give a card that listens: neither new nor in a place that was another's a moment ago."""
        card = self.stack.get(decision_id)
        if card is None or not self._has_settled:
            return None
        card.tick(self._desk.monotonic_s())
        return card if card.is_awake else None

    @property
    def _has_settled(self) -> bool:
        """False just after the selection moved by itself: a key or a click may be meant for the card before."""
        return self._desk.monotonic_s() >= self._settled_s

    def _approve_by_key(self) -> None:
        if self.selected_id is not None:
            self._approve(self.selected_id, "key A")

    def _amend_by_key(self) -> None:
        card = self._awake(self.selected_id)
        if card is not None:
            card.toggle_amend()

    def _reject_by_key(self) -> None:
        card = self._awake(self.selected_id)
        if card is not None:
            card.ask_reason()

    def _details_by_key(self) -> None:
        card = self.selected_card
        if card is not None:
            card.toggle_details()

    def _approve(self, decision_id: str, how: str) -> None:
        card = self._awake(decision_id)
        if card is None:
            return
        had_focus = card_has_focus(card)
        self._hand.approve(decision_id, how)
        if had_focus and card.answer is Answer.SENDING:
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
            self._price_of(card)
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
        """Give the history what an open card leaves, so that its buttons need no scrolling; more while none waits."""
        waiting = len(self.stack) > 0
        room = self.height() - _FOOT_PX - (_CARD_PX if waiting else _EMPTY_PX)
        self.history.fit(min(max(room // ROW_PX, 1), _MOST_BELOW_CARDS if waiting else _MOST_ROWS))

    def _refresh_words(self) -> None:
        desk = self._desk
        cycle = desk.cycles[-1] if desk.cycles else None
        age_s = desk.cycle_age_s()
        self.stack.empty.setText(empty_words(desk.model, desk.trading_state, desk.trading_reason, cycle, age_s))
        self.foot.refresh(has_cards=len(self.stack) > 0)

    def _refresh_figures(self) -> None:
        for card in self.stack.cards:
            self._figures_of(card)

    def _figures_of(self, card: DecisionCard) -> None:
        terms = card.proposal.terms
        leg = (terms.instrument_id, terms.position_side)
        position = next((each for each in self._desk.positions if (each.instrument_id, each.side) == leg), None)
        rules = self._desk.instruments.get(terms.instrument_id)
        card.set_figures(rules, self._desk.balance, position, self._desk.venues.traded)
        self._price_of(card)

    def _price_of(self, card: DecisionCard) -> None:
        terms, desk = card.proposal.terms, self._desk
        card.show_price(
            touch_price(terms.side, desk.books.get(terms.instrument_id), desk.tickers.get(terms.instrument_id))
        )

    # -- time -------------------------------------------------------------

    def _pace(self) -> None:
        """Tick often while an order can be taken back, seldom without cards, never unseen."""
        if not self.isVisible():
            self._timer.stop()
            return
        leaving = any(not card.proposal.is_open for card in self.stack.cards)
        wanted = _LEAVING_MS if leaving else _RING_MS if len(self.stack) else _IDLE_MS
        if not self._timer.isActive() or self._timer.interval() != wanted:
            self._timer.start(wanted)

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


def card_has_focus(card: DecisionCard | None) -> bool:
    """Tell whether the keyboard is somewhere in a card."""
    return card is not None and card.window().focusWidget() in (card, *card.findChildren(QWidget))
