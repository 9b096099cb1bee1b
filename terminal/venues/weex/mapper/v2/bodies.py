"""v2's fields of requests that make an order."""

import re
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from terminal.domain.account import MarginMode
from terminal.domain.canonical import decimal_text
from terminal.domain.instrument import InstrumentId
from terminal.domain.order import OrderKind, OrderTerms
from terminal.domain.position import Position
from terminal.ports.venue import TriggerTerms
from terminal.venues.weex.mapper.bodies import OrderBodies
from terminal.venues.weex.mapper.words import MODE_CODES, TIF_CODES, TYPE_CODES, v2_symbol

_NOT_READ: Final[Mapping[InstrumentId, MarginMode]] = MappingProxyType({})


class BodiesV2(OrderBodies):
    """Spells orders as v2 does.

    `modes` are the margin modes as last read back. An order must name its symbol's mode, and
    one that names none counts as shared (weex.md 6.1), so only isolated has to be said.
    """

    client_id = re.compile(r"[A-Za-z0-9_-]{1,40}", re.ASCII)

    def __init__(self, modes: Mapping[InstrumentId, MarginMode] = _NOT_READ) -> None:
        self._modes = modes

    def _mode(self, instrument_id: InstrumentId) -> dict[str, int]:
        mode = self._modes.get(instrument_id)
        return {"marginMode": MODE_CODES[mode]} if mode is MarginMode.ISOLATED else {}

    def order_fields(self, client_order_id: str, terms: OrderTerms) -> Mapping[str, str | int]:
        market = terms.kind is OrderKind.MARKET
        fields: dict[str, str | int] = {
            "symbol": v2_symbol(terms.instrument_id),
            "client_oid": client_order_id,
            "size": decimal_text(terms.size),
            "type": TYPE_CODES[terms.effect, terms.position_side],
            # A market order has no time in force of its own; the documents send "0".
            "order_type": "0" if market else TIF_CODES[terms.tif],
            "match_price": "1" if market else "0",
            "price": "0" if terms.price is None else decimal_text(terms.price),
            **self._mode(terms.instrument_id),
        }
        if terms.target_price is not None:
            fields["presetTakeProfitPrice"] = decimal_text(terms.target_price)
        if terms.stop_price is not None:
            fields["presetStopLossPrice"] = decimal_text(terms.stop_price)
        return fields

    def trigger_fields(self, client_order_id: str, terms: TriggerTerms) -> Mapping[str, str | int]:
        """Give a conditional order. The venue sees by itself whether the price must rise or fall."""
        return {
            "symbol": v2_symbol(terms.instrument_id),
            "client_oid": client_order_id,
            "size": decimal_text(terms.size),
            "type": TYPE_CODES[terms.effect, terms.position_side],
            "match_type": "1" if terms.price is None else "0",
            "execute_price": "0" if terms.price is None else decimal_text(terms.price),
            "trigger_price": decimal_text(terms.trigger_price),
            **self._mode(terms.instrument_id),
        }

    def protection_fields(
        self, client_order_id: str, position: Position, trigger_price: Decimal, *, is_stop: bool
    ) -> Mapping[str, str | int]:
        """Give a stop or target. Our id is spelled `clientOrderId` here."""
        return {
            "symbol": v2_symbol(position.instrument_id),
            "clientOrderId": client_order_id,
            "planType": "loss_plan" if is_stop else "profit_plan",
            "triggerPrice": decimal_text(trigger_price),
            "executePrice": "0",
            "size": decimal_text(position.size),
            "positionSide": position.side.value.lower(),
            **self._mode(position.instrument_id),
        }
