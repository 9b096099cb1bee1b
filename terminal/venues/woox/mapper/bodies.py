"""Requests that make an order or a trigger, serialised once: these bytes are signed and sent."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import orjson

from terminal.domain.account import MarginMode
from terminal.domain.canonical import decimal_text
from terminal.domain.instrument import InstrumentId
from terminal.domain.order import Effect, PositionSide, Side, TimeInForce
from terminal.venues.woox.mapper.symbols import Symbols
from terminal.venues.woox.mapper.words import BOTH, MODES, TYPES, PositionMode, closing_side


@dataclass(frozen=True, slots=True)
class AccountState:
    """What every order of an account must say, for WOO X keeps it with the order and not with the pair."""

    position_mode: PositionMode
    margin_mode: MarginMode


@dataclass(frozen=True, slots=True)
class Leg:
    """One side of one instrument, and what is done to it."""

    instrument_id: InstrumentId
    position_side: PositionSide
    effect: Effect
    size: Decimal

    @property
    def side(self) -> Side:
        closing = closing_side(self.position_side)
        return closing if self.effect is Effect.CLOSE else closing.opposite


def order_body(own: int, leg: Leg, tif: TimeInForce, price: Decimal, state: AccountState, symbols: Symbols) -> bytes:
    """Give an order. Every one carries a price: bare market orders meet a thin book here."""
    fields = _leg_fields(leg, state, symbols) | {
        "type": TYPES[tif],
        "price": decimal_text(price),
        "clientOrderId": own,
    }
    return orjson.dumps(fields)


def stop_body(
    own: int, leg: Leg, trigger_price: Decimal, price: Decimal | None, state: AccountState, symbols: Symbols
) -> bytes:
    """Give a conditional order; without a price it takes what the market gives, so that an exit never hangs."""
    fields = _leg_fields(leg, state, symbols) | {
        "algoType": "STOP",
        "type": "MARKET" if price is None else "LIMIT",
        "triggerPrice": decimal_text(trigger_price),
        "clientAlgoOrderId": own,
    }
    if price is not None:
        fields["price"] = decimal_text(price)
    return orjson.dumps(fields)


def moved_body(algo_id: str, trigger_price: Decimal) -> bytes:
    """Give the edit of a waiting stop or target."""
    return orjson.dumps({"algoOrderId": int(algo_id), "triggerPrice": decimal_text(trigger_price)})


def _leg_fields(leg: Leg, state: AccountState, symbols: Symbols) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "symbol": symbols.spell(leg.instrument_id),
        "side": leg.side.value,
        "quantity": decimal_text(leg.size),
    }
    if not symbols.is_spot:
        hedged = state.position_mode is PositionMode.HEDGE
        fields |= {
            "positionSide": leg.position_side.value if hedged else BOTH,
            "marginMode": MODES[state.margin_mode],
            "reduceOnly": leg.effect is Effect.CLOSE,
        }
    return fields
