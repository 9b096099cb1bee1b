"""The tabs under the chart: positions, orders, triggers, fills, account, events."""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from terminal.domain.messages import Level, Notice
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.widgets.account.panel import AccountPanel
from terminal.ui.widgets.event_log import EventLog
from terminal.ui.widgets.flatten.frozen_bar import FrozenBar
from terminal.ui.widgets.funnel.panel import FunnelPanel
from terminal.ui.widgets.rules.panel import RulesPanel
from terminal.ui.widgets.shadow.panel import ReviewerPanel
from terminal.ui.widgets.tab_bar import SnugTabBar
from terminal.ui.widgets.table_base import DataTable
from terminal.ui.widgets.trade.fills_table import FillsTable
from terminal.ui.widgets.trade.orders_table import OrdersTable
from terminal.ui.widgets.trade.positions_table import PositionsTable
from terminal.ui.widgets.trade.triggers_table import TriggersTable

WHY: Final = "Why no trade"
_SIDE_PX: Final = 8


class TradeTabs(QWidget):
    """Nine tabs with their counts. `bar` is the tab bar; a dock may take `header` as its title.

    Signals:
        passport_asked (PassportSubject): a person wants to see the passport of a row.
    """

    passport_asked = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.positions = PositionsTable(desk)
        self.orders = OrdersTable(desk)
        self.triggers = TriggersTable(desk)
        self.fills = FillsTable(desk)
        self.account = AccountPanel(desk)
        self.rules = RulesPanel(desk)
        self.funnel = FunnelPanel(desk)
        self.reviewer = ReviewerPanel(desk)
        self.events = EventLog(desk)
        self.bar = SnugTabBar()
        self.bar.setAccessibleName("Tables")
        self._stack = QStackedWidget()
        self._alarms = 0
        self._pages: dict[str, int] = {}
        for name, page in (
            ("Positions", self.positions),
            ("Orders", self.orders),
            ("Triggers", self.triggers),
            ("Fills", self.fills),
            ("Account", self.account),
            ("Rules", self.rules),
            (WHY, self.funnel),
            ("Reviewer", self.reviewer),
            ("Events", self.events),
        ):
            self._pages[name] = self._stack.addWidget(page)
            self.bar.addTab(name)
        self.header = QWidget()
        row = QHBoxLayout(self.header)
        row.setContentsMargins(_SIDE_PX, 1, _SIDE_PX, 0)
        row.addWidget(self.bar, 1)
        for dotted in (self.positions, self.orders, self.fills):
            dotted.passports.asked.connect(self.passport_asked)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.header)
        self.frozen = FrozenBar(desk)
        whole.addWidget(self.frozen)
        whole.addWidget(self._stack, 1)
        self._listen(desk)

    def _listen(self, desk: Desk) -> None:
        """Keep the titles up to date."""
        self.bar.currentChanged.connect(self._on_tab)
        self.positions.counted.connect(self._on_positions)
        self.orders.counted.connect(self._on_orders)
        self.triggers.counted.connect(self._on_triggers)
        self.fills.counted.connect(self._on_fills)
        self.rules.told.connect(self._on_rules)
        desk.notice.connect(self._on_notice)
        self.funnel.told.connect(self._on_funnel)
        self._on_positions(self.positions.model.rowCount())
        self._on_orders(self.orders.open_count)
        self._on_triggers(*self.triggers.counts)
        self._on_fills(self.fills.model.rowCount())
        self._on_rules(self.rules.loud_words)
        self._on_funnel(self.funnel.loud)

    def set_row_height(self, pixels: int) -> None:
        """Set the height of the rows of every table but the event log, which is always low."""
        for page in (self.positions, self.orders, self.triggers, self.fills, self.rules):
            page.table.set_row_height(pixels)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the tabs, without their counts."""
        return tuple(self._pages)

    def select_row(self, name: str, key: str) -> None:
        """Mark a row of a tab's table by its key; a tab without such a row stays as it is."""
        table = getattr(self._stack.widget(self._pages[name]), "table", None)
        if isinstance(table, DataTable):
            table.select_key(key)
            table.setFocus()

    def show_page(self, name: str) -> None:
        """Bring a tab to the front by its name, e.g. `Events`."""
        self.bar.setCurrentIndex(self._pages[name])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_bar()

    def _fit_bar(self) -> None:
        """Draw the tabs together where they would not fit."""
        self.bar.fit(self.width() - 2 * _SIDE_PX)

    def _on_tab(self, index: int) -> None:
        self._stack.setCurrentIndex(index)
        if index == self._pages["Events"]:
            self._alarms = 0
            self._title("Events", "")

    def _on_positions(self, count: int) -> None:
        self._title("Positions", str(count) if count else "")

    def _on_orders(self, count: int) -> None:
        self._title("Orders", f"{count} open" if count else "")

    def _on_triggers(self, listed: int, loud: int) -> None:
        """Count what the venue lists; a leg that needs a look says so in the tab."""
        words = f"▲ {loud}" if loud else str(listed) if listed else ""
        self._title("Triggers", words)

    def _on_fills(self, count: int) -> None:
        self._title("Fills", f"{count:,}" if count else "")

    def _on_funnel(self, loud: int) -> None:
        self._title(WHY, f"▲ {loud}" if loud else "")

    def _on_rules(self, words: str) -> None:
        self._title("Rules", words)

    def _on_notice(self, notice: Notice) -> None:
        """Count alarms nobody has looked at yet, in words: they must not hide in a tab."""
        if notice.level is Level.ERROR and self.bar.currentIndex() != self._pages["Events"]:
            self._alarms += 1
            self._title("Events", f"▲ {self._alarms}")

    def _title(self, name: str, count: str) -> None:
        self.bar.setTabText(self._pages[name], f"{name}  {count}".rstrip())
        self._fit_bar()
