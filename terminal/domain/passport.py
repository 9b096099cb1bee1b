"""The order passport: seven dots from frozen inputs to the accepted AI log, one rule for everybody.

The engine's tally, the window's tables and the passport read from the journal all ask
`passport`; they differ only in which facts they have. A fact that was not looked for stays
None and is never held against an order; with `complete` what is not there is missing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum
from typing import Final

from terminal.domain.ai_log import AiLog, AiLogState
from terminal.domain.decision import Decision
from terminal.domain.order import AT_VENUE, Order, OrderState, Origin
from terminal.domain.plain_words import clause, figure
from terminal.domain.rehearsal import API_TEST_MODEL
from terminal.domain.review import ReviewState
from terminal.domain.risk import Verdict

S = OrderState

STEPS: Final = ("inputs", "decision", "approval", "checks", "request", "fills", "AI log")
UNATTRIBUTED: Final = "unattributed"


class DotState(Enum):
    DONE = "done"
    WAITING = "waiting"
    BROKEN = "broken"
    NOT_DUE = "not due"


@dataclass(frozen=True, slots=True)
class Dot:
    """One step. `words` is a clause; `todo` says what to do where something is missing, "" otherwise.

    `who` and `at_ms` (Unix ms) are of the act itself, "" and 0 where they are not known.
    """

    name: str
    state: DotState
    words: str
    todo: str = ""
    who: str = ""
    at_ms: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """How the proposal of an order was answered."""

    state: ReviewState
    who: str = ""
    at_ms: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PassportFacts:
    """What is known of one order.

    `complete` True: all that is on record was looked at, so a missing decision or log is missing.
    `has_inputs`, `has_checks`, `has_intent`: whether snapshot, final checks and the exact bytes are on
    record, None where nobody looked. `booked` is the sum of the executions known, in base coin.
    """

    order: Order
    decision: Decision | None = None
    answer: Answer | None = None
    log: AiLog | None = None
    complete: bool = False
    has_inputs: bool | None = None
    has_checks: bool | None = None
    has_intent: bool | None = None
    verdict: Verdict | None = None
    booked: Decimal | None = None


_NEVER_LEFT: Final = frozenset({S.DRAFT, S.PENDING_APPROVAL, S.APPROVED, S.DENIED, S.DECLINED, S.EXPIRED})
_NOT_TAKEN: Final = frozenset({S.NOT_SENT, S.NOT_ACCEPTED, S.REJECTED})
_NOT_OURS: Final = frozenset({Origin.VENUE, Origin.EXTERNAL})  # orders this program did not send
_ORIGIN_WORDS: Final = {
    Origin.AI: "AI",
    Origin.AI_AMENDED: "AI amended",
    Origin.API_TEST: "API test",
    Origin.HUMAN_EXIT: "human exit",
    Origin.PROGRAM_STOP: "program's stop",
    Origin.VENUE: "venue",
    Origin.EXTERNAL: "external",
}
_NO_DECISION: Final = {
    Origin.HUMAN_EXIT: "closing by a person needs none",
    Origin.PROGRAM_STOP: "the market met a stop or target this program keeps",
    Origin.VENUE: "the venue executed a stop, target or liquidation",
    Origin.EXTERNAL: f"{UNATTRIBUTED}: made outside this program, no decision led to it",
}
_NEEDS_NO_DECISION: Final = frozenset({Origin.HUMAN_EXIT, Origin.PROGRAM_STOP, Origin.VENUE})
_LOST: Final = f"{UNATTRIBUTED}: no decision is known for this order"
_REFUSED: Final = {
    ReviewState.REJECTED: "rejected",
    ReviewState.EXPIRED: "expired: nobody answered",
    ReviewState.BLOCKED: "stopped by the risk checks",
    ReviewState.VOIDED: "void: a fresh check failed at the click",
}
_KEEP: Final = "Keep the journal as it is, run 'alphadesk verify' on it, and tell the team"
_FOREIGN: Final = "Find out at the venue who made it; the competition counts it as an order without a model"
_HAND: Final = "Open it in AI logs: upload it again, or record the gap with a reason"


def passport(facts: PassportFacts) -> tuple[Dot, ...]:
    """Give the seven dots of an order, in the order things happen."""
    return (*_decided(facts), _checks(facts), _request(facts), _fills(facts), _ai_log(facts))


def unattributed(words: str) -> tuple[Dot, ...]:
    """Give the dots of a fill or position that no order on record explains; `words` says so."""
    why = f"{UNATTRIBUTED}: {words}"
    broken = (DotState.BROKEN, why, _FOREIGN)
    made = {name: Dot(name, DotState.NOT_DUE, why) for name in ("checks", "request")}
    made["fills"] = Dot("fills", DotState.DONE, "the venue reports it")
    return tuple(made.get(name) or Dot(name, *broken) for name in STEPS)


def origin_word(order: Order, *, amended: bool = False) -> str:
    """Say who caused an order; one of the AI without its decision is called unattributed.

    `amended` True: a person made its terms tighter when approving.
    """
    if order.origin.is_ai and order.decision_id is None:
        return UNATTRIBUTED
    return _ORIGIN_WORDS[Origin.AI_AMENDED if amended and order.origin.is_ai else order.origin]


def is_broken(dots: Sequence[Dot]) -> bool:
    return any(dot.state is DotState.BROKEN for dot in dots)


def is_whole(dots: Sequence[Dot]) -> bool:
    return bool(dots) and all(dot.state is DotState.DONE for dot in dots)


_SEVERITY: Final = (DotState.NOT_DUE, DotState.DONE, DotState.WAITING, DotState.BROKEN)


def merged(passports: Sequence[tuple[Dot, ...]]) -> tuple[Dot, ...]:
    """Give one passport for several orders: each step as bad as its worst, with that one's words."""
    if len(passports) < 2:
        return passports[0] if passports else ()
    worst = (max(step, key=lambda dot: _SEVERITY.index(dot.state)) for step in zip(*passports, strict=True))
    return tuple(
        dot if dot.state is DotState.NOT_DUE else replace(dot, words=_of_many(dot, passports)) for dot in worst
    )


