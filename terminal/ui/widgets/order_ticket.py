"""Order ticket: ask the AI about opening, close without asking anybody."""

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.decision import Action
from terminal.domain.instrument import InstrumentId, base_of
from terminal.domain.messages import AskAi, ClosePosition
from terminal.domain.order import PositionSide
from terminal.ui import formatting as f
from terminal.ui.theme.qss import set_role
from terminal.ui.theme.tokens import BUTTON_HEIGHT
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.market_rows import market_row
from terminal.ui.viewmodels.ticket import Answer, Asked, answer_for, held_size, question, risk_words, why_not_ask
from terminal.ui.viewmodels.trade_rows import CLOSE_STEPS
from terminal.ui.viewmodels.words import position_word
from terminal.ui.widgets.clamped_text import ClampedText
from terminal.ui.widgets.panel import Panel
from terminal.ui.widgets.plain_text import tooltip
from terminal.ui.widgets.ticket_costs import TicketCosts

STATEMENT: Final = "An opening order needs an AI decision. Closing never does."
REFRESH_MS: Final = 1_000
ANSWER_LINES: Final = 3
ROOMY_PX: Final = 480  # a lower ticket shows its essentials only


class PairRow(QWidget):
    """Eight small buttons; the pressed one is the pair every panel shows."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.buttons: dict[InstrumentId, QPushButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for at, item in enumerate(ALLOWED_INSTRUMENTS, start=1):
            button = QPushButton(base_of(item))
            button.setCheckable(True)
            button.setAccessibleName(f"Select {base_of(item)}")
            button.setToolTip(f"Show {base_of(item)} in every panel (Ctrl+{at})")
            set_role(button, "kind", "pair")
            button.clicked.connect(self._selector(item))
            row.addWidget(button, 1)
            self.buttons[item] = button
        desk.selection_changed.connect(self._show)
        self._show(desk.selection[0], None)

    def _selector(self, item: InstrumentId) -> Callable[[], None]:
        def select() -> None:
            self._desk.select(item)
            self._show(self._desk.selection[0], None)

        return select

    def _show(self, instrument_id: InstrumentId, _interval: object) -> None:
        for item, button in self.buttons.items():
            button.setChecked(item == instrument_id)


class Quotes(QWidget):
    """Bid, last and ask of the selected pair."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.values: dict[str, QLabel] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        for at, name in enumerate(("Bid", "Last", "Ask")):
            title, value = QLabel(name), QLabel(f.DASH)
            set_role(title, "size", "hint")
            set_role(title, "tone", "muted")
            set_role(value, "strong", "true")
            value.setAccessibleName(name)
            grid.addWidget(title, 0, at)
            grid.addWidget(value, 1, at)
            grid.setColumnStretch(at, 1)
            self.values[name] = value

    def show_row(self, desk: Desk, instrument_id: InstrumentId) -> None:
        row = market_row(desk, instrument_id)
        tip = f"Quote {f.age(row.age_s)} old" if row.ticker else "No quote yet for this pair."
        for name, price in (("Bid", row.bid), ("Last", row.last), ("Ask", row.ask)):
            value = self.values[name]
            value.setText(row.price(price))
            value.setToolTip(tip)
            set_role(value, "tone", "muted" if row.stale else "text")


class CloseRow(QWidget):
    """Close 25, 50, 75 or 100 % of one side; only enabled while that side is held."""

    def __init__(self, desk: Desk, side: PositionSide, mode_word: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._side = side
        self._mode = mode_word
        self.title = QLabel()
        self.title.setFixedWidth(92)
        self.buttons: list[QPushButton] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.title)
        for label, fraction in CLOSE_STEPS:
            percent = label.removesuffix(" %")
            button = QPushButton(label)
            button.setAccessibleName(f"Close {position_word(side)} {percent} percent, {mode_word}")
            button.setFixedHeight(BUTTON_HEIGHT)
            set_role(button, "kind", "close")
            button.clicked.connect(self._closer(fraction))
            row.addWidget(button, 1)
            self.buttons.append(button)

    def _closer(self, fraction: Decimal) -> Callable[[], None]:
        return lambda: self._desk.send(ClosePosition(self._desk.selection[0], self._side, fraction, self._desk.who))

    def refresh(self) -> None:
        base = base_of(self._desk.selection[0])
        side = position_word(self._side)
        size = held_size(self._desk, self._desk.selection[0], self._side)
        self.title.setText(f"Close {side}\n{f.trimmed(size)} {base}" if size else f"Close {side}\nnone held")
        set_role(self.title, "tone", "text" if size else "muted")
        tip = f"At the market, {self._mode}. Needs no approval." if size else f"No {side} position in {base}."
        for button in self.buttons:
            button.setEnabled(size > 0)
            button.setToolTip(tip)


