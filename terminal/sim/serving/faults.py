"""Faults on demand: what a real venue does on a bad day, switched on by a test.

A fault has a kind, applies to requests whose path contains `path`, and wears
off after `count` uses (-1 = until cleared). Kinds that every venue knows:

    kind              effect
    521, 500, 429     that HTTP status; 521 and 500 with a body that is not JSON
    html              200 with an HTML page (a captive portal)
    code              the venue's error body with `code` ("" = its system error) and `message`
    chinese           the venue's system error with a Chinese sentence
    drop              the connection is closed without an answer
    truncate          the answer breaks off in the middle
    delay             wait `delay_ms` real milliseconds
    clock_skew        the exchange's shown clock is `delay_ms` off (at once)
    late_fill         orders reach the book `delay_ms` real milliseconds late
    partial_fill      only `share` of an order is matched at once; a resting
                      remainder follows after `delay_ms`
    drop_sockets      every stream connection is cut (at once)
    refuse_sockets    stream handshakes get 521
    stream_silence    streams send nothing at all

A venue's own kinds are told in its own `faults` module.

521, 500, 429, html, code, chinese, drop and delay happen before the request
is looked at, or after it has taken full effect when `after` is true; so
`{"kind": "drop", "path": "/order/placeOrder", "after": true}` is an order that
was accepted but never answered.
"""

from dataclasses import asdict, dataclass, fields
from decimal import Decimal, InvalidOperation
from typing import Any

REQUEST_KINDS = frozenset({"521", "500", "429", "html", "code", "chinese", "drop", "delay", "truncate"})
SHARED_KINDS = REQUEST_KINDS | {
    "clock_skew",
    "late_fill",
    "partial_fill",
    "drop_sockets",
    "refuse_sockets",
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
        ValueError: unknown field, or a value of the wrong type.
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
    """The faults in force, oldest first.

    Args:
        kinds: what this venue can do; the shared kinds and its own.
        request_kinds: those of them that hit a request before or after it is handled.
    """

    def __init__(self, kinds: frozenset[str] = SHARED_KINDS, request_kinds: frozenset[str] = REQUEST_KINDS) -> None:
        self._kinds = kinds
        self._request_kinds = request_kinds
        self._active: list[Fault] = []

    def check(self, fault: Fault) -> None:
        """Raises ValueError when this venue knows no such kind."""
        if fault.kind not in self._kinds:
            raise ValueError(f"Unknown fault {fault.kind!r}; use one of {', '.join(sorted(self._kinds))}.")

    def add(self, fault: Fault) -> None:
        self.check(fault)
        self._active.append(fault)

    def clear(self) -> None:
        self._active.clear()

    def end(self, kind: str) -> None:
        """Take all faults of one kind out of force."""
        self._active = [fault for fault in self._active if fault.kind != kind]

    def active(self) -> list[dict[str, Any]]:
        return [asdict(fault) for fault in self._active]

    def first(self, kind: str) -> Fault | None:
        """The oldest fault of this kind in force; uses nothing up."""
        return next((fault for fault in self._active if fault.kind == kind), None)

    def is_active(self, kind: str, path: str = "") -> bool:
        """True while such a fault is in force for `path`; uses nothing up."""
        return any(fault.kind == kind and fault.path in path for fault in self._active)

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
            if fault.kind in self._request_kinds and late == after and fault.path in path:
                return self._use(fault)
        return None

    def _use(self, fault: Fault) -> Fault:
        if fault.count > 0:
            fault.count -= 1
            if fault.count == 0:
                self._active.remove(fault)
        return fault
