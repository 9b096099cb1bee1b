"""The scrolling stack of decision cards, oldest first, and the words shown when it is empty."""

from typing import Final

from PySide6.QtCore import QAbstractAnimation, QPropertyAnimation, Qt, QTimer
from PySide6.QtWidgets import QGraphicsOpacityEffect, QScrollArea, QVBoxLayout, QWidget

from terminal.ui.theme.look import LOOK
from terminal.ui.widgets.panel import empty_label
from terminal.ui.widgets.review.decision_card import DecisionCard

_FADE_MS: Final = 150
_SETTLED_MS: Final = 60  # a second look: where several parts change their height the layout takes two rounds
_WIDTH_PX: Final = 352  # the widest terms of a card, and a scroll bar


class CardStack(QScrollArea):
    """Holds the cards by decision id; `animate` lets a new one fade in."""

    def __init__(self, parent: QWidget | None = None, *, animate: bool = True) -> None:
        super().__init__(parent)
        self._animate = animate
        self._cards: dict[str, DecisionCard] = {}
        self.empty = empty_label("")
        self.empty.setTextFormat(Qt.TextFormat.PlainText)
        self.empty.setContentsMargins(12, 28, 12, 12)
        self._content = QWidget()
        outer = QVBoxLayout(self._content)
        outer.setContentsMargins(0, 0, 4, 0)
        self._column = QVBoxLayout()
        self._column.setSpacing(8)
        self._column.addWidget(self.empty)
        outer.addLayout(self._column)
        outer.addStretch(1)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(_WIDTH_PX)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Waiting decisions")
        self.setWidget(self._content)

    def __len__(self) -> int:
        return len(self._cards)

    @property
    def cards(self) -> tuple[DecisionCard, ...]:
        return tuple(self._cards.values())

    def get(self, decision_id: str | None) -> DecisionCard | None:
        return None if decision_id is None else self._cards.get(decision_id)

    def neighbour(self, decision_id: str, step: int) -> str | None:
        """Give the id `step` cards further on; None past either end."""
        order = list(self._cards)
        place = order.index(decision_id) + step
        return order[place] if 0 <= place < len(order) else None

    def add(self, card: DecisionCard) -> None:
        self._cards[card.proposal.decision_id] = card
        self.empty.hide()
        self._column.addWidget(card)
        card.unfolded.connect(self._show_part)
        if self._animate and LOOK.choice.motion:
            _fade_in(card)

    def remove(self, decision_id: str) -> None:
        card = self._cards.pop(decision_id)
        self._column.removeWidget(card)
        card.hide()
        card.deleteLater()
        self.empty.setVisible(not self._cards)

    def select(self, decision_id: str | None) -> None:
        """Open one card, close the others, and bring it into view once the layout has settled."""
        for name, card in self._cards.items():
            if card.is_selected != (name == decision_id):
                card.set_selected(name == decision_id)
        if decision_id is not None:
            for wait_ms in (0, _SETTLED_MS):
                QTimer.singleShot(wait_ms, self, lambda: self._reveal(decision_id))

    def _show_part(self, part: QWidget) -> None:
        """Bring an opened part into view, its top first, once the layout has settled."""
        for wait_ms in (0, _SETTLED_MS):
            QTimer.singleShot(wait_ms, part, lambda: self._scroll_to(part))

    def _scroll_to(self, part: QWidget) -> None:
        place = part.mapTo(self._content, part.rect().topLeft())
        self.ensureVisible(place.x(), place.y() + part.height(), 0, 8)
        self.ensureVisible(place.x(), place.y(), 0, 8)

    def _reveal(self, decision_id: str) -> None:
        card = self._cards.get(decision_id)
        if card is not None:
            self.ensureWidgetVisible(card, 0, 0)


def _fade_in(card: DecisionCard) -> None:
    """Let a new card appear in 150 ms."""
    effect = QGraphicsOpacityEffect(card)
    card.setGraphicsEffect(effect)
    fade = QPropertyAnimation(effect, b"opacity", effect)
    fade.setDuration(_FADE_MS)
    fade.setStartValue(0.0)
    fade.setEndValue(1.0)
    fade.finished.connect(lambda: card.setGraphicsEffect(None))  # type: ignore[arg-type]  # Qt takes null: no effect
    fade.start(QAbstractAnimation.DeletionPolicy.KeepWhenStopped)
