"""What the card of a close says in figures: what is closed, and what it would bring now. Pure functions."""

from decimal import Decimal

from terminal.domain.instrument import Instrument
from terminal.domain.order import Effect
from terminal.domain.position import Position
from terminal.domain.review import Proposal
from terminal.ui.formatting import DASH, money, number, trimmed
from terminal.ui.viewmodels.words import ACTION, order_act
from terminal.ui.widgets.review.review_terms import Term, expected_entry


def is_close(proposal: Proposal) -> bool:
    return proposal.terms.effect is Effect.CLOSE


def act_words(proposal: Proposal) -> str:
    """Say what the card asks for, e.g. `open long` or `close short`."""
    return order_act(proposal.terms) if is_close(proposal) else ACTION[proposal.decision.action]


def close_left_terms(proposal: Proposal, instrument: Instrument | None, position: Position | None) -> tuple[Term, ...]:
    """Prices and what the close would bring."""
    terms = proposal.terms
    decimals = instrument.price_decimals if instrument else None
    entry = None if position is None else position.entry_price
    result = close_result(proposal, instrument, position)
    shown = DASH if result is None else f"{money(result, signed=True)} USDT"
    return (
        Term("Exit", f"market ≈ {number(terms.reference_price, decimals)}", "The price when the AI proposed this"),
        Term("Entry", DASH if entry is None else number(entry, decimals), "Average price of what is held"),
        Term(
            "Result",
            shown,
            "At the price of the proposal, after the taker fee of the close; fees of the entry not counted",
        ),
    )


def close_right_terms(proposal: Proposal, instrument: Instrument | None, position: Position | None) -> tuple[Term, ...]:
    """Size, and how much of the position it is."""
    terms = proposal.terms
    base = instrument.base if instrument else terms.instrument_id.split("-", 1)[0]
    whole = position is not None and position.size == terms.size
    part = "all of it" if whole else DASH if position is None else f"of {trimmed(position.size)}"
    return (
        Term("Size", f"{trimmed(terms.size)} {base}", "Never more than is held"),
        Term("Of the position", part, "The card is void as soon as the position changes"),
        Term("Notional", f"{money(terms.notional)} USDT"),
    )


def close_result(proposal: Proposal, instrument: Instrument | None, position: Position | None) -> Decimal | None:
    """Give what closing at the proposal's price brings after its fee; None while something is not known."""
    terms = proposal.terms
    if position is None or instrument is None or position.size <= 0:
        return None
    price = expected_entry(terms)
    share = min(terms.size / position.size, Decimal(1))
    return position.pnl_at(price) * share - terms.size * price * instrument.taker_fee
