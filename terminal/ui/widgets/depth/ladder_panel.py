"""The ladder in a panel: grouping, levels and the arming switch above it, words for the hand below."""

from typing import Final

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QWidget

from terminal.domain.instrument import InstrumentId
from terminal.ui import formatting as f
from terminal.ui.actions.bind import bind
from terminal.ui.theme.fonts import HINT_PX
from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.arming import Arming
from terminal.ui.viewmodels.depth_watch import DepthWatch
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.ladder_marks import Marks, marks_of
from terminal.ui.viewmodels.ladder_rows import GROUPS, fitting_group, ladder_of
from terminal.ui.viewmodels.ladder_settings import LEVELS, LadderSettings
from terminal.ui.widgets.clamped_text import ClampedText
from terminal.ui.widgets.depth.depth_panel import DepthPanel
from terminal.ui.widgets.depth.ladder_acts import LadderActs
from terminal.ui.widgets.depth.ladder_frame import Spot
from terminal.ui.widgets.depth.ladder_view import LadderView
from terminal.ui.widgets.plain_text import tooltip
from terminal.ui.widgets.ticket.order_ticket import OrderTicket

READY: Final = "A click fills the ticket. Nothing is sent."
ARMED: Final = "ARMED: bids ask for a long, asks for a short."
ARM_HELP: Final = (
    "One-click asks the AI with the ticket's size, stop and target; its answer still needs your approval. A click on "
    "the entry of a position closes it. Off at each start, on another pair, and after a minute without use."
)
HINT_LINES: Final = 2
LOW_PX: Final = 400
WAITING: Final = "Waiting for the order book…"


