"""The account as JSON bytes and back.

Fills, bills, logs and finished orders never change again: their bytes are
kept, so writing the books after each order stays cheap as history grows.
"""

from typing import Any

import orjson

from terminal.sim.exchange.books import AccountBooks
from terminal.sim.exchange.codec import decode, encode
from terminal.sim.exchange.records import AiLog, Bill, Fill, Order, Plan, Position, Wallet
from terminal.sim.exchange.rules import ContractRules
from terminal.sim.exchange.terms import LeverageSetting

FORMAT = 1


class BooksWriter:
    """Serialises one `AccountBooks`, remembering what is final."""

    def __init__(self, books: AccountBooks) -> None:
        self._books = books
        self._lists: dict[str, list[orjson.Fragment]] = {"fills": [], "bills": [], "ai_logs": []}
        self._final_orders: dict[str, orjson.Fragment] = {}

    def dump(self) -> bytes:
        """The whole account as one JSON object."""
        books = self._books
        return orjson.dumps(
            {
                "format": FORMAT,
                "version": books.version,
                "sequence": books.sequence,
                "last_id": books.ids.last,
                "one_way": books.one_way,
                "wallet": encode(books.wallet),
                "leverage": encode(books.leverage),
                "positions": encode(books.positions),
                "orders": [self._order(order) for order in books.orders.values()],
                "plans": [encode(plan) for plan in books.plans.values()],
                "fills": self._frozen("fills", books.fills),
                "bills": self._frozen("bills", books.bills),
                "ai_logs": self._frozen("ai_logs", books.ai_logs),
            }
        )

    def _order(self, order: Order) -> Any:
        known = self._final_orders.get(order.order_id)
        if known is not None:
            return known
        encoded = encode(order)
        if order.status.is_final:
            self._final_orders[order.order_id] = orjson.Fragment(orjson.dumps(encoded))
        return encoded

    def _frozen(self, name: str, records: list[Fill] | list[Bill] | list[AiLog]) -> list[orjson.Fragment]:
        done = self._lists[name]
        done.extend(orjson.Fragment(orjson.dumps(encode(record))) for record in records[len(done) :])
        return done


def load_books(raw: dict[str, Any], rules: dict[str, ContractRules], seed: int, now_ms: int) -> AccountBooks:
    """Rebuild the books from what `BooksWriter` wrote.

    Raises:
        KeyError, TypeError, ValueError: the JSON is not an account of this format.
    """
    if raw["format"] != FORMAT:
        raise ValueError(f"account format {raw['format']} is not {FORMAT}")
    books = AccountBooks(rules, seed, now_ms)
    books.version = int(raw["version"])
    books.sequence = int(raw["sequence"])
    books.ids.last = int(raw["last_id"])
    books.one_way = bool(raw.get("one_way", False))  # older files do not say
    books.wallet = decode(Wallet, raw["wallet"])
    books.leverage = decode(dict[str, LeverageSetting], raw["leverage"])
    books.positions = decode(dict[str, Position], raw["positions"])
    books.orders = {order.order_id: order for order in decode(list[Order], raw["orders"])}
    books.open_ids = {order.order_id: None for order in books.orders.values() if not order.status.is_final}
    books.plans = {plan.order_id: plan for plan in decode(list[Plan], raw["plans"])}
    books.fills = decode(list[Fill], raw["fills"])
    books.bills = decode(list[Bill], raw["bills"])
    books.ai_logs = decode(list[AiLog], raw["ai_logs"])
    used = [order.client_oid for order in books.orders.values()] + [plan.client_oid for plan in books.plans.values()]
    books.client_oids = {oid for oid in used if oid}
    return books
