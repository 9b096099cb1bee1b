"""W1 to W6: what must be durable before what, read from one common log of calls."""

import asyncio

import pytest

from helpers.builders import BTC, D, make_decision
from helpers.fake_clock import ManualClock
from helpers.fake_journal import MemoryJournal
from helpers.fake_world import World
from terminal.domain.ai_log import upload_body
from terminal.domain.commands import ClosePosition, SetTradingState
from terminal.domain.errors import StorageError
from terminal.domain.messages import CycleEnded, Level, Notice, OrderChanged, Phase, ProposalChanged
from terminal.domain.order import OrderState, PositionSide
from terminal.domain.records import AiLogLinked, DecisionRecorded, IntentCommitted, Noted, OrderMoved, SessionOpened
from terminal.domain.review import ReviewState
from terminal.domain.risk import TradingState
from terminal.services.journal_writer import CommitTooSlow, JournalWriter
from terminal.services.startup import write_start


def position(calls: list[str], start: str, nth: int = 0) -> int:
    return [at for at, call in enumerate(calls) if call.startswith(start)][nth]


@pytest.mark.asyncio
async def test_w1_to_w6_in_order():
    world = World(make_decision())
    await world.start()
    await world.approve()
    await world.clock.advance(5)
    calls = world.calls
    w1 = position(calls, "commit CycleOpened")
    w2 = position(calls, "commit DecisionRecorded AiLogFrozen ProposalRecorded")
    shown = position(calls, "emit ProposalChanged")
    w3 = position(calls, "commit ApprovalGiven RiskChecked IntentCommitted")
    sent = position(calls, "submit")
    said_sending = position(calls, "emit OrderChanged")
    w4 = position(calls, "commit OrderMoved")
    said_acked = position(calls, "emit OrderChanged", 1)
    fill = position(calls, "commit FillBooked OrderMoved")
    said_fill = position(calls, "emit FillSeen")
    w5 = position(calls, "commit AiLogLinked")
    w6 = position(calls, "commit AiLogAttempted")
    upload = position(calls, "upload")
    answered = position(calls, "commit AiLogAnswered")
    assert w1 < w2 < shown < w3 < said_sending < sent < w4 < said_acked
    assert w4 < fill < said_fill
    assert w4 < w5 < w6 < upload < answered
    assert calls.count("upload") == 1
    await world.close()


@pytest.mark.asyncio
async def test_the_intent_holds_the_exact_bytes_that_were_sent():
    world = World(make_decision())
    await world.start()
    await world.approve()
    await world.clock.advance(5)
    (intent,) = world.disk.of(IntentCommitted)
    assert world.venue.sends == [intent.order.client_order_id]
    assert intent.order.client_order_id.encode() in intent.body
    (link,) = world.disk.of(AiLogLinked)
    log = world.engine.core.outbox.logs[link.log_id]
    assert world.venue.uploads == [link.body] == [upload_body(log.content, log.venue_order_id)]
    await world.close()


@pytest.mark.asyncio
async def test_nothing_is_sent_when_the_intent_cannot_be_written():
    world = World(make_decision())
    await world.start()
    await world.proposed()
    world.journal.fail_with.append(StorageError("disk full"))
    await world.approve()
    await world.clock.advance(3)
    assert world.venue.sends == []
    assert world.engine.trading_state is TradingState.HALTED
    assert world.state_of() is ReviewState.BLOCKED
    await world.close()


@pytest.mark.asyncio
async def test_nothing_is_sent_when_the_intent_takes_longer_than_a_second():
    world = World(make_decision())
    await world.start()
    await world.proposed()

    async def slow() -> None:
        world.journal.delay = None
        await world.clock.sleep(1.5)

    world.journal.delay = slow
    await world.approve()
    await world.clock.advance(1.2)
    assert world.engine.trading_state is TradingState.HALTED
    await world.clock.advance(5)
    assert world.venue.sends == []
    # The intent became durable after all: the journal says that nothing was sent.
    last = [record for record in world.disk.records if isinstance(record, IntentCommitted | OrderMoved)][-1]
    assert last.order.state is OrderState.NOT_SENT
    await world.close()


