"""Builds the services behind panic, protection, and positions in the hand, and takes their commands."""

from collections.abc import Callable, Coroutine
from typing import Any

from terminal.domain.decision import Action
from terminal.domain.flatten import FlattenPlan, LegKey
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
    StopFlatten,
    SweepOrphans,
)
from terminal.domain.messages import Event
from terminal.domain.order import Order
from terminal.domain.recovered import Recovered
from terminal.domain.snapshot import Question
from terminal.ports.chance import Chance
from terminal.ports.venue import TradingVenue
from terminal.services.flatten.desk import Flattener
from terminal.services.flatten.hands import FlattenHands
from terminal.services.flatten.plan import FlattenPlanner
from terminal.services.journal_writer import JournalWriter
from terminal.services.orders.amend import AmendDesk
from terminal.services.orders.canceler import OrderCanceler
from terminal.services.orders.intake import OrderIntake
from terminal.services.orders.manager import OrderManager
from terminal.services.positions.funding import FundingBook
from terminal.services.positions.tools import PositionTools
from terminal.services.protection.local_stops import LocalStops
from terminal.services.protection.local_venue import LocallyProtectedVenue
from terminal.services.protection.repair import ProtectionRepair
from terminal.services.protection.sweep import ProtectionSweep
from terminal.services.protection.watch import ProtectionWatch
from terminal.services.protection.wishes import ProtectionWishes
from terminal.services.reporter import Reporter
from terminal.services.review.decision_cycle import DecisionCycle
from terminal.services.risk.facts import RiskFacts

HandCommand = (
    AmendOrder
    | CancelOrders
    | Flatten
    | MoveStop
    | MoveStopToBreakEven
    | MoveTarget
    | PauseEntries
    | PlanFlatten
    | RepairProtection
    | ReversePosition
    | StopFlatten
    | SweepOrphans
)
Spawn = Callable[[Coroutine[Any, Any, None], str], object]


class PositionKit:
    """Everything between a person's hand and the venue except approving and asking."""

    def __init__(
        self,
        venue: TradingVenue,
        facts: RiskFacts,
        orders: OrderManager,
        canceler: OrderCanceler,
        intake: OrderIntake,
        cycle: DecisionCycle,
        writer: JournalWriter,
        chance: Chance,
        reporter: Reporter,
        spawn: Spawn,
        *,
        emit: Callable[[Event], None],
        look_soon: Callable[[], None],
    ) -> None:
        self._switch = facts.switch
        self._canceler = canceler
        self._cycle = cycle
        self._spawn = spawn
        self.wishes = ProtectionWishes(facts.ledger, writer, facts.clock)
        self.watch = ProtectionWatch(venue, facts, self.wishes, reporter, emit=emit)
        self.repair = ProtectionRepair(venue, facts, self.wishes, self.watch, reporter, orders.new_client_order_id)
        self.flatten = Flattener(
            FlattenHands(venue, facts, orders, intake),
            FlattenPlanner(facts, chance, lambda: self.watch.triggers),
            writer,
            facts.clock,
            chance,
            facts.switch,
            reporter,
            spawn,
            emit=emit,
            look_soon=look_soon,
        )
        self.sweep = ProtectionSweep(venue, facts, self.repair, self.watch, reporter, lambda: self.flatten.is_running)
        self.flatten.on_over = self._after_flatten
        self.tools = PositionTools(
            venue, facts, orders, self.wishes, self.watch, self.repair, reporter, ask=self._ask_opposite
        )
        self.amend = AmendDesk(venue, facts, canceler, intake, reporter, ask=cycle.ask, emit=emit)
        self.local_stops = (
            LocalStops(venue, facts, self.wishes, self.watch, orders, reporter)
            if isinstance(venue, LocallyProtectedVenue)
            else None
        )
        self.funding = FundingBook(venue, facts.clock, reporter, emit=emit)

    # -- life --------------------------------------------------------------------

    def restore(self, recovered: Recovered) -> None:
        """Take in what earlier runs left. An interrupted flatten latches; nothing is sent."""
        self.wishes.restore(recovered.protections)
        self.flatten.restore(recovered.flattens)

    def start(self) -> None:
        """Begin watching, once the account is known."""
        self._spawn(self.watch.run(), "protection")
        if self.local_stops is not None:
            self._spawn(self.local_stops.run(), "stops kept by the program")
        self._spawn(self.funding.run(), "funding bill")
        self.flatten.offer()

    def after_order(self, order: Order) -> None:
        """An order moved: its triggers may have too."""
        self.watch.touch()
        if self.sweep.concerns(order):
            where = order.terms.instrument_id
            self._spawn(self.sweep.after_close(where), f"left-over triggers {where}")

    def _after_flatten(self, plan: FlattenPlan) -> None:
        """What was halved or left needs stops of its new size."""
        for instrument_id in {leg.instrument_id for leg in plan.legs}:
            self._spawn(self.sweep.after_close(instrument_id), f"triggers after flatten {instrument_id}")

    # -- commands ------------------------------------------------------------------

    async def handle(self, command: HandCommand) -> None:
        """Carry out one command; what cannot be done is said in a notice."""
        match command:
            case PauseEntries(who):
                self._switch.pause_entries(who)
            case PlanFlatten():
                self.flatten.plan(command)
            case Flatten():
                self.flatten.begin(command)
            case StopFlatten(who):
                self.flatten.stop(who)
            case CancelOrders(ids, who):
                for client_order_id in ids:
                    await self._canceler.cancel(client_order_id, who)
            case AmendOrder():
                await self.amend.amend(command)
            case _:
                await self._handle_position(command)

    async def _handle_position(
        self,
        command: MoveStop | MoveStopToBreakEven | MoveTarget | RepairProtection | ReversePosition | SweepOrphans,
    ) -> None:
        match command:
            case MoveStop():
                await self.tools.move_stop(command)
            case MoveTarget():
                await self.tools.move_target(command)
            case MoveStopToBreakEven():
                await self.tools.to_break_even(command)
            case ReversePosition():
                await self.tools.reverse(command)
            case RepairProtection(instrument_id, side, who):
                await self.repair.repair((instrument_id, side), who)
            case SweepOrphans(instrument_id, who):
                await self.sweep.by_person(instrument_id, who)

    def _ask_opposite(self, key: LegKey, action: Action, who: str, question_id: str) -> None:
        self._cycle.ask(Question(action, who, key[0], question_id))
