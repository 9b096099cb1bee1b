"""One mark for each record worth stopping at: its lane, its colour, and what it is about."""

from dataclasses import replace
from typing import Any, Final

from terminal.domain.ai_log import AiLogState
from terminal.domain.approval import ClickVoided, DeskModeSet
from terminal.domain.day_words import named
from terminal.domain.instrument import InstrumentId
from terminal.domain.order import Side
from terminal.domain.past import Stamped
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
from terminal.domain.risk import TradingState
from terminal.domain.setting import SettingsChanged
from terminal.domain.time_messages import DayMark, MarkKind

K = MarkKind
_MINUTE_S: Final = 60

_LANES: Final[dict[type, MarkKind]] = {
    CycleClosed: K.CYCLE,
    DecisionRecorded: K.DECISION,
    ApprovalGiven: K.APPROVAL,
    ReviewClosed: K.APPROVAL,
    ClickVoided: K.APPROVAL,
    RiskChecked: K.ORDER,
    OrderMoved: K.ORDER,
    FillBooked: K.FILL,
    AiLogAnswered: K.LOG,
    AiLogResolved: K.LOG,
    AiLogGapRecorded: K.LOG,
    SwitchSet: K.STATE,
    DeskModeSet: K.STATE,
    SessionOpened: K.STATE,
    Noted: K.STATE,
    FlattenBegun: K.STATE,
    FlattenEnded: K.STATE,
    ProtectionSet: K.STATE,
    MarginSet: K.STATE,
    PositionAccepted: K.STATE,
    SettingsChanged: K.STATE,
    RehearsalEnded: K.STATE,
}
_TONES: Final[dict[type, str]] = {
    DecisionRecorded: "ai",
    ApprovalGiven: "up",
    ReviewClosed: "amber",
    ClickVoided: "down",
    OrderMoved: "accent",
    AiLogResolved: "amber",
    AiLogGapRecorded: "amber",
    DeskModeSet: "amber",
    SessionOpened: "accent",
    FlattenBegun: "down",
    FlattenEnded: "amber",
    ProtectionSet: "accent",
    MarginSet: "accent",
    PositionAccepted: "amber",
    SettingsChanged: "accent",
    RehearsalEnded: "accent",
}
_STATE_TONE: Final = {TradingState.ACTIVE: "up", TradingState.REDUCE_ONLY: "amber", TradingState.HALTED: "down"}
_LOUD: Final = {"warning": "amber", "error": "down"}
_LOG_TONE: Final = {
    AiLogState.ACCEPTED.value: "up",
    AiLogState.NEEDS_HAND.value: "down",
    AiLogState.KEPT.value: "muted",
}
_CYCLE_TONE: Final = {"decided": "muted", "failed": "down"}


class Marker:
    """Makes marks; it remembers which decision stands behind which order, so records must come in order."""

    def __init__(self) -> None:
        self._subjects: dict[str, tuple[str, InstrumentId]] = {}  # by decision id
        self._decision_of: dict[str, str] = {}  # by client order id
        self._written_ms: int | None = None  # the record before

    def mark(self, stamped: Stamped) -> DayMark | None:
        """Give the mark of a record, None for one nobody stops at."""
        record = stamped.record
        kind = _LANES.get(type(record))
        if kind is None or (isinstance(record, Noted) and record.level not in _LOUD):
            return None
        decision_id, instrument_id, side, subject = self._about(record)
        if isinstance(record, SessionOpened):
            subject = _silence(self._written_ms, stamped.at_ms)
        self._written_ms = stamped.at_ms
        kept = _slim(record)
        return DayMark(stamped.seq, stamped.at_ms, kind, _tone(record), instrument_id, decision_id, side, kept, subject)

    def _about(self, record: Record) -> tuple[str, InstrumentId | None, Side | None, str]:
        """Give the decision, the pair, the side of an execution, and the name of what was answered."""
        match record:
            case OrderMoved(order=order):
                decision_id = order.decision_id or ""
                self._decision_of[order.client_order_id] = decision_id
                return decision_id, order.terms.instrument_id, None, ""
            case FillBooked(fill):
                return self._decision_of.get(fill.client_order_id or "", ""), fill.instrument_id, fill.side, ""
            case DecisionRecorded(decision):
                self._subjects[decision.decision_id] = (named(decision), decision.instrument_id)
                return decision.decision_id, decision.instrument_id, None, ""
            case ApprovalGiven(approval):
                return self._answer(approval.decision_id)
            case ReviewClosed(decision_id=decision_id) | ClickVoided(decision_id=decision_id):
                return self._answer(decision_id)
            case RiskChecked(client_order_id=client_order_id):
                return self._decision_of.get(client_order_id, ""), None, None, ""
            case _:
                pair: InstrumentId | None = getattr(record, "instrument_id", None)
                return "", pair, None, ""

    def _answer(self, decision_id: str) -> tuple[str, InstrumentId | None, Side | None, str]:
        subject, pair = self._subjects.get(decision_id, ("", None))
        return decision_id, pair, None, subject


def _silence(before_ms: int | None, at_ms: int) -> str:
    """Say how much older the mark before a start of the program is; "" for the first start of the day."""
    if before_ms is None:
        return ""
    seconds = max(0, at_ms - before_ms) // 1_000
    return f"{seconds // 60:,} min" if seconds >= _MINUTE_S else f"{seconds} s"


def _slim(record: Record) -> Record:
    """Leave out the long texts: a day of decisions stays in memory."""
    if isinstance(record, DecisionRecorded):
        return DecisionRecorded(replace(record.decision, input_json="", output_json=""))
    return record


def _tone(record: Any) -> str:
    match record:
        case FillBooked(fill):
            return "up" if fill.side is Side.BUY else "down"
        case AiLogAnswered():
            return _LOG_TONE.get(record.outcome, "amber")
        case CycleClosed():
            return _CYCLE_TONE.get(record.kind, "amber")
        case SwitchSet():
            return _STATE_TONE.get(record.state, "muted")
        case Noted():
            return _LOUD[record.level]
        case RiskChecked():
            return "muted" if record.verdict.allowed else "down"
        case _:
            return _TONES.get(type(record), "muted")
