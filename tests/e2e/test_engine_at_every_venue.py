"""The whole engine at each venue's exchange: proposed, approved, filled, protected, closed, and nothing left."""

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest

from helpers.builders import BTC, make_decision
from helpers.event_sink import Events
from helpers.fake_chance import SeededChance
from helpers.fake_journal import MemoryJournal
from helpers.fake_worker import FakeWorker
from helpers.hurry import let_run
from helpers.loopback import loopback
from terminal.app.venue_link import open_adapter
from terminal.domain.commands import Approve, AskAi, ClosePosition
from terminal.domain.decision import Action, Decided
from terminal.domain.hand_messages import ProtectionChanged
from terminal.domain.market import StreamState
from terminal.domain.messages import Notice, PositionsChanged, ProposalChanged
from terminal.domain.order import Effect, PositionSide
from terminal.domain.protection import ProtectionState
from terminal.domain.review import ReviewState
from terminal.domain.risk import RiskLimits, TradingState
from terminal.net.route import DIRECT
from terminal.runtime.clock import SystemClock
from terminal.services.engine import Engine
from terminal.storage.account import AccountKey
from terminal.storage.endpoints import Endpoints

SEATS = {"weex": "", "hashkey": "", "woox": "perpetual", "woox spot": "spot", "bitz": ""}


def wish_to_buy(snapshot):
    """When asked, wish for a long position, with levels around what the market asks now."""
    view = next((each for each in snapshot.views if each.instrument.instrument_id == BTC), None)
    if view is None or snapshot.question is None:
        return Decided(snapshot.cycle_id, (), 5.0)
    rules, price = view.instrument, view.ask
    decision = make_decision(
        snapshot.question.question_id,
        reference_price=price,
        stop_price=rules.floor_price(price * Decimal("0.97")),
        target_price=rules.floor_price(price * Decimal("1.04")),
        cycle_id=snapshot.cycle_id,
        created_ms=snapshot.created_ms,
        simulated=True,
    )
    return Decided(snapshot.cycle_id, (decision,), 5.0)


class Seat:
    """An engine on an adapter, and a person who approves and closes."""

    def __init__(self, line, product):
        self.events, self.worker = Events(limit_s=60), FakeWorker(wish_to_buy)
        self.adapter = open_adapter(
            Endpoints(line["rest"], line["ws_public"], line["ws_private"]),
            AccountKey(line["key"], line["secret"], line["passphrase"]),
            SystemClock(),
            SeededChance(7),
            venue=line["venue"],
            product=product,
            route=DIRECT,
        )
        if line["venue"] != "weex":
            let_run(self.adapter._desk.limiter)
        self.engine = Engine(
            self.adapter,
            self.adapter,
            MemoryJournal(),
            self.worker,
            SystemClock(),
            SeededChance(8),
            # A wide book and a thin one are the venues' own affair; whether the desk goes on is what is asked here.
            replace(RiskLimits(), market_max_spread=Decimal("0.003"), duplicate_window_s=0.0),
            emit=self.events,
            instruments=(BTC,),
        )

    async def trade(self):
        """Open, see it protected, close, and give what was seen."""
        await self.engine.wait_ready()
        await self.events.first(StreamState, lambda state: state.name == "private" and state.connected)
        await self.events.wait(lambda: self.engine.trading_state is TradingState.ACTIVE)
        await self.events.wait(lambda: BTC in self.engine.core.hub.books and BTC in self.engine.core.hub.tickers)
        self.engine.post(AskAi(BTC, Action.OPEN_LONG, "ann", question_id="q1"))
        proposal = (await self.events.first(ProposalChanged)).proposal
        assert proposal.state is ReviewState.PENDING, proposal.reason
        self.engine.post(Approve(proposal.decision_id, "ann", "key A", proposal.fingerprint))
        opened = (await self._ended(Effect.OPEN, 1))[0]
        assert opened.filled_size > 0, opened
        held = await self.events.first(PositionsChanged, lambda event: event.positions)
        (position,) = held.positions
        safe = await self.events.first(ProtectionChanged, _is_protected)
        for count in range(1, 5):  # an order that stands in for a market order may leave a part of it
            self.engine.post(ClosePosition(BTC, PositionSide.LONG, Decimal(1), "ann"))
            closes = await self._ended(Effect.CLOSE, count)
            if sum(order.filled_size for order in closes) >= closes[0].terms.size:
                break
        await self.events.wait(lambda: not self.events.of(PositionsChanged)[-1].positions)
        return position, safe.statuses[0]

    async def _ended(self, effect, count):
        """Wait until so many orders of an effect are over; give them."""

        def over():
            ledger = self.engine.core.ledger
            done = [each for each in ledger.orders.values() if each.terms.effect is effect and each.is_terminal]
            whole = [each for each in done if ledger.filled_sum(each.client_order_id) == each.filled_size]
            return whole if len(whole) >= count else None

        return await self.events.wait(over)

    async def aclose(self):
        await self.engine.aclose()
        await self.adapter.aclose()


def _is_protected(event):
    return any(each.state is ProtectionState.PROTECTED for each in event.statuses)


@pytest.mark.parametrize("name", SEATS)
def test_one_trade_from_the_proposal_to_flat(name, tmp_path):
    venue = name.split()[0]

    async def work(line):
        seat = Seat(line, SEATS[name])
        try:
            await seat.engine.start()
            position, status = await seat.trade()
            able = seat.adapter.capabilities
            assert position.leverage == (5 if able.leverage else 1)
            assert status.by_program is not able.triggers
            assert status.wanted_stop is not None
            core = seat.engine.core
            await seat.events.wait(lambda: not core.hands.watch.triggers)
            assert not seat.engine._switch.frozen
            assert all(order.is_terminal for order in core.ledger.orders.values())
            for order in core.ledger.orders.values():
                assert core.ledger.filled_sum(order.client_order_id) == order.filled_size
        finally:
            words = [notice.text for notice in seat.events.of(Notice) if notice.level.value == "error"]
            await seat.aclose()
        assert words == []

    with (
        loopback(tmp_path, venue=venue, speed=1.0, generous=venue != "weex", now=True) as exchange,
        asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner,
    ):
        runner.run(work(exchange.line))
