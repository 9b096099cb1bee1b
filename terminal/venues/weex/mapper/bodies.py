"""Requests that make an order: checked first, then serialised once, in either dialect.

The bytes given here are the ones that are journalled, signed and sent.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from decimal import Decimal

import orjson

from terminal.domain.order import OrderTerms
from terminal.domain.position import Position
from terminal.ports.venue import TriggerTerms
from terminal.venues.weex.mapper.terms import check_client_id, check_order, check_trigger


class OrderBodies(ABC):
    """One dialect's fields, and what its ids may look like. Every body raises `RequestRejected`."""

    client_id: re.Pattern[str]

    def place(self, client_order_id: str, terms: OrderTerms) -> bytes:
        """Serialise a place-order request."""
        check_client_id(self.client_id, client_order_id)
        check_order(terms)
        return orjson.dumps(self.order_fields(client_order_id, terms))

    def trigger(self, client_order_id: str, terms: TriggerTerms) -> bytes:
        """Serialise a conditional order."""
        check_client_id(self.client_id, client_order_id)
        check_trigger(terms)
        return orjson.dumps(self.trigger_fields(client_order_id, terms))

    def protection(self, client_order_id: str, position: Position, trigger_price: Decimal, *, is_stop: bool) -> bytes:
        """Serialise a stop or target of a whole position, at market."""
        check_client_id(self.client_id, client_order_id)
        return orjson.dumps(self.protection_fields(client_order_id, position, trigger_price, is_stop=is_stop))

    @abstractmethod
    def order_fields(self, client_order_id: str, terms: OrderTerms) -> Mapping[str, str | int]: ...

    @abstractmethod
    def trigger_fields(self, client_order_id: str, terms: TriggerTerms) -> Mapping[str, str | int]: ...

    @abstractmethod
    def protection_fields(
        self, client_order_id: str, position: Position, trigger_price: Decimal, *, is_stop: bool
    ) -> Mapping[str, str | int]: ...
