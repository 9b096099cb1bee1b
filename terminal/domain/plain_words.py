"""How orders, legs, states and failures are said to a person: the one place that knows the words.

Everything here is a pure function of its arguments. A *clause* has no full stop and stands
inside a sentence; a *sentence* has a capital first and one end mark last.
"""

import re
from decimal import Decimal
from typing import Final

from terminal.domain.account import Income
from terminal.domain.causes import OWN_FAULT, cause
from terminal.domain.decision import Action, FailureKind
from terminal.domain.errors import TerminalError, VenueError
from terminal.domain.fill import Fill
from terminal.domain.instrument import InstrumentId, base_of
from terminal.domain.order import Effect, Order, OrderState, OrderTerms, PositionSide, Side
from terminal.domain.risk import TradingState

S = OrderState
_HOUR_MS: Final = 3_600_000
_DAY_MS: Final = 24 * _HOUR_MS

ORDER_STATE: Final[dict[OrderState, str]] = {
    S.DRAFT: "drafted",
    S.PENDING_APPROVAL: "waits for a person",
    S.APPROVED: "approved",
    S.SUBMITTING: "sending",
    S.UNKNOWN: "outcome unknown",
    S.ACKED: "acknowledged",
    S.WORKING: "working",
    S.PARTIAL: "partly filled",
    S.CANCEL_PENDING: "cancelling",
    S.FILLED: "filled",
    S.CANCELED: "cancelled",
    S.REJECTED: "refused by venue",
    S.NOT_SENT: "never sent",
    S.NOT_ACCEPTED: "not at the venue",
    S.EXPIRED_BY_VENUE: "expired at venue",
    S.DENIED: "stopped by checks",
    S.DECLINED: "rejected by a person",
    S.EXPIRED: "expired unanswered",
}

TRADING_STATE: Final[dict[TradingState, str]] = {
    TradingState.STARTING: "Starting",
    TradingState.ACTIVE: "Active",
    TradingState.REDUCE_ONLY: "Reduce only",
    TradingState.HALTED: "Halted",
}

ACTION: Final[dict[Action, str]] = {
    Action.OPEN_LONG: "open long",
    Action.OPEN_SHORT: "open short",
    Action.CLOSE: "close",
    Action.HOLD: "hold",
}

MODEL_FAILURE: Final[dict[FailureKind, str]] = {
    FailureKind.TIMEOUT: "it took too long",
    FailureKind.RATE_LIMITED: "it was asked too often",
    FailureKind.AUTH: "its key was refused",
    FailureKind.BILLING: "its account is not paid",
    FailureKind.MODEL_MISSING: "there is no such model",
    FailureKind.REFUSED: "it refused to answer",
    FailureKind.INVALID_OUTPUT: "its answer broke the rules",
    FailureKind.BUDGET: "its budget is used up",
    FailureKind.UNAVAILABLE: "its server did not serve it",
    FailureKind.INTERNAL: "it broke down",
}

_MINUS: Final = "−"
_END_MARKS: Final = ("!", "?", "…")
_PAIR: Final = re.compile(r"\b([A-Z0-9]{2,12})-PERP\b")
_REASON_CODE: Final = re.compile(r"^[a-z]+(?:_[a-z]+)+: ")  # "bars_behind: ...", meant for programs


# -- sentences ------------------------------------------------------------------


def clause(text: str) -> str:
    """Make a text fit inside a sentence: no full stop last, pairs by their coin."""
    text = pairs_by_coin(text).strip()
    if text.endswith(_END_MARKS):
        return text
    return text.rstrip(". ")


def sentence(text: str) -> str:
    """Make a text a sentence: a capital first and exactly one full stop last (another end mark stays)."""
    text = clause(text)
    if text and not text.endswith(_END_MARKS):
        text += "."
    return text[:1].upper() + text[1:]


def joined(*parts: str) -> str:
    """Join texts to sentences one after the other; empty ones are left out."""
    return " ".join(filter(None, map(sentence, parts)))


def pairs_by_coin(text: str) -> str:
    """Write each market in a text the way traders say it: `ETH-PERP` becomes `ETH`."""
    return _PAIR.sub(r"\1", text)


def without_code(text: str) -> str:
    """Leave out the code a model puts before its reason, e.g. `bars_behind: `."""
    return clause(_REASON_CODE.sub("", text))


# -- failures -------------------------------------------------------------------


