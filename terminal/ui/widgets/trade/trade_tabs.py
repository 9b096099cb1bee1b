"""The tabs under the chart: positions, orders, triggers, fills, account, events.

The tabs may be built `lazy`, with their first page only: `build_rest` builds the others, with what they
import. The window does that after its first paint and before the first event, so no page misses one.
"""

from functools import cached_property
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from terminal.domain.messages import Level, Notice
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.widgets.flatten.frozen_bar import FrozenBar
from terminal.ui.widgets.tab_bar import SnugTabBar
from terminal.ui.widgets.table_base import DataTable
from terminal.ui.widgets.trade.positions_table import PositionsTable

if TYPE_CHECKING:
    from terminal.ui.widgets.account.panel import AccountPanel
    from terminal.ui.widgets.event_log import EventLog
    from terminal.ui.widgets.funnel.panel import FunnelPanel
    from terminal.ui.widgets.rules.panel import RulesPanel
    from terminal.ui.widgets.shadow.panel import ReviewerPanel
    from terminal.ui.widgets.trade.fills_table import FillsTable
    from terminal.ui.widgets.trade.orders_table import OrdersTable
    from terminal.ui.widgets.trade.triggers_table import TriggersTable

WHY: Final = "Why no trade"
_SIDE_PX: Final = 8
_NAMES: Final = ("Positions", "Orders", "Triggers", "Fills", "Account", "Rules", WHY, "Reviewer", "Events")


class TradeTabs(QWidget):
    """Nine tabs with their counts. `bar` is the tab bar; a dock may take `header` as its title.

    Signals:
        passport_asked (PassportSubject): a person wants to see the passport of a row.
    """

    passport_asked = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None, *, lazy: bool = False) -> None:
        """`lazy`: the owner calls `build_rest` itself."""
        super().__init__(parent)
        self._desk = desk
        self._row_px: int | None = None  # as the tables are built
        self.positions = PositionsTable(desk)
        self.bar = SnugTabBar()
        self.bar.setAccessibleName("Tables")
        self._stack = QStackedWidget()
        self._alarms = 0
        self._pages: dict[str, int] = {}
        for name in _NAMES:
            self._pages[name] = self._stack.addWidget(self.positions if name == "Positions" else QWidget())
            self.bar.addTab(name)
        self.header = QWidget()
        row = QHBoxLayout(self.header)
        row.setContentsMargins(_SIDE_PX, 1, _SIDE_PX, 0)
        row.addWidget(self.bar, 1)
        self.positions.passports.asked.connect(self.passport_asked)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.header)
        self.frozen = FrozenBar(desk)
        whole.addWidget(self.frozen)
        whole.addWidget(self._stack, 1)
        self.bar.currentChanged.connect(self._on_tab)
        self.positions.counted.connect(self._on_positions)
        desk.notice.connect(self._on_notice)
        self._on_positions(self.positions.model.rowCount())
        self._tables: list[DataTable] = [self.positions.table]
        if not lazy:
            self.build_rest()

    # -- pages, each built when it is first asked for ---------------------------------

    @cached_property
    def orders(self) -> "OrdersTable":
        from terminal.ui.widgets.trade.orders_table import OrdersTable  # noqa: PLC0415 - after the first paint

        page = OrdersTable(self._desk)
        self._put("Orders", page, page.table)
        page.passports.asked.connect(self.passport_asked)
        page.counted.connect(self._on_orders)
        self._on_orders(page.open_count)
        return page

    @cached_property
    def triggers(self) -> "TriggersTable":
        from terminal.ui.widgets.trade.triggers_table import TriggersTable  # noqa: PLC0415 - as above

        page = TriggersTable(self._desk)
        self._put("Triggers", page, page.table)
        page.counted.connect(self._on_triggers)
        self._on_triggers(*page.counts)
        return page

    @cached_property
    def fills(self) -> "FillsTable":
        from terminal.ui.widgets.trade.fills_table import FillsTable  # noqa: PLC0415 - as above

        page = FillsTable(self._desk)
        self._put("Fills", page, page.table)
        page.passports.asked.connect(self.passport_asked)
        page.counted.connect(self._on_fills)
        self._on_fills(page.model.rowCount())
        return page

    @cached_property
    def account(self) -> "AccountPanel":
        from terminal.ui.widgets.account.panel import AccountPanel  # noqa: PLC0415 - as above

        page = AccountPanel(self._desk)
        self._put("Account", page)
        return page

    @cached_property
    def rules(self) -> "RulesPanel":
        from terminal.ui.widgets.rules.panel import RulesPanel  # noqa: PLC0415 - as above

        page = RulesPanel(self._desk)
        self._put("Rules", page, page.table)
        page.told.connect(self._on_rules)
        self._on_rules(page.loud_words)
        return page

    @cached_property
    def funnel(self) -> "FunnelPanel":
        from terminal.ui.widgets.funnel.panel import FunnelPanel  # noqa: PLC0415 - as above

        page = FunnelPanel(self._desk)
        self._put(WHY, page)
        page.told.connect(self._on_funnel)
        self._on_funnel(page.loud)
        return page

    @cached_property
    def reviewer(self) -> "ReviewerPanel":
        from terminal.ui.widgets.shadow.panel import ReviewerPanel  # noqa: PLC0415 - as above

        page = ReviewerPanel(self._desk)
        self._put("Reviewer", page)
        return page

    @cached_property
    def events(self) -> "EventLog":
        from terminal.ui.widgets.event_log import EventLog  # noqa: PLC0415 - as above

        page = EventLog(self._desk)
        self._put("Events", page)
        return page

    def build_rest(self) -> None:
        """Build every page that is not there yet; call it before the first event arrives."""
        for page in ("orders", "triggers", "fills", "account", "rules", "funnel", "reviewer", "events"):
            getattr(self, page)

    def _put(self, name: str, page: QWidget, table: DataTable | None = None) -> None:
        """Put a page in its tab; `table` is the one whose rows follow the size of the window."""
        at = self._pages[name]
        empty, current = self._stack.widget(at), self._stack.currentIndex()
        if empty is not None:
            self._stack.removeWidget(empty)
            empty.deleteLater()
        self._stack.insertWidget(at, page)
        self._stack.setCurrentIndex(current)
        if table is not None:
            self._tables.append(table)
            if self._row_px is not None:
                table.set_row_height(self._row_px)

    # -- titles -------------------------------------------------------------------

    def set_row_height(self, pixels: int) -> None:
        """Set the height of the rows of every table but the event log, which is always low."""
        self._row_px = pixels
        for table in self._tables:
            table.set_row_height(pixels)

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
        self.build_rest()
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
        at, words = self._pages[name], f"{name}  {count}".rstrip()
        if self.bar.tabText(at) != words:  # Qt lays the tabs out anew whatever it is told
            self.bar.setTabText(at, words)
            self._fit_bar()
