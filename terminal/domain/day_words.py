"""What a record of a day tells a person, in a sentence or two. Pure functions."""

from collections.abc import Callable
from typing import Any, Final

from terminal.domain.ai_log import AiLogState
from terminal.domain.approval import ClickVoided, DeskModeSet
from terminal.domain.decision import Decision
from terminal.domain.plain_words import (
    ACTION,
    ORDER_STATE,
    TRADING_STATE,
    clause,
    fill_line,
    joined,
    leg_words,
    order_at,
    quoted,
    without_code,
)
from terminal.domain.records import (
    AiLogAnswered,
    AiLogGapRecorded,
    AiLogResolved,
    ApprovalGiven,
    CycleClosed,
    DecisionRecorded,
    FillBooked,
    FlattenBegun,
    FlattenEnded,
    MarginSet,
    Noted,
    OrderMoved,
    PositionAccepted,
    ProtectionSet,
    Record,
    ReviewClosed,
    RiskChecked,
    SessionOpened,
    SwitchSet,
)
from terminal.domain.rehearsal import RehearsalEnded
from terminal.domain.review import ReviewState
from terminal.domain.setting import SettingsChanged

_CLOSED: Final = {
    ReviewState.REJECTED: "was rejected",
    ReviewState.EXPIRED: "expired",
    ReviewState.BLOCKED: "was stopped by checks",
    ReviewState.VOIDED: "was voided by the fresh check",
}
_LOG_WORDS: Final = {
    AiLogState.ACCEPTED: "accepted",
    AiLogState.RETRYING: "not accepted yet",
    AiLogState.NEEDS_HAND: "refused for good",
    AiLogState.KEPT: "kept here",
}


A_PROPOSAL: Final = "a proposal"


def named(decision: Decision) -> str:
    """Name a decision, e.g. `open long BTC`."""
    return f"{ACTION[decision.action]} {clause(decision.instrument_id)}"


def words_of(record: Record, subject: str = "") -> str:
    """Say what happened; "" for a record nobody reads alone.

    `subject` names the decision behind an answer, or says how much older the mark before a start is.
    """
    say = _WORDS.get(type(record))
    return "" if say is None else joined(*say(record, subject or ("" if type(record) is SessionOpened else A_PROPOSAL)))


_Parts = tuple[str, ...]


def _decided(record: DecisionRecorded, _: str) -> _Parts:
    decision = record.decision
    return (f"AI: {named(decision)}, {decision.confidence * 100:.0f} % sure",)


def _cycle(record: CycleClosed, _: str) -> _Parts:
    if record.kind == "decided":
        return f"The AI was asked: {record.proposals} proposed, {record.holds} hold", record.detail
    return f"The AI {'gave no answer' if record.kind == 'failed' else 'abstained'}", without_code(record.detail)


def _approved(record: ApprovalGiven, subject: str) -> _Parts:
    return (f"{record.approval.who} approved {subject} ({record.approval.how})",)


def _closed(record: ReviewClosed, subject: str) -> _Parts:
    who = f" by {record.who}" if record.who and record.state is ReviewState.REJECTED else ""
    return f"{subject} {_CLOSED.get(record.state, 'was answered')}{who}", record.reason


def _voided(record: ClickVoided, subject: str) -> _Parts:
    return (f"{record.who} approved {subject}, but the fresh check failed and nothing was sent",)


def _checked(record: RiskChecked, _: str) -> _Parts:
    passed = record.verdict.allowed
    return (
        "The last checks before sending passed" if passed else "The last checks stopped the order",
        record.verdict.text,
    )


def _moved(record: OrderMoved, _: str) -> _Parts:
    order = record.order
    return f"{order_at(order.terms)}: {ORDER_STATE[order.state]}", order.reason


def _answered(record: AiLogAnswered, _: str) -> _Parts:
    state = AiLogState(record.outcome)
    said = "" if state is AiLogState.ACCEPTED else quoted(record.message, record.code)
    upload = f" (upload {record.attempt})" if record.attempt else ""
    return f"AI log {_LOG_WORDS.get(state, 'answered')}{upload}", said


def _switched(record: SwitchSet, _: str) -> _Parts:
    return f"Trading: {TRADING_STATE[record.state]}", record.reason


def _desk_mode(record: DeskModeSet, _: str) -> _Parts:
    return f"Review desk: {record.mode.value.replace('_', ' ').lower()}", record.reason


def _protected(record: ProtectionSet, _: str) -> _Parts:
    return (f"Stop or target of {leg_words(record.instrument_id, record.side)}: {record.outcome}",)


def _margin(record: MarginSet, _: str) -> _Parts:
    return f"Leverage or margin mode of {clause(record.instrument_id)}: {record.outcome}", record.detail


def _accepted(record: PositionAccepted, _: str) -> _Parts:
    return (f"{record.who} accepted the venue's position {leg_words(record.instrument_id, record.side)}",)


def _settings(record: SettingsChanged, _: str) -> _Parts:
    changes = "; ".join(f"{each.title}: {each.before} → {each.after}" for each in record.changes)
    return f"{record.who} changed settings {record.how}", changes


def _started(record: SessionOpened, silence: str) -> _Parts:
    version = f"version {record.version or 'not named'}"
    if not silence:
        return (f"The program started, {version}",)
    return (
        f"The program started again, {version}",
        f"The mark before it is {silence} older: the program had been closed or had died in between",
    )


_WORDS: Final[dict[type, Callable[[Any, str], _Parts]]] = {
    DecisionRecorded: _decided,
    CycleClosed: _cycle,
    ApprovalGiven: _approved,
    ReviewClosed: _closed,
    ClickVoided: _voided,
    RiskChecked: _checked,
    OrderMoved: _moved,
    FillBooked: lambda record, _: (fill_line(record.fill),),
    AiLogAnswered: _answered,
    AiLogResolved: lambda record, _: (f"{record.who} dealt with a refused AI log", record.reason),
    AiLogGapRecorded: lambda record, _: (f"AI-log gap recorded: {record.what}", record.reason),
    SwitchSet: _switched,
    DeskModeSet: _desk_mode,
    SessionOpened: _started,
    Noted: lambda record, _: (record.text,),
    FlattenBegun: lambda record, _: (f"{record.who} ordered a flatten: {clause(record.plan.target.text)}",),
    FlattenEnded: lambda record, _: (f"The flatten ended: {record.outcome}", record.proof),
    ProtectionSet: _protected,
    MarginSet: _margin,
    PositionAccepted: _accepted,
    SettingsChanged: _settings,
    RehearsalEnded: lambda record, _: (f"{record.who} ran the {record.kind.value}: {clause(record.verdict)}",),
}
