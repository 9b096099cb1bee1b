"""What an endpoint is: who may call it, what it counts as, who answers."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from terminal.sim.hashkey.limits import CallKind
from terminal.sim.hashkey.venue import Call, Venue

Handler = Callable[[Venue, Call], Any]


class Security(Enum):
    """NONE: anybody. SIGNED: key, timestamp and signature."""

    NONE = auto()
    SIGNED = auto()


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One endpoint.

    Attributes:
        kind: which limit it counts towards.
        is_json: its body is a JSON batch, which is not part of the signature.
        is_logged: kept in the log of order calls.
        is_placing: its client ids are counted there.
    """

    handler: Handler
    security: Security = Security.NONE
    kind: CallKind = CallKind.FREE
    is_json: bool = False
    is_logged: bool = False
    is_placing: bool = False


def query(handler: Handler) -> Endpoint:
    return Endpoint(handler, Security.SIGNED, CallKind.QUERY)


def order_call(handler: Handler, *, places: bool = False, is_json: bool = False) -> Endpoint:
    return Endpoint(handler, Security.SIGNED, CallKind.ORDER, is_json=is_json, is_logged=True, is_placing=places)
