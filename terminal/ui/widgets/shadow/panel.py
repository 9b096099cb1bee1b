"""Reviewer: what rejecting, changing and letting expire has saved and cost, by the shadow ledger."""

from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from terminal.domain.approval import DeskMode
from terminal.domain.promotion import GateRow, PromotionReport
from terminal.domain.shadow import ShadowTrade
from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.market_rows import tone_of
from terminal.ui.viewmodels.promotion_words import (
    HOW_BACK,
    limits_headline,
    promotion_details,
    promotion_headline,
    promotion_tip,
)
from terminal.ui.viewmodels.rows import RowsModel
from terminal.ui.viewmodels.shadow_rows import Board, Group, ScoreRow, board, details, headline, trade_tip
from terminal.ui.widgets.plain_text import tooltip, visible
from terminal.ui.widgets.shadow.columns import GATE, LIMITS, SCORES, TRADES
from terminal.ui.widgets.table_base import DataTable

EMPTY: Final = (
    "Nothing yet. Proposals that are rejected, changed, voided or left to expire are followed here on paper, "
    "at honest fills with fees and funding."
)
HOW: Final = (
    "Entry at the next quote's far side, a resting limit only once the market traded through it by a tick. Stop and "
    "target by the same prices, both in one bar is the stop. Fees and funding are in every result. What could not "
    "be watched is called unknown and left out."
)
TRADES_PAGE: Final = "Trades"
GATE_PAGE: Final = "Promotion"
LIMITS_PAGE: Final = "Demotion"
NO_GATE: Final = "The strategy's record is not read yet. It comes with the first model."
_RECORD_PAGES: Final = (GATE_PAGE, LIMITS_PAGE)
SIDE_FROM_PX: Final = 900  # above this width the buttons stand beside the sentence
_SETTLE_MS: Final = 200
_ROW_PX: Final = 24


