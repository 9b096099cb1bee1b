"""What a person asked for, in words: the name of each command."""

from typing import Final

from terminal.domain.chart_messages import FollowCharts, ShowOlderBars
from terminal.domain.commands import (
    AcceptVenuePosition,
    Approve,
    AskAi,
    CancelAll,
    CancelOrder,
    ClosePosition,
    Command,
    Reject,
    ResolveLog,
    SetTradingState,
    ShowChart,
)
from terminal.domain.depth import WatchDepth
from terminal.domain.hand_messages import (
    AmendOrder,
    CancelOrders,
    Flatten,
    MoveStop,
    MoveStopToBreakEven,
    MoveTarget,
    PauseEntries,
    PlanFlatten,
    RepairProtection,
    ReversePosition,
    SetLeverage,
    SetMarginMode,
    StopFlatten,
    SweepOrphans,
)
from terminal.domain.instrument import base_of
from terminal.domain.log_messages import FindLogGaps, RecordLogGap
from terminal.domain.passport_messages import ShowPassport
from terminal.domain.plain_words import TRADING_STATE, leg_words
from terminal.domain.rehearsal import ApproveTestOrder, CheckReadiness, RunApiTest
from terminal.domain.review_messages import ApproveMany, SetDeskMode, ShowOlderReviews, UndoApproval
from terminal.domain.setting import NoteSettings
from terminal.domain.time_messages import (
    AskFrozenAgain,
    CheckSeals,
    OpenDay,
    ShowBarsThen,
    ShowDecisionThen,
    ShowMoment,
)

_PLAIN: Final[dict[type, str]] = {
    Approve: "approving the proposal",
    ApproveMany: "approving the marked proposals",
    UndoApproval: "taking the approval back",
    SetDeskMode: "changing the mode of the review desk",
    Reject: "rejecting the proposal",
    ResolveLog: "dealing with the refused AI log",
    RecordLogGap: "recording the AI-log gap",
    FindLogGaps: "looking for AI-log gaps",
    CancelOrder: "cancelling the order",
    CancelOrders: "cancelling the orders",
    CancelAll: "cancelling all orders",
    AmendOrder: "amending the order",
    PauseEntries: "pausing entries",
    PlanFlatten: "planning the flatten",
    Flatten: "the flatten",
    StopFlatten: "stopping the flatten",
    ShowPassport: "opening the passport",
    OpenDay: "opening the recorded day",
    ShowMoment: "showing the moment",
    ShowBarsThen: "showing the bars of that day",
    ShowDecisionThen: "showing the decision of that day",
    CheckSeals: "checking the seals of that day",
    AskFrozenAgain: "asking again",
    ShowOlderReviews: "reading older decisions",
    FollowCharts: "showing the charts beside the linked one",
    WatchDepth: "showing the order book",
    SweepOrphans: "sweeping left-over stops and targets",
    NoteSettings: "recording the change of settings",
    RunApiTest: "the API test",
    ApproveTestOrder: "approving the order of the API test",
    CheckReadiness: "the look before the day",
}


_OF_LEG: Final[dict[type, str]] = {
    ClosePosition: "closing {}",
    ReversePosition: "reversing {}",
    MoveStop: "moving the stop of {}",
    MoveTarget: "moving the target of {}",
    MoveStopToBreakEven: "moving the stop of {} to break-even",
    RepairProtection: "repairing the stops of {}",
}


def asked_words(command: Command) -> str:
    """Name what was asked for, e.g. `closing ETH long`."""
    match command:
        case AskAi(instrument_id):
            return f"asking the AI about {base_of(instrument_id)}"
        case ShowChart(instrument_id, interval):
            return f"showing the {interval.label} chart of {base_of(instrument_id)}"
        case ShowOlderBars(instrument_id, interval):
            return f"reading older {interval.label} bars of {base_of(instrument_id)}"
        case AcceptVenuePosition(instrument_id):
            return f"accepting the venue's position in {base_of(instrument_id)}"
        case SetTradingState(state):
            return f"setting trading to {TRADING_STATE[state]}"
        case SetLeverage(instrument_id):
            return f"setting the leverage of {base_of(instrument_id)}"
        case SetMarginMode(instrument_id):
            return f"setting the margin mode of {base_of(instrument_id)}"
        case _:
            pass
    of_leg = _OF_LEG.get(type(command))
    if of_leg is None:
        return _PLAIN.get(type(command), "what you asked for")
    return of_leg.format(_leg_of(command))


def _leg_of(command: Command) -> str:
    match command:
        case (
            ClosePosition(instrument_id, side)
            | ReversePosition(instrument_id, side)
            | MoveStop(instrument_id, side)
            | MoveTarget(instrument_id, side)
            | MoveStopToBreakEven(instrument_id, side)
            | RepairProtection(instrument_id, side)
        ):
            return leg_words(instrument_id, side)
        case _:
            return "the position"