class OrderTicket(Panel):
    """The ticket of the selected pair; `mode_word` is on every button that trades."""

    def __init__(self, desk: Desk, mode_word: str = "DEMO", parent: QWidget | None = None) -> None:
        super().__init__("Order ticket", parent)
        self._desk = desk
        self._asked: Asked | None = None
        self._mode = mode_word
        self.pairs = PairRow(desk)
        self.quotes = Quotes()
        self.risk = _hint("")
        self.ask_long = self._ask_button(Action.OPEN_LONG, "long")
        self.ask_short = self._ask_button(Action.OPEN_SHORT, "short")
        self.answer_title, self.answer = QLabel(), ClampedText(ANSWER_LINES)
        self.costs = TicketCosts()
        self.close_long = CloseRow(desk, PositionSide.LONG, mode_word)
        self.close_short = CloseRow(desk, PositionSide.SHORT, mode_word)
        self._lay_out()
        self._listen()
        self.refresh()

    def _ask_button(self, action: Action, word: str) -> QPushButton:
        button = QPushButton(f"Ask the AI: {word}? · {self._mode}")
        button.setAccessibleName(f"Ask the AI: {word}? {self._mode}")
        button.setFixedHeight(BUTTON_HEIGHT)
        set_role(button, "kind", "ai")
        button.clicked.connect(lambda: self.ask(action))
        return button

    def _lay_out(self) -> None:
        asks = QHBoxLayout()
        asks.setSpacing(8)
        asks.addWidget(self.ask_long, 1)
        asks.addWidget(self.ask_short, 1)
        card = QFrame()
        set_role(card, "role", "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(10, 6, 10, 8)
        inside.setSpacing(2)
        self.answer.setFixedHeight(self.answer.lines_height(ANSWER_LINES))  # no answer moves the buttons below
        set_role(self.answer_title, "size", "hint")
        inside.addWidget(self.answer_title)
        inside.addWidget(self.answer)
        facts = QVBoxLayout()
        facts.setSpacing(0)  # folded costs take no room at all
        facts.addWidget(self.costs)
        facts.addWidget(self.risk)
        self.body.addWidget(self.pairs)
        self.body.addWidget(self.quotes)
        self.body.addStretch(1)  # what is left over goes between the groups, and a share below them
        self.body.addLayout(facts)
        self.body.addStretch(1)
        self.body.addLayout(asks)
        self.body.addWidget(_hint(STATEMENT))
        self.body.addWidget(card)
        self.body.addStretch(1)
        self.body.addWidget(self.close_long)
        self.body.addWidget(self.close_short)
        self.body.addStretch(2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold the costs away where they would squeeze the rest."""
        super().resizeEvent(event)
        self.costs.setVisible(self.height() >= ROOMY_PX)

    def _listen(self) -> None:
        desk = self._desk
        for signal in (
            desk.positions_changed, desk.proposal_changed, desk.cycle_ended, desk.phase_changed, desk.balance_changed,
            desk.model_changed, desk.instruments_changed, desk.selection_changed, desk.trading_state_changed,
        ):  # fmt: skip
            signal.connect(self.refresh)
        desk.tickers_changed.connect(self._on_prices)
        desk.books_changed.connect(self._on_prices)
        self._timer = QTimer(self)
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        self._timer.start()

    def ask(self, action: Action) -> None:
        """Put the question for the selected pair."""
        self._asked = question(self._desk, action)
        self._desk.send(AskAi(self._desk.selection[0], action, self._desk.who))
        self.refresh()

    def _on_prices(self, changed: frozenset[InstrumentId]) -> None:
        if self._desk.selection[0] in changed:
            self.quotes.show_row(self._desk, self._desk.selection[0])
            self.costs.show_pair(self._desk, self._desk.selection[0])

    def refresh(self, *_: object) -> None:
        """Read everything from the desk again."""
        chosen = self._desk.selection[0]
        self.header.set_summary(f"{base_of(chosen)} perpetual")
        self.quotes.show_row(self._desk, chosen)
        self.costs.show_pair(self._desk, chosen)
        self.risk.setText(risk_words(self._desk))
        waiting = self._asked if self._is_waiting() else None
        self._show_answer(answer_for(self._desk, chosen, self._asked))
        why = why_not_ask(self._desk, waiting)
        for button in (self.ask_long, self.ask_short):
            button.setEnabled(not why)
            button.setToolTip(
                tooltip(why)
                if why
                else "The AI decides on its own figures and may disagree. Nothing is sent by asking."
            )
        self.close_long.refresh()
        self.close_short.refresh()

    def _is_waiting(self) -> bool:
        return self._asked is not None and answer_for(self._desk, self._asked.instrument_id, self._asked).open

    def _show_answer(self, answer: Answer) -> None:
        self.answer_title.setText(answer.title)
        set_role(self.answer_title, "tone", "ai")
        self.answer.set_text(answer.text, answer.tone)
        self.answer.setToolTip(tooltip(answer.text))


def _hint(text: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    set_role(label, "size", "hint")
    set_role(label, "tone", "muted")
    return label
