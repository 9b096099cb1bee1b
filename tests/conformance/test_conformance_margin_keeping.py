"""The keeper and a person's changes at a speaking exchange: sent, read back, kept, and refused in use."""

import pytest
from conformance_kit import BTC, ETH
from speakers import needs

from helpers.event_sink import running
from helpers.fake_journal import MemoryJournal
from terminal.domain.account import MarginMode
from terminal.domain.hand_messages import MarginInForce, MarginPhase, MarginProgress, SetLeverage, SetMarginMode
from terminal.domain.instrument import InstrumentId
from terminal.domain.messages import Event
from terminal.domain.order import Order, PositionSide
from terminal.domain.records import MarginSet
from terminal.domain.risk import RiskLimits
from terminal.services.journal_writer import JournalWriter
from terminal.services.orders.leverage_keeper import LeverageKeeper
from terminal.services.orders.margin_changes import MarginChanges
from terminal.services.orders.margin_choices import MarginChoices
from terminal.services.reporter import Reporter

pytestmark = [pytest.mark.asyncio, needs("weex")]


class Flat:
    """An account we know nothing of: what is held or open only the venue can say."""

    def __init__(self, clock) -> None:
        self.clock = clock
        self.limits = RiskLimits()
        self.hub = self.portfolio = self.ledger = self
        self.instruments: dict[InstrumentId, object] = {}
        self.leverage: dict[InstrumentId, object] = {}

    def held(self, _instrument_id: InstrumentId, _side: PositionSide) -> int:
        return 0

    def at_venue(self) -> tuple[Order, ...]:
        return ()


class Keeping:
    """Keeper and changes on one adapter, with a journal in memory."""

    def __init__(self, desk) -> None:
        clock = desk.adapter._desk.clock
        self.journal = MemoryJournal()
        self.events: list[Event] = []
        self.writer = writer = JournalWriter(self.journal, clock, self.events.append)
        reporter = Reporter(self.events.append, writer, clock)
        choices = MarginChoices(writer, clock)
        self.facts = Flat(clock)
        self.keeper = LeverageKeeper(desk.adapter, self.facts, choices, reporter, emit=self.events.append)
        self.changes = MarginChanges(desk.adapter, self.keeper, choices, clock)

    def shown(self) -> str:
        return [event.setting.words for event in self.events if isinstance(event, MarginInForce)][-1]

    def phases(self) -> list[MarginPhase]:
        return [event.phase for event in self.events if isinstance(event, MarginProgress)]


async def test_a_change_is_in_force_when_the_venue_shows_it_and_then_kept(desk):
    await desk.adapter.set_margin_mode(ETH, MarginMode.CROSS)
    await desk.adapter.set_leverage(ETH, 7)
    kept = Keeping(desk)
    async with running(kept.writer.run()):
        await kept.changes.handle(SetLeverage(ETH, 3, "ann"))
        await kept.changes.handle(SetMarginMode(ETH, MarginMode.ISOLATED, "ann"))
    assert kept.phases() == [MarginPhase.SETTING, MarginPhase.SET] * 2
    assert kept.shown() == (await desk.adapter.leverage(ETH)).words == "3x isolated"
    assert kept.facts.leverage[ETH].is_at(3)
    asked = kept.journal.disk.of(MarginSet)[0]
    assert (asked.outcome, asked.leverage, asked.who) == ("asked", 3, "ann")
    await desk.adapter.set_leverage(ETH, 8)  # changed elsewhere
    await kept.keeper.set_all((ETH,))
    assert (await desk.adapter.leverage(ETH)).words == "3x isolated"


async def test_an_order_only_the_venue_knows_of_refuses_both(desk):
    kept = Keeping(desk)
    await desk.place(await desk.limit("-0.005"))
    before = await desk.adapter.leverage(BTC)
    await kept.changes.handle(SetLeverage(BTC, 3, "ann"))
    await kept.changes.handle(SetMarginMode(BTC, MarginMode.ISOLATED, "ann"))
    assert kept.phases() == [MarginPhase.SETTING, MarginPhase.REFUSED] * 2
    assert kept.journal.disk.of(MarginSet) == []
    assert (await desk.adapter.leverage(BTC)) == before
