"""The passport sheet: one order's chain in seven steps, read from the journal, every byte to copy."""

from typing import Final

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from terminal.domain.ai_log import AiLog
from terminal.domain.fill import Fill
from terminal.domain.order import Order
from terminal.domain.passport_messages import (
    FillSubject,
    OrderPassport,
    OrderSubject,
    PassportChain,
    PassportSubject,
    PositionSubject,
    ShowPassport,
)
from terminal.domain.plain_words import leg_words
from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.passport_text import passport_text
from terminal.ui.widgets.passport.pager import Pager
from terminal.ui.widgets.passport.step_list import StepList
from terminal.ui.widgets.passport.step_view import StepView
from terminal.ui.widgets.plain_text import visible
from terminal.ui.widgets.sheet import Sheet

WIDTH_PX: Final = 1_080
HEIGHT_PX: Final = 640
AGAIN_MS: Final = 300  # several things happen to an order at once
READING: Final = "Reading the journal…"


class PassportSheet(Sheet):
    """Opened for an order, a fill or a position; a position shows the orders that built it.

    It asks the engine and follows what is shown: when the order moves, the chain is read again.
    """

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__("Order passport", window, WIDTH_PX)
        self._desk = desk
        self.subject: PassportSubject | None = None
        self.passports: tuple[OrderPassport, ...] = ()
        self.pager = Pager()
        self.problem = QLabel()
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.problem.setWordWrap(True)
        self.again = QPushButton("Read again")
        self.again.setAutoDefault(False)
        self.moment = QPushButton("Show that moment")
        self.moment.setToolTip("Opens the time machine at this order's decision")
        self.moment.setAutoDefault(False)
        self.copy_all = QPushButton("Copy whole passport")
        self.copy_all.setAccessibleName("Copy the whole passport as text")
        self.copy_all.setAutoDefault(False)
        self.steps = StepList()
        self.view = StepView()
        self._build()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(AGAIN_MS)
        self._soon.timeout.connect(self._ask)
        self.again.clicked.connect(self._ask)
        self.copy_all.clicked.connect(self._copy_all)
        self.moment.clicked.connect(self._show_moment)
        self.pager.moved.connect(self._show_order)
        self.steps.currentRowChanged.connect(self._show_step)
        self.closed.connect(self._soon.stop)
        desk.passport_read.connect(self._on_chain)
        desk.order_changed.connect(self._on_moved)
        desk.fill_seen.connect(self._on_moved)
        desk.ai_log_changed.connect(self._on_moved)

    def _build(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.pager)
        top.addWidget(self.problem, 1)
        top.addWidget(self.again)
        top.addWidget(self.moment)
        top.addWidget(self.copy_all)
        self._content = _Content()
        row = QHBoxLayout(self._content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.steps)
        row.addWidget(self.view, 1)
        self.body.addLayout(top)
        self.body.addWidget(self._content, 1)

    # -- asking ---------------------------------------------------------------------

    def open(self, subject: PassportSubject) -> None:
        """Show the passport of something; it is read from the journal now."""
        if subject != self.subject:
            self.passports = ()
            self.steps.clear()
        self.subject = subject
        self.title.setText(f"Passport of {_name(subject, self._desk)}")
        self.subtitle.setText("")
        self._say(READING, "muted")
        self._show_parts()
        self._ask()
        self.present(self.steps)

    def _ask(self) -> None:
        if self.subject is not None:
            self._desk.send(ShowPassport(self.subject))

    def _on_moved(self, what: Order | Fill | AiLog) -> None:
        """Read again when something of what is shown has moved."""
        shown = any(each.client_order_id == what.client_order_id for each in self.passports)
        if shown and self.is_open and not self._soon.isActive():
            self._soon.start()

    # -- showing --------------------------------------------------------------------

    def _on_chain(self, chain: PassportChain) -> None:
        if chain.subject != self.subject:
            return
        before = "" if self.passport is None else self.passport.client_order_id
        if chain.passports or not chain.problem:
            self.passports = chain.passports
        left_out = f"{chain.left_out} older orders are not shown; open them in Orders." if chain.left_out else ""
        self._say(" ".join(filter(None, (chain.problem, left_out))), "down" if chain.problem else "muted")
        names = [each.client_order_id for each in self.passports]
        at = names.index(before) if before in names else max(0, len(names) - 1)  # at first the newest
        self.pager.show_place(at, len(names))
        self._show_parts()
        self._show_order()

    def _show_parts(self) -> None:
        self.pager.setVisible(len(self.passports) > 1)
        self.copy_all.setEnabled(bool(self.passports))
        self.moment.setEnabled(bool(self.passports))
        self._content.setVisible(bool(self.passports))

    def _say(self, words: str, tone: str) -> None:
        self.problem.setText(visible(words))
        set_role(self.problem, "tone", tone)

    @property
    def passport(self) -> OrderPassport | None:
        """The order shown now."""
        at = self.pager.at
        return self.passports[at] if 0 <= at < len(self.passports) else None

    def _show_order(self, _: int = 0) -> None:
        passport = self.passport
        if passport is None:
            return
        self.subtitle.setText(visible(f"{passport.title}   caused by: {passport.origin}"))
        self.steps.show_dots([step.dot for step in passport.steps])
        self._show_step(self.steps.currentRow())

    def _show_step(self, at: int) -> None:
        passport = self.passport
        if passport is not None and 0 <= at < len(passport.steps):
            self.view.show_step(passport.steps[at], at + 1)

    def _show_moment(self) -> None:
        if self.passport is not None:
            self._desk.time.show_order(self.passport.client_order_id)

    def _copy_all(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(map(passport_text, self.passports)))


class _Content(QWidget):
    """Asks for a good size and takes a smaller one."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(WIDTH_PX, HEIGHT_PX)

    def hasHeightForWidth(self) -> bool:
        return False  # the sheet keeps its height from step to step


def _name(subject: PassportSubject, desk: Desk) -> str:
    match subject:
        case OrderSubject(client_order_id):
            return f"order {client_order_id}"
        case FillSubject(trade_id):
            fill = desk.fills.get(trade_id)
            return f"the order of fill {trade_id}" if fill is None else f"the order of a fill at {fill.price:f}"
        case PositionSubject(instrument_id, side):
            return f"the position {leg_words(instrument_id, side)}"
