"""Order ticket: type the terms, see what they cost, ask the AI; close without asking anybody."""

from decimal import Decimal
from typing import Final

from PySide6.QtCore import QEvent, QSize, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from terminal.domain.commands import AskAi
from terminal.domain.instrument import InstrumentId, base_of
from terminal.domain.order import PositionSide
from terminal.domain.ticket_figures import TicketFigures, ticket_figures
from terminal.ui.theme.look import scaled
from terminal.ui.theme.qss import set_role
from terminal.ui.theme.tokens import BUTTON_HEIGHT
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.margin_view import margins_of, what_if_words
from terminal.ui.viewmodels.ticket import Answer, Asked, answer_for, question, risk_words, why_not_ask
from terminal.ui.viewmodels.ticket_form import forbids, idea_of, ticket_of
from terminal.ui.viewmodels.ticket_rows import NOT_YET, FigureRow, empty_rows, figure_rows
from terminal.ui.viewmodels.venue_words import venue_tip
from terminal.ui.viewmodels.words import position_word
from terminal.ui.widgets.clamped_text import ClampedText
from terminal.ui.widgets.figure_grid import FigureGrid
from terminal.ui.widgets.fold import Fold, Part, widget_part
from terminal.ui.widgets.panel import Panel
from terminal.ui.widgets.plain_text import tooltip
from terminal.ui.widgets.ticket.ticket_entry import TicketEntry
from terminal.ui.widgets.trade.close_row import CloseRow

STATEMENT: Final = "An opening order needs an AI decision. Closing never does."
ASK_HELP: Final = (
    "The AI decides on its own figures and may disagree. What is typed here may make its order smaller or tighter, "
    "never larger. Nothing is sent by asking."
)
REFRESH_MS: Final = 1_000
ANSWER_LINES: Final = 2
WORDS_LINES: Final = 2
FOLDED_PX: Final = 330  # what the essentials need; a window may squeeze the ticket to this
NO_RULES: Final = "The venue's rules of this pair are not loaded yet."


