"""The main window: docks around a chart, the mode always in sight.

It can be built light, so that the first paint is quick: what nobody sees at first comes with
`build_rest`, the chart through `install_chart`. Closing is a request: the application shuts down in its own order and
then calls `finish_close`. What stands in the docks: `window/panels.py`; where: `layout/`;
what its keys do: `window/acts.py`.
"""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QMainWindow, QWidget

from terminal.domain.approval import DeskMode
from terminal.domain.messages import Level, Notice
from terminal.ui.layout.dock_layout import DockLayout
from terminal.ui.panic_keys import PanicKeys
from terminal.ui.preference_keeper import PreferenceKeeper
from terminal.ui.theme.chooser import LookChooser
from terminal.ui.theme.look import LIVE, LOOK, scaled
from terminal.ui.theme.tokens import GAP, ROW_HEIGHT
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.mode import WindowMode
from terminal.ui.viewmodels.mode_words import MODE_LOOK, window_title
from terminal.ui.widgets.brain.door import BrainDoor
from terminal.ui.widgets.first_run.door import GuideDoor
from terminal.ui.widgets.mode_banner import HeadArea, ModeBanner
from terminal.ui.widgets.panel import PanelFrame, empty_label
from terminal.ui.widgets.rehearsal.door import RehearsalDoor
from terminal.ui.widgets.review.answering import REVIEW_SOURCE
from terminal.ui.widgets.status_bar import StatusBar
from terminal.ui.widgets.time_machine.door import TimeMachineDoor
from terminal.ui.widgets.toast import TOP_PX, Toast
from terminal.ui.widgets.top_bar import TopBar
from terminal.ui.window.acts import WindowActs
from terminal.ui.window.frame import FRAME_PX, paint_frame
from terminal.ui.window.panels import WindowPanels

__all__ = ["MainWindow", "WindowMode"]

FRAME_KNOWN_MS: Final = 150  # by then the window manager has told how wide its frame is
DESIGNED_SIZE: Final = QSize(1840, 980)
COMPACT_ROW_PX: Final = 26
SOURCE: Final = "window"


