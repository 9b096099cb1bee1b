"""What is typed on the order ticket, and the figures that follow from it."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from terminal.domain.account import MarginMode
from terminal.domain.decision import Action
from terminal.domain.order import OrderKind, PositionSide, TimeInForce
from terminal.domain.ticket import Level, LevelMode, SizeMode, Ticket, TicketIdea
from terminal.domain.ticket_figures import TicketFigures
from terminal.ui.formatting import HUNDRED
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.margin_view import margins_of
from terminal.ui.viewmodels.market_rows import MarketRow, market_row
from terminal.ui.viewmodels.numbers import parse, plain, snap

SIZE_WORDS: Final[dict[SizeMode, str]] = {
    SizeMode.RISK_PCT: "Risk to stop, %",
    SizeMode.COIN: "Size, {base}",
    SizeMode.USDT: "Size, USDT",
    SizeMode.EQUITY_PCT: "Size, % of equity",
}
LEVEL_WORDS: Final[dict[LevelMode, str]] = {
    LevelMode.PRICE: "{name}, price",
    LevelMode.PERCENT: "{name}, % away",
    LevelMode.R: "{name}, in R",
}
STOP_MODES: Final = (LevelMode.PRICE, LevelMode.PERCENT)
TARGET_MODES: Final = (LevelMode.PRICE, LevelMode.PERCENT, LevelMode.R)
TIF_WORDS: Final[dict[TimeInForce, str]] = {
    TimeInForce.GTC: "GTC",
    TimeInForce.POST_ONLY: "Post-only",
    TimeInForce.IOC: "IOC",
    TimeInForce.FOK: "FOK",
}
TIF_HELP: Final[dict[TimeInForce, str]] = {
    TimeInForce.GTC: "Rests until it is filled or cancelled.",
    TimeInForce.POST_ONLY: "Rests as maker; refused if it would trade at once.",
    TimeInForce.IOC: "Fills what it can at once; the rest is cancelled.",
    TimeInForce.FOK: "Fills whole and at once, or not at all.",
}
LEFT_TO_AI: Final = frozenset({"Type a size.", "An opening order needs a stop."})
"""The domain's words for what is missing. The AI may choose these; they forbid nothing here."""
RISK_NEEDS_STOP: Final = "A size by risk needs a stop."  # of no concern while no size is typed


@dataclass(frozen=True, slots=True)
class TicketForm:
    """Texts as typed, and the choices. A blank ticket leaves everything to the AI.

    `leverage` and `margin_mode` are only tried out; None goes by what is in force at the venue.
    `follows` names the quote the price goes with until a hand types one.
    """

    side: PositionSide = PositionSide.LONG
    kind: OrderKind = OrderKind.LIMIT
    tif: TimeInForce = TimeInForce.GTC
    price: str = ""
    size: str = ""
    size_mode: SizeMode = SizeMode.RISK_PCT
    stop: str = ""
    stop_mode: LevelMode = LevelMode.PRICE
    target: str = ""
    target_mode: LevelMode = LevelMode.PRICE
    leverage: int | None = None
    margin_mode: MarginMode | None = None
    follows: str = ""

    @property
    def is_blank(self) -> bool:
        return not (self.size or self.stop or self.target or (self.price and self.kind is OrderKind.LIMIT))

    @property
    def action(self) -> Action:
        return Action.OPEN_LONG if self.side is PositionSide.LONG else Action.OPEN_SHORT

    @property
    def unread(self) -> tuple[str, ...]:
        """Say which fields hold something that is no number."""
        named = [("size", self.size), ("stop", self.stop), ("target", self.target)]
        if self.kind is OrderKind.LIMIT:
            named.insert(0, ("price", self.price))
        return tuple(f"The {name} is not a number." for name, text in named if text and parse(text) is None)