def log_that_counts(logs: Iterable[AiLog]) -> AiLog | None:
    """Give the log an order's passport speaks of: an accepted one, else one that still matters, else any."""
    ranks = {AiLogState.ACCEPTED: 2, AiLogState.KEPT: 0}
    return max(logs, key=lambda log: ranks.get(log.state, 1), default=None)


def _of_many(dot: Dot, passports: Sequence[tuple[Dot, ...]]) -> str:
    alike = sum(each.state is dot.state for steps in passports for each in steps if each.name == dot.name)
    return f"{alike} of {len(passports)} orders: {dot.words}"


# -- the steps ------------------------------------------------------------------


def _decided(facts: PassportFacts) -> tuple[Dot, Dot, Dot]:
    order = facts.order
    if order.decision_id is None:
        words = _NO_DECISION.get(order.origin, _LOST)
        needs_none = order.origin in _NEEDS_NO_DECISION
        todo = "" if needs_none else _FOREIGN if order.origin is Origin.EXTERNAL else _KEEP
        state = DotState.NOT_DUE if needs_none else DotState.BROKEN
        return (Dot("inputs", state, words, todo), Dot("decision", state, words, todo), _unapproved(state, words, todo))
    if facts.decision is None:
        if not facts.complete:
            words = f"decision {order.decision_id} is in the journal, not loaded in this window"
            inputs, decision, approval = (Dot(name, DotState.WAITING, words) for name in STEPS[:3])
            return inputs, decision, approval
        words = f"the journal holds no decision {order.decision_id}"
        return (
            Dot("inputs", DotState.BROKEN, words, _KEEP),
            Dot("decision", DotState.BROKEN, words, _KEEP),
            _approval(facts),
        )
    return _inputs(facts, facts.decision), _decision(facts.decision), _approval(facts)


def _unapproved(state: DotState, words: str, todo: str) -> Dot:
    return Dot("approval", state, words, todo)


def _inputs(facts: PassportFacts, decision: Decision) -> Dot:
    if facts.has_inputs is False:
        todo = "It cannot be replayed. Start the program in its newest version: it freezes inputs before it asks"
        return Dot("inputs", DotState.BROKEN, "what the model saw is not on record", todo)
    return Dot("inputs", DotState.DONE, f"frozen, SHA-256 {decision.snapshot_sha256[:12]}…")


def _decision(decision: Decision) -> Dot:
    claims = "no model was asked" if decision.model == API_TEST_MODEL else f"{decision.confidence:.0%} confident"
    words = f"{decision.model}, {claims}"
    return Dot("decision", DotState.DONE, words, who=decision.model, at_ms=decision.created_ms)


def _approval(facts: PassportFacts) -> Dot:
    answer = facts.answer
    if answer is None:
        if facts.order.state in _NEVER_LEFT:
            return Dot("approval", DotState.NOT_DUE, "nobody has answered")
        if not facts.complete:
            return Dot("approval", DotState.WAITING, "the answer is not loaded in this window")
        return Dot("approval", DotState.BROKEN, "no approval is on record", _KEEP)
    if answer.state is ReviewState.APPROVED:
        words = f"approved by {answer.who or 'unknown'}"
        return Dot("approval", DotState.DONE, words, who=answer.who, at_ms=answer.at_ms)
    if answer.state is ReviewState.PENDING:
        return Dot("approval", DotState.WAITING, "waits in the review desk")
    words = _with(_REFUSED.get(answer.state, "the approval was void"), answer.reason)
    todo = "Nothing was sent. Ask the AI again if the idea still stands"
    if facts.order.state not in _NEVER_LEFT:
        todo = f"An order left all the same. {_KEEP}"
    return Dot("approval", DotState.BROKEN, words, todo, answer.who, answer.at_ms)


