"""Every answered proposal, newest first: nothing that was ever on a card disappears."""

from typing import Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from terminal.domain.instrument import base_of
from terminal.domain.order import Order
from terminal.domain.review import Proposal, ReviewState
from terminal.ui.formatting import both_times, local_minute
from terminal.ui.theme.fonts import HINT_PX, ui_font
from terminal.ui.theme.tokens import DARK, Tokens
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.words import ORDER_STATE, REVIEW_STATE, proposal_line
from terminal.ui.widgets.plain_text import one_line, tooltip

SHOWN: Final = 50
ROW_PX: Final = 42
_STATE_WORD: Final[dict[ReviewState, str]] = {
    ReviewState.PENDING: "Waiting",
    ReviewState.APPROVED: "Approved",
    ReviewState.REJECTED: "Rejected",
    ReviewState.EXPIRED: "Expired",
    ReviewState.BLOCKED: "Blocked",
}
Index = QModelIndex | QPersistentModelIndex
_NO_PARENT: Final = QModelIndex()


class HistoryModel(QAbstractListModel):
    """Closed proposals, newest first, at most 50 shown; `total` counts them all."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._ids: list[str] = []  # all of them, oldest first
        self._most = SHOWN
        for proposal in desk.proposals.values():
            self.take(proposal)

    @property
    def total(self) -> int:
        return len(self._ids)

    def take(self, proposal: Proposal) -> None:
        """Add a proposal once it is closed, or show its newest state."""
        if proposal.is_open:
            return
        if proposal.decision_id in self._ids:
            self._announce(proposal.decision_id)
            return
        if len(self._ids) >= SHOWN:  # the oldest of those shown makes room
            self.beginRemoveRows(_NO_PARENT, SHOWN - 1, SHOWN - 1)
            self._most = SHOWN - 1
            self.endRemoveRows()
        self.beginInsertRows(_NO_PARENT, 0, 0)
        self._ids.append(proposal.decision_id)
        self._most = SHOWN
        self.endInsertRows()

    def order_moved(self, order: Order) -> None:
        if order.decision_id in self._ids:
            self._announce(order.decision_id)

    def _announce(self, decision_id: str) -> None:
        row = len(self._ids) - 1 - self._ids.index(decision_id)
        if row < self.rowCount():
            self.dataChanged.emit(self.index(row), self.index(row))

    def proposal(self, row: int) -> Proposal:
        return self._desk.proposals[self._ids[-1 - row]]

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else min(len(self._ids), self._most)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        proposal = self.proposal(index.row())
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{_STATE_WORD[proposal.state]}: {one_line(proposal_line(proposal))}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(
                f"{self.result(proposal)}\n{both_times(proposal.reviewed_ms or proposal.decision.created_ms)}"
            )
        if role == Qt.ItemDataRole.UserRole:
            return proposal
        return None

    def result(self, proposal: Proposal) -> str:
        """Say why it ended so, and what became of its order."""
        order = self._desk.orders.get(proposal.client_order_id)
        parts = []
        if proposal.reviewer:
            parts.append(f"by {proposal.reviewer}")
        if proposal.reason:
            parts.append(proposal.reason)
        elif proposal.state is ReviewState.BLOCKED:
            parts.append(proposal.verdict.text)
        elif proposal.state is ReviewState.EXPIRED:
            parts.append(REVIEW_STATE[proposal.state][0].partition(": ")[2])
        if order is not None:
            parts.append(f"order {ORDER_STATE[order.state][0]}")
            if order.reason:
                parts.append(order.reason)
        elif proposal.state is ReviewState.APPROVED:
            parts.append("no order yet")
        return one_line(", ".join(parts))


class HistoryDelegate(QStyledItemDelegate):
    """Two lines: state, what and when; below, quieter, why and what became of it."""

    def __init__(self, model: HistoryModel, tokens: Tokens = DARK) -> None:
        super().__init__(model)
        self._model = model
        self._tokens = tokens
        self._small = ui_font(HINT_PX)
        self._strong = ui_font(strong=True)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        del option, index  # all rows are equal
        return QSize(120, ROW_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        proposal = self._model.proposal(index.row())
        tokens = self._tokens
        rect = option.rect.adjusted(2, 4, -4, -4)
        painter.save()
        painter.fillRect(QRect(rect.left(), option.rect.bottom(), rect.width(), 1), QColor(tokens.line))
        top = QRect(rect.left(), rect.top(), rect.width(), 17)
        low = QRect(rect.left(), rect.top() + 17, rect.width(), 16)
        when = local_minute(proposal.reviewed_ms or proposal.decision.created_ms)
        painter.setFont(self._small)
        painter.setPen(QColor(tokens.muted))
        painter.drawText(top, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, when)
        result = painter.fontMetrics().elidedText(
            self._model.result(proposal), Qt.TextElideMode.ElideRight, low.width()
        )
        painter.drawText(low, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, result)
        painter.setFont(self._strong)
        painter.setPen(QColor(getattr(tokens, REVIEW_STATE[proposal.state][1])))
        word = _STATE_WORD[proposal.state]
        painter.drawText(top, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, word)
        left = painter.fontMetrics().horizontalAdvance(word) + 8
        painter.setFont(ui_font())
        painter.setPen(QColor(tokens.text))
        line = top.adjusted(left, 0, -44, 0)
        text = painter.fontMetrics().elidedText(_act(proposal), Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()


class HistoryList(QListView):
    """The list of closed proposals."""

    def __init__(self, model: HistoryModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setItemDelegate(HistoryDelegate(model))
        self.setUniformItemSizes(True)
        self.setSelectionMode(QListView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Answered decisions")


def _act(proposal: Proposal) -> str:
    return one_line(proposal_line(proposal)) or base_of(proposal.decision.instrument_id)
