"""Top bar: the mode, the account at a glance, and the controls that stop things."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from terminal.domain.commands import CancelAll, SetTradingState
from terminal.domain.competition import MAX_LEVERAGE
from terminal.domain.hand_messages import PauseEntries
from terminal.domain.review_messages import DeskModeChanged
from terminal.domain.risk import TradingState
from terminal.ui import formatting as f
from terminal.ui.actions.keymap import KeyMap
from terminal.ui.panic_keys import CANCEL_ALL, FLATTEN, PAUSE
from terminal.ui.theme.look import LOOK
from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.account import AccountFigures, AccountView
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.market_rows import tone_of
from terminal.ui.viewmodels.mode import WindowMode
from terminal.ui.viewmodels.mode_words import MODE_LOOK, SHORT_WORD, mode_tip
from terminal.ui.viewmodels.review_book import ReviewBook
from terminal.ui.viewmodels.words import TRADING_STATE, TRADING_STATE_HELP
from terminal.ui.widgets.plain_text import tooltip

HEIGHT: Final = 52
NOT_YET: Final = "Not known yet: the venue has not reported a balance."
SETTABLE: Final = (TradingState.ACTIVE, TradingState.REDUCE_ONLY, TradingState.HALTED)

CANCEL_ALL_HELP: Final = (
    "Cancel every resting order on the venue now ({}).\nPositions stay, but their stops and targets are cancelled too."
)
FLATTEN_WORD: Final = "Flatten…"
FLATTEN_HELP: Final = (
    "Plan to close positions and cancel orders ({}).\nOpens the plan; nothing happens until its button is held."
)
PAUSE_HELP: Final = "{} pauses entries from anywhere."
# title, hover text, how early it is hidden on a narrow screen (0 stays)
FIGURES: Final[tuple[tuple[str, str, int], ...]] = (
    ("Equity", "Everything in the account at the mark price, USDT.", 0),
    ("Today", "Equity now less the first equity seen after 00:00 UTC.", 0),
    ("Available", "What a new order could use, USDT.", 3),
    ("Margin used", "Share of equity that is not available: margin of positions and of resting orders.", 2),
    ("Drawdown", "Fall below the highest equity seen, and the limit at which everything halts.", 1),
    ("Leverage cap", "Highest leverage this profile uses, and the competition's cap.", 4),
)


class Figure(QWidget):
    """A small title over a figure."""

    def __init__(self, title: str, tip: str, drop: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.drop = drop
        self._tip = tip
        self.title = QLabel(title)
        set_role(self.title, "size", "hint")
        set_role(self.title, "tone", "muted")
        self.value = QLabel(f.DASH)
        self.value.setAccessibleName(title)
        set_role(self.value, "strong", "true")
        stack = QVBoxLayout(self)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(0)
        stack.addWidget(self.title)
        stack.addWidget(self.value)
        self.setToolTip(tip)

    def show_value(self, text: str, tone: str = "text") -> None:
        self.value.setText(text)
        set_role(self.value, "tone", tone)
        self.setToolTip(f"{self._tip}\n{NOT_YET}" if text == f.DASH else self._tip)


class ModeChip(QWidget):
    """The mode in words: its name and kind above, what is special about it below."""

    def __init__(self, mode: WindowMode, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        kind, _, special = mode.subtitle.partition(" · ")
        self.first = QLabel(f"{mode.word} · {kind}")
        self.second = QLabel(special)
        for label in (self.first, self.second):
            set_role(label, "chip", mode.role if mode.role != "muted" else "quiet")
        set_role(self.second, "part", "lower")
        set_role(self.first, "part", "upper" if special else "whole")
        stack = QVBoxLayout(self)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(0)
        stack.addWidget(self.first)
        if special:
            stack.addWidget(self.second)
        else:
            self.second.hide()
        self.setToolTip(mode.details)
        self.setAccessibleName(f"Mode: {mode.word}, {mode.subtitle}")


class ReviewModeButton(QPushButton):
    """The review desk's mode, loud while no person approves; pressing it opens the sheet that changes it."""

    def __init__(self, book: ReviewBook, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._book = book
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setProperty("snug", "true")
        book.mode_changed.connect(self._show)
        self._show(book.mode_set)

    def _show(self, changed: DeskModeChanged | None) -> None:
        mode = self._book.mode
        self.setText(SHORT_WORD[mode])
        self.setAccessibleName(f"Review mode {MODE_LOOK[mode].name}")
        self.setToolTip(tooltip(mode_tip(mode, changed)))
        set_role(self, "kind", MODE_LOOK[mode].tone if MODE_LOOK[mode].tone != "muted" else "quiet")


class TradingStateControl(QWidget):
    """Three buttons; the pressed one is what the engine says, not what was clicked last."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.buttons: dict[TradingState, QPushButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for state in SETTABLE:
            button = QPushButton(TRADING_STATE[state][0])
            button.setCheckable(True)
            button.setAccessibleName(f"Set trading state to {TRADING_STATE[state][0]}")
            set_role(button, "kind", "segment")
            set_role(button, "alarm", TRADING_STATE[state][1])
            button.clicked.connect(self._sender(state))
            row.addWidget(button)
            self.buttons[state] = button
        desk.trading_state_changed.connect(self._show)
        desk.actions.keymap.changed.connect(self._show_again)
        self._show(desk.trading_state, desk.trading_reason)

    def _sender(self, state: TradingState) -> Callable[[], None]:
        return lambda: self._ask(state)

    def _show_again(self) -> None:
        self._show(self._desk.trading_state, self._desk.trading_reason)

    def _ask(self, state: TradingState) -> None:
        self._show_again()
        if state is not self._desk.trading_state:
            self._desk.send(SetTradingState(state, self._desk.who))

    def _show(self, now: TradingState, reason: str) -> None:
        for state, button in self.buttons.items():
            button.setChecked(state is now)
            tip = TRADING_STATE_HELP[state]
            if state is TradingState.REDUCE_ONLY:
                tip += "\n" + PAUSE_HELP.format(self._desk.actions.keymap.shown(PAUSE))
            if state is now and reason:
                tip += f"\nSince: {reason}"
            elif now is TradingState.STARTING:
                tip += f"\nNow: {TRADING_STATE[now][0].lower()}. {TRADING_STATE_HELP[now]}"
            button.setToolTip(tip)


class TopBar(QWidget):
    """Name, modes and figures left; trading state, Cancel all and Flatten right.

    `menu` is where the window puts its layout commands.

    Signals:
        flatten_asked: the plan of a flatten, or the state of the running one, is wanted.
    """

    flatten_asked = Signal()

    def __init__(self, desk: Desk, mode: WindowMode, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.view = AccountView(desk, self)
        self.setFixedHeight(HEIGHT)
        name = QLabel("Alpha Desk")
        set_role(name, "size", "title")
        self.chip = ModeChip(mode)
        self.review_mode = ReviewModeButton(desk.review)
        self.figures = {title: Figure(title, tip, drop) for title, tip, drop in FIGURES}
        self.state = TradingStateControl(desk)
        self.starting = QLabel(TRADING_STATE[TradingState.STARTING][0])
        set_role(self.starting, "chip", "amber")
        self.starting.setToolTip(TRADING_STATE_HELP[TradingState.STARTING])
        self.menu = QMenu("View", self)
        self.view_button = QPushButton("View")
        self.view_button.setMenu(self.menu)
        self.view_button.setAccessibleName("View menu")
        self.view_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_role(self.view_button, "kind", "quiet")
        self.cancel_all = QPushButton("Cancel all")
        self.cancel_all.setAccessibleName("Cancel all orders")
        self.cancel_all.clicked.connect(self.send_cancel_all)
        self.flatten = QPushButton(FLATTEN_WORD)
        self.flatten.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the focus where a sheet gives it back
        self.flatten.clicked.connect(self.flatten_asked)
        self.tell_flatten("", "", "")
        self._lay_out(name)
        self.view.changed.connect(self._show)
        desk.venues.traded_changed.connect(lambda: self._show(self.view.figures))
        desk.review.mode_changed.connect(lambda _changed: self._fit())
        desk.trading_state_changed.connect(self._show_starting)
        desk.actions.keymap.changed.connect(self._show_keys)
        LOOK.changed.connect(self._fit)
        self._show(self.view.figures)
        self._show_starting(desk.trading_state)

    def _lay_out(self, name: QLabel) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 4, 0)
        row.setSpacing(16)
        row.addWidget(name)
        row.addWidget(self.chip, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.review_mode, 0, Qt.AlignmentFlag.AlignVCenter)
        for figure in self.figures.values():
            row.addWidget(figure, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)
        row.addWidget(self.view_button)
        row.addWidget(self.starting, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.state)
        row.addWidget(self.cancel_all)
        row.addWidget(self.flatten)

    def tell_flatten(self, words: str, tone: str, tip: str) -> None:
        """Say on the button how a flatten stands; with no words it offers a plan again."""
        self.flatten.setText(words or FLATTEN_WORD)
        self.flatten.setAccessibleName(f"Flatten: {words}" if words else "Flatten: open the plan")
        self._flatten_tip = tip
        self._show_keys()
        set_role(self.flatten, "kind", tone or "danger")
        self._fit()

    def _show_keys(self) -> None:
        """Name in the hover texts the keys there are now."""
        keys: KeyMap = self._desk.actions.keymap
        self.cancel_all.setToolTip(CANCEL_ALL_HELP.format(keys.shown(CANCEL_ALL)))
        tip = self._flatten_tip
        self.flatten.setToolTip(tooltip(tip) if tip else FLATTEN_HELP.format(keys.shown(FLATTEN)))

    def send_pause(self) -> None:
        self._desk.send(PauseEntries(self._desk.who))

    def send_cancel_all(self) -> None:
        self._desk.send(CancelAll(self._desk.who))

    def _show_starting(self, state: TradingState, _reason: str = "") -> None:
        self.starting.setVisible(state is TradingState.STARTING)
        self._fit()

    def _show(self, now: AccountFigures) -> None:
        limits = self._desk.limits
        self.figures["Equity"].show_value(_usdt(f.money(now.equity)))
        today = f"{f.money(now.today, signed=True)} ({f.percent(now.today_fraction, signed=True)})"
        self.figures["Today"].show_value(f.DASH if now.today is None else today, tone_of(now.today))
        self.figures["Available"].show_value(_usdt(f.money(now.available)))
        self.figures["Margin used"].show_value(f.percent(now.margin_fraction, 1))
        fall = None if now.drawdown is None else -now.drawdown
        near = now.drawdown is not None and now.drawdown >= limits.drawdown_halt / 2
        words = f"{f.percent(fall, 1)} of {f.percent(-limits.drawdown_halt, 0)}"
        self.figures["Drawdown"].show_value(f.DASH if fall is None else words, "amber" if near else "text")
        has_leverage = self._desk.venues.traded.capabilities.leverage
        cap = f"{limits.max_leverage}x of {MAX_LEVERAGE}x" if has_leverage else "none here"
        self.figures["Leverage cap"].show_value(cap)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Hide the least urgent figures until the row fits; mode and controls always stay."""
        layout = self.layout()
        if layout is None:
            return
        figures = sorted(self.figures.values(), key=lambda figure: figure.drop)
        for figure in figures:
            figure.show()
        for widget in (*figures, self.review_mode, self.state):
            widget.updateGeometry()  # the row keeps a width until its part says that it is another
        for figure in reversed(figures):
            layout.invalidate()
            if figure.drop == 0 or layout.sizeHint().width() <= self.width():
                return
            figure.hide()


def _usdt(text: str) -> str:
    return text if text == f.DASH else f"{text} USDT"
