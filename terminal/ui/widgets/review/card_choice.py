"""Which card the keys mean, and whether it listens already."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from terminal.ui.viewmodels.desk import Desk
from terminal.ui.widgets.review.card_stack import CardStack
from terminal.ui.widgets.review.card_state import REST_S
from terminal.ui.widgets.review.decision_card import DecisionCard


class CardChoice(QObject):
    """The selection. After it moved by itself no card is answered for a moment: the hand may mean the one before.

    Attributes:
        selected_id: decision id of the selected card, None when nothing waits.
        settled_s: before this moment, on the operator's monotonic clock, no card listens.

    Signals:
        changed (str or None): the selection moved.
    """

    changed = Signal(object)

    def __init__(self, desk: Desk, stack: CardStack, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._stack = stack
        self.selected_id: str | None = None
        self.settled_s = desk.monotonic_s()

    @property
    def card(self) -> DecisionCard | None:
        return self._stack.get(self.selected_id)

    @property
    def has_settled(self) -> bool:
        """False just after the selection moved by itself: a key or a click may be meant for the card before."""
        return self._desk.monotonic_s() >= self.settled_s

    def awake(self, decision_id: str | None) -> DecisionCard | None:
        """Give a card that listens: neither new nor in a place that was another's a moment ago."""
        card = self._stack.get(decision_id)
        if card is None or not self.has_settled:
            return None
        card.tick(self._desk.monotonic_s())
        return card if card.state.is_awake else None

    def with_awake(self, act: Callable[[DecisionCard], None]) -> Callable[[], None]:
        """Give a key's act on the selected card; it does nothing while that does not listen."""

        def run() -> None:
            card = self.awake(self.selected_id)
            if card is not None:
                act(card)

        return run

    def fall_to(self, decision_id: str | None) -> None:
        """Move without anyone having asked; answers rest for a moment."""
        self.settled_s = self._desk.monotonic_s() + REST_S
        self._show(decision_id)

    def choose(self, decision_id: str) -> None:
        """Select a card because a person did; the chart follows."""
        card = self._stack.get(decision_id)
        if card is None:
            return
        if decision_id != self.selected_id:
            self._show(decision_id)
        self._desk.select(card.proposal.decision.instrument_id)

    def move(self, step: int) -> None:
        """Select the next card (1) or the one before (-1)."""
        if self.selected_id is not None:
            self.choose(self._stack.neighbour(self.selected_id, step) or self.selected_id)

    def turn_details(self) -> None:
        """Unfold or fold the selected card."""
        card = self.card
        if card is not None:
            card.toggle_details()

    def _show(self, decision_id: str | None) -> None:
        self.selected_id = decision_id
        self._stack.select(decision_id)
        self.changed.emit(decision_id)