class ReviewerPanel(QWidget):
    """The tab "Reviewer": one sentence, and tables of people, reasons, pairs, single trades and the promotion gate."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._later = QTimer(self)  # a start tells a thousand trades at once
        self._later.setSingleShot(True)
        self._later.setInterval(_SETTLE_MS)
        self._later.timeout.connect(self.refresh)
        self.headline, self.details = QLabel(), QLabel()
        self.scores: RowsModel[ScoreRow] = RowsModel(SCORES, self)
        self.trades: RowsModel[ShadowTrade] = RowsModel(TRADES, self, row_tip=trade_tip)
        self.score_table = DataTable(self.scores, EMPTY, self)
        self.trade_table = DataTable(self.trades, EMPTY, self)
        self.pages: dict[str, QPushButton] = {}
        self.week = QPushButton("7 days")
        self.gate: RowsModel[GateRow] = RowsModel(GATE, self)
        self.gate_table = DataTable(self.gate, NO_GATE, self)
        self.limits: RowsModel[GateRow] = RowsModel(LIMITS, self)
        self.limits_table = DataTable(self.limits, NO_GATE, self)
        self._stack = QStackedWidget()
        self._dress()
        self._lay_out()
        self.trade_table.row_clicked.connect(self._link)
        desk.hindsight.shadow_changed.connect(self._on_trade)
        desk.review.promotion_changed.connect(self._on_gate)
        desk.review.mode_changed.connect(self._on_mode)
        for trade in desk.hindsight.shadows.values():
            self.trades.put(trade.key, trade)
        self.refresh()

    # -- building ------------------------------------------------------------------

    def _dress(self) -> None:
        set_role(self.headline, "strong", "true")
        set_role(self.details, "tone", "muted")
        set_role(self.details, "size", "hint")
        for label, name in ((self.headline, "Score of the reviewer"), (self.details, "Answers counted")):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setAccessibleName(name)
            label.setToolTip(tooltip(HOW))
            label.setMinimumWidth(1)
        for table, name in (
            (self.score_table, "Scores"),
            (self.trade_table, "Shadow trades"),
            (self.gate_table, "Promotion gate"),
            (self.limits_table, "Limits of an automatic desk"),
        ):
            table.setAccessibleName(name)
            table.set_row_height(_ROW_PX)
        self.trade_table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
        self.week.setCheckable(True)
        self.week.setChecked(True)
        self.week.setToolTip("Only the last seven days; off shows everything that is kept")
        set_role(self.week, "kind", "segment")
        self.week.toggled.connect(self.refresh)

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.headline)
        words.addWidget(self.details)
        self._top = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._top.setContentsMargins(8, 2, 4, 2)
        self._top.setSpacing(4)
        self._top.addLayout(words, 1)
        top = QHBoxLayout()
        top.setSpacing(4)
        self._top.addLayout(top)
        group = QButtonGroup(self)
        for name in (*(each.value for each in Group), TRADES_PAGE, GATE_PAGE, LIMITS_PAGE):
            button = QPushButton(name)
            button.setCheckable(True)
            set_role(button, "kind", "segment")
            group.addButton(button)
            button.clicked.connect(self.refresh)
            top.addWidget(button)
            self.pages[name] = button
        top.addSpacing(4)
        top.addWidget(self.week)
        top.addStretch(1)
        self.pages[Group.PERSON.value].setChecked(True)
        self._stack.addWidget(self.score_table)
        self._stack.addWidget(self.trade_table)
        self._stack.addWidget(self.gate_table)
        self._stack.addWidget(self.limits_table)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(4, 2, 4, 4)
        whole.setSpacing(0)
        whole.addLayout(self._top)
        whole.addWidget(self._stack, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the buttons below the sentence where both do not fit beside each other."""
        super().resizeEvent(event)
        is_wide = self.width() >= SIDE_FROM_PX
        direction = QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom
        if self._top.direction() is not direction:
            self._top.setDirection(direction)
        self.details.setVisible(is_wide)

    # -- showing -------------------------------------------------------------------

    @property
    def page(self) -> str:
        return next(name for name, button in self.pages.items() if button.isChecked())

    def show_page(self, name: str) -> None:
        """Bring a page to the front: People, Reasons, Pairs or Trades."""
        self.pages[name].setChecked(True)
        self.refresh()

    def _on_trade(self, trade: ShadowTrade) -> None:
        self.trades.put(trade.key, trade)
        if not self._later.isActive():
            self._later.start()

    def refresh(self) -> None:
        """Add everything up again."""
        self.week.setVisible(self.page not in _RECORD_PAGES)  # the gate knows no weeks
        if self.page in _RECORD_PAGES:
            self._on_gate(self._desk.review.promotion)
            return
        shown = board(self._desk.hindsight.shadows.values(), self._desk.now_ms(), week=self.week.isChecked())
        self._say(shown)
        if self.page == TRADES_PAGE:
            self._stack.setCurrentWidget(self.trade_table)
            return
        self._stack.setCurrentWidget(self.score_table)
        rows = shown.groups[Group(self.page)]
        self.scores.replace((row.name, row) for row in rows)

    def _on_mode(self, _changed: object) -> None:
        self._on_gate(self._desk.review.promotion)

    def _on_gate(self, report: PromotionReport | None) -> None:
        if self.page == GATE_PAGE:
            self._show_gate(report)
        elif self.page == LIMITS_PAGE:
            self._show_limits(report)

    def _show_gate(self, report: PromotionReport | None) -> None:
        """Every condition of an automatic desk, with how far the strategy is from it."""
        self._stack.setCurrentWidget(self.gate_table)
        self.gate.replace(() if report is None else ((row.name, row) for row in report.rows))
        self.headline.setText(visible(promotion_headline(report)))
        self.details.setText(visible(promotion_details(report)))
        self.headline.setToolTip(tooltip(promotion_tip(report)))
        set_role(self.headline, "tone", "up" if report is not None and report.is_earned else "text")

    def _show_limits(self, report: PromotionReport | None) -> None:
        """What takes an automatic desk back, with how much of each limit is used."""
        self._stack.setCurrentWidget(self.limits_table)
        self.limits.replace(() if report is None else ((row.name, row) for row in report.watch))
        words = limits_headline(report, is_automatic=self._desk.review.mode is DeskMode.AUTO)
        self.headline.setText(visible(words))
        self.details.setText(visible(promotion_details(report)))
        self.headline.setToolTip(tooltip("\n".join((words, promotion_details(report), HOW_BACK))))
        is_passed = report is not None and not all(row.ok for row in report.watch)
        set_role(self.headline, "tone", "down" if is_passed else "text")

    def _say(self, shown: Board) -> None:
        self.headline.setText(visible(headline(shown)))
        self.details.setText(visible(details(shown)))
        self.headline.setToolTip(tooltip("\n".join((headline(shown), details(shown), HOW))))
        set_role(self.headline, "tone", tone_of(shown.total.net) if shown.total.saves or shown.total.costs else "text")

    def _link(self, key: str) -> None:
        trade = self.trades.row(key)
        if trade is not None:
            self._desk.select(trade.plan.instrument_id)
