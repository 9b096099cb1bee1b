"""v3's fields of requests that make an order."""

import re
from collections.abc import Mapping
from decimal import Decimal

from terminal.domain.canonical import decimal_text
from terminal.domain.order import OrderTerms, Side
from terminal.domain.position import Position
from terminal.ports.venue import TriggerTerms
from terminal.venues.weex.mapper.bodies import OrderBodies
from terminal.venues.weex.mapper.words import side_for, v3_symbol


class BodiesV3(OrderBodies):
    """Spells orders as v3 does."""

    client_id = re.compile(r"[.A-Z:/a-z0-9_-]{1,36}", re.ASCII)

    def order_fields(self, client_order_id: str, terms: OrderTerms) -> Mapping[str, str]:
        """Give an order. Attached stop and target always execute at market; a price for them would be ignored."""
        fields = {
            "symbol": v3_symbol(terms.instrument_id),
            "side": terms.side.value,
            "positionSide": terms.position_side.value,
            "type": terms.kind.value,
            "quantity": decimal_text(terms.size),
            "newClientOrderId": client_order_id,
        }
        if terms.price is not None:
            fields |= {"price": decimal_text(terms.price), "timeInForce": terms.tif.value}
        if terms.target_price is not None:
            fields["tpTriggerPrice"] = decimal_text(terms.target_price)
        if terms.stop_price is not None:
            fields["slTriggerPrice"] = decimal_text(terms.stop_price)
        return fields

    def trigger_fields(self, client_order_id: str, terms: TriggerTerms) -> Mapping[str, str]:
        side = side_for(terms.effect, terms.position_side)
        # A stop follows the move (buy on a rise), a take-profit stands against it.
        follows = (terms.trigger_price > terms.reference_price) is (side is Side.BUY)
        word = "STOP" if follows else "TAKE_PROFIT"
        fields = {
            "symbol": v3_symbol(terms.instrument_id),
            "side": side.value,
            "positionSide": terms.position_side.value,
            "type": word if terms.price is not None else f"{word}_MARKET",
            "quantity": decimal_text(terms.size),
            "triggerPrice": decimal_text(terms.trigger_price),
            "clientAlgoId": client_order_id,
        }
        if terms.price is not None:
            fields["price"] = decimal_text(terms.price)
        return fields

    def protection_fields(
        self, client_order_id: str, position: Position, trigger_price: Decimal, *, is_stop: bool
    ) -> Mapping[str, str]:
        return {
            "symbol": v3_symbol(position.instrument_id),
            "clientAlgoId": client_order_id,
            "planType": "STOP_LOSS" if is_stop else "TAKE_PROFIT",
            "triggerPrice": decimal_text(trigger_price),
            "executePrice": "0",
            "quantity": decimal_text(position.size),
            "positionSide": position.side.value,
        }