class OrderTicket(Panel):
    """The ticket of the selected pair; `mode_word` is on every button that trades."""

    def __init__(self, desk: Desk, mode_word: str = "DEMO", parent: QWidget | None = None) -> None:
        super().__init__("Order ticket", parent)
        self._desk = desk
        self._asked: Asked | None = None
        self._mode = mode_word
        self._why_not = ""
        self._pair: InstrumentId = desk.selection[0]
        self.figures: TicketFigures | None = None
        self.entry = TicketEntry(desk)
        self.grid = FigureGrid()
        self.words = ClampedText(WORDS_LINES, "muted")
        self.ask_button = QPushButton()
        self.ask_button.setFixedHeight(BUTTON_HEIGHT)
        set_role(self.ask_button, "kind", "ai")
        self.ask_button.clicked.connect(self.ask)
        self.statement = QLabel(STATEMENT)
        self.statement.setWordWrap(True)
        set_role(self.statement, "size", "hint")
        set_role(self.statement, "tone", "muted")
        self.answer_title, self.answer = QLabel(), ClampedText(ANSWER_LINES)
        set_role(self.answer_title, "size", "hint")
        self.close_long = CloseRow(desk, PositionSide.LONG, mode_word)
        self.close_short = CloseRow(desk, PositionSide.SHORT, mode_word)
        self._lay_out()
        self._fold = Fold(self._parts())
        self._listen()
        self.refresh()

    def _lay_out(self) -> None:
        answer = QVBoxLayout()
        answer.setSpacing(1)
        answer.addWidget(self.answer_title)
        answer.addWidget(self.answer)
        self.answer.set_max_lines(ANSWER_LINES)  # no answer moves the buttons below
        self.words.set_max_lines(WORDS_LINES)
        self.body.setSpacing(4)
        self.body.addWidget(self.entry)
        self.body.addWidget(self.grid)
        self.body.addWidget(self.words)
        self.body.addWidget(self.ask_button)
        self.body.addWidget(self.statement)
        self.body.addLayout(answer)
        self.body.addStretch(1)
        self.body.addWidget(self.close_long)
        self.body.addWidget(self.close_short)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold to the essentials where there is no room for the rest."""
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        """Look again once the parts have told what they need: before the first layout they do not know."""
        done = super().event(event)
        if event.type() in {QEvent.Type.LayoutRequest, QEvent.Type.Show}:
            self._fit()
        return done

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), scaled(FOLDED_PX))

    def _fit(self) -> None:
        if self.isVisible():
            self._fold.fit(self.height(), super().minimumSizeHint().height())

    def _parts(self) -> tuple[Part, ...]:
        """What a low window gives up, last to first."""
        within, below = self.entry.spacing_px, self.body.spacing()
        return (
            widget_part(self.entry.quote_row, within),
            widget_part(self.entry.slider, within),
            Part(lambda: self.grid.optional_px, lambda shown: self.grid.fold(not shown)),
            self._second_lines(self.words, WORDS_LINES),
            self._second_lines(self.answer, ANSWER_LINES),
            widget_part(self.entry.tif_row, within),
            widget_part(self.answer_title, below),
            widget_part(self.statement, below),
        )

    @staticmethod
    def _second_lines(text: ClampedText, lines: int) -> Part:
        return Part(lambda: text.lines_height(lines - 1), lambda shown: text.set_max_lines(lines if shown else 1))

    def _listen(self) -> None:
        desk = self._desk
        for signal in (
            desk.positions_changed, desk.proposal_changed, desk.cycle_ended, desk.phase_changed, desk.balance_changed,
            desk.model_changed, desk.instruments_changed, desk.trading_state_changed, desk.funding_changed,
        ):  # fmt: skip
            signal.connect(self.refresh)
        desk.venues.traded_changed.connect(self.refresh)
        desk.selection_changed.connect(self._on_selection)
        desk.figures_changed.connect(self._on_prices)
        self.entry.changed.connect(self._show_figures)
        self._timer = QTimer(self)
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        self._timer.start()

    # -- acts -------------------------------------------------------------------

    def ask(self) -> None:
        """Put the question for the selected pair, with the terms typed here."""
        form, desk = self.entry.form, self._desk
        idea = None if self.figures is None else idea_of(form, self.figures)
        self._asked = question(desk, form.action)
        desk.send(AskAi(desk.selection[0], form.action, desk.who, idea, self._asked.question_id))
        self.refresh()

    def ask_at(self, side: PositionSide, price: Decimal) -> str:
        """Put the question for a limit at `price`, exactly as typing it and pressing the button would.

        Gives "" once it is asked, else why it cannot be; the ticket then holds the terms.
        """
        self.entry.take_level(price, side=side)
        self.refresh()
        if not self.ask_button.isEnabled():
            return self._why_not
        self.ask()
        return ""

    def focus_close(self, side: PositionSide) -> None:
        """Make this the closing ticket of one side: the focus goes to its last button."""
        self.refresh()
        (self.close_long if side is PositionSide.LONG else self.close_short).take_focus()

    # -- showing ----------------------------------------------------------------

    def _on_selection(self, instrument_id: InstrumentId, _interval: object) -> None:
        if instrument_id != self._pair:
            self._pair = instrument_id
            self.entry.pair_changed()
        self.refresh()

    def _on_prices(self, changed: frozenset[InstrumentId]) -> None:
        if self._desk.selection[0] in changed:
            self.entry.show_quotes()
            self._show_figures()

    def refresh(self, *_: object) -> None:
        """Read everything from the desk again."""
        chosen, traded = self._desk.selection[0], self._desk.venues.traded
        kind = f"{base_of(chosen)} {self._desk.venues.product_word}"
        self.header.set_summary(f"{kind} · {traded.title}", tip=venue_tip(traded))
        self.entry.show_quotes()
        self._show_figures()
        self._show_answer(answer_for(self._desk, chosen, self._asked))
        self._show_close()

    def _show_figures(self) -> None:
        """Work the ticket out again; a few multiplications, done while someone types."""
        ticket = ticket_of(self._desk, self.entry.form)
        self.figures = None if ticket is None else ticket_figures(ticket)
        self.entry.show_figures(self.figures)
        rows: tuple[FigureRow, ...] = empty_rows(NO_RULES)
        spot = self._desk.venues.is_spot
        if ticket is not None and self.figures is not None:
            rows = empty_rows(NOT_YET) if self.entry.form.is_blank else figure_rows(ticket, self.figures, is_spot=spot)
        self.grid.show_rows(rows)
        refusals = () if self.figures is None else forbids(self.entry.form, self.figures)
        self._show_ask((*self._desk.venues.refusals(self.entry.form.side), *refusals))

    def _show_ask(self, refusals: tuple[str, ...]) -> None:
        """Say what forbids asking, else what was rounded; the button follows."""
        rounded = () if self.figures is None or self.entry.form.is_blank else self.figures.rounded
        form = self.entry.form
        what_if = what_if_words(self._desk, margins_of(self._desk, form.leverage, form.margin_mode))
        words = tuple(filter(None, (what_if, *(refusals or rounded))))
        tone = "amber" if refusals or what_if else "muted"
        self.words.set_text(" ".join(words) if words else risk_words(self._desk), tone)
        self.words.setToolTip(tooltip("\n".join(words) if words else risk_words(self._desk)))
        waiting = self._asked if self._is_waiting() else None
        self._why_not = why = why_not_ask(self._desk, waiting) or (refusals[0] if refusals else "")
        side = position_word(self.entry.form.side)
        about = f"{side} {base_of(self._desk.selection[0])}"
        typed = "about this ticket" if not self.entry.form.is_blank else f"about a {about}"
        self.ask_button.setText(f"✦  Ask the AI {typed} · {self._mode}")
        self.ask_button.setAccessibleName(f"Ask the AI about this ticket: {about}, {self._mode}")
        self.ask_button.setEnabled(not why)
        self.ask_button.setToolTip(tooltip(why or ASK_HELP))

    def _is_waiting(self) -> bool:
        return self._asked is not None and answer_for(self._desk, self._asked.instrument_id, self._asked).open

    def _show_answer(self, answer: Answer) -> None:
        self.answer_title.setText(answer.title)
        set_role(self.answer_title, "tone", "ai")
        self.answer.set_text(answer.text, answer.tone)
        self.answer.setToolTip(tooltip(f"{answer.title}\n{answer.text}"))

    def _show_close(self) -> None:
        """One row where one side or none is held, two where both are."""
        self.close_long.refresh()
        self.close_short.refresh()
        short = self.close_short.is_held
        self.close_short.setVisible(short)
        self.close_long.setVisible(self.close_long.is_held or not short)
        self._fit()