class MainWindow(QMainWindow):
    """The whole seat.

    Signals:
        close_requested: a person wants to leave; sent once. The window stays until
            `finish_close`.
    """

    close_requested = Signal()

    def __init__(
        self, desk: Desk, mode: WindowMode, settings_file: Path, parent: QWidget | None = None, *, lazy: bool = False
    ) -> None:
        """`settings_file` keeps what a person sets for this window; it need not exist.

        `lazy`: the owner calls `build_rest` itself, before the first event reaches the desk.
        """
        super().__init__(parent)
        self._desk = desk
        self._mode = mode
        self._close_asked = False
        self._may_close = False
        self._was_shown = False
        self._unread = self._read_settings(settings_file)
        self.setWindowTitle(window_title(mode.title, desk.review.mode))
        self.setAnimated(False)  # motion only for meaning
        self.setDockNestingEnabled(True)
        self.setContentsMargins(GAP, FRAME_PX, GAP, FRAME_PX)
        self.top_bar = TopBar(desk, mode)
        self.banner = ModeBanner(desk.review)
        self.setMenuWidget(HeadArea(self.top_bar, self.banner))
        self.status_line = StatusBar(desk)
        self.setStatusBar(self.status_line)
        self._build_chart_place()
        self._build_docks()
        self._build_keys()
        self.resize(DESIGNED_SIZE.boundedTo(self.screen().availableGeometry().size()))
        self.layout_of_docks.open()
        self.market_watch.table.setFocus()
        self._compact = self.layout_of_docks.is_compact
        self._set_row_height()
        LOOK.changed.connect(self._set_row_height)
        self._is_whole = False
        if not lazy:
            self.build_rest()

    # -- building -----------------------------------------------------------

    def _read_settings(self, file: Path) -> str:
        """Take what was kept before anything is built from it; gives words when it cannot be used."""
        self._keeper = PreferenceKeeper(self._desk.preferences, file, self)
        self._desk.preferences.refused.connect(self._say)
        self._keeper.failed.connect(self._say)
        unread = self._keeper.read()
        self.look = LookChooser(self._desk.preferences, self._largest, self)
        return unread

    def _largest(self) -> QSize:
        return self.screen().availableGeometry().size().expandedTo(self.size())

    def _build_chart_place(self) -> None:
        self.chart_place = PanelFrame()
        self.chart_place.setMinimumSize(560, 300)
        self._chart: QWidget = empty_label("Loading chart…")
        self.chart_place.row.addWidget(self._chart)
        self.setCentralWidget(self.chart_place)

    def _build_docks(self) -> None:
        self.panels = panels = WindowPanels(self._desk, self._mode.word)
        self.market_watch, self.ticket, self.tabs = panels.market_watch, panels.ticket, panels.tabs
        self.review, self.ai_logs, self.docks = panels.review, panels.ai_logs, panels.docks
        self.status_line.rules_asked.connect(lambda: self.tabs.show_page("Rules"))
        self.layout_of_docks = DockLayout(self, self.docks, self._desk.preferences, home=self.market_watch.table)

    def build_rest(self) -> None:
        """Build what is not in sight at first: the other tabs and the sheets; a second time does nothing."""
        if not self._is_whole:
            self._is_whole = True
            self.tabs.build_rest()
            self._build_sheets()
            if self._unread:
                self._say(self._unread)  # only now is there a place where it is read

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

    def _build_keys(self) -> None:
        self.panic_keys = PanicKeys(
            self,
            self._desk.actions,
            cancel_all=self.top_bar.send_cancel_all,
            pause=self.top_bar.send_pause,
            flatten=self._open_flatten,
        )
        self.ai_logs.opened.connect(self.panic_keys.also_in)
        menu = self.top_bar.menu
        self.acts = WindowActs(self, self._desk, menu, self.panic_keys.also_in)
        menu.addSeparator()
        self.brain = BrainDoor(self._desk, self, menu, self.panic_keys.also_in)
        self.time_machine = TimeMachineDoor(self._desk, self, menu, self.panic_keys.also_in)
        self.rehearsal = RehearsalDoor(self._desk, self._mode, self, menu, self.panic_keys.also_in)
        self.guide = GuideDoor(self._desk, self, menu, self.panic_keys.also_in)

    def _say(self, words: str) -> None:
        self._desk.apply(Notice(Level.WARNING, SOURCE, words, self._desk.now_ms()))

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
        self.acts.show_keys()

    # -- chart and layout -----------------------------------------------------

    @property
    def chart(self) -> QWidget:
        """The chart, or what stands in its place until it is there."""
        return self._chart

    def install_chart(self, widget: QWidget) -> None:
        """Put the chart in its place; called once, after the first paint."""
        self.chart_place.row.replaceWidget(self._chart, widget)
        self._chart.deleteLater()
        self._chart = widget

    def show_card(self, decision_id: str) -> None:
        """Bring the review desk to the front, and a decision on it."""
        self.panels.go_to("review")
        self.review.show_card(decision_id)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold and unfold when the window passes the height of a small screen."""
        super().resizeEvent(event)
        if self._compact is not self.layout_of_docks.is_compact:
            self._compact = self.layout_of_docks.is_compact
            self._set_row_height()
            self.layout_of_docks.fold()
            self.layout_of_docks.settle()

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
        if self.isMaximized() or self.isFullScreen() or over.isNull() or own != own.boundedTo(room.size()):
            return
        self.resize(own - over)
        self.move(room.topLeft())

    def _set_row_height(self) -> None:
        pixels = COMPACT_ROW_PX if self._compact else ROW_HEIGHT
        self.panels.set_row_height(max(pixels, scaled(COMPACT_ROW_PX)), compact=self._compact)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the thin frame in the colour of the mode, and a stripe inside it while no person approves."""
        super().paintEvent(event)
        if self.contentsRect().contains(event.rect()):  # a panel's figures changed; the frame stands
            return
        review = self._desk.review.mode
        stripe = None if review is DeskMode.SEMI_AUTO else getattr(LIVE, MODE_LOOK[review].tone)
        paint_frame(self, getattr(LIVE, self._mode.role), stripe)

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
        """Keep the settings and close; called when the application has shut down."""
        if not self._may_close:
            self.layout_of_docks.keep()
            self._keeper.close()
        self._may_close = True
        self.close()
