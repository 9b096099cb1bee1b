"""Which orders of the venue no accepted AI log explains, and what that means: one pure function per order.

It starts from what the venue lists. Nothing here makes a log up: what can have none is
recorded as such.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from terminal.domain.ai_log import AiLog, AiLogState
from terminal.domain.instrument import InstrumentId, base_of
from terminal.domain.log_messages import GapKind, LogGap
from terminal.domain.order import Effect, Order, Origin, Side
from terminal.domain.plain_words import figure, order_words, quoted

GRACE_S: Final = 60.0  # how long an order may wait for its log before that is a gap
NO_LOG_POSSIBLE: Final = "made elsewhere: no decision of ours stands behind it, so no AI log can exist"
NO_DECISION: Final = "no decision of ours opened the position it closed, so no AI log can exist"

_WAIT: Final = "Nothing to do: it is uploaded again by itself. Entries resume once the venue has accepted it."
_HAND: Final = "Open the log: put right what the venue complains about and upload it again, or record the gap."
_NONE: Final = "No log was frozen at the time and none is made up now. Record the gap with the reason."
_LOOK: Final = "Look at the order on the venue's page. If it is not there, record the gap with the reason."
_SAID: Final = {
    AiLogState.WAITING: "its log is frozen, but not linked to it yet",
    AiLogState.QUEUED: "its log waits for its upload",
    AiLogState.SENDING: "its log is being uploaded",
    AiLogState.RETRYING: "its log is not accepted yet",
    AiLogState.NEEDS_HAND: "the venue refused its log for good",
    AiLogState.KEPT: "its log was kept here and never uploaded",
    AiLogState.GAP: "its gap is on record",
}


@dataclass(frozen=True, slots=True)
class Sighting:
    """One order as the venue's lists show it. `first_seen_s` on the operator's clock."""

    venue_order_id: str
    instrument_id: InstrumentId
    side: Side
    effect: Effect
    size: Decimal
    created_ms: int
    first_seen_s: float


def judge_order(seen: Sighting, order: Order | None, logs: tuple[AiLog, ...], known_s: float) -> LogGap | None:
    """Give the gap of one order at the venue, or None when an accepted log (or paper's kept one) explains it.

    `logs` are those of `order`; `known_s` is how long the order has been known, in s.
    """
    if order is None or order.origin is Origin.EXTERNAL:
        if order is None and known_s < GRACE_S:
            return None  # it is being looked up
        what = f"{_words(seen, order)} was {NO_LOG_POSSIBLE}"
        return _gap(GapKind.EXTERNAL, seen, order, None, what, "Nothing can be uploaded. Find out who made it.")
    if any(_settles(log) for log in logs):
        return None
    log = _worst(logs)
    refused = log is not None and log.state in {AiLogState.NEEDS_HAND, AiLogState.GAP}
    if known_s < GRACE_S and not refused:
        return None
    kind = GapKind.VENUE_EXIT if order.origin is Origin.VENUE else GapKind.ORDER
    if log is None:
        return _gap(kind, seen, order, None, f"{_words(seen, order)} has no AI log", _NONE)
    said = _SAID.get(log.state, "its log is not accepted")
    answer = f": {quoted(log.last_message, log.last_code)}" if log.last_message or log.last_code else ""
    advice = _HAND if log.state is AiLogState.NEEDS_HAND else _WAIT if log.is_open else _NONE
    return _gap(kind, seen, order, log, f"{_words(seen, order)}: {said}{answer}", advice)


def judge_log(log: AiLog) -> LogGap:
    """Give the gap of an accepted log whose order the venue says it never heard of."""
    what = f"A log was accepted for order {log.venue_order_id}, but the venue does not know such an order"
    return LogGap(
        gap_id=gap_id(GapKind.UNKNOWN_ORDER, log.venue_order_id or log.log_id),
        kind=GapKind.UNKNOWN_ORDER,
        venue_order_id=log.venue_order_id or "",
        client_order_id=log.client_order_id,
        instrument_id=None,
        log_id=log.log_id,
        what=what,
        advice=_LOOK,
        order_ms=log.created_ms,
    )


def gap_id(kind: GapKind, order_id: str) -> str:
    """Name a gap, the same at every look: by our own id of the order where there is one."""
    return f"{kind.name.lower()}-{order_id}"


def _settles(log: AiLog) -> bool:
    """Accepted; or kept by a venue that takes none, which links the log first."""
    return log.state is AiLogState.ACCEPTED or (log.state is AiLogState.KEPT and log.venue_order_id is not None)


def _worst(logs: tuple[AiLog, ...]) -> AiLog | None:
    for state in (AiLogState.NEEDS_HAND, AiLogState.GAP):
        found = next((log for log in logs if log.state is state), None)
        if found is not None:
            return found
    return next((log for log in logs if log.is_open), logs[-1] if logs else None)


def _words(seen: Sighting, order: Order | None) -> str:
    if order is not None:
        return order_words(order.terms)
    does = "opening" if seen.effect is Effect.OPEN else "closing"
    return f"A {does} {seen.side.value.lower()} of {figure(seen.size)} {base_of(seen.instrument_id)}"


def _gap(kind: GapKind, seen: Sighting, order: Order | None, log: AiLog | None, what: str, advice: str) -> LogGap:
    on_record = log is not None and log.state is AiLogState.GAP
    return LogGap(
        gap_id=gap_id(kind, seen.venue_order_id if kind is GapKind.EXTERNAL or not order else order.client_order_id),
        kind=kind,
        venue_order_id=seen.venue_order_id,
        client_order_id="" if order is None else order.client_order_id,
        instrument_id=seen.instrument_id,
        log_id="" if log is None else log.log_id,
        what=f"{what} (order {seen.venue_order_id})",
        advice="On record: the order stays listed as one without its log." if on_record else advice,
        order_ms=seen.created_ms,
        recorded_by=log.resolved_by if log is not None and on_record else "",
        recorded_reason=log.resolved_reason if log is not None and on_record else "",
        recorded_ms=log.resolved_ms if log is not None and on_record else 0,
    )
