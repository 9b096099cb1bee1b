"""A venue with a real little account behind it, and scripted misbehaviour in front."""

import asyncio
from collections import deque
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from helpers.fake_clock import ManualClock
from helpers.fake_triggers import FakeTriggers
from terminal.domain.account import Balance, Income, LeverageSetting, MarginMode
from terminal.domain.canonical import canonical_json
from terminal.domain.capabilities import FULL_CAPABILITIES, VenueCapabilities
from terminal.domain.errors import RequestRejected, VenueError, VenueUnavailable
from terminal.domain.fill import Fill
from terminal.domain.instrument import InstrumentId
from terminal.domain.market import StreamState
from terminal.domain.order import ZERO, Effect, OrderKind, OrderTerms, PositionSide, Side, TimeInForce
from terminal.domain.position import Position
from terminal.ports.venue import (
    AccountTouched,
    Acknowledged,
    FiredTrigger,
    LogReceipt,
    NotSent,
    OrderReport,
    PreparedOrder,
    Refused,
    SubmitOutcome,
    TriggerReport,
    Unclear,
    VenueEvent,
    VenueSink,
    VenueStatus,
)

ACCEPTED = LogReceipt(accepted=True, code="00000", message="upload success", permanent=False)


@dataclass
class Step:
    """How one submit behaves. Fills are sizes; the order is cancelled if they leave a rest.

    `events` "after" sends stream events once the answer is out, "before" while it is still
    under way, "never" loses them. `arrives` False means the venue never gets the order.
    """

    answer: str = "ack"  # ack, refuse, not_sent, unclear, hang
    arrives: bool = True
    events: str = "after"
    parts: int = 1
    fill: Decimal = Decimal(1)  # fraction of the size that fills
    echo_id: bool = True
    halts: bool = False


@dataclass
class MarginStep:
    """How one change of leverage or margin mode ends; `arrives` False means the venue never gets it."""

    error: VenueError | None = None
    arrives: bool = True
    hangs: bool = False


