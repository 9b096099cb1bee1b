"""Commands and events of panic, protection, margin settings, and positions and orders in the hand.

They belong to the same two unions as those in `messages`.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from terminal.domain.account import Income, LeverageSetting, MarginMode
from terminal.domain.flatten import FlattenTarget
from terminal.domain.instrument import InstrumentId
from terminal.domain.order import PositionSide
from terminal.domain.protection import ProtectionStatus

# -- commands -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CancelOrders:
    """Cancel several orders by our ids, one after the other; each says what became of it."""

    client_order_ids: tuple[str, ...]
    who: str


@dataclass(frozen=True, slots=True)
class AmendOrder:
    """Change price and/or size of a working limit order of a decision; None leaves it.

    One decision makes one order, so this is a cancel and a new question: the old order is
    cancelled, the venue's proof awaited, then the AI is asked for the same direction with
    the new terms. Its answer is a new proposal with its own approval and log. In between
    nothing works at the venue: `AmendProgress` shows that gap. Never larger than what is open.
    """

    client_order_id: str
    price: Decimal | None
    size: Decimal | None
    who: str
    question_id: str = ""


@dataclass(frozen=True, slots=True)
class ReversePosition:
    """Close now; once the venue shows flat, ask the AI for the opposite side. Never one order."""

    instrument_id: InstrumentId
    side: PositionSide
    who: str
    question_id: str = ""


@dataclass(frozen=True, slots=True)
class MoveStopToBreakEven:
    """Stop to entry plus both fees, rounded to the earning side; refused while price is not beyond it."""

    instrument_id: InstrumentId
    side: PositionSide
    who: str


@dataclass(frozen=True, slots=True)
class MoveStop:
    """Move the stop towards the market; away from it is refused. Without a stop one is placed."""

    instrument_id: InstrumentId
    side: PositionSide
    price: Decimal
    who: str


@dataclass(frozen=True, slots=True)
class MoveTarget:
    """Move the target, on the side of the market where it earns. Without one it is placed."""

    instrument_id: InstrumentId
    side: PositionSide
    price: Decimal
    who: str


@dataclass(frozen=True, slots=True)
class RepairProtection:
    """Place stop and target anew, see them listed, then cancel the old ones."""

    instrument_id: InstrumentId
    side: PositionSide
    who: str


@dataclass(frozen=True, slots=True)
class SweepOrphans:
    """Cancel triggers that belong to no position, of one instrument or of all."""

    instrument_id: InstrumentId | None
    who: str


@dataclass(frozen=True, slots=True)
class PauseEntries:
    """Nothing opens until a person sets ACTIVE; exits and stops go on. Never lifts a halt."""

    who: str


@dataclass(frozen=True, slots=True)
class PlanFlatten:
    """Ask for a `FlattenPlan`. Changes nothing."""

    target: FlattenTarget
    who: str


@dataclass(frozen=True, slots=True)
class Flatten:
    """Carry a flatten out until the venue shows it done, whatever state trading is in.

    `plan_id` names the plan the person saw ("" for none); `how` how it was confirmed, e.g.
    "held 1.5 s". For `LOSERS` and `HALF` the legs and sizes are those of that plan.
    """

    target: FlattenTarget
    plan_id: str
    who: str
    how: str


@dataclass(frozen=True, slots=True)
class StopFlatten:
    """Give up running flattens and drop an offered one. Entries stay paused."""

    who: str


@dataclass(frozen=True, slots=True)
class SetLeverage:
    """Set a pair's leverage at the venue, in its present margin mode; only while nothing is held or open there.

    From then on it is what this pair is kept at, after a restart too.
    """

    instrument_id: InstrumentId
    leverage: int
    who: str


@dataclass(frozen=True, slots=True)
class SetMarginMode:
    """Switch a pair between shared and isolated margin, as `SetLeverage`; its leverage is kept."""

    instrument_id: InstrumentId
    mode: MarginMode
    who: str


# -- events -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MarginInForce:
    """Leverage and margin mode of one pair as just read back from the venue; replaces the one before.

    `is_settled` is False while a change of them has no clear outcome: nothing opens there until it has.
    """

    setting: LeverageSetting
    is_settled: bool
    at_ms: int


class MarginPhase(Enum):
    SETTING = "setting"
    UNCLEAR = "no clear answer; reading back"
    SET = "in force"  # end: the venue shows it
    REFUSED = "refused"  # end: `text` says why, and what is in force


@dataclass(frozen=True, slots=True)
class MarginProgress:
    """How far a `SetLeverage` (`leverage` given) or `SetMarginMode` (`mode` given) has come."""

    instrument_id: InstrumentId
    leverage: int | None
    mode: MarginMode | None
    phase: MarginPhase
    text: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class ProtectionChanged:
    """Protection of every leg held, and of legs with left-over triggers; replaces the one before."""

    statuses: tuple[ProtectionStatus, ...]


class AmendPhase(Enum):
    CANCELLING = "cancelling the old order"
    ASKED = "cancelled; asking the AI"  # end: the answer comes as `CycleEnded`
    REFUSED = "not amended"  # end: `text` says why and what still works at the venue


@dataclass(frozen=True, slots=True)
class AmendProgress:
    """How far an `AmendOrder` has come. `gap_since_ms` is when the old order was proved gone.

    From then until the new proposal is approved nothing works at the venue; 0 before.
    """

    client_order_id: str
    phase: AmendPhase
    text: str
    gap_since_ms: int
    question_id: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class FundingPaid:
    """One funding payment of the account's bill: negative when paid, positive when received.

    Apart from trading PnL on purpose; each payment is sent once, and again after a restart
    for the last seven days.
    """

    income: Income


MarginEvent = MarginInForce | MarginProgress
