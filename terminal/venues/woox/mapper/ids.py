"""Our own ids as WOO X can keep them: whole numbers below 2^63, made of our text and found again by it.

The number is a hash, so the text cannot be read out of it. What is known here is every id of
this run, and those of earlier runs that `recall` was told of; any other number is somebody else's.
"""

import hashlib
from collections.abc import Iterable
from typing import Final

_BITS: Final = 63


def number_of(client_order_id: str) -> int:
    """Give the number of an id: always the same, 1 to 2^63 - 1 (0 means "none" at WOO X)."""
    digest = hashlib.sha256(client_order_id.encode()).digest()
    return int.from_bytes(digest[:8]) >> (64 - _BITS) or 1


class OwnIds:
    """Numbers and order ids whose text we know."""

    def __init__(self) -> None:
        self._by_number: dict[str, str] = {}
        self._by_order: dict[str, str] = {}

    def number(self, client_order_id: str) -> int:
        """Give an id's number and remember whose it is."""
        number = number_of(client_order_id)
        self._by_number[str(number)] = client_order_id
        return number

    def recall(self, client_order_ids: Iterable[str]) -> None:
        """Learn ids that an earlier run may have sent."""
        for client_order_id in client_order_ids:
            self.number(client_order_id)

    def link(self, order_id: str, client_order_id: str) -> None:
        """Remember which order an id has become: some replies show 0 in place of our number."""
        self._by_order[order_id] = client_order_id

    def name(self, order_id: str, number: str | None) -> str | None:
        """Give our id of an order; the digits of a number that is not ours; None when there is no trace of one."""
        known = self._by_order.get(order_id)
        if known is not None or number is None:
            return known
        return self._by_number.get(number, number)
