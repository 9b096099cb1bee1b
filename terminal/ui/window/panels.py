"""The panels of the main window: each built once, with the dock around it.

To add one: build it here, give it a line in `docks`, a place in `layout/plans.py` (a panel no plan
names is hidden until it is asked for in View, Panels), and its actions a line in `actions/table.py`.
"""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from terminal.ui.layout.placing import reveal
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.widgets.ai_logs.desk import AiLogDesk
from terminal.ui.widgets.market.market_watch import MarketWatch
from terminal.ui.widgets.market.venue_panel import VenuePanel
from terminal.ui.widgets.panel import Panel, PanelDock, empty_label
from terminal.ui.widgets.review.review_desk import ReviewDesk
from terminal.ui.widgets.ticket.order_ticket import OrderTicket
from terminal.ui.widgets.trade.trade_tabs import TradeTabs

LATER: Final = (("ladder", "Ladder"), ("depth", "Depth"), ("tape", "Tape"))  # filled by `depth_panels`
_FOCUS: Final = Qt.FocusReason.ShortcutFocusReason


class WindowPanels:
    """What stands in the docks.

    Attributes:
        docks: by name; layouts are kept by these names, so they do not change.
    """

    def __init__(self, desk: Desk, mode_word: str) -> None:
        self.market_watch = MarketWatch(desk)
        self.ticket = OrderTicket(desk, mode_word)
        self.tabs = TradeTabs(desk, lazy=True)  # `MainWindow.build_rest` builds the rest of it
        self.tabs.positions.closing_asked.connect(self.ticket.focus_close)
        self.review = ReviewDesk(desk, mode_word)
        self.ai_logs = AiLogDesk(desk)
        self.venues = VenuePanel(desk)
        self.docks: dict[str, PanelDock] = {
            name: PanelDock(title, name, content, getattr(content, "header", None))
            for name, title, content in self._contents()
        }

    def _contents(self) -> tuple[tuple[str, str, QWidget], ...]:
        return (
            ("markets", "Markets", self.market_watch),
            ("ticket", "Order ticket", self.ticket),
            ("tables", "Positions, orders, fills, account, events", self.tabs),
            ("review", "Review desk", self.review),
            ("ai_logs", "AI logs", self.ai_logs),
            ("venues", "Venues", self.venues),
            *((name, title, _later(title)) for name, title in LATER),
        )

    def set_row_height(self, pixels: int, *, compact: bool) -> None:
        self.market_watch.set_row_height(pixels, compact=compact)
        self.tabs.set_row_height(pixels)
        self.venues.set_row_height(pixels)

    def go_to(self, name: str) -> None:
        """Bring a panel to the front and give it the keyboard."""
        dock = self.docks[name]
        reveal(dock)
        give_focus(dock.widget())


def _later(title: str) -> Panel:
    """Stand in for a panel that is built after the first paint."""
    panel = Panel(title)
    panel.body.addWidget(empty_label("Loading…"))
    return panel


def give_focus(content: QWidget | None) -> None:
    """Give the keyboard to the first thing in a panel that takes it."""
    if content is None:
        return
    stops = [content, *content.findChildren(QWidget)]
    for stop in stops:
        if stop.focusPolicy() & Qt.FocusPolicy.TabFocus and stop.isVisible() and stop.isEnabled():
            stop.setFocus(_FOCUS)
            return