def _checks(facts: PassportFacts) -> Dot:
    order, verdict = facts.order, facts.verdict
    if order.state is S.DENIED or (verdict is not None and not verdict.allowed):
        words = order.reason or (verdict.text if verdict else "") or "a risk check failed"
        return Dot("checks", DotState.BROKEN, words, "Nothing was sent. Change what the check names, then ask again")
    if order.state in _NEVER_LEFT:
        return Dot("checks", DotState.NOT_DUE, "run again right before sending")
    if order.origin in _NOT_OURS:
        return Dot("checks", DotState.NOT_DUE, "not sent by this program")
    if facts.has_checks is False:
        return Dot("checks", DotState.BROKEN, "no checks before sending are on record", _KEEP)
    if verdict is not None:
        return Dot("checks", DotState.DONE, f"all {len(verdict.checks)} passed right before sending")
    return Dot("checks", DotState.DONE, "passed right before sending")


def _request(facts: PassportFacts) -> Dot:
    order = facts.order
    if order.state in _NEVER_LEFT:
        return Dot("request", DotState.NOT_DUE, "nothing was sent")
    if order.origin in _NOT_OURS:
        return Dot("request", DotState.NOT_DUE, f"not sent by this program; venue order {_venue_id(order)}")
    if facts.has_intent is False:
        return Dot("request", DotState.BROKEN, "the bytes sent are not on record", _KEEP)
    if order.state is S.SUBMITTING:
        return Dot("request", DotState.WAITING, "written down, on its way")
    if order.state is S.UNKNOWN:
        return Dot("request", DotState.WAITING, _with("sent, outcome unknown: the venue is being asked", order.reason))
    if order.state in _NOT_TAKEN:
        todo = "The venue does not hold it. Read its words, then ask for a new decision"
        return Dot("request", DotState.BROKEN, order.reason or "the venue does not have it", todo)
    return Dot("request", DotState.DONE, f"venue order {_venue_id(order)}")


def _fills(facts: PassportFacts) -> Dot:
    order, booked = facts.order, facts.booked
    if booked is not None and booked < order.filled_size:
        words = f"executions of {figure(booked)} of the {figure(order.filled_size)} filled are known"
        return Dot("fills", DotState.WAITING, words, "They are fetched. If this stays, compare with the venue's fills")
    if order.state is S.FILLED:
        return Dot("fills", DotState.DONE, f"all of {figure(order.terms.size)}")
    if order.filled_size > 0:
        state = DotState.WAITING if order.state in AT_VENUE else DotState.DONE
        return Dot("fills", state, f"{figure(order.filled_size)} of {figure(order.terms.size)}")
    return Dot("fills", DotState.NOT_DUE, "none" if order.is_terminal else "none yet")


def _ai_log(facts: PassportFacts) -> Dot:
    log, order = facts.log, facts.order
    if log is None:
        return _no_log(order)
    match log.state:
        case AiLogState.ACCEPTED:
            return Dot("AI log", DotState.DONE, "accepted", at_ms=log.accepted_ms)
        case AiLogState.NEEDS_HAND:
            words = f"needs a hand: {log.last_code} {log.last_message}".rstrip(" :")
            return Dot("AI log", DotState.BROKEN, clause(words), _HAND)
        case AiLogState.GAP:
            words = f"gap on record by {log.resolved_by}: {clause(log.resolved_reason)}"
            todo = "Nothing more can be done: the order is listed as one without its log"
            return Dot("AI log", DotState.BROKEN, words, todo, log.resolved_by, log.resolved_ms)
        case AiLogState.KEPT:
            why = "kept on paper, never sent" if log.is_on_paper else "kept here: no order came of it"
            return Dot("AI log", DotState.NOT_DUE, why)
        case _:
            return Dot("AI log", DotState.WAITING, _LOG_WAITS.get(log.state, "on its way"))


_LOG_WAITS: Final = {
    AiLogState.WAITING: "waits for its order",
    AiLogState.QUEUED: "queued",
    AiLogState.SENDING: "sending",
    AiLogState.RETRYING: "retrying",
}


def _no_log(order: Order) -> Dot:
    at_venue = order.venue_order_id is not None and order.state not in _NOT_TAKEN
    if order.state in _NEVER_LEFT or not (at_venue or order.origin.is_ai):
        return Dot("AI log", DotState.NOT_DUE, "none: nothing of it reached the venue")
    if order.origin.is_ai:
        return Dot("AI log", DotState.BROKEN, "missing", f"Open AI logs. {_KEEP}")
    if order.origin is Origin.EXTERNAL:
        return Dot("AI log", DotState.BROKEN, "missing: no model stands behind this order", _FOREIGN)
    return Dot("AI log", DotState.BROKEN, "missing: no decision of ours opened that position", _FOREIGN)


def _venue_id(order: Order) -> str:
    return order.venue_order_id or "id unknown"


def _with(words: str, reason: str) -> str:
    return f"{words}. {clause(reason)}" if reason else words