class FakeVenue(FakeTriggers):
    """`calls` is the shared log of what happened in which order."""

    def __init__(self, clock: ManualClock, calls: list[str] | None = None, *, simulated: bool = False) -> None:
        self.clock = clock
        self.calls = [] if calls is None else calls
        self.simulated = simulated
        self.able = FULL_CAPABILITIES  # a test of a venue with less replaces it
        self.kept: bool | None = None  # whether the account outlives a restart; None: unless simulated
        self.script: deque[Step] = deque()
        self.equity = Decimal(1_000)
        self.orders: dict[str, OrderReport] = {}
        self.all_fills: list[Fill] = []
        self.received: list[str] = []  # client ids of requests that arrived
        self.sends: list[str] = []  # client ids of every call to submit
        self.prices: dict[InstrumentId, Decimal] = {}
        self.settings: dict[InstrumentId, int] = {}
        self.triggers: list[TriggerReport] = []
        self.trigger_lag_ms = 0  # how long the list hides a new trigger
        self.presets = True  # stops and targets of an opening become triggers with its fills
        self.entry_price = Decimal(60_000)
        self.protect_answer: SubmitOutcome | None = None  # instead of placing a stop
        self.modes: dict[InstrumentId, MarginMode] = {}
        self.fired: list[FiredTrigger] = []
        self.isolated: dict[InstrumentId, tuple[int, int]] = {}  # leverage of long and short, where not 20
        self.margin_script: deque[MarginStep] = deque()
        self.margin_sends: list[tuple[InstrumentId, int | MarginMode]] = []  # every request to change one
        self.bills: list[Income] = []
        self.receipts: deque[LogReceipt | VenueError] = deque()
        self.uploads: list[bytes] = []
        self.read_error: VenueError | None = None
        self.hidden: set[str] = set()  # venue ids that listings do not show yet
        self.sink: VenueSink | None = None
        self.cancel_result: bool | None = None
        self._terms: dict[str, OrderTerms] = {}
        self._prepared: dict[str, tuple[OrderTerms, bool]] = {}
        self._next = 596_471_064_624_628_269
        self._trade = 0

    # -- identity ----------------------------------------------------------------

    @property
    def name(self) -> str:
        return "fake"

    @property
    def is_simulated(self) -> bool:
        return self.simulated

    @property
    def keeps_account(self) -> bool:
        return not self.simulated if self.kept is None else self.kept

    @property
    def order_validity_ms(self) -> int:
        return 30_000

    @property
    def capabilities(self) -> VenueCapabilities:
        return self.able

    # -- orders --------------------------------------------------------------------

    def prepare_order(self, client_order_id: str, terms: OrderTerms) -> PreparedOrder:
        self._prepared[client_order_id] = (terms, True)
        body = canonical_json([client_order_id, terms]).encode()
        return PreparedOrder(client_order_id, "/order", body, is_exit=terms.effect is Effect.CLOSE)

    async def submit_order(self, prepared: PreparedOrder) -> SubmitOutcome:
        client_order_id = prepared.client_order_id
        if not prepared.may_send():
            return NotSent("the gate closed")
        self.calls.append(f"submit {client_order_id}")
        self.sends.append(client_order_id)
        step = self.script.popleft() if self.script else Step()
        if step.answer == "not_sent":
            return NotSent("no connection")
        if step.answer == "refuse":
            return Refused("40015", "margin is not enough", "Lower the size.", halts=step.halts)
        report = self._arrive(client_order_id, step) if step.arrives else None
        await asyncio.sleep(0)
        if report is not None and step.events == "before":
            self._execute(report, step)
            await asyncio.sleep(0)
        if step.answer == "hang":
            await asyncio.Event().wait()
        if report is not None and step.events == "after":
            asyncio.get_running_loop().call_soon(lambda: self._execute(report, step))
        if report is not None and step.events == "never":
            sink, self.sink = self.sink, None
            self._execute(report, step)
            self.sink = sink
        if step.answer == "unclear" or report is None:
            return Unclear("no answer within 10 s")
        return Acknowledged(report.venue_order_id)

    def _arrive(self, client_order_id: str, step: Step) -> OrderReport:
        terms, _ = self._prepared[client_order_id]
        self.received.append(client_order_id)
        return self.make_order(terms, client_order_id if step.echo_id else None)

    def make_order(self, terms: OrderTerms, client_order_id: str | None = None, *, forced: bool = False) -> OrderReport:
        """Put an order on the venue's books, as ours or as somebody else's."""
        self._next += 1
        now_ms = self.clock.now_ms()
        report = OrderReport(
            venue_order_id=str(self._next),
            client_order_id=client_order_id,
            instrument_id=terms.instrument_id,
            side=terms.side,
            effect=terms.effect,
            kind=terms.kind,
            tif=terms.tif,
            status=VenueStatus.PENDING,
            size=terms.size,
            price=terms.price,
            filled_size=ZERO,
            average_price=None,
            fee=ZERO,
            is_forced=forced,
            created_ms=now_ms,
            updated_ms=now_ms,
        )
        self.orders[report.venue_order_id] = report
        self._terms[report.venue_order_id] = terms
        return report

    def _execute(self, report: OrderReport, step: Step) -> None:
        total = report.size * step.fill
        for _ in range(step.parts if total else 0):
            self.fill(report.venue_order_id, total / step.parts)
        if total < report.size and report.kind is OrderKind.MARKET:
            self.finish(report.venue_order_id, VenueStatus.CANCELED)

    def fill(self, venue_order_id: str, size: Decimal) -> Fill:
        """Execute part of an order and tell the private stream."""
        report = self.orders[venue_order_id]
        self._trade += 1
        opens = report.effect is Effect.OPEN
        side = PositionSide.LONG if (report.side is Side.BUY) is opens else PositionSide.SHORT
        price = self.prices.get(report.instrument_id, Decimal(60_000))
        fill = Fill(
            trade_id=f"t{self._trade}",
            venue_order_id=venue_order_id,
            client_order_id=None,
            instrument_id=report.instrument_id,
            side=report.side,
            position_side=side,
            price=price,
            size=size,
            fee=price * size * Decimal("0.0008"),
            is_maker=False,
            realized_pnl=ZERO,
            ts_event_ms=self.clock.now_ms(),
        )
        self.all_fills.append(fill)
        filled = report.filled_size + size
        status = VenueStatus.FILLED if filled >= report.size else VenueStatus.OPEN
        self.orders[venue_order_id] = replace(
            report, filled_size=filled, average_price=price, status=status, updated_ms=self.clock.now_ms()
        )
        if opens and self.presets:
            self._keep_presets(venue_order_id, filled)
        self.say(fill)
        self.say(self.orders[venue_order_id])
        self.say(AccountTouched("fill"))
        return fill

    def _keep_presets(self, venue_order_id: str, size: Decimal) -> None:
        terms = self._terms.get(venue_order_id)
        if terms is None:
            return  # a test put it on the books itself
        names = {f"{venue_order_id}{number}" for number in (1, 2)}
        self.triggers = [each for each in self.triggers if each.venue_order_id not in names]
        for number, price in ((1, terms.stop_price), (2, terms.target_price)):
            if price is not None:
                self.triggers.append(
                    TriggerReport(
                        f"{venue_order_id}{number}",
                        None,
                        terms.instrument_id,
                        terms.side.opposite,
                        Effect.CLOSE,
                        size,
                        price,
                        self.clock.now_ms(),
                    )
                )

    def finish(self, venue_order_id: str, status: VenueStatus) -> None:
        self.orders[venue_order_id] = replace(
            self.orders[venue_order_id], status=status, updated_ms=self.clock.now_ms()
        )
        self.say(self.orders[venue_order_id])

    def say(self, event: VenueEvent) -> None:
        if self.sink is not None:
            self.sink(event)

    async def cancel_order(self, instrument_id: InstrumentId, venue_order_id: str) -> bool:
        self.calls.append(f"cancel {venue_order_id}")
        self._may_fail()
        if self.cancel_result is not None:
            return self.cancel_result
        report = self.orders[venue_order_id]
        if report.status in {VenueStatus.FILLED, VenueStatus.CANCELED}:
            return False
        self.finish(venue_order_id, VenueStatus.CANCELED)
        return True

    async def cancel_all(self, instrument_id: InstrumentId | None) -> int:
        self.calls.append(f"cancel_all {instrument_id}")
        self._may_fail()
        count = len(self.triggers)
        self.triggers = [each for each in self.triggers if instrument_id not in {None, each.instrument_id}]
        count -= len(self.triggers)
        for report in list(self.orders.values()):
            elsewhere = instrument_id not in {None, report.instrument_id}
            if not elsewhere and report.status in {VenueStatus.PENDING, VenueStatus.OPEN}:
                self.finish(report.venue_order_id, VenueStatus.CANCELED)
                count += 1
        return count

    # -- account -------------------------------------------------------------------

    async def set_leverage(self, instrument_id: InstrumentId, leverage: int) -> None:
        self._may_fail()
        step = self._margin_step(instrument_id, leverage)
        if step.arrives:
            self.put_leverage(instrument_id, leverage)
        await self._answer(step)

    def put_leverage(self, instrument_id: InstrumentId, leverage: int) -> None:
        """Change it at the venue, by whoever it was."""
        if self.modes.get(instrument_id) is MarginMode.ISOLATED:
            self.isolated[instrument_id] = (leverage, leverage)
        else:
            self.settings[instrument_id] = leverage

    def _margin_step(self, instrument_id: InstrumentId, wanted: int | MarginMode) -> MarginStep:
        self.margin_sends.append((instrument_id, wanted))
        self.calls.append(f"margin {instrument_id} {wanted}")
        return self.margin_script.popleft() if self.margin_script else MarginStep()

    async def _answer(self, step: MarginStep) -> None:
        if step.hangs:
            await asyncio.Event().wait()
        if step.error is not None:
            raise step.error

    async def leverage(self, instrument_id: InstrumentId) -> LeverageSetting:
        self._may_fail()
        value = self.settings.get(instrument_id, 20)
        long, short = self.isolated.get(instrument_id, (20, 20))
        is_isolated = self.modes.get(instrument_id) is MarginMode.ISOLATED
        return LeverageSetting(instrument_id, value, long, short, is_isolated=is_isolated)

    async def set_margin_mode(self, instrument_id: InstrumentId, mode: MarginMode) -> None:
        self._may_fail()
        step = self._margin_step(instrument_id, mode)
        if step.arrives:
            self.modes[instrument_id] = mode
        await self._answer(step)

    async def margin_mode(self, instrument_id: InstrumentId) -> MarginMode:
        self._may_fail()
        return self.modes.get(instrument_id, MarginMode.CROSS)

    async def income(self, instrument_id: InstrumentId | None, since_ms: int) -> tuple[Income, ...]:
        self._may_fail()
        return tuple(
            each for each in self.bills if each.ts_event_ms >= since_ms and instrument_id in {None, each.instrument_id}
        )

    async def balance(self) -> Balance:
        self._may_fail()
        return Balance(self.equity, self.equity, ZERO, ZERO, self.clock.now_ms())

    async def positions(self) -> tuple[Position, ...]:
        self._may_fail()
        sizes: dict[tuple[InstrumentId, PositionSide], Decimal] = {}
        for fill in self.all_fills:
            opens = (fill.side is Side.BUY) is (fill.position_side is PositionSide.LONG)
            key = (fill.instrument_id, fill.position_side)
            sizes[key] = sizes.get(key, ZERO) + (fill.size if opens else -fill.size)
        return tuple(
            Position(where, side, size, self.entry_price, 5, ZERO, ZERO, None, self.clock.now_ms())
            for (where, side), size in sizes.items()
            if size > 0
        )

    async def order(self, venue_order_id: str) -> OrderReport:
        self._may_fail()
        if venue_order_id not in self.orders or venue_order_id in self.hidden:
            raise RequestRejected("no such order", code="-3200")
        return self.orders[venue_order_id]

    async def open_orders(self) -> tuple[OrderReport, ...]:
        self._may_fail()
        return tuple(each for each in self._listed() if each.status in {VenueStatus.PENDING, VenueStatus.OPEN})

    async def order_history(self, instrument_id: InstrumentId, since_ms: int) -> tuple[OrderReport, ...]:
        self._may_fail()
        return tuple(
            each
            for each in self._listed()
            if each.instrument_id == instrument_id
            and each.updated_ms >= since_ms
            and each.status in {VenueStatus.FILLED, VenueStatus.CANCELED}
        )

    async def fills(self, instrument_id: InstrumentId | None, since_ms: int) -> tuple[Fill, ...]:
        self._may_fail()
        return tuple(
            fill for fill in self.all_fills if fill.ts_event_ms >= since_ms and fill.venue_order_id not in self.hidden
        )

    async def trigger_orders(self, instrument_id: InstrumentId | None) -> tuple[TriggerReport, ...]:
        self._may_fail()
        shown_ms = self.clock.now_ms() - self.trigger_lag_ms
        return tuple(
            each
            for each in self.triggers
            if instrument_id in {None, each.instrument_id} and each.created_ms <= shown_ms
        )

    async def fired_triggers(self, instrument_id: InstrumentId, since_ms: int) -> tuple[FiredTrigger, ...]:
        self._may_fail()
        return tuple(each for each in self.fired if each.instrument_id == instrument_id)

    async def upload_ai_log(self, body: bytes) -> LogReceipt:
        self.calls.append("upload")
        self.uploads.append(body)
        answer = self.receipts.popleft() if self.receipts else ACCEPTED
        if isinstance(answer, VenueError):
            raise answer
        return answer

    async def run_private(self, sink: VenueSink) -> None:
        self.sink = sink
        sink(StreamState("private", connected=True, detail="connected"))
        await asyncio.Event().wait()

    # -- helpers -------------------------------------------------------------------

    def close_by_stop(
        self, instrument_id: InstrumentId, side: PositionSide, size: Decimal, *, forced: bool = False
    ) -> str:
        """Let a stop the venue holds close a position: a new order we never sent."""
        order_id = self.close_by_hand(instrument_id, side, size, forced=forced)
        if not forced:
            report = self.orders[order_id]
            fired = FiredTrigger(
                f"{order_id}9", None, instrument_id, report.side, Effect.CLOSE, size, 0, report.created_ms
            )
            self.fired.append(fired)
        return order_id

    def close_by_hand(
        self, instrument_id: InstrumentId, side: PositionSide, size: Decimal, *, forced: bool = False, **marks: Any
    ) -> str:
        """Close a position as somebody on the venue's page would; `marks` are fields of the report that say so."""
        terms = OrderTerms(
            instrument_id=instrument_id,
            side=Side.SELL if side is PositionSide.LONG else Side.BUY,
            effect=Effect.CLOSE,
            kind=OrderKind.MARKET,
            tif=TimeInForce.IOC,
            size=size,
            price=None,
            leverage=5,
            stop_price=None,
            target_price=None,
            reference_price=Decimal(59_000),
        )
        report = self.make_order(terms, forced=forced)
        self.orders[report.venue_order_id] = replace(report, **marks)
        self.fill(report.venue_order_id, size)
        return report.venue_order_id

    def go_away(self) -> None:
        self.read_error = VenueUnavailable("connection refused", venue="fake")

    def come_back(self) -> None:
        self.read_error = None

    def _listed(self) -> list[OrderReport]:
        return [each for each in self.orders.values() if each.venue_order_id not in self.hidden]

    def _may_fail(self) -> None:
        if self.read_error is not None:
            raise self.read_error
