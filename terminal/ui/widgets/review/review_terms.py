"""What a decision card says in figures. Pure functions."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from terminal.domain.account import Balance
from terminal.domain.capabilities import TradedVenue
from terminal.domain.guardrails import gates_of, guardrails_of
from terminal.domain.instrument import Instrument
from terminal.domain.order import OrderTerms, PositionSide
from terminal.domain.review import Proposal
from terminal.domain.risk import Verdict
from terminal.ui.formatting import DASH, money, number, percent, trimmed
from terminal.ui.viewmodels.venue_words import venue_name, venue_tip

WEEX: Final = TradedVenue()

_HORIZON_TIP: Final = (
    "How far ahead the model looks; paper trades and the lab leave then.\n"
    "At the venue nothing closes by itself for it: stop, target, the model's own wish to close, or you."
)


@dataclass(frozen=True, slots=True)
class Term:
    """A row of the card; `why` tells on hover how it was worked out or why it is missing."""

    name: str
    value: str
    why: str = ""


def expected_entry(terms: OrderTerms) -> Decimal:
    """Give the price the card reckons with: the limit, else the price the proposal was made at."""
    return terms.reference_price if terms.price is None else terms.price


def reward_to_risk(terms: OrderTerms, taker_fee: Decimal) -> Decimal | None:
    """Give what the target wins for each unit the stop loses, taker fees paid on both legs of both ways out.

    None without stop or target, or when the stop would not lose.
    """
    if terms.stop_price is None or terms.target_price is None:
        return None
    entry = expected_entry(terms)
    sign = 1 if terms.position_side is PositionSide.LONG else -1
    win = sign * (terms.target_price - entry) - taker_fee * (entry + terms.target_price)
    loss = sign * (entry - terms.stop_price) + taker_fee * (entry + terms.stop_price)
    return win / loss if loss > 0 else None


def risk_of_equity(terms: OrderTerms, balance: Balance | None) -> Decimal | None:
    """Give the share of equity lost at the stop before fees; None when stop or equity is not known."""
    if terms.stop_price is None or balance is None or balance.equity <= 0:
        return None
    return terms.size * abs(expected_entry(terms) - terms.stop_price) / balance.equity


def left_terms(proposal: Proposal, instrument: Instrument | None, balance: Balance | None) -> tuple[Term, ...]:
    """Prices and risk."""
    terms = proposal.terms
    decimals = instrument.price_decimals if instrument else None
    reference = number(terms.reference_price, decimals)
    entry = f"market ≈ {reference}" if terms.price is None else f"limit {number(terms.price, decimals)}"
    risk = percent(risk_of_equity(terms, balance))
    return (
        Term("Entry", entry, f"The price stood at {reference} when the AI proposed this"),
        _exit_term("Stop", terms.stop_price, terms, decimals),
        _exit_term("Target", terms.target_price, terms, decimals),
        Term("Risk", DASH if risk == DASH else f"{risk} of equity", "Loss at the stop before fees, against equity"),
        Term("Horizon", f"{proposal.decision.horizon_min} min", _HORIZON_TIP),
    )


def right_terms(proposal: Proposal, instrument: Instrument | None, traded: TradedVenue = WEEX) -> tuple[Term, ...]:
    """Size, what it is worth, and where it would go."""
    terms, decision = proposal.terms, proposal.decision
    base = instrument.base if instrument else terms.instrument_id.split("-", 1)[0]
    ratio = None if instrument is None else reward_to_risk(terms, instrument.taker_fee)
    missing = "" if ratio is not None else "Needs stop, target and the venue's fees"
    return (
        Term("Size", f"{trimmed(terms.size)} {base}", "Worked out from risk, rounded down to the venue's step"),
        Term("Notional", f"{money(terms.notional)} USDT"),
        _venue_term(terms, traded),
        Term(
            "R after costs", number(ratio, 2), missing or "Win at the target for each unit lost at the stop, after fees"
        ),
        Term(
            "Expected",
            f"{number(Decimal(str(decision.expected_value_bp)), 1, signed=True)} bp",
            "The model's own figure",
        ),
    )


def _venue_term(terms: OrderTerms, traded: TradedVenue) -> Term:
    why = venue_tip(traded)
    if not traded.capabilities.leverage:
        return Term("Venue", venue_name(traded), why)
    return Term("Leverage", f"{terms.leverage}x at {traded.title}", why)


def short_terms(proposal: Proposal, instrument: Instrument | None) -> str:
    """The terms in one line, for a collapsed card."""
    terms = proposal.terms
    decimals = instrument.price_decimals if instrument else None
    entry = "market" if terms.price is None else number(terms.price, decimals)
    parts = [f"{trimmed(terms.size)} at {entry}"]
    if terms.stop_price is not None:
        parts.append(f"stop {number(terms.stop_price, decimals)}")
    if terms.target_price is not None:
        parts.append(f"target {number(terms.target_price, decimals)}")
    return "   ".join(parts)


def gate_words(verdict: Verdict) -> tuple[str, str]:
    """Give what guardrails and risk checks came to in words, and the tone to show it in."""
    if not verdict.checks:
        return "No risk check ran: this cannot be approved", "down"
    guards, gates = guardrails_of(verdict), gates_of(verdict)
    if verdict.allowed:
        passed = "The one risk check" if len(gates) == 1 else f"All {len(gates)} risk checks"
        return f"✓ {f'All {len(guards)} guardrails and {len(gates)} risk checks' if guards else passed} passed", "up"
    lines = [f"{check.title}: {check.text}" for check in gates if not check.passed]
    stopped = [check for check in guards if not check.passed]
    if len(stopped) == 1:
        lines.insert(0, f"{guard_words(verdict)}: {stopped[0].text}")
    elif stopped:
        lines[:0] = [guard_words(verdict), *(f"{check.name}: {check.text}" for check in stopped)]
    return "✕ " + "\n✕ ".join(lines), "down"


def guard_words(verdict: Verdict) -> str:
    """Sum the guardrails up: `13 guardrails: 12 ok, churn stopped it`; "" where none ran."""
    guards = guardrails_of(verdict)
    stopped = [check.name.lower() for check in guards if not check.passed]
    if not guards:
        return ""
    if not stopped:
        return f"{len(guards)} guardrails: all ok"
    names = f"{', '.join(stopped[:-1])} and {stopped[-1]}" if len(stopped) > 1 else stopped[0]
    return f"{len(guards)} guardrails: {len(guards) - len(stopped)} ok, {names} stopped it"


def guard_tip(verdict: Verdict) -> str:
    """List every guardrail with what it said; "" where none ran."""
    guards = guardrails_of(verdict)
    return "\n".join(f"{'✓' if check.passed else '✕'} {check.name}: {check.text}" for check in guards)


def _exit_term(name: str, price: Decimal | None, terms: OrderTerms, decimals: int | None) -> Term:
    if price is None:
        return Term(name, DASH, f"This order has no {name.lower()}")
    entry = expected_entry(terms)
    distance = percent(price / entry - 1, signed=True) if entry else DASH
    return Term(name, f"{number(price, decimals)}  {distance}", "Distance from the entry")
