"""The main window: docks around a chart, the mode always in sight.

It can be built light, so that the first paint is quick: what nobody sees at first comes with
`build_rest`, the chart through `install_chart`. Closing is a request: the application shuts down in its own order and
then calls `finish_close`.
"""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QRect, QSize, QTimer, Signal
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QColor,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import QDialog, QMainWindow, QWidget

from terminal.domain.approval import DeskMode
from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.messages import Notice
from terminal.ui.dock_layout import DockLayout, set_floating
from terminal.ui.panic_keys import PanicKeys
from terminal.ui.theme.tokens import DARK, GAP, ROW_HEIGHT
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.mode import WindowMode
from terminal.ui.viewmodels.mode_words import MODE_LOOK, window_title
from terminal.ui.widgets.ai_logs.desk import AiLogDesk
from terminal.ui.widgets.brain.door import BrainDoor
from terminal.ui.widgets.key_list import KeyList
from terminal.ui.widgets.market.market_watch import MarketWatch
from terminal.ui.widgets.mode_banner import HeadArea, ModeBanner
from terminal.ui.widgets.panel import PanelDock, PanelFrame, empty_label
from terminal.ui.widgets.review.answering import REVIEW_SOURCE
from terminal.ui.widgets.review.review_desk import ReviewDesk
from terminal.ui.widgets.status_bar import StatusBar
from terminal.ui.widgets.ticket.order_ticket import OrderTicket
from terminal.ui.widgets.time_machine.door import TimeMachineDoor
from terminal.ui.widgets.toast import TOP_PX, Toast
from terminal.ui.widgets.top_bar import TopBar
from terminal.ui.widgets.trade.trade_tabs import TradeTabs

__all__ = ["MainWindow", "WindowMode"]

FRAME_PX: Final = 2
STRIPE_PX: Final = 4
FRAME_KNOWN_MS: Final = 150  # by then the window manager has told how wide its frame is
DESIGNED_SIZE: Final = QSize(1840, 980)
COMPACT_ROW_PX: Final = 26


