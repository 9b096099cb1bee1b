"""The typing part of the ticket: kind, side, price, size, stop, target, quotes, time in force."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from terminal.domain.account import MarginMode
from terminal.domain.hand_messages import SetLeverage, SetMarginMode
from terminal.domain.instrument import InstrumentId, base_of
from terminal.domain.order import OrderKind, PositionSide
from terminal.domain.ticket import LevelMode, SizeMode
from terminal.domain.ticket_figures import TicketFigures
from terminal.ui import formatting as f
from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.margin_view import MODE_WORDS, margin_view, margins_of
from terminal.ui.viewmodels.market_rows import market_row
from terminal.ui.viewmodels.numbers import plain
from terminal.ui.viewmodels.ticket_form import (
    LEVEL_WORDS,
    SIZE_WORDS,
    STOP_MODES,
    TARGET_MODES,
    TIF_HELP,
    TIF_WORDS,
    TicketForm,
    quote_of,
    with_followed_price,
    with_size_mode,
    with_stop_mode,
    with_target_mode,
)
from terminal.ui.viewmodels.ticket_room import room_of, share_of, with_share
from terminal.ui.viewmodels.venue_words import short_lacks, venue_tip
from terminal.ui.widgets.number_field import UnitField
from terminal.ui.widgets.plain_text import tooltip
from terminal.ui.widgets.ticket.leverage_popup import LeveragePopup
from terminal.ui.widgets.ticket.quote_button import QuoteButton
from terminal.ui.widgets.ticket.size_slider import SizeSlider

Choice = TypeVar("Choice")
SIZE_MODES: Final = tuple(SIZE_WORDS)
QUOTES: Final = ("Bid", "Mid", "Ask", "Last")
_PERCENT_STEP: Final = Decimal("0.05")
_R_STEP: Final = Decimal("0.1")
_USDT_STEP: Final = Decimal("0.01")


class TicketEntry(QWidget):
    """Edits a `TicketForm`.

    Attributes:
        form: what is typed and chosen now.

    Signals:
        changed: `form` is another one.
    """

    changed = Signal()
    spacing_px: Final = 4

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._figures: TicketFigures | None = None
        self.form = TicketForm()
        self.kinds = self._choices(
            ((OrderKind.LIMIT, "Limit"), (OrderKind.MARKET, "Market")),
            "quiet",
            lambda kind: self._set(replace(self.form, kind=kind, follows="")),
        )
        self.sides = self._choices(
            ((PositionSide.LONG, "Long"), (PositionSide.SHORT, "Short")),
            "side",
            lambda side: self._set(replace(self.form, side=side)),
        )
        set_role(self.sides[PositionSide.LONG], "side", "up")
        set_role(self.sides[PositionSide.SHORT], "side", "down")
        self.tifs = self._choices(tuple(TIF_WORDS.items()), "quiet", lambda tif: self._set(replace(self.form, tif=tif)))
        for tif, button in self.tifs.items():
            button.setToolTip(TIF_HELP[tif])
        self.mode_button, self.leverage_button = QPushButton(), QPushButton()
        self.venue_note = QLabel()
        self.popup = LeveragePopup(self)
        self.price = UnitField("Price", ("Price, USDT",))
        self.amount = UnitField("Size", [words.format(base="coin") for words in SIZE_WORDS.values()])
        self.stop = UnitField("Stop", [LEVEL_WORDS[mode].format(name="Stop") for mode in STOP_MODES])
        self.target = UnitField("Target", [LEVEL_WORDS[mode].format(name="Target") for mode in TARGET_MODES])
        self.slider = SizeSlider()
        self.quotes = {name: QuoteButton(name) for name in QUOTES}
        self.quote_row, self.tif_row = QWidget(), QWidget()
        self._lay_out()
        self._listen()
        self._show()

    def _choices(
        self, items: Sequence[tuple[Choice, str]], kind: str, chosen: Callable[[Choice], None]
    ) -> dict[Choice, QPushButton]:
        buttons: dict[Choice, QPushButton] = {}
        for value, words in items:
            button = QPushButton(words)
            button.setCheckable(True)
            button.setAccessibleName(words)
            set_role(button, "kind", kind)
            button.clicked.connect(lambda _=False, value=value: chosen(value))
            buttons[value] = button
        return buttons

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self.spacing_px)
        first = QHBoxLayout()
        first.setSpacing(4)
        for button in self.kinds.values():
            first.addWidget(button)
        first.addStretch(1)
        for button in (self.mode_button, self.leverage_button):
            set_role(button, "kind", "small")
            first.addWidget(button)
        set_role(self.venue_note, "size", "hint")
        set_role(self.venue_note, "tone", "muted")
        first.addWidget(self.venue_note)
        sides = QHBoxLayout()
        sides.setSpacing(8)
        for button in self.sides.values():
            sides.addWidget(button, 1)
        fields = QGridLayout()
        fields.setHorizontalSpacing(8)
        fields.setVerticalSpacing(4)
        for at, field in enumerate((self.price, self.amount, self.stop, self.target)):
            fields.addWidget(field, at // 2, at % 2)
            fields.setColumnStretch(at % 2, 1)
        _fill_row(self.quote_row, self.quotes.values())
        _fill_row(self.tif_row, self.tifs.values())
        column.addLayout(first)
        column.addLayout(sides)
        column.addLayout(fields)
        column.addWidget(self.slider)
        column.addWidget(self.quote_row)
        column.addWidget(self.tif_row)
        for button in self.quotes.values():
            set_role(button, "kind", "quote")
            button.setCheckable(True)

    def _listen(self) -> None:
        self.price.field.typed.connect(lambda text: self._set(replace(self.form, price=text, follows="")))
        self.amount.field.typed.connect(lambda text: self._set(replace(self.form, size=text)))
        self.stop.field.typed.connect(lambda text: self._set(replace(self.form, stop=text)))
        self.target.field.typed.connect(lambda text: self._set(replace(self.form, target=text)))
        self.amount.unit_chosen.connect(lambda at: self._set_size_mode(SIZE_MODES[at]))
        self.stop.unit_chosen.connect(lambda at: self._set(with_stop_mode(self.form, STOP_MODES[at], self._figures)))
        self.target.unit_chosen.connect(
            lambda at: self._set(with_target_mode(self.form, TARGET_MODES[at], self._figures))
        )
        for name, quote in self.quotes.items():
            quote.clicked.connect(lambda _=False, name=name: self.take_quote(name))
        for button in (self.mode_button, self.leverage_button):
            button.clicked.connect(lambda _=False, button=button: self.popup.open_under(button))
        self.slider.chosen.connect(lambda percent: self._set(with_share(self._desk, self.form, percent)))
        self.popup.leverage_chosen.connect(lambda value: self._try_out(value, self.form.margin_mode))
        self.popup.mode_chosen.connect(lambda mode: self._try_out(self.form.leverage, mode))
        self.popup.dropped.connect(lambda: self._try_out(None, None))
        self.popup.leverage_wanted.connect(self._send_leverage)
        self.popup.mode_wanted.connect(self._send_mode)
        self._desk.margins.changed.connect(self._on_margins)
        for signal in (self._desk.positions_changed, self._desk.order_changed, self._desk.phase_changed):
            signal.connect(self._show_leverage)
        self._desk.venues.traded_changed.connect(self._show_venue)
        self._show_venue()

    def _show_venue(self) -> None:
        """What the venue has not is not offered; why stands in its place."""
        traded = self._desk.venues.traded
        self.leverage_button.setVisible(traded.capabilities.leverage)
        self.mode_button.setVisible(traded.capabilities.margin_modes)
        self.venue_note.setText(short_lacks(traded))
        self.venue_note.setToolTip(tooltip(venue_tip(traded)))
        self.venue_note.setVisible(bool(short_lacks(traded)))
        if not traded.capabilities.leverage:
            self._set(replace(self.form, leverage=None, margin_mode=None))
        self._show_leverage()

    # -- leverage and margin mode -------------------------------------------------

    def _try_out(self, leverage: int | None, mode: MarginMode | None) -> None:
        """Figure with these; what is in force anyway is not tried out."""
        now = margins_of(self._desk, leverage, mode)
        form = replace(
            self.form,
            leverage=leverage if now.what_if_leverage else None,
            margin_mode=mode if now.what_if_mode else None,
        )
        self._set(form)

    def _send_leverage(self) -> None:
        if self.form.leverage is not None:
            self._desk.send(SetLeverage(self._desk.selection[0], self.form.leverage, self._desk.who))

    def _send_mode(self) -> None:
        if self.form.margin_mode is not None:
            self._desk.send(SetMarginMode(self._desk.selection[0], self.form.margin_mode, self._desk.who))

    def _on_margins(self, instrument_id: InstrumentId) -> None:
        """What is in force moved: the figures follow, and what was tried out may be in force now."""
        if instrument_id == self._desk.selection[0]:
            self._try_out(self.form.leverage, self.form.margin_mode)
            self.changed.emit()

    # -- changing -------------------------------------------------------------------

    def _set_size_mode(self, mode: SizeMode) -> None:
        balance = self._desk.balance
        self._set(with_size_mode(self.form, mode, self._figures, balance.equity if balance else None))

    def _set(self, form: TicketForm) -> None:
        """Take a changed form; the pressed buttons are shown as the form has them, whatever a click toggled."""
        changed = form != self.form
        self.form = form
        self._show()
        if changed:
            self.changed.emit()

    # -- showing ----------------------------------------------------------------

    def show_figures(self, figures: TicketFigures | None) -> None:
        """Keep what follows from the form: a change of unit writes the same thing in the other unit."""
        self._figures = figures
        room = room_of(self._desk, self.form)
        self.slider.show_share(share_of(room, figures), room)

    def pair_changed(self) -> None:
        """Empty what belongs to the other pair; choices and a size that is a share stay."""
        share = self.form.size_mode in {SizeMode.RISK_PCT, SizeMode.EQUITY_PCT, SizeMode.USDT}
        keep_stop = self.form.stop_mode is not LevelMode.PRICE
        keep_target = self.form.target_mode is not LevelMode.PRICE
        self._figures = None
        self._set(
            replace(
                self.form,
                price="",
                size=self.form.size if share else "",
                stop=self.form.stop if keep_stop else "",
                target=self.form.target if keep_target else "",
                leverage=None,
                margin_mode=None,
                follows="",
            )
        )

    def _show(self) -> None:
        form, base = self.form, base_of(self._desk.selection[0])
        for kind, button in self.kinds.items():
            button.setChecked(kind is form.kind)
        for side, button in self.sides.items():
            button.setChecked(side is form.side)
        for tif, button in self.tifs.items():
            button.setChecked(tif is form.tif)
            button.setEnabled(form.kind is OrderKind.LIMIT)
        self.price.setEnabled(form.kind is OrderKind.LIMIT)
        self.price.field.setPlaceholderText("at the touch" if form.kind is OrderKind.LIMIT else "market")
        for part, text in (
            (self.price, form.price), (self.amount, form.size), (self.stop, form.stop), (self.target, form.target),
        ):  # fmt: skip
            part.field.show_text(text)
        self.amount.show_unit(SIZE_WORDS[form.size_mode].format(base=base))
        self.stop.show_unit(LEVEL_WORDS[form.stop_mode].format(name="Stop"))
        self.target.show_unit(LEVEL_WORDS[form.target_mode].format(name="Target"))
        for part, words in ((self.amount, "AI sizes it"), (self.stop, "AI chooses"), (self.target, "AI chooses")):
            part.field.setPlaceholderText(words)
        for name, button in self.quotes.items():
            button.setChecked(name == form.follows)
        self.price.show_unit(f"Price, follows {form.follows.lower()}" if form.follows else "Price, USDT")
        self._show_steps()
        self._show_leverage()

    def _show_steps(self) -> None:
        """Give each field the step of its unit: tick, size step, or a share."""
        form, rules = self.form, self._desk.instruments.get(self._desk.selection[0])
        tick = rules.price_step if rules else None
        self.price.field.step = tick
        self.amount.field.step = {
            SizeMode.COIN: rules.size_step if rules else None,
            SizeMode.USDT: _USDT_STEP,
        }.get(form.size_mode, _PERCENT_STEP)
        for part, mode in ((self.stop, form.stop_mode), (self.target, form.target_mode)):
            part.field.step = {LevelMode.PRICE: tick, LevelMode.R: _R_STEP}.get(mode, _PERCENT_STEP)

    def _show_leverage(self, *_: object) -> None:
        """Say what the figures go by; what is only tried out is amber and says "if"."""
        view = margin_view(self._desk, self.form.leverage, self.form.margin_mode)
        now = view.now
        for button, name, words, tried in (
            (self.mode_button, "Margin mode", MODE_WORDS[now.mode], now.what_if_mode),
            (self.leverage_button, "Leverage", f"{now.leverage}x", now.what_if_leverage),
        ):
            known = words if now.is_known else f.DASH
            button.setText(f"if {words.lower()}" if tried else known)
            button.setAccessibleName(f"{name}: {'what if ' if tried else ''}{words}")
            button.setToolTip(tooltip(f"{view.what_if or view.in_force}\nPress to try out others, or to set them."))
            set_role(button, "alarm", "amber" if tried else "")
        self.popup.show_view(view)

    def show_quotes(self) -> None:
        """Write the live prices on the quote buttons, or fade them."""
        row = market_row(self._desk, self._desk.selection[0])
        for name, button in self.quotes.items():
            price = quote_of(row, name)
            button.show_price(row.price(price))
            button.setEnabled(price is not None)
            button.setAccessibleName(f"Follow the {name.lower()} price")
            stale = f", quote {f.age(row.age_s)} old" if row.stale else ""
            held = (
                "The price follows it; press again to stop."
                if name == self.form.follows
                else "Makes the price follow it."
            )
            button.setToolTip(f"{name}{stale}. {held}" if price is not None else "No quote.")
            set_role(button, "stale", "true" if row.stale else "false")
        if self.form.follows and not row.stale:
            self._set(with_followed_price(self._desk, self.form))
        if self.popup.isVisible():
            self._show_leverage()

    def take_level(self, price: Decimal, size: Decimal | None = None, side: PositionSide | None = None) -> None:
        """Write a price, and a size in coins and a side where they are given; the ticket becomes a limit ticket."""
        form = replace(self.form, kind=OrderKind.LIMIT, price=plain(price), follows="", side=side or self.form.side)
        if size is not None:
            form = replace(form, size_mode=SizeMode.COIN, size=plain(size))
        self._set(form)

    def take_quote(self, name: str) -> None:
        """Let the price follow a quote, or stop; the ticket becomes a limit ticket."""
        follows = "" if name == self.form.follows else name
        self._set(with_followed_price(self._desk, replace(self.form, kind=OrderKind.LIMIT, follows=follows)))


def _fill_row(holder: QWidget, buttons: Iterable[QPushButton]) -> None:
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(4)
    for button in buttons:
        row.addWidget(button, 1)
