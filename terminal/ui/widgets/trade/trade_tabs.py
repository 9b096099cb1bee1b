"""The tabs under the chart: positions, orders, triggers, fills, account, events."""

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from terminal.domain.messages import Level, Notice
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.widgets.account.panel import AccountPanel
from terminal.ui.widgets.event_log import EventLog
from terminal.ui.widgets.flatten.frozen_bar import FrozenBar
from terminal.ui.widgets.trade.fills_table import FillsTable
from terminal.ui.widgets.trade.orders_table import OrdersTable
from terminal.ui.widgets.trade.positions_table import PositionsTable
from terminal.ui.widgets.trade.triggers_table import TriggersTable


class TradeTabs(QWidget):
    """Six tabs with their counts. `bar` is the tab bar; a dock may take `header` as its title."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.positions = PositionsTable(desk)
        self.orders = OrdersTable(desk)
        self.triggers = TriggersTable(desk)
        self.fills = FillsTable(desk)
        self.account = AccountPanel(desk)
        self.events = EventLog(desk)
        self.bar = QTabBar()
        self.bar.setAccessibleName("Tables")
        self.bar.setExpanding(False)
        self.bar.setDrawBase(False)
        self.bar.setUsesScrollButtons(False)
        self._stack = QStackedWidget()
        self._alarms = 0
        self._pages: dict[str, int] = {}
        for name, page in (
            ("Positions", self.positions),
            ("Orders", self.orders),
            ("Triggers", self.triggers),
            ("Fills", self.fills),
            ("Account", self.account),
            ("Events", self.events),
        ):
            self._pages[name] = self._stack.addWidget(page)
            self.bar.addTab(name)
        self.header = QWidget()
        row = QHBoxLayout(self.header)
        row.setContentsMargins(8, 1, 8, 0)
        row.addWidget(self.bar)
        row.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.header)
        self.frozen = FrozenBar(desk)
        whole.addWidget(self.frozen)
        whole.addWidget(self._stack, 1)
        self.bar.currentChanged.connect(self._on_tab)
        self.positions.counted.connect(self._on_positions)
        self.orders.counted.connect(self._on_orders)
        self.triggers.counted.connect(self._on_triggers)
        self.fills.counted.connect(self._on_fills)
        desk.notice.connect(self._on_notice)
        self._on_positions(self.positions.model.rowCount())
        self._on_orders(self.orders.open_count)
        self._on_triggers(*self.triggers.counts)
        self._on_fills(self.fills.model.rowCount())

    def set_row_height(self, pixels: int) -> None:
        """Set the height of the rows of every table but the event log, which is always low."""
        for page in (self.positions, self.orders, self.triggers, self.fills):
            page.table.set_row_height(pixels)

    def show_page(self, name: str) -> None:
        """Bring a tab to the front by its name, e.g. `Events`."""
        self.bar.setCurrentIndex(self._pages[name])

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

    def _on_notice(self, notice: Notice) -> None:
        """Count alarms nobody has looked at yet, in words: they must not hide in a tab."""
        if notice.level is Level.ERROR and self.bar.currentIndex() != self._pages["Events"]:
            self._alarms += 1
            self._title("Events", f"▲ {self._alarms}")

    def _title(self, name: str, count: str) -> None:
        self.bar.setTabText(self._pages[name], f"{name}  {count}".rstrip())