class MainWindow(QMainWindow):
    """The whole seat.

    Signals:
        close_requested: a person wants to leave; sent once. The window stays until
            `finish_close`.
    """

    close_requested = Signal()

    def __init__(
        self, desk: Desk, mode: WindowMode, layout_file: Path, parent: QWidget | None = None, *, lazy: bool = False
    ) -> None:
        """`lazy`: the owner calls `build_rest` itself, before the first event reaches the desk."""
        super().__init__(parent)
        self._desk = desk
        self._mode = mode
        self._close_asked = False
        self._may_close = False
        self._settle = QTimer(self)  # sizes are set once the panels have told their new minimum
        self._settle.setSingleShot(True)
        self._settle.setInterval(0)
        self._was_shown = False
        self.setWindowTitle(window_title(mode.title, desk.review.mode))
        self.setAnimated(False)  # motion only for meaning
        self.setDockNestingEnabled(True)
        self.setContentsMargins(GAP, FRAME_PX, GAP, FRAME_PX)
        self.top_bar = TopBar(desk, mode)
        self.banner = ModeBanner(desk.review)
        self.setMenuWidget(HeadArea(self.top_bar, self.banner))
        self.status_line = StatusBar(desk)
        self.status_line.rules_asked.connect(lambda: self.tabs.show_page("Rules"))
        self.setStatusBar(self.status_line)
        self._build_chart_place()
        self._build_docks()
        self._layout = DockLayout(self, self.docks, layout_file)
        self._settle.timeout.connect(self._layout.size)
        self._build_menu()
        self._build_keys()
        self.resize(DESIGNED_SIZE.boundedTo(self.screen().availableGeometry().size()))
        self._layout.place()
        self.market_watch.table.setFocus()
        self._layout.open()
        self._compact = self._layout.is_compact
        self._set_row_height()
        self._is_whole = False
        if not lazy:
            self.build_rest()

    # -- building -----------------------------------------------------------

    def _build_chart_place(self) -> None:
        self.chart_place = PanelFrame()
        self.chart_place.setMinimumSize(560, 300)
        self._chart: QWidget = empty_label("Loading chart…")
        self.chart_place.row.addWidget(self._chart)
        self.setCentralWidget(self.chart_place)

    def _build_docks(self) -> None:
        self.market_watch = MarketWatch(self._desk)
        self.ticket = OrderTicket(self._desk, self._mode.word)
        self.tabs = TradeTabs(self._desk, lazy=True)
        self.tabs.positions.closing_asked.connect(self.ticket.focus_close)
        self.review = ReviewDesk(self._desk, self._mode.word)
        self.ai_logs = AiLogDesk(self._desk)
        self.docks = {
            name: PanelDock(title, name, content, getattr(content, "header", None))
            for name, title, content in (
                ("markets", "Markets", self.market_watch),
                ("ticket", "Order ticket", self.ticket),
                ("tables", "Positions, orders, fills, account, events", self.tabs),
                ("review", "Review desk", self.review),
                ("ai_logs", "AI logs", self.ai_logs),
            )
        }

    def build_rest(self) -> None:
        """Build what is not in sight at first: the other tabs and the sheets; a second time does nothing."""
        if not self._is_whole:
            self._is_whole = True
            self.tabs.build_rest()
            self._build_sheets()

    def _build_sheets(self) -> None:
        # Imported here: nobody can ask for them before the first paint, which need not wait.
        from terminal.ui.widgets.flatten.sheet import FlattenSheet  # noqa: PLC0415 - as said
        from terminal.ui.widgets.passport.sheet import PassportSheet  # noqa: PLC0415
        from terminal.ui.widgets.rules.rule_sheet import RuleSheet  # noqa: PLC0415
        from terminal.ui.widgets.rules.season_sheet import SeasonSheet  # noqa: PLC0415

        self.flatten = FlattenSheet(self._desk, self._mode.word, self)
        self.flatten.told.connect(self.top_bar.tell_flatten)
        self.top_bar.flatten_asked.connect(self.flatten.open)
        self.passport = PassportSheet(self._desk, self)
        self.tabs.passport_asked.connect(self.passport.open)
        self.rule_sheet, self.season_sheet = RuleSheet(self._desk, self), SeasonSheet(self._desk, self)
        self.tabs.rules.explain_asked.connect(self.rule_sheet.open)
        self.tabs.rules.season_asked.connect(self.season_sheet.open)
        self.toast = Toast(self._desk, self)
        for asked in (self.top_bar.review_mode.clicked, self.banner.change.clicked):
            asked.connect(self.review.sheets.ask_mode)
        self._desk.review.mode_changed.connect(self._on_review_mode)
        self._desk.notice.connect(self._quiet_toast)

    def _build_menu(self) -> None:
        menu = self.top_bar.menu
        reset = QAction("Reset layout", self)
        reset.triggered.connect(self.reset_layout)
        menu.addAction(reset)
        menu.addSeparator()
        for dock in self.docks.values():
            act = menu.addAction(f"Float {dock.windowTitle()}")
            act.setCheckable(True)
            act.toggled.connect(lambda wanted, dock=dock: set_floating(dock, wanted))
            dock.topLevelChanged.connect(act.setChecked)
        menu.addSeparator()
        keys = menu.addAction("Keys")
        keys.setShortcut(QKeySequence("F1"))
        keys.setShortcutVisibleInContextMenu(True)
        keys.triggered.connect(self.show_keys)
        self.addAction(keys)  # a menu of a button hears no shortcut by itself

    def _build_keys(self) -> None:
        for at, item in enumerate(ALLOWED_INSTRUMENTS, start=1):
            key = QShortcut(QKeySequence(f"Ctrl+{at}"), self)
            key.activated.connect(lambda item=item: self._desk.select(item))
        self.panic_keys = PanicKeys(
            self,
            cancel_all=self.top_bar.send_cancel_all,
            pause=self.top_bar.send_pause,
            flatten=self._open_flatten,
        )
        self.ai_logs.opened.connect(self.panic_keys.also_in)
        self.brain = BrainDoor(self._desk, self, self.top_bar.menu, self.panic_keys.also_in)
        self.time_machine = TimeMachineDoor(self._desk, self, self.top_bar.menu, self.panic_keys.also_in)

    def _quiet_toast(self, notice: Notice) -> None:
        """One thing is loud at a time: the sheet says in full what the toast would say about a voided click."""
        if notice.source == REVIEW_SOURCE and self.review.sheets.shows_void:
            self.toast.hide()

    def _on_review_mode(self, _changed: object) -> None:
        mode = self._desk.review.mode
        self.setWindowTitle(window_title(self._mode.title, mode))
        self.toast.top_px = TOP_PX if mode is DeskMode.SEMI_AUTO else TOP_PX + self.banner.height()
        self.update()  # the stripe beside the frame

    def _open_flatten(self) -> None:
        """Bring the plan in front, also of a dialog that is open: it would cover the sheet."""
        self.build_rest()  # a key may come before the window has had time
        for dialog in self.findChildren(QDialog):
            if dialog.isVisible():
                dialog.reject()
        self.flatten.open()

    def show_keys(self) -> None:
        """Print the keys; a second time while they are open does nothing."""
        if self.findChild(KeyList) is None:
            keys = KeyList(self)
            self.panic_keys.also_in(keys)
            keys.open()

    # -- chart and layout -----------------------------------------------------

    def install_chart(self, widget: QWidget) -> None:
        """Put the chart in its place; called once, after the first paint."""
        self.chart_place.row.replaceWidget(self._chart, widget)
        self._chart.deleteLater()
        self._chart = widget

    def reset_layout(self) -> None:
        """Put every dock back to where it was built."""
        self._layout.reset()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold and unfold when the window passes the height of a small screen."""
        super().resizeEvent(event)
        if self._compact is not self._layout.is_compact:
            self._compact = self._layout.is_compact
            self._set_row_height()
            self._layout.fold(self._compact)
            self._settle.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._was_shown:
            self._was_shown = True
            QTimer.singleShot(FRAME_KNOWN_MS, self, self._fit_screen)

    def _fit_screen(self) -> None:
        """Shrink by the window manager's frame when that pushes the status bar off the screen.

        A window made larger than its screen on purpose is left alone.
        """
        room, frame, own = self.screen().availableGeometry(), self.frameGeometry(), self.size()
        over = frame.size() - frame.size().boundedTo(room.size())
        if self.isMaximized() or over.isNull() or own != own.boundedTo(room.size()):
            return
        self.resize(own - over)
        self.move(room.topLeft())

    def _set_row_height(self) -> None:
        pixels = COMPACT_ROW_PX if self._compact else ROW_HEIGHT
        self.market_watch.set_row_height(pixels)
        self.tabs.set_row_height(pixels)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the thin frame in the colour of the mode, and a stripe inside it while no person approves."""
        super().paintEvent(event)
        painter = QPainter(self)
        colour = QColor(getattr(DARK, self._mode.role))
        whole = self.rect()
        review = self._desk.review.mode
        if review is not DeskMode.SEMI_AUTO:
            stripe = QColor(getattr(DARK, MODE_LOOK[review].tone))
            for left in (FRAME_PX, whole.width() - FRAME_PX - STRIPE_PX):
                painter.fillRect(QRect(left, 0, STRIPE_PX, whole.height()), stripe)
        for edge in (
            QRect(0, 0, whole.width(), FRAME_PX),
            QRect(0, whole.height() - FRAME_PX, whole.width(), FRAME_PX),
            QRect(0, 0, FRAME_PX, whole.height()),
            QRect(whole.width() - FRAME_PX, 0, FRAME_PX, whole.height()),
        ):
            painter.fillRect(edge, colour)
        painter.end()

    # -- leaving --------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._may_close:
            event.accept()
            return
        event.ignore()
        if not self._close_asked:
            self._close_asked = True
            self.close_requested.emit()

    def finish_close(self) -> None:
        """Keep the layout and close; called when the application has shut down."""
        self._layout.save()
        self._may_close = True
        self.close()
