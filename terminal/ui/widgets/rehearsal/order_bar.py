"""The order of the API test: approve it, reject it, and afterwards take it back."""

from decimal import Decimal
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from terminal.domain.commands import CancelOrder, ClosePosition, Reject
from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.instrument import base_of
from terminal.domain.order import OrderState, PositionSide
from terminal.domain.rehearsal import ApproveTestOrder, RehearsalKind, TestOrder
from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.mode import WindowMode
from terminal.ui.widgets.confirm_sheet import ConfirmSheet
from terminal.ui.widgets.plain_text import visible

_PAIR: Final = ALLOWED_INSTRUMENTS[0]
_RESTS: Final = frozenset({OrderState.ACKED, OrderState.WORKING, OrderState.PARTIAL})
_REASON: Final = "not wanted: API test"


class OrderBar(QFrame):
    """Shown while there is something to do with the order; anything real is asked once more."""

    def __init__(self, desk: Desk, mode: WindowMode, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self._mode = mode
        self._window = window
        self.sheet: ConfirmSheet | None = None
        set_role(self, "banner", "amber")
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setAccessibleName("Order of the API test")
        real = "" if mode.simulated else f" ({mode.word})"
        self.approve = self._button(f"Approve and send{real}", "fill", self._approve)
        self.reject = self._button("Reject", "", self._reject)
        self.cancel = self._button("Cancel the order", "danger", self._cancel)
        self.close_out = self._button(f"Close {base_of(_PAIR)}", "danger", self._close)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        for button in (self.reject, self.cancel, self.close_out, self.approve):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.addWidget(self.words)
        column.addLayout(row)
        for signal in (desk.positions_changed, desk.order_changed, desk.rehearsal.changed):
            signal.connect(self.refresh)
        self.refresh()

    def _button(self, text: str, kind: str, act: object) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        if kind:
            set_role(button, "kind", kind)
        set_role(button, "tall", "true")
        button.clicked.connect(act)
        return button

    @property
    def order(self) -> TestOrder | None:
        now = self._desk.rehearsal.of(RehearsalKind.API_TEST)
        return None if now is None else now.order

    def refresh(self, *_: object) -> None:
        order = self.order
        sent = None if order is None else self._desk.orders.get(order.client_order_id)
        waits = order is not None and order.is_open and sent is None
        rests = sent is not None and sent.state in _RESTS
        held = sent is not None and sent.filled_size > 0 and self._is_held()
        self.setVisible(waits or rests or held)
        for button, wanted in (
            (self.approve, waits),
            (self.reject, waits),
            (self.cancel, rests),
            (self.close_out, held and not rests),
        ):
            button.setVisible(wanted)
        if order is None:
            return
        if waits:
            self.words.setText(
                visible(f"Waits for you: {order.words}. It goes through the same checks as every order.")
            )
        elif rests:
            self.words.setText("The order rests at the venue. Cancel it if it does not fill.")
        else:
            self.words.setText("The order has filled. Close the position when you have seen it.")

    def _is_held(self) -> bool:
        return any(
            each.instrument_id == _PAIR and each.side is PositionSide.LONG and each.size > 0
            for each in self._desk.positions
        )

    # -- acts -----------------------------------------------------------------------

    def _approve(self) -> None:
        order = self.order
        if order is None:
            return
        if self._mode.simulated:
            self._send(order)
            return
        words = (
            f"{order.words[:1].upper()}{order.words[1:]}.\n\nThis goes to the account of profile {self._mode.account} "
            f"({self._mode.word}), and real money moves. Its AI log says that it is the API test and that no model was "
            "asked."
        )
        self.sheet = self.sheet or ConfirmSheet(self._window)
        self.sheet.ask("Send the order of the API test?", words, "Send it", lambda: self._send(order))

    def _send(self, order: TestOrder) -> None:
        self.approve.setEnabled(False)
        self._desk.send(ApproveTestOrder(order.decision_id, order.fingerprint, self._desk.who))
        self.approve.setEnabled(True)

    def _reject(self) -> None:
        if self.order is not None:
            self._desk.send(Reject(self.order.decision_id, self._desk.who, _REASON))

    def _cancel(self) -> None:
        if self.order is not None:
            self._desk.send(CancelOrder(self.order.client_order_id, self._desk.who))

    def _close(self) -> None:
        self._desk.send(ClosePosition(_PAIR, PositionSide.LONG, Decimal(1), self._desk.who))
