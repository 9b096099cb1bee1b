"""Faults on demand: what a real venue does on a bad day, switched on by a test.

A fault has a kind, applies to requests whose path contains `path`, and wears
off after `count` uses (-1 = until cleared).

    kind              effect
    521, 500, 429     that HTTP status; 521 and 500 with a body that is not JSON
    html              200 with an HTML page (a captive portal)
    code              the error envelope with `code` ("" = the dialect's system error) and `message`
    chinese           the dialect's system error with a Chinese sentence
    drop              the connection is closed without an answer
    truncate          the answer breaks off in the middle
    delay             wait `delay_ms` real milliseconds
    clock_skew        the exchange's shown clock is `delay_ms` off (at once)
    late_fill         orders reach the book `delay_ms` real milliseconds late
    partial_fill      only `share` of an order is matched at once; a resting
                      remainder follows after `delay_ms`
    ai_log_blocked    AI logs are refused: no permission (v2 40753, v3 -3236); with
                      count -1 the account is off the allow list until cleared
    null_client_oid   orders are shown without their client id
    drop_sockets      every stream connection is cut (at once)
    refuse_sockets    stream handshakes get 521
    depth_gap         a depth change is lost on the way
    stream_silence    streams send nothing at all

521, 500, 429, html, code, chinese, drop and delay happen before the request
is looked at, or after it has taken full effect when `after` is true; so
`{"kind": "drop", "path": "/order/placeOrder", "after": true}` is an order that
was accepted but never answered.
"""

from dataclasses import asdict, dataclass, fields
from decimal import Decimal, InvalidOperation
from typing import Any

REQUEST_KINDS = frozenset({"521", "500", "429", "html", "code", "chinese", "drop", "delay", "truncate"})
KINDS = REQUEST_KINDS | {
    "clock_skew",
    "late_fill",
    "partial_fill",
    "ai_log_blocked",
    "null_client_oid",
    "drop_sockets",
    "refuse_sockets",
    "depth_gap",
    "stream_silence",
}
CHINESE_MESSAGE = "系统繁忙，请稍后再试"


@dataclass(slots=True)
class Fault:
    """One switch; see the module's table."""

    kind: str
    path: str = ""
    count: int = 1
    after: bool = False
    delay_ms: int = 0
    share: str = "0.5"
    code: str = ""
    message: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"Unknown fault {self.kind!r}; use one of {', '.join(sorted(KINDS))}.")
        try:
            share = Decimal(self.share)
        except InvalidOperation:
            share = Decimal(-1)
        if not 0 < share < 1:
            raise ValueError("The share of a partial fill lies between 0 and 1.")


def fault_from(raw: Any) -> Fault:
    """A fault from the control endpoint's JSON.

    Raises:
        TypeError: not a JSON object.
        ValueError: unknown kind or field, or a value of the wrong type.
    """
    if not isinstance(raw, dict):
        raise TypeError("A fault is a JSON object with a kind.")
    known = {field.name: field.type for field in fields(Fault)}
    for name, value in raw.items():
        if name not in known:
            raise ValueError(f"A fault has no field {name!r}; use {', '.join(known)}.")
        if type(value) is not known[name]:
            raise ValueError(f"Field {name!r} of a fault is a {getattr(known[name], '__name__', known[name])}.")
    if "kind" not in raw:
        raise ValueError("A fault needs a kind.")
    return Fault(**raw)


class FaultScript:
    """The faults in force, oldest first."""

    def __init__(self) -> None:
        self._active: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self._active.append(fault)

    def clear(self) -> None:
        self._active.clear()

    def active(self) -> list[dict[str, Any]]:
        return [asdict(fault) for fault in self._active]

    def is_active(self, kind: str) -> bool:
        return any(fault.kind == kind for fault in self._active)

    def take(self, kind: str, path: str = "") -> Fault | None:
        """Use up one application of a fault of this kind, if one is in force for `path`."""
        for fault in self._active:
            if fault.kind == kind and fault.path in path:
                return self._use(fault)
        return None

    def take_for_request(self, path: str, *, after: bool) -> Fault | None:
        """The oldest fault that hits this request before (or after) it is handled."""
        for fault in self._active:
            late = fault.after or fault.kind == "truncate"
            if fault.kind in REQUEST_KINDS and late == after and fault.path in path:
                return self._use(fault)
        return None

    def _use(self, fault: Fault) -> Fault:
        if fault.count > 0:
            fault.count -= 1
            if fault.count == 0:
                self._active.remove(fault)
        return fault
