"""The size slider: shares of what the account may open on this ticket."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from terminal.domain.order import AT_VENUE, ZERO, Effect
from terminal.domain.room import SizingInputs, caps
from terminal.domain.ticket import SizeMode, Ticket, prices
from terminal.domain.ticket_figures import TicketFigures, ticket_figures
from terminal.ui.formatting import HUNDRED, trimmed
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.numbers import plain
from terminal.ui.viewmodels.ticket_form import TicketForm, ticket_of, with_size_mode

MARKS: Final = (25, 50, 75, 100)


@dataclass(frozen=True, slots=True)
class Room:
    """The most that may be opened, on the step, and what binds it; `why` says what is missing when that is 0."""

    size: Decimal
    why: str


def room_of(desk: Desk, form: TicketForm) -> Room:
    """Hold the ticket against the same caps an order is sized with; today's equity stands for the day's first."""
    ticket = ticket_of(desk, form)
    if ticket is None:
        return Room(ZERO, "The venue's rules of this pair are not loaded yet.")
    at, equity, available = prices(ticket), ticket.equity, ticket.available
    if at.entry is None or not equity or available is None or ticket.leverage <= 0:
        return Room(ZERO, "A price and the account's equity are needed first.")
    rules = ticket.instrument
    inputs = SizingInputs(
        price=at.entry,
        stop_price=at.stop,
        risk_fraction=desk.limits.risk_per_trade,
        leverage=ticket.leverage,
        equity=equity,
        day_equity=equity,
        available=available,
        held=_held(desk, ticket),
        gross=_gross(desk),
    )
    found = caps(inputs, rules, desk.limits)
    bound_by = min(found, key=lambda name: found[name])
    size = rules.floor_size(max(ZERO, found[bound_by]))
    if size < rules.least_size(inputs.price):
        return Room(ZERO, f"Nothing can be opened: {bound_by} leaves less than the least size.")
    return Room(size, f"100 % is {trimmed(size)} {rules.base}, bound by {bound_by}.")


def with_share(desk: Desk, form: TicketForm, percent: int) -> TicketForm:
    """Write a share of the room as the size, in the unit in use; in coins where that unit is a risk. 0 empties it."""
    if percent <= 0:
        return replace(form, size="")
    room, rules = room_of(desk, form), desk.instruments.get(desk.selection[0])
    if rules is None or room.size <= 0:
        return form
    size = max(rules.min_size, rules.floor_size(room.size * percent / HUNDRED))
    coins = replace(form, size_mode=SizeMode.COIN, size=plain(size))
    if form.size_mode in {SizeMode.COIN, SizeMode.RISK_PCT}:
        return coins
    ticket = ticket_of(desk, coins)
    equity = desk.balance.equity if desk.balance else None
    return with_size_mode(coins, form.size_mode, None if ticket is None else ticket_figures(ticket), equity)


def share_of(room: Room, figures: TicketFigures | None) -> int:
    """Where the slider stands: 0 to 100; 100 for more than the room."""
    if figures is None or figures.size is None or room.size <= 0:
        return 0
    return int(min(HUNDRED, (figures.size / room.size * HUNDRED).to_integral_value()))


def _held(desk: Desk, ticket: Ticket) -> Decimal:
    own = (ticket.instrument.instrument_id, ticket.side)
    return sum((each.size for each in desk.positions if (each.instrument_id, each.side) == own), ZERO)


def _gross(desk: Desk) -> Decimal:
    """Positions at their last price, and what working openings may still add."""
    held = ZERO
    for each in desk.positions:
        ticker = desk.tickers.get(each.instrument_id)
        held += each.size * (each.entry_price if ticker is None else ticker.last)
    waiting = (each for each in desk.orders.values() if each.terms.effect is Effect.OPEN and each.state in AT_VENUE)
    return held + sum((each.open_size * each.terms.expected_price for each in waiting), ZERO)
