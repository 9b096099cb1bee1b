"""The log of order calls, which tests compare with what a client believes it sent."""

from collections import Counter, deque
from dataclasses import asdict, dataclass
from typing import Any

_CALLS_KEPT = 5_000


@dataclass(frozen=True, slots=True)
class OrderCall:
    """A line of the log: what arrived and what it was told."""

    time_ms: int
    path: str
    client_oid: str
    order_id: str
    http_status: int
    code: str


class OrderCallLog:
    """Every order call that passed the signature check, newest last."""

    def __init__(self) -> None:
        self._calls: deque[OrderCall] = deque(maxlen=_CALLS_KEPT)
        self._placed: Counter[str] = Counter()

    def add(self, call: OrderCall, *, is_placing: bool) -> None:
        self._calls.append(call)
        if call.client_oid and is_placing:
            self._placed[call.client_oid] += 1

    def as_json(self) -> dict[str, Any]:
        return {"calls": [asdict(call) for call in self._calls], "client_oid_counts": dict(self._placed)}
