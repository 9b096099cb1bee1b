"""The decision time machine: a recorded day looked at again. Commands of a seat, and what answers them.

They belong to the same two unions as those in `messages`. Nothing here changes anything but the journal's
own record of a question that was asked again.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from terminal.domain.approval import DeskMode
from terminal.domain.asked_again import AskedAgain
from terminal.domain.day_words import words_of
from terminal.domain.decision import Decision
from terminal.domain.instrument import InstrumentId
from terminal.domain.market import Interval
from terminal.domain.order import PositionSide, Side
from terminal.domain.past import BarsLearnt, RecordedDay
from terminal.domain.records import Record
from terminal.domain.risk import TradingState

# -- commands -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OpenDay:
    """Read a recorded day: the one that begins at `first_seq`, that of a decision or an order, or the newest."""

    first_seq: int | None = None
    decision_id: str = ""
    client_order_id: str = ""


@dataclass(frozen=True, slots=True)
class ShowMoment:
    """Tell the account as it was after record `seq` of the day that is open."""

    seq: int


@dataclass(frozen=True, slots=True)
class ShowBarsThen:
    """Tell which bars of a pair became known when, within the day that is open."""

    instrument_id: InstrumentId


@dataclass(frozen=True, slots=True)
class ShowDecisionThen:
    """Tell everything on record about one decision."""

    decision_id: str


@dataclass(frozen=True, slots=True)
class CheckSeals:
    """Tell whether every record of the open day is as it was written."""


@dataclass(frozen=True, slots=True)
class AskFrozenAgain:
    """Put the frozen inputs of a decision to a model once more; `choice` is a `ModelChoice`'s key."""

    decision_id: str
    choice: str
    who: str


TimeCommand = OpenDay | ShowMoment | ShowBarsThen | ShowDecisionThen | CheckSeals | AskFrozenAgain

# -- events -------------------------------------------------------------------


class MarkKind(Enum):
    """A lane of the day."""

    CYCLE = "cycle"
    DECISION = "decision"
    APPROVAL = "approval"
    ORDER = "order"
    FILL = "fill"
    LOG = "log"
    STATE = "state"


@dataclass(frozen=True, slots=True)
class DayMark:
    """Something that happened. `tone` names a colour's meaning ("up", "down", "amber", "ai", "accent", "muted").

    `record` is what is on record, without a decision's long texts; `subject` names what an answer was about.
    """

    seq: int
    at_ms: int
    kind: MarkKind
    tone: str
    instrument_id: InstrumentId | None
    decision_id: str
    side: Side | None
    record: Record
    subject: str = ""

    @property
    def text(self) -> str:
        """Say it in words; made when asked for, a day may have a hundred thousand marks."""
        return words_of(self.record, self.subject)


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """Whom a stored question can be put to. `key` goes into the command, `text` is for a person."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class DayReading:
    """How far the reading of a day has come: `read` of `total` records."""

    day: RecordedDay
    read: int
    total: int


@dataclass(frozen=True, slots=True)
class DayOpened:
    """A day is open; `at_seq` is where to look first. `problem` is "" unless nothing could be read (`day` None then).

    `days` are all there are, oldest first; `instruments` those with bars or marks; `choices` who may be asked again;
    `times` are records spread over the day with the wall clock when they were written (Unix ms), in order.
    """

    day: RecordedDay | None
    days: tuple[RecordedDay, ...]
    marks: tuple[DayMark, ...]
    at_seq: int
    decision_id: str
    instruments: tuple[InstrumentId, ...]
    choices: tuple[ModelChoice, ...]
    problem: str = ""
    times: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class DaySealed:
    """The seals of the open day were checked. `bad_seq` is the first record that does not fit its own, or None."""

    day: RecordedDay
    bad_seq: int | None
    words: str


@dataclass(frozen=True, slots=True)
class PastPosition:
    """A leg as the fills on record explain it; `entry_price` None where they do not tell. Size in base coin."""

    instrument_id: InstrumentId
    side: PositionSide
    size: Decimal
    entry_price: Decimal | None


@dataclass(frozen=True, slots=True)
class PastOrder:
    """An order that was not over: in words, and its state in words."""

    client_order_id: str
    instrument_id: InstrumentId
    text: str
    state: str


@dataclass(frozen=True, slots=True)
class MomentShown:
    """The account after record `seq`. None where nothing was on record by then.

    `equity_age_s` is how long before the moment equity was last written down; `decision_id` the newest decision.
    """

    seq: int
    at_ms: int
    equity: Decimal | None
    available: Decimal | None
    equity_age_s: float | None
    trading_state: TradingState | None
    trading_reason: str
    desk_mode: DeskMode | None
    positions: tuple[PastPosition, ...]
    orders: tuple[PastOrder, ...]
    decision_id: str


@dataclass(frozen=True, slots=True)
class BarsThen:
    """Bars of one pair in the order they became known; `problem` is "" unless they could not be read."""

    instrument_id: InstrumentId
    interval: Interval
    learnt: tuple[BarsLearnt, ...]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class PastCell:
    """One text of a table; `tone` as in `DayMark`, "text" for plain."""

    text: str
    tone: str = "text"


@dataclass(frozen=True, slots=True)
class PastPart:
    """One thing on record about a decision, from record `seq` on: before that it was not there yet.

    `lines` are sentences; `titles` head the columns of `rows`.
    """

    seq: int
    at_ms: int
    title: str
    lines: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    rows: tuple[tuple[PastCell, ...], ...] = ()


class PastSection(Enum):
    """The pages of a decision; the values are their titles."""

    INPUTS = "Inputs"
    DECISION = "Decision"
    APPROVAL = "Approval"
    CHECKS = "Checks"
    FILLS = "Order and fills"
    LOG = "AI log"


@dataclass(frozen=True, slots=True)
class DecisionThen:
    """A decision with everything on record about it, by page. `again` are later answers, oldest first.

    `decision` is None where the journal holds none of that id; `problem` says so.
    """

    decision_id: str
    decision: Decision | None
    sections: tuple[tuple[PastSection, tuple[PastPart, ...]], ...]
    again: tuple[AskedAgain, ...]
    problem: str = ""

    def parts(self, section: PastSection) -> tuple[PastPart, ...]:
        return next((parts for name, parts in self.sections if name is section), ())


@dataclass(frozen=True, slots=True)
class AskingAgain:
    """A question asked again is on its way (`running`), or could not be asked: `problem` says why and what to do."""

    decision_id: str
    choice: str
    running: bool
    problem: str = ""


TimeEvent = DayReading | DayOpened | DaySealed | MomentShown | BarsThen | DecisionThen | AskingAgain