def ticket_of(desk: Desk, form: TicketForm) -> Ticket | None:
    """Join what is typed with the market now; None while the pair's rules are not loaded.

    A limit ticket without a price is figured at the touch it would join.
    """
    chosen = desk.selection[0]
    rules = desk.instruments.get(chosen)
    if rules is None:
        return None
    row, balance, funding = market_row(desk, chosen), desk.balance, desk.funding.get(chosen)
    margins = margins_of(desk, form.leverage, form.margin_mode)
    joins = row.bid if form.side is PositionSide.LONG else row.ask
    return Ticket(
        instrument=rules,
        side=form.side,
        kind=form.kind,
        size_mode=form.size_mode,
        size_value=parse(form.size),
        limit_price=parse(form.price) if form.price else joins,
        stop=_level(form.stop_mode, form.stop),
        target=_level(form.target_mode, form.target),
        leverage=margins.leverage,
        margin_mode=margins.mode,
        bid=row.bid,
        ask=row.ask,
        mark=row.mark,
        equity=balance.equity if balance else None,
        available=balance.available if balance else None,
        tif=form.tif if form.kind is OrderKind.LIMIT else TimeInForce.IOC,
        funding_rate=funding.rate if funding else Decimal(0),
    )


def quote_of(row: MarketRow, name: str) -> Decimal | None:
    """Give the price a quote button stands for."""
    if name == "Mid":
        return None if row.bid is None or row.ask is None else (row.bid + row.ask) / 2
    return {"Bid": row.bid, "Ask": row.ask, "Last": row.last}[name]


def with_followed_price(desk: Desk, form: TicketForm) -> TicketForm:
    """Write the price of the quote the ticket follows; as it is when that is none or has no price."""
    if not form.follows:
        return form
    rules = desk.instruments.get(desk.selection[0])
    price = quote_of(market_row(desk, desk.selection[0]), form.follows)
    if price is None:
        return form
    return replace(form, price=plain(price if rules is None else snap(price, rules.price_step)))


def _level(mode: LevelMode, text: str) -> Level | None:
    value = parse(text)
    return None if value is None else Level(mode, value)


def forbids(form: TicketForm, figures: TicketFigures) -> tuple[str, ...]:
    """Say what must change before the AI is asked about these terms; () when nothing."""
    if form.is_blank:
        return ()
    left = LEFT_TO_AI if form.size else LEFT_TO_AI | {RISK_NEEDS_STOP}
    return form.unread + tuple(words for words in figures.violations if words not in left)


def idea_of(form: TicketForm, figures: TicketFigures) -> TicketIdea | None:
    """Give the terms that travel with the question; None for a blank ticket."""
    if form.is_blank:
        return None
    limit = form.kind is OrderKind.LIMIT
    return TicketIdea(
        kind=form.kind,
        limit_price=figures.entry if limit else None,
        tif=form.tif if limit else TimeInForce.IOC,
        size_mode=form.size_mode,
        size_value=parse(form.size),
        stop_price=figures.stop,
        target_price=figures.target,
    )


# -- changing a unit keeps what was meant -------------------------------------


def with_size_mode(
    form: TicketForm, mode: SizeMode, figures: TicketFigures | None, equity: Decimal | None
) -> TicketForm:
    """Change the unit of the size and write the same size in it; empty when that cannot be told."""
    value = None if figures is None else _size_in(mode, figures, equity)
    return replace(form, size_mode=mode, size="" if value is None else plain(value))


def _size_in(mode: SizeMode, figures: TicketFigures, equity: Decimal | None) -> Decimal | None:
    if mode is SizeMode.COIN:
        return figures.size
    if mode is SizeMode.USDT:
        return None if figures.notional is None else figures.notional.quantize(Decimal("0.01"))
    amount = figures.notional if mode is SizeMode.EQUITY_PCT else figures.risk
    return _share(amount, equity)


def with_stop_mode(form: TicketForm, mode: LevelMode, figures: TicketFigures | None) -> TicketForm:
    value = None if figures is None else _level_in(mode, figures, figures.stop)
    return replace(form, stop_mode=mode, stop="" if value is None else plain(value))


def with_target_mode(form: TicketForm, mode: LevelMode, figures: TicketFigures | None) -> TicketForm:
    value = None if figures is None else _level_in(mode, figures, figures.target)
    return replace(form, target_mode=mode, target="" if value is None else plain(value))


def _level_in(mode: LevelMode, figures: TicketFigures, price: Decimal | None) -> Decimal | None:
    entry, stop = figures.entry, figures.stop
    if price is None or not entry:
        return None
    if mode is LevelMode.PRICE:
        return price
    if mode is LevelMode.PERCENT:
        return _share(abs(price - entry), entry)
    if stop is None or stop == entry:
        return None
    return (abs(price - entry) / abs(stop - entry)).quantize(Decimal("0.01"))


def _share(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    if part is None or not whole:
        return None
    return (part / whole * HUNDRED).quantize(Decimal("0.01"))
