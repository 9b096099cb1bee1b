"""The review desk: proposals waiting for a person, and everything that was answered.

Nothing is approved by accident: keys reach only the selected card, the card is blocked
from the moment an answer is sent, and for a moment after the selection moved by itself
no key and no click answers anything.
"""

from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from terminal.domain.messages import Approve, Reject
from terminal.domain.order import Order
from terminal.domain.review import Proposal
from terminal.ui.theme.fonts import HINT_PX
from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.widgets.clamped_text import ClampedText
from terminal.ui.widgets.panel import Panel
from terminal.ui.widgets.plain_text import tooltip
from terminal.ui.widgets.review.card_stack import CardStack
from terminal.ui.widgets.review.decision_card import DecisionCard
from terminal.ui.widgets.review.review_history import ROW_PX, SHOWN, HistoryList, HistoryModel
from terminal.ui.widgets.review.review_keys import bind_keys
from terminal.ui.widgets.review.review_words import empty_words, model_details, model_words

_RING_MS: Final = 250  # while cards wait
_IDLE_MS: Final = 1_000  # for the age in the empty state
_SETTLE_S: Final = 0.6  # after the selection moved by itself, nothing is answered for so long
_CARD_PX: Final = 430  # an open card
_EMPTY_PX: Final = 190  # the words of the empty desk
_FOOT_PX: Final = 130  # header, heading of the history, the model's lines
_MOST_BELOW_CARDS: Final = 4
_MOST_ROWS: Final = 10


