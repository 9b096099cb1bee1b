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
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from terminal.domain.instrument import base_of
from terminal.domain.order import Order
from terminal.domain.review import Proposal, ReviewState
from terminal.ui.formatting import both_times, local_minute
from terminal.ui.theme.fonts import HINT_PX, ui_font
from terminal.ui.theme.look import LIVE, LOOK, scaled
from terminal.ui.theme.tokens import Tokens
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.mode_words import MODE_LOOK
from terminal.ui.viewmodels.words import ORDER_STATE, REVIEW_STATE, proposal_line
from terminal.ui.widgets.plain_text import one_line, tooltip
from terminal.ui.widgets.review.amend_terms import amendment_words
from terminal.ui.widgets.review.card_words import PAPER
from terminal.ui.widgets.review.history_filter import STATE_WORD, HistoryFilter

ROW_PX: Final = 42
Index = QModelIndex | QPersistentModelIndex
_NO_PARENT: Final = QModelIndex()


class HistoryModel(QAbstractListModel):
    """Closed proposals that pass the filter, newest first; `total` counts all of them."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._all: dict[str, None] = {}  # ids of all of them, oldest first
        self._ids: list[str] = []  # those that are listed, oldest first
        self._filter = HistoryFilter()
        for proposal in desk.proposals.values():
            self.take(proposal)

    @property
    def total(self) -> int:
        return len(self._all)

    def set_filter(self, wanted: HistoryFilter) -> None:
        """List what passes; nothing is thrown away."""
        if wanted != self._filter:
            self._filter = wanted
            self._list_again()

    def take(self, proposal: Proposal) -> None:
        """Add a proposal once it is closed, or show its newest state."""
        if proposal.is_open:
            return
        known = proposal.decision_id in self._all
        self._all[proposal.decision_id] = None
        listed = known and proposal.decision_id in self._ids
        if listed is self._passes(proposal):
            if listed:
                self._announce(proposal.decision_id)
        elif known:
            self._list_again()  # its newest state is another one than the filter asked for
        else:
            self.beginInsertRows(_NO_PARENT, 0, 0)
            self._ids.append(proposal.decision_id)
            self.endInsertRows()

    def take_older(self, proposals: tuple[Proposal, ...]) -> None:
        """Add proposals of earlier days below all the others; they are oldest first."""
        self._all = dict.fromkeys(proposal.decision_id for proposal in proposals) | self._all
        self._list_again()

    def forget(self, decision_id: str) -> None:
        """It waits again: an approval was taken back."""
        if decision_id in self._all:
            del self._all[decision_id]
            self._list_again()

    def order_moved(self, order: Order) -> None:
        if order.decision_id in self._ids:
            self._announce(order.decision_id)

    def _passes(self, proposal: Proposal) -> bool:
        return self._filter.is_empty or self._filter.passes(proposal, self.result(proposal))

    def _list_again(self) -> None:
        self.beginResetModel()
        self._ids = [each for each in self._all if self._passes(self._desk.proposals[each])]
        self.endResetModel()

    def _announce(self, decision_id: str) -> None:
        row = len(self._ids) - 1 - self._ids.index(decision_id)
        self.dataChanged.emit(self.index(row), self.index(row))

    def proposal(self, row: int) -> Proposal:
        return self._desk.proposals[self._ids[-1 - row]]

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._ids)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        proposal = self.proposal(index.row())
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{STATE_WORD[proposal.state]}: {one_line(proposal_line(proposal))}"
        if role == Qt.ItemDataRole.ToolTipRole:
            when = both_times(proposal.reviewed_ms or proposal.decision.created_ms)
            return tooltip(f"{self.result(proposal)}\n{when}\nClick: everything about it")
        if role == Qt.ItemDataRole.UserRole:
            return proposal
        return None

    def result(self, proposal: Proposal) -> str:
        """Say why it ended so, and what became of its order."""
        return one_line(", ".join(result_parts(proposal, self._desk.orders.get(proposal.client_order_id))))


def result_parts(proposal: Proposal, order: Order | None) -> list[str]:
    """Give who answered, what was amended, why it ended so, and what became of the order."""
    parts = []
    if proposal.mode in PAPER:
        parts.append(MODE_LOOK[proposal.mode].name)
    if proposal.reviewer:
        parts.append(f"by {proposal.reviewer}")
    if proposal.amendment is not None and not proposal.amendment.is_empty:
        parts.append(f"amended {amendment_words(proposal.amendment)}")
    if proposal.reason:
        parts.append(proposal.reason)
    elif proposal.state is ReviewState.BLOCKED:
        parts.append(proposal.verdict.text)
    elif proposal.state in {ReviewState.EXPIRED, ReviewState.VOIDED}:
        parts.append(REVIEW_STATE[proposal.state][0].partition(": ")[2])
    if order is not None:
        parts.append(f"order {ORDER_STATE[order.state][0]}")
        if order.reason:
            parts.append(order.reason)
    elif proposal.state is ReviewState.APPROVED:
        parts.append("no order yet")
    return parts


class HistoryDelegate(QStyledItemDelegate):
    """Two lines: state, what and when; below, quieter, why and what became of it."""

    def __init__(self, model: HistoryModel, tokens: Tokens = LIVE) -> None:
        super().__init__(model)
        self._model = model
        self._tokens = tokens
        self._dress()
        LOOK.changed.connect(self._dress)

    def _dress(self) -> None:
        self._small = ui_font(HINT_PX)
        self._strong = ui_font(strong=True)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        del option, index  # all rows are equal
        return QSize(120, scaled(ROW_PX))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        proposal = self._model.proposal(index.row())
        tokens = self._tokens
        rect = option.rect.adjusted(2, 4, -4, -4)
        painter.save()
        painter.fillRect(QRect(rect.left(), option.rect.bottom(), rect.width(), 1), QColor(tokens.line))
        high = scaled(17)
        top = QRect(rect.left(), rect.top(), rect.width(), high)
        low = QRect(rect.left(), rect.top() + high, rect.width(), scaled(16))
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
        word = STATE_WORD[proposal.state]
        painter.drawText(top, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, word)
        left = painter.fontMetrics().horizontalAdvance(word) + 8
        painter.setFont(ui_font())
        painter.setPen(QColor(tokens.text))
        line = top.adjusted(left, 0, -44, 0)
        text = painter.fontMetrics().elidedText(_act(proposal), Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()


class HistoryList(QListView):
    """The list of closed proposals.

    Signals:
        opened (Proposal): a row was clicked, or Enter pressed on it.
    """

    opened = Signal(object)

    def __init__(self, model: HistoryModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setItemDelegate(HistoryDelegate(model))
        self.setUniformItemSizes(True)
        self.setSelectionMode(QListView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("Answered decisions")
        self.clicked.connect(self._open)

    def _open(self, index: QModelIndex) -> None:
        if index.isValid():
            self.opened.emit(index.data(Qt.ItemDataRole.UserRole))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._open(self.currentIndex())
            return
        super().keyPressEvent(event)


def _act(proposal: Proposal) -> str:
    return one_line(proposal_line(proposal)) or base_of(proposal.decision.instrument_id)
