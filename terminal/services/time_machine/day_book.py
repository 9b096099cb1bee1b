"""One recorded day in memory: fed record by record, asked for any moment of it.

It keeps what changed and when, so a moment is looked up, never computed from the day's beginning.
"""

from dataclasses import dataclass
from typing import Final

from terminal.domain.approval import ClickVoided, DeskModeSet
from terminal.domain.instrument import InstrumentId
from terminal.domain.order import Order
from terminal.domain.past import RecordedDay, Stamped
from terminal.domain.plain_words import ORDER_STATE, order_at
from terminal.domain.records import (
    AiLogAnswered,
    AiLogGapRecorded,
    AiLogResolved,
    ApprovalGiven,
    CycleClosed,
    DecisionRecorded,
    EquityMarked,
    FillBooked,
    FlattenBegun,
    FlattenEnded,
    MarginSet,
    Noted,
    OrderMoved,
    PositionAccepted,
    ProtectionSet,
    ReviewClosed,
    RiskChecked,
    SessionOpened,
    SwitchSet,
)
from terminal.domain.rehearsal import RehearsalEnded
from terminal.domain.setting import SettingsChanged
from terminal.domain.time_messages import DayMark, MarkKind, MomentShown, PastOrder
from terminal.services.time_machine.legs import Legs, with_accepted, with_fill
from terminal.services.time_machine.marks import Marker
from terminal.services.time_machine.tracks import Track

OF_A_DAY: Final[tuple[type, ...]] = (
    AiLogAnswered,
    AiLogGapRecorded,
    AiLogResolved,
    ApprovalGiven,
    ClickVoided,
    CycleClosed,
    DecisionRecorded,
    DeskModeSet,
    FillBooked,
    FlattenBegun,
    FlattenEnded,
    MarginSet,
    Noted,
    OrderMoved,
    PositionAccepted,
    ProtectionSet,
    RehearsalEnded,
    ReviewClosed,
    RiskChecked,
    SessionOpened,
    SettingsChanged,
    SwitchSet,
)
"""What a day's marks and moments are made of.

Equity, bars, snapshots, models and log bodies are read when looked at: most records of a day are such.
"""

Orders = dict[str, Order]
"""Those not over, by our id; never changed once it is in a track."""


@dataclass(frozen=True, slots=True)
class Before:
    """How things stood when the day began."""

    legs: Legs = ()
    orders: tuple[Order, ...] = ()
    switch: Stamped | None = None
    mode: Stamped | None = None


class DayBook:
    """Built in one pass; `moment` may be asked at any time for what was fed so far."""

    def __init__(self, day: RecordedDay, before: Before) -> None:
        self.day = day
        self.marks: list[DayMark] = []
        self._marker = Marker()
        self._switch: Track[Stamped | None] = Track(before.switch)
        self._mode: Track[Stamped | None] = Track(before.mode)
        self._legs: Track[Legs] = Track(before.legs)
        self._orders: Track[Orders] = Track(
            {order.client_order_id: order for order in before.orders if not order.is_terminal}
        )
        self._decision: Track[str] = Track("")

    @property
    def instruments(self) -> tuple[InstrumentId, ...]:
        """Pairs something happened to, in order of their names."""
        return tuple(sorted({mark.instrument_id for mark in self.marks if mark.instrument_id is not None}))

    def feed(self, stamped: Stamped) -> None:
        """Take the next record."""
        mark = self._marker.mark(stamped)
        if mark is not None:
            self.marks.append(mark)
            if mark.kind is MarkKind.DECISION:
                self._decision.put(mark.seq, mark.decision_id)
        self._change(stamped)

    def _change(self, stamped: Stamped) -> None:
        seq, record = stamped.seq, stamped.record
        match record:
            case OrderMoved(order=order):
                self._orders.put(seq, _with(self._orders.newest, order))
            case FillBooked(fill):
                self._legs.put(seq, with_fill(self._legs.newest, fill))
            case SwitchSet():
                self._switch.put(seq, stamped)
            case DeskModeSet():
                self._mode.put(seq, stamped)
            case PositionAccepted():
                self._legs.put(seq, with_accepted(self._legs.newest, record))
            case SessionOpened(anew=True):  # another account: nothing is held
                self._legs.put(seq, ())
                self._orders.put(seq, {})
            case _:
                pass

    def inside(self, seq: int) -> int:
        """Give the record of the day that is nearest to a number."""
        return min(max(seq, self.day.first_seq), self.day.last_seq)

    def moment(self, seq: int, at_ms: int, equity: Stamped | None) -> MomentShown:
        """Tell how things stood right after a record of the day, written at `at_ms`; `equity` is the newest by then."""
        switch, mode = (track.at(seq) for track in (self._switch, self._mode))
        marked = equity.record if equity is not None else None
        state = switch.record if switch is not None else None
        desk = mode.record if mode is not None else None
        return MomentShown(
            seq=seq,
            at_ms=at_ms,
            equity=marked.equity if isinstance(marked, EquityMarked) else None,
            available=marked.available if isinstance(marked, EquityMarked) else None,
            equity_age_s=None if equity is None else max(0.0, (at_ms - equity.at_ms) / 1_000),
            trading_state=state.state if isinstance(state, SwitchSet) else None,
            trading_reason=state.reason if isinstance(state, SwitchSet) else "",
            desk_mode=desk.mode if isinstance(desk, DeskModeSet) else None,
            positions=self._legs.at(seq),
            orders=tuple(map(_past, self._orders.at(seq).values())),
            decision_id=self._decision.at(seq),
        )


def _past(order: Order) -> PastOrder:
    return PastOrder(order.client_order_id, order.terms.instrument_id, order_at(order.terms), ORDER_STATE[order.state])


def _with(orders: Orders, order: Order) -> Orders:
    if order.is_terminal:
        return {name: each for name, each in orders.items() if name != order.client_order_id}
    return {**orders, order.client_order_id: order}
