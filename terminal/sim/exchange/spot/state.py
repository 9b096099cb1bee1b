"""The spot account as JSON bytes and back.

Fills, flows and finished orders never change again: their bytes are kept, so
writing the books after each order stays cheap as history grows.
"""

from collections.abc import Sequence
from typing import Any

import orjson

from terminal.sim.exchange.codec import decode, encode
from terminal.sim.exchange.spot.books import SpotBooks
from terminal.sim.exchange.spot.records import Flow, Holding, SpotFill, SpotOrder
from terminal.sim.exchange.spot.rules import SpotRules

FORMAT = 1


class SpotBooksWriter:
    """Serialises one `SpotBooks`, remembering what is final."""

    def __init__(self, books: SpotBooks) -> None:
        self._books = books
        self._lists: dict[str, list[orjson.Fragment]] = {"fills": [], "flows": []}
        self._final_orders: dict[str, orjson.Fragment] = {}

    def dump(self) -> bytes:
        """The whole account as one JSON object."""
        books = self._books
        return orjson.dumps(
            {
                "format": FORMAT,
                "version": books.version,
                "last_id": books.ids.last,
                "holdings": encode(books.holdings),
                "orders": [self._order(order) for order in books.orders.values()],
                "fills": self._frozen("fills", books.fills),
                "flows": self._frozen("flows", books.flows),
            }
        )

    def _order(self, order: SpotOrder) -> Any:
        known = self._final_orders.get(order.order_id)
        if known is not None:
            return known
        encoded = encode(order)
        if order.status.is_final:
            self._final_orders[order.order_id] = orjson.Fragment(orjson.dumps(encoded))
        return encoded

    def _frozen(self, name: str, records: Sequence[SpotFill] | Sequence[Flow]) -> list[orjson.Fragment]:
        done = self._lists[name]
        done.extend(orjson.Fragment(orjson.dumps(encode(record))) for record in records[len(done) :])
        return done


def load_spot_books(raw: dict[str, Any], rules: dict[str, SpotRules], seed: int) -> SpotBooks:
    """Rebuild the books from what `SpotBooksWriter` wrote.

    Raises:
        KeyError, TypeError, ValueError: the JSON is not a spot account of this format.
    """
    if raw["format"] != FORMAT:
        raise ValueError(f"account format {raw['format']} is not {FORMAT}")
    books = SpotBooks(rules, seed)
    books.version = int(raw["version"])
    books.ids.last = int(raw["last_id"])
    books.holdings.update(decode(dict[str, Holding], raw["holdings"]))
    books.orders = {order.order_id: order for order in decode(list[SpotOrder], raw["orders"])}
    books.open_ids = {order.order_id: None for order in books.orders.values() if not order.status.is_final}
    books.fills = decode(list[SpotFill], raw["fills"])
    books.flows = decode(list[Flow], raw["flows"])
    books.client_oids = {order.client_oid: order.order_id for order in books.orders.values() if order.client_oid}
    return books


def show_spot_books(books: SpotBooks) -> dict[str, Any]:
    """The books for `/_sim/state`, in no venue's words."""
    return {
        "version": books.version,
        "holdings": encode(books.holdings),
        "orders": [encode(order) for order in books.orders.values()],
        "fills": [encode(fill) for fill in books.fills],
        "flows": [encode(flow) for flow in books.flows],
    }
