"""Orders and fills between the venue's words and ours.

The venue knows directions only. Whether an order opens or closes is ours to know: from having
made it, else from what was held around it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from terminal.domain.account import Income, IncomeKind, MarginMode
from terminal.domain.errors import RequestRejected
from terminal.domain.fill import Fill
from terminal.domain.order import Effect, OrderKind, OrderTerms, PositionSide, Side, TimeInForce
from terminal.ports.venue import OrderReport, VenueStatus
from terminal.venues.bitz.codes import VENUE
from terminal.venues.bitz.mapper.catalogue import Listed
from terminal.venues.bitz.wire import orders as wire

_STATUSES: Final = {"0": VenueStatus.OPEN, "1": VenueStatus.FILLED, "-1": VenueStatus.CANCELED}
_KINDS: Final = {"limit": OrderKind.LIMIT, "market": OrderKind.MARKET}
_TIMES: Final = {"limit": TimeInForce.GTC, "market": TimeInForce.IOC}
_TRADE: Final = "trade"
Parameters = dict[str, str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an order asked for, in the venue's words: all by which it can be recognised."""

    contract_id: str
    direction: int
    kind: str
    amount: Decimal
    price: Decimal  # 0 of a market order

    def fits(self, row: wire.Order) -> bool:
        return self == Wanted(row.contract_id, row.direction, row.kind, row.amount, row.price)


def order_parameters(listed: Listed, terms: OrderTerms, mode: MarginMode) -> Parameters:
    """Give the parameters of a placement.

    Raises:
        RequestRejected: the venue cannot express the terms.
    """
    _check(listed, terms)
    parameters = {
        "contractId": listed.contract_id,
        "amount": str(listed.contracts(terms.size)),
        "leverage": str(terms.leverage),
        "direction": "1" if terms.side is Side.BUY else "-1",
        "type": "market" if terms.price is None else "limit",
        "isCross": "1" if mode is MarginMode.CROSS else "-1",
    }
    return parameters if terms.price is None else parameters | {"price": f"{terms.price:f}"}


def wanted_of(parameters: Parameters) -> Wanted:
    """Read a placement's parameters back."""
    return Wanted(
        parameters["contractId"],
        int(parameters["direction"]),
        parameters["type"],
        Decimal(parameters["amount"]),
        Decimal(parameters.get("price", "0")),
    )


def report_from(listed: Listed, row: wire.Order, client_order_id: str | None, effect: Effect) -> OrderReport:
    return OrderReport(
        venue_order_id=row.order_id,
        client_order_id=client_order_id,
        instrument_id=listed.rules.instrument_id,
        side=_side(row.direction),
        effect=effect,
        kind=_KINDS[row.kind],
        tif=_TIMES[row.kind],
        status=_STATUSES[row.status],
        size=listed.base(row.amount),
        price=row.price or None,
        filled_size=listed.base(row.filled),
        average_price=row.filled_price or None,
        fee=row.fee,
        is_forced=False,
        created_ms=row.created_ms,
        updated_ms=row.updated_ms,
    )


def fill_from(listed: Listed, row: wire.Trade, client_order_id: str | None, effect: Effect) -> Fill:
    """Give a fill. Whether it made the price is told by the fee, which the venue does name."""
    value = row.price * listed.base(row.amount)
    rules = listed.rules
    is_maker = abs(row.fee - value * rules.maker_fee) < abs(row.fee - value * rules.taker_fee)
    return Fill(
        trade_id=row.trade_id,
        venue_order_id=row.order_id,
        client_order_id=client_order_id,
        instrument_id=rules.instrument_id,
        side=_side(row.direction),
        position_side=position_side(row.direction, effect),
        price=row.price,
        size=listed.base(row.amount),
        fee=row.fee,
        is_maker=is_maker,
        realized_pnl=row.realized,
        ts_event_ms=row.time_ms,
    )


def income_from(listed: Listed, row: wire.Trade) -> Income:
    """Give what a fill moved: the venue shows no bill, so funding is in none of these."""
    return Income(
        income_id=row.trade_id,
        kind=IncomeKind.TRADE,
        amount=row.realized - row.fee,
        fee=row.fee,
        instrument_id=listed.rules.instrument_id,
        detail=_TRADE,
        ts_event_ms=row.time_ms,
    )


def effects_of(newest_first: Iterable[wire.Trade], held: Decimal) -> dict[str, Effect]:
    """Give what each fill of one contract did, walking back from what is held now.

    Args:
        newest_first: all fills of the contract down to some moment, without a gap.
        held: signed number of contracts after the newest.

    Returns:
        By trade id. A fill that turned the position counts as what its larger part did.
    """
    effects: dict[str, Effect] = {}
    for row in newest_first:
        before = held - row.amount * row.direction
        closed = min(row.amount, abs(before)) if before * row.direction < 0 else Decimal(0)
        effects[row.trade_id] = Effect.CLOSE if 2 * closed > row.amount else Effect.OPEN
        held = before
    return effects


def likely_effect(direction: int, amount: Decimal, held: Decimal) -> Effect:
    """Guess what a resting order of someone else is for: it closes when all of it stands against what is held."""
    return Effect.CLOSE if held * direction < 0 and amount <= abs(held) else Effect.OPEN


def position_side(direction: int, effect: Effect) -> PositionSide:
    return PositionSide.LONG if (direction == 1) is (effect is Effect.OPEN) else PositionSide.SHORT


def _side(direction: int) -> Side:
    return Side.BUY if direction == 1 else Side.SELL


def _check(listed: Listed, terms: OrderTerms) -> None:
    rules = listed.rules
    trouble = ""
    if terms.stop_price is not None or terms.target_price is not None:
        trouble = "Bit-Z keeps no stops and targets. Leave them out; the program watches the price instead."
    elif terms.price is not None and terms.tif is not TimeInForce.GTC:
        trouble = "Bit-Z takes limit orders only until they are cancelled. Choose that, or a market order."
    elif terms.price is not None and (terms.price <= 0 or not rules.is_on_tick(terms.price)):
        trouble = f"The price {terms.price:f} is not on Bit-Z's step of {rules.price_step:f}. Correct it."
    elif not rules.min_leverage <= terms.leverage <= rules.max_leverage:
        trouble = f"Leverage must be {rules.min_leverage} to {rules.max_leverage}, not {terms.leverage}."
    elif terms.size > rules.max_size:
        trouble = f"The size {terms.size:f} is above Bit-Z's largest order of {rules.max_size:f}. Make it smaller."
    if trouble:
        raise RequestRejected(trouble, venue=VENUE)
