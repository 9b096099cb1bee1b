"""A hand on the account's lines: drag shows a ghost, Esc returns, letting go asks, and only the answer sends.

Nothing on the chart moves by this: the lines follow what the venue confirms.
"""

from decimal import Decimal
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent

from terminal.domain.messages import Level, Notice
from terminal.ui import formatting as f
from terminal.ui.charts.chart_view import ChartView
from terminal.ui.charts.trading.ghost import Ghost
from terminal.ui.charts.trading.grips import Grip, Role
from terminal.ui.charts.trading.moves import Move, command_of, move_of, risk_per_coin
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.widgets.confirm_sheet import ConfirmSheet

SOURCE: Final = "chart"
READ_MS: Final = 6_000  # a refusal stays at the line so long


class LineHand(QObject):
    """Answers the lines of one chart.

    Attributes:
        ghost: what is shown while a line is dragged.
        sheet: the question, None before the first.
    """

    def __init__(self, desk: Desk, view: ChartView, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._view = view
        self.ghost = Ghost(view.pane)
        self.sheet: ConfirmSheet | None = None
        self._held: Grip | None = None
        self._risked: Decimal | None = None
        self._read = QTimer(self)
        self._read.setSingleShot(True)
        self._read.setInterval(READ_MS)
        self._read.timeout.connect(self._forget)
        view.level_lines.hand = self
        view.installEventFilter(self)

    @property
    def is_dragging(self) -> bool:
        return self._held is not None

    def grab(self, grip: Grip) -> None:
        self._held = grip
        self._risked = risk_per_coin(self._desk, grip)
        self._read.stop()
        self._view.setFocus(Qt.FocusReason.MouseFocusReason)  # Esc is heard here

    def drag(self, grip: Grip, price: float) -> None:
        if self._held is not None:
            self.ghost.show_move(move_of(self._desk, grip, price, self._risked))

    def drop(self, grip: Grip, price: float) -> None:
        """Ask, or say why there is nothing to ask; after Esc do nothing."""
        if self._held is None:
            return
        move = move_of(self._desk, grip, price, self._risked)
        self.give_up()
        if move.refusal or move.price is None:
            self._refuse(grip, move)
        elif move.price != move.stands:
            self._ask(grip, move, move.price)

    def give_up(self) -> None:
        """Let the line be where it is."""
        self._held = None
        self._read.stop()
        self.ghost.show_move(None)

    # -- asking -------------------------------------------------------------------

    def _ask(self, grip: Grip, move: Move, price: Decimal) -> None:
        rules = self._desk.instruments.get(grip.instrument_id)
        decimals = None if rules is None else rules.price_decimals
        there = f.number(price, decimals)
        words = "\n".join(
            (
                f"{move.subject}: {grip.role.value} from {f.number(move.stands, decimals)} to {there}.",
                "",
                *(f"·  {fact}" for fact in move.facts),
                "",
                move.after,
            )
        )
        act = "Cancel it and ask the AI again" if grip.role is Role.ORDER else f"Move the {grip.role.value} to {there}"
        self.sheet = self.sheet or ConfirmSheet(self._view.window())
        self.sheet.ask(f"Move the {grip.role.value}", words, act, lambda: self._send(grip, price))

    def _send(self, grip: Grip, price: Decimal) -> None:
        """Judge once more: the market went on while the question stood."""
        move = move_of(self._desk, grip, float(price), self._risked)
        if move.refusal:
            self._refuse(grip, move)
        else:
            self._desk.send(command_of(self._desk, grip, price))

    def _refuse(self, grip: Grip, move: Move) -> None:
        """Keep the reason at the line for a while, and in the event log."""
        self.ghost.show_move(move)
        self._read.start()
        words = f"{grip.role.value.capitalize()} not moved: {move.refusal}"
        self._desk.apply(Notice(Level.WARNING, SOURCE, words, self._desk.now_ms()))

    def _forget(self) -> None:
        if not self.is_dragging:
            self.ghost.show_move(None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hear Esc while a line is held, before any shortcut does."""
        del watched
        kinds = {QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress}
        if not self.is_dragging or event.type() not in kinds or not isinstance(event, QKeyEvent):
            return False
        if event.key() != Qt.Key.Key_Escape:
            return False
        event.accept()
        if event.type() is QEvent.Type.KeyPress:
            self.give_up()
        return True