class ReviewDesk(Panel):
    """Cards above, history below, the model's state at the bottom.

    Attributes:
        stack: the waiting cards.
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
        self.history_model = HistoryModel(desk, self)
        self._build()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)
        self._keys = bind_keys(
            self,
            {
                "J": lambda: self._move(1),
                "K": lambda: self._move(-1),
                "A": self._approve_by_key,
                "R": self._reject_by_key,
                "D": self._details_by_key,
            },
        )
        self._connect(desk)
        for proposal in desk.open_proposals():
            self._add(proposal)
        self._refresh()

    # -- building ---------------------------------------------------------

    def _build(self) -> None:
        self.count = QLabel()
        set_role(self.count, "chip", "ai")
        self.count.setAccessibleName("Decisions waiting")
        self.header.row.addWidget(self.count, 0, Qt.AlignmentFlag.AlignVCenter)
        self.body.addWidget(self.stack, 1)
        self._history_title = QLabel()
        set_role(self._history_title, "tone", "muted")
        set_role(self._history_title, "size", "hint")
        self.history = HistoryList(self.history_model)
        self._rule = QFrame()
        set_role(self._rule, "role", "rule")
        self.body.addWidget(self._rule)
        self.body.addWidget(self._history_title)
        self.body.addWidget(self.history)
        self.model_line = ClampedText(3, "muted", HINT_PX)
        self._stamp = QLabel("SIMULATED")
        set_role(self._stamp, "size", "hint")
        set_role(self._stamp, "tone", "muted")
        self._stamp.setToolTip("The newest decision was made from the built-in exchange's data, not a real market")
        foot = QHBoxLayout()
        foot.addWidget(self.model_line, 1)
        foot.addWidget(self._stamp, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(foot)

    def _connect(self, desk: Desk) -> None:
        desk.proposal_changed.connect(self._on_proposal)
        desk.order_changed.connect(self._on_order)
        desk.instruments_changed.connect(self._refresh_figures)
        desk.balance_changed.connect(self._refresh_figures)
        desk.positions_changed.connect(self._refresh_figures)
        for signal in (desk.model_changed, desk.cycle_ended, desk.trading_state_changed):
            signal.connect(self._refresh_words)

    # -- the desk's events ------------------------------------------------

    def _on_proposal(self, proposal: Proposal) -> None:
        card = self.stack.get(proposal.decision_id)
        if proposal.is_open:
            if card is None:
                self._add(proposal)
            else:
                card.set_proposal(proposal)
                self._figures_of(card)
        else:
            self.history_model.take(proposal)
            if card is not None:
                self._remove(proposal.decision_id)
        self._refresh()

    def _on_order(self, order: Order) -> None:
        self.history_model.order_moved(order)

    def _add(self, proposal: Proposal) -> None:
        card = DecisionCard(proposal, self._mode)
        card.chosen.connect(self._choose)
        card.approve_asked.connect(lambda decision_id: self._approve(decision_id, "button"))
        card.reject_given.connect(self._reject)
        self._figures_of(card)
        card.tick(self._desk.monotonic_s())
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
        self._settled_s = self._desk.monotonic_s() + _SETTLE_S
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

    # -- answers ----------------------------------------------------------

    def _key_card(self) -> DecisionCard | None:
        return self.selected_card if self._has_settled else None

    @property
    def _has_settled(self) -> bool:
        """False just after the selection moved by itself: a key or a click may be meant for the card before."""
        return self._desk.monotonic_s() >= self._settled_s

    def _approve_by_key(self) -> None:
        card = self._key_card()
        if card is not None:
            self._approve(card.proposal.decision_id, "key A")

    def _reject_by_key(self) -> None:
        card = self._key_card()
        if card is not None:
            card.ask_reason()

    def _details_by_key(self) -> None:
        card = self.selected_card
        if card is not None:
            card.toggle_details()

    def _approve(self, decision_id: str, how: str) -> None:
        card = self._current(decision_id) if self._has_settled else None
        if card is not None and card.can_approve:
            card.mark_sending()
            self._desk.send(Approve(decision_id, self._desk.who, how))

    def _reject(self, decision_id: str, reason: str) -> None:
        card = self._current(decision_id)
        if card is not None and card.can_answer:
            card.mark_sending()
            self.setFocus(Qt.FocusReason.OtherFocusReason)
            self._desk.send(Reject(decision_id, self._desk.who, reason))

    def _current(self, decision_id: str) -> DecisionCard | None:
        """Give the card with its time brought up to date; None once it is answered."""
        card = self.stack.get(decision_id)
        if card is not None:
            card.tick(self._desk.monotonic_s())
        return card

    # -- refreshing -------------------------------------------------------

    def _tick(self) -> None:
        now_s = self._desk.monotonic_s()
        for card in self.stack.cards:
            card.tick(now_s)
        if not len(self.stack):
            self._refresh_words()

    def _refresh(self) -> None:
        waiting = len(self.stack)
        self.count.setText(f"{waiting} waiting")
        set_role(self.count, "chip", "ai" if waiting else "quiet")
        total = self.history_model.total
        self.history.setVisible(total > 0)
        self._size_history()
        self._history_title.setVisible(total > 0)
        self._rule.setVisible(total > 0)
        shown = f", newest {SHOWN} shown" if total > SHOWN else ""
        self._history_title.setText(f"Answered {total}{shown}")
        self._refresh_words()
        self._pace()

    def _size_history(self) -> None:
        """Give the history what an open card leaves, so that its buttons need no scrolling; more while none waits."""
        waiting = len(self.stack) > 0
        room = self.height() - _FOOT_PX - (_CARD_PX if waiting else _EMPTY_PX)
        rows = min(max(room // ROW_PX, 1), _MOST_BELOW_CARDS if waiting else _MOST_ROWS)
        self.history.setFixedHeight(ROW_PX * min(max(self.history_model.total, 1), rows))

    def _refresh_words(self) -> None:
        desk = self._desk
        cycle = desk.cycles[-1] if desk.cycles else None
        age_s = desk.cycle_age_s()
        self.stack.empty.setText(empty_words(desk.model, desk.trading_state, desk.trading_reason, cycle, age_s))
        words, tone = model_words(desk.model)
        self.model_line.set_text(words, tone)
        self.model_line.setToolTip(tooltip(model_details(desk.model)))
        newest = next(reversed(desk.proposals.values()), None)
        alone = not len(self.stack)  # every card carries a stamp of its own
        self._stamp.setVisible(alone and newest is not None and newest.decision.simulated)

    def _refresh_figures(self) -> None:
        for card in self.stack.cards:
            self._figures_of(card)

    def _figures_of(self, card: DecisionCard) -> None:
        terms = card.proposal.terms
        leg = (terms.instrument_id, terms.position_side)
        position = next((each for each in self._desk.positions if (each.instrument_id, each.side) == leg), None)
        card.set_figures(self._desk.instruments.get(terms.instrument_id), self._desk.balance, position)

    # -- time -------------------------------------------------------------

    def _pace(self) -> None:
        """Tick four times a second while cards are seen, seldom without cards, never unseen."""
        if not self.isVisible():
            self._timer.stop()
            return
        wanted = _RING_MS if len(self.stack) else _IDLE_MS
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