class LadderPanel(DepthPanel):
    """Shows the selected pair's book and hands clicks on."""

    def __init__(
        self,
        desk: Desk,
        ticket: OrderTicket,
        watch: DepthWatch,
        settings: LadderSettings,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Ladder", desk, watch, settings, parent)
        self._marks: Marks | None = None
        self._marked: tuple[InstrumentId, int] | None = None
        self._fitted: dict[InstrumentId, int] = {}
        self.arming = Arming(desk, self)
        self.acts = LadderActs(desk, ticket, self.arming, self)
        self.view = LadderView()
        self.group_button, self.arm_button = QPushButton(), QPushButton("Arm")
        self.level_buttons = {levels: QPushButton(str(levels)) for levels in LEVELS}
        self.hint = ClampedText(HINT_LINES, "muted", HINT_PX)
        self._groups = QMenu(self)
        self._lay_out()
        self._listen()

    def _lay_out(self) -> None:
        self.group_button.setMenu(self._groups)
        self.group_button.setToolTip("Ticks in a row; Ctrl and the wheel change it too.")
        set_role(self.group_button, "kind", "small")
        for levels, button in self.level_buttons.items():
            button.setCheckable(True)
            button.setAccessibleName(f"{levels} levels a side")
            button.setToolTip(f"Show {levels} levels a side")
            set_role(button, "kind", "quiet")
            button.clicked.connect(lambda _=False, levels=levels: self._settings.set_levels(levels))
        self.arm_button.setCheckable(True)
        self.arm_button.setToolTip(tooltip(ARM_HELP))
        self.arm_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_role(self.arm_button, "kind", "small")
        self.put_in_header(self.group_button, *self.level_buttons.values(), self.arm_button)
        self.hint.set_max_lines(HINT_LINES)  # no words move the ladder
        foot = QHBoxLayout()
        foot.setContentsMargins(10, 0, 10, 0)
        foot.addWidget(self.hint)
        self.body.setContentsMargins(1, 0, 1, 8)
        self.body.setSpacing(4)
        self.body.addWidget(self.view, 1)
        self.body.addLayout(foot)

    def _listen(self) -> None:
        desk, view = self._desk, self.view
        for ours in (desk.order_changed, desk.positions_changed):
            ours.connect(self._on_ours)
        desk.instruments_changed.connect(self._on_changed)
        view.clicked.connect(self._on_click)
        view.menu_asked.connect(self._on_menu)
        view.stepped.connect(self._step_group)
        view.touched.connect(self.arming.used)
        self.arm_button.clicked.connect(self.arming.toggle)
        self.arming.changed.connect(self._show_arming)
        self.acts.told.connect(self._tell)
        view.escaped.connect(self.arming.disarm)
        bind(desk.actions, view, {"ladder.centre": view.centre})
        bind(desk.actions, self, {"ladder.arm": self._key_arms})
        self._show_arming()

    # -- showing ----------------------------------------------------------------------

    def refresh(self) -> None:
        """Show book, marks and settings as they are now."""
        pair, snapshot = self.pair, self.snapshot
        group, levels = self._group(), self._settings.levels
        for each, button in self.level_buttons.items():
            button.setChecked(each == levels)
        self._show_group(group)
        condition = self.condition()
        if snapshot is None:
            self.view.show_nothing(WAITING)
            return
        if self._marks is None or self._marked != (pair, group):
            self._marks, self._marked = marks_of(self._desk, snapshot, group), (pair, group)
        self.view.show_ladder(ladder_of(snapshot, group, levels), self._marks, condition)

    def _group(self) -> int:
        """The grouping a person chose; else the first that fits, which then stays: prices must not jump."""
        pair, snapshot = self.pair, self.snapshot
        chosen = self._settings.group(pair)
        if chosen is not None:
            return chosen
        if pair not in self._fitted and snapshot is not None and snapshot.synchronised:
            self._fitted[pair] = fitting_group(snapshot)
        return self._fitted.get(pair, GROUPS[0])

    def _step_group(self, by: int) -> None:
        """Take the next coarser (1) or finer (-1) grouping, as far as there is one."""
        at = GROUPS.index(self._group()) + by
        if 0 <= at < len(GROUPS):
            self._settings.set_group(self.pair, GROUPS[at])

    def _show_group(self, group: int) -> None:
        rules = self._desk.instruments.get(self.pair)
        words = f"{group}x" if rules is None else f"{f.number(group * rules.price_step)} ▾"
        if self.group_button.text() == words:
            return
        self.group_button.setText(words)
        self.group_button.setAccessibleName(f"Grouping: {group} ticks in a row")
        self._groups.clear()
        for each in GROUPS:
            named = "" if rules is None else f.number(each * rules.price_step)
            choice = self._groups.addAction(f"{each}x   {named}")
            choice.setCheckable(True)
            choice.setChecked(each == group)
            choice.triggered.connect(lambda _=False, each=each: self._settings.set_group(self.pair, each))

    def _on_ours(self, *_: object) -> None:
        self._marks = None
        self._on_changed()

    def _show_arming(self) -> None:
        on = self.arming.is_on
        self.view.set_armed(on)
        self.arm_button.setChecked(on)
        self.arm_button.setText("ARMED" if on else "Arm")
        self.arm_button.setAccessibleName("One-click is armed; press to switch it off" if on else "Arm one-click")
        set_role(self.arm_button, "alarm", "amber" if on else "")
        self._tell(ARMED if on else self.arming.words or READY, "amber" if on else "muted")

    def _tell(self, words: str, tone: str) -> None:
        self.hint.set_text(words, tone)
        self.hint.setToolTip(tooltip(words))

    # -- acting -----------------------------------------------------------------------

    def _key_arms(self) -> None:
        """Arm only a ladder that is seen: nobody should be armed without knowing where."""
        if self.isVisible():
            self.arming.toggle()

    def _on_click(self, part: str, spot: Spot, modifiers: Qt.KeyboardModifier) -> None:
        if self.view.frame is not None:
            self.acts.click(self.view.frame, part, spot, modifiers)

    def _on_menu(self, spot: Spot, where: QPoint) -> None:
        frame = self.view.frame
        if frame is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for words, act in self.acts.choices(frame, spot):
            menu.addAction(words).triggered.connect(lambda _=False, act=act: act())
        menu.popup(where)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the second line of words to the ladder where there is little room."""
        super().resizeEvent(event)
        self.hint.set_max_lines(1 if event.size().height() < LOW_PX else HINT_LINES)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody stays armed on a ladder that is not seen."""
        super().hideEvent(event)
        self.arming.disarm()