def quoted(message: str, code: str = "", hint: str = "") -> str:
    """Quote a venue as a clause: its own words and code, then what to do."""
    words = clause(message) or "no reason given"
    words = f"{words} [{code}]" if code else words
    return f"{words}. {clause(hint)}" if hint else words


def why(error: Exception) -> str:
    """Give the cause of a failure in sentences, without the request's address or a class name."""
    if not isinstance(error, VenueError):
        told = isinstance(error, TerminalError | ValueError | OSError)  # anything else is a fault of ours, not a cause
        return sentence(cause(error) if told else OWN_FAULT) or "No reason was given."
    words = quoted(error.message, error.code, error.hint)
    return sentence(f"The venue says: {words}" if error.code and not error.message.startswith("The ") else words)


# -- numbers --------------------------------------------------------------------


def figure(value: Decimal, *, signed: bool = False) -> str:
    """Write a number grouped and without trailing zeros: `-1234.50` gives `−1,234.5`."""
    text = format(abs(value), ",f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    if value == 0:
        return text
    if value < 0:
        return f"{_MINUS}{text}"
    return f"+{text}" if signed else text


# -- orders and legs ------------------------------------------------------------


def lasting(span_ms: int) -> str:
    """Say a span of time the way one plans with it: `31 h`, `12 min`, `4 days`."""
    if span_ms >= 3 * _DAY_MS:
        return f"{span_ms // _DAY_MS} days"
    if span_ms >= _HOUR_MS:
        return f"{span_ms // _HOUR_MS} h"
    return f"{-(-span_ms // 60_000)} min"


def leg_words(instrument_id: InstrumentId, side: PositionSide) -> str:
    """Name a position, e.g. `ETH short`."""
    return f"{base_of(instrument_id)} {position_word(side)}"


def position_word(side: PositionSide) -> str:
    return "long" if side is PositionSide.LONG else "short"


def act(side: Side, effect: Effect) -> str:
    """What an order does, e.g. `buy to open`."""
    verb = "buy" if side is Side.BUY else "sell"
    return f"{verb} to {'open' if effect is Effect.OPEN else 'close'}"


def trade_words(side: Side, size: Decimal, instrument_id: InstrumentId) -> str:
    """A trade in words, e.g. `sell 0.165 ETH`."""
    return f"{'buy' if side is Side.BUY else 'sell'} {figure(size)} {base_of(instrument_id)}"


def order_words(terms: OrderTerms, size: Decimal | None = None) -> str:
    """An order in words, e.g. `buy to open 0.165 ETH`; `size` stands in for the order's own."""
    wanted = terms.size if size is None else size
    return f"{act(terms.side, terms.effect)} {figure(wanted)} {base_of(terms.instrument_id)}"


def order_at(terms: OrderTerms) -> str:
    """An order with its price, e.g. `sell to close 0.165 ETH at the market`."""
    return f"{order_words(terms)} at {'the market' if terms.price is None else figure(terms.price)}"


def state_words(order: Order) -> str:
    """The state of an order in words, with the reason where there is one."""
    return f"{ORDER_STATE[order.state]}: {clause(order.reason)}" if order.reason else ORDER_STATE[order.state]


def fill_line(fill: Fill) -> str:
    """Say one execution: `Bought 0.165 ETH at 3,012.4 (long), fee 0.3976 USDT.` for instance."""
    verb = "Bought" if fill.side is Side.BUY else "Sold"
    what = f"{verb} {figure(fill.size)} {base_of(fill.instrument_id)} at {figure(fill.price)}"
    realized = f", realised {figure(fill.realized_pnl, signed=True)} USDT" if fill.realized_pnl else ""
    return sentence(f"{what} ({position_word(fill.position_side)}), fee {figure(fill.fee)} USDT{realized}")


def funding_line(income: Income) -> str:
    """Say one funding payment: `Funding paid on ETH: 0.42 USDT.` for instance."""
    where = "" if income.instrument_id is None else f" on {base_of(income.instrument_id)}"
    verb = "paid" if income.amount < 0 else "received"
    return sentence(f"Funding {verb}{where}: {figure(abs(income.amount))} USDT")


# -- trading state --------------------------------------------------------------


def trading_words(state: TradingState) -> str:
    """The trading state inside a sentence, e.g. `reduce only`."""
    return TRADING_STATE[state].lower()