@pytest.mark.asyncio
async def test_a_proposal_that_could_not_be_written_is_not_shown():
    world = World(make_decision())
    world.journal.refuse = lambda records: any(isinstance(record, DecisionRecorded) for record in records)
    await world.start()
    await world.clock.advance(3)
    assert "the journal failed" in world.of(CycleEnded)[0].text
    assert world.of(ProposalChanged) == []
    assert world.engine.core.review.proposals == {}
    assert world.engine.trading_state is TradingState.HALTED
    await world.close()


@pytest.mark.asyncio
async def test_what_the_venue_said_is_written_later_when_the_journal_recovers():
    world = World(make_decision())
    await world.start()
    await world.proposed()
    breaking = world.venue.submit_order

    async def submit_and_break(prepared):
        world.journal.broken = True
        return await breaking(prepared)

    world.venue.submit_order = submit_and_break
    world.engine.post(world.yes())
    await world.clock.advance(3)
    assert world.engine.trading_state is TradingState.HALTED
    assert not world.disk.of(OrderMoved)
    # A person sees the order although it is not written yet.
    assert world.of(OrderChanged)[-1].order.state in {OrderState.ACKED, OrderState.FILLED}
    world.journal.broken = False
    await world.clock.advance(5)
    assert world.disk.of(OrderMoved)[-1].order.state is OrderState.FILLED
    await world.close()


@pytest.mark.asyncio
@pytest.mark.parametrize("by_person", [False, True])
async def test_a_slow_journal_halts_as_long_as_it_is_slow_and_a_persons_halt_stays(by_person):
    world = World()
    await world.start()
    world.journal.delay = lambda: world.clock.sleep(1.5)
    late = asyncio.ensure_future(world.engine._writer.commit(Noted("info", "test", "late", 1)))
    await world.clock.advance(1.2)
    assert world.engine.trading_state is TradingState.HALTED
    if by_person:
        world.engine.post(SetTradingState(TradingState.HALTED, "ann"))
    world.journal.delay = None
    await world.clock.advance(3)
    with pytest.raises(CommitTooSlow):
        await late
    said = world.of(Notice)[-1]
    assert "The journal has caught up." in said.text
    if by_person:
        assert world.engine.trading_state is TradingState.HALTED
        assert said.text.endswith("Trading stays halted: set by ann.")
    else:
        assert world.engine.trading_state is TradingState.ACTIVE
        assert said.text.endswith("Trading is active again.")
    await world.close()


@pytest.mark.asyncio
@pytest.mark.parametrize(("takes_s", "starts"), [(0.5, True), (3.0, True), (6.0, False)])
async def test_a_start_has_patience_with_a_busy_disk_and_says_what_it_waits_for(takes_s, starts):
    clock, journal, said = ManualClock(), MemoryJournal(), []
    writer = JournalWriter(journal, clock, said.append, said.append)
    journal.delay = lambda: clock.sleep(takes_s)
    opened = SessionOpened("1.0", "weex", simulated=True, at_ms=1)
    start = asyncio.ensure_future(write_start(writer, clock, said.append, opened))
    await clock.advance(7)
    if starts:
        await start
        waited = [] if takes_s < 1 else [Phase("Waiting for the journal: its disk is busy", ready=False)]
        assert said == waited
    else:
        with pytest.raises(StorageError, match=r"within 5 s: its disk is busy\. .*start again"):
            await start


@pytest.mark.asyncio
async def test_an_exit_goes_out_although_the_journal_is_broken():
    world = World(make_decision())
    await world.start()
    await world.approve()
    await world.clock.advance(5)
    world.journal.broken = True
    world.engine.post(ClosePosition(BTC, PositionSide.LONG, D(1), "ann"))
    await world.clock.advance(3)
    assert len(world.venue.sends) == 2
    assert await world.venue.positions() == ()
    assert any("written down later" in event.text for event in world.of(Notice) if event.level is Level.ERROR)
    world.journal.broken = False
    await world.clock.advance(5)
    assert [intent.order.client_order_id for intent in world.disk.of(IntentCommitted)] == world.venue.sends
    await world.close()
