"""The ticket's figures in words: what it costs, where it breaks, what is left after costs."""

from dataclasses import dataclass
from decimal import Decimal

from terminal.domain.account import MarginMode
from terminal.domain.instrument import Instrument
from terminal.domain.ticket import Ticket, is_taker
from terminal.domain.ticket_figures import TicketFigures
from terminal.ui import formatting as f

NOT_YET = "Type a size, and a stop where the size is a risk."


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A row of the ticket. `essential` rows stay on a small screen."""

    name: str
    value: str
    why: str
    tone: str = "text"
    essential: bool = False


_SPOT = FigureRow("Liquidation", "none", "Spot: coins are bought and paid in full, so nothing can be liquidated.")


def figure_rows(ticket: Ticket, now: TicketFigures, *, is_spot: bool = False) -> tuple[FigureRow, ...]:
    """Give the rows; their names and order never change."""
    rules = ticket.instrument
    return (
        FigureRow("Size", _size(rules, now), _why_size(rules, now), essential=True),
        FigureRow("Margin  /  fees both ways", _margin(ticket, now), _why_margin(ticket, now), essential=True),
        _SPOT if is_spot else FigureRow("Liquidation", _liquidation(rules, now), _why_liquidation(ticket), _near(now)),
        FigureRow("Break-even", _price(rules, now.break_even), "The exit price that pays both fees."),
        FigureRow("Risk to stop", _risk(ticket, now), "Loss at the stop with both fees, and its share of equity."),
        FigureRow("R before  /  after costs", _ratio(now), _why_ratio(now), _ratio_tone(now), essential=True),
    )


def empty_rows(why: str) -> tuple[FigureRow, ...]:
    """The same rows while nothing can be worked out."""
    names = (
        "Size", "Margin  /  fees both ways", "Liquidation", "Break-even", "Risk to stop", "R before  /  after costs",
    )  # fmt: skip
    keep = {"Size", "Margin  /  fees both ways", "R before  /  after costs"}
    return tuple(FigureRow(name, f.DASH, why, essential=name in keep) for name in names)


def _price(rules: Instrument, value: Decimal | None) -> str:
    return f.number(value, rules.price_decimals)


def _size(rules: Instrument, now: TicketFigures) -> str:
    if now.size is None:
        return f.DASH
    return f"{f.trimmed(now.size)} {rules.base}   {f.money(now.notional)} USDT"


def _why_size(rules: Instrument, now: TicketFigures) -> str:
    step = f"Sizes go in steps of {f.trimmed(rules.size_step)} {rules.base}, always rounded down."
    most = "" if now.max_size is None else f"\nMost that margin and contract allow: {f.trimmed(now.max_size)}."
    return (step if now.size is not None else NOT_YET) + most


def _margin(ticket: Ticket, now: TicketFigures) -> str:
    if now.margin is None or now.fees is None or now.entry is None:
        return f.DASH
    first = now.fees.entry_taker if is_taker(ticket, now.entry) else now.fees.entry_maker
    return f"{f.money(now.margin)}  /  {f.money(first + now.fees.exit_taker)} USDT"


def _why_margin(ticket: Ticket, now: TicketFigures) -> str:
    if now.fees is None or now.entry is None:
        return NOT_YET
    role = "taker" if is_taker(ticket, now.entry) else "maker"
    lines = (
        f"Cost now: {f.money(now.cost)} USDT, margin at {ticket.leverage}x and the entry's fee as {role}.",
        f"Entry as maker {f.number(now.fees.entry_maker, 4)}, as taker {f.number(now.fees.entry_taker, 4)} USDT.",
        f"Exit as maker {f.number(now.fees.exit_maker, 4)}, as taker {f.number(now.fees.exit_taker, 4)} USDT.",
        "Both ways counts the exit as taker. Funding is not in it.",
    )
    return "\n".join(lines)


def _liquidation(rules: Instrument, now: TicketFigures) -> str:
    if now.size is None or not now.entry:
        return f.DASH
    if now.liquidation is None:
        return "none by itself"
    away = f.percent(now.liquidation / now.entry - 1, 1, signed=True)
    return f"{_price(rules, now.liquidation)}  ({away})"


def _why_liquidation(ticket: Ticket) -> str:
    mode = "shared" if ticket.margin_mode is MarginMode.CROSS else "its own"
    return (
        f"An estimate with {mode} margin at {ticket.leverage}x and 0.5 % maintenance; other positions are left out. "
        "The venue's own figure counts once the position exists."
    )


def _near(now: TicketFigures) -> str:
    return "amber" if any("Liquidation" in words for words in now.violations) else "text"


def _risk(ticket: Ticket, now: TicketFigures) -> str:
    if now.risk is None:
        return f.DASH
    share = f.percent(now.risk / ticket.equity) if ticket.equity else f.DASH
    return f"{f.money(now.risk)} USDT  ({share})"


def _ratio(now: TicketFigures) -> str:
    if now.r_before is None or now.r_after is None:
        return f.DASH
    return f"{f.number(now.r_before, 2)}  /  {f.number(now.r_after, 2)} R"


def _ratio_tone(now: TicketFigures) -> str:
    return "amber" if now.r_after is not None and now.r_after < 1 else "text"


def _why_ratio(now: TicketFigures) -> str:
    if now.r_after is None:
        return "Type a stop and a target: 1 R is the distance to the stop."
    return f"Reward per risk without, and with both fees: {f.money(now.reward)} against {f.money(now.risk)} USDT."
