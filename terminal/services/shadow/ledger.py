"""Follows proposals that were not carried out as proposed: the shadow ledger.

It reads what the engine tells its seat. Every step of a trade is written down before it is told; after a
restart, and whenever no price came for a while, the time in between is carried by bars, or the trade ends
unknown. Nothing here can reach the venue's order endpoint.
"""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any, Final

from terminal.domain.funnel_messages import ShadowChanged
from terminal.domain.instrument import InstrumentId
from terminal.domain.market import Funding, OrderBook, Ticker
from terminal.domain.messages import Event, OrderChanged, ProposalChanged
from terminal.domain.order import Order, OrderState
from terminal.domain.recovered import Recovered
from terminal.domain.review import Proposal
from terminal.domain.shadow import ShadowCause, ShadowMoved, ShadowPhase, ShadowPlan, ShadowTrade
from terminal.ports.clock import Clock
from terminal.ports.market_feed import MarketFeed
from terminal.services.journal_writer import JournalWriter
from terminal.services.market.hub import MarketHub
from terminal.services.shadow.causes import PlanMaker, lost_plans
from terminal.services.shadow.fills import Quote, at_print, at_quote, settled
from terminal.services.shadow.gap_reader import GapReader
from terminal.services.shadow.replay import unknown

_GAP_S: Final = 30.0  # without a price for so long, stop or target may have been reached unseen
_ENTRY_S: Final = 30.0  # an order would have met the market by then
_KEEP_S: Final = 300.0  # how often the newest price a trade saw is written down
OTHER_MARKET: Final = "the built-in exchange was started anew, and its market with it"
_NOT_CLEAR: Final = frozenset(
    {
        OrderState.DRAFT,
        OrderState.PENDING_APPROVAL,
        OrderState.APPROVED,
        OrderState.SUBMITTING,
        OrderState.UNKNOWN,
    }
)
_NOT_THERE: Final = frozenset(
    {OrderState.REJECTED, OrderState.NOT_SENT, OrderState.NOT_ACCEPTED, OrderState.DENIED, OrderState.DECLINED}
)
NO_PRICE: Final = "no price came when it would have been entered"

Spawn = Callable[[Coroutine[Any, Any, None], str], object]


class ShadowLedger:
    """Trades by key, running and over."""

    def __init__(
        self,
        feed: MarketFeed,
        hub: MarketHub,
        writer: JournalWriter,
        clock: Clock,
        spawn: Spawn,
        *,
        emit: Callable[[Event], None],
    ) -> None:
        self._hub = hub
        self._writer = writer
        self._clock = clock
        self._spawn = spawn
        self._emit = emit
        self._reader = GapReader(feed, clock)
        self._plans = PlanMaker(hub, clock)
        self.trades: dict[str, ShadowTrade] = {}
        self._sent: dict[str, ShadowPlan] = {}  # by decision: orders the venue has not answered for yet
        self._running: dict[InstrumentId, set[str]] = {}
        self._carried: set[str] = set()  # keys a task is carrying over a gap
        self._begun_s: dict[str, float] = {}
        self._kept_s: dict[str, float] = {}
        self._priced_s: dict[InstrumentId, float] = {}
        self._fundings: dict[InstrumentId, Funding] = {}
        self._last: dict[InstrumentId, Ticker] = {}

    # -- life --------------------------------------------------------------------

    def restore(self, recovered: Recovered, *, same_market: bool) -> None:
        """Take in what earlier runs followed; from now on answers are news.

        `same_market` False: the market of earlier runs is gone, so what ran there has no end.
        """
        now_ms = self._clock.now_ms()
        for trade in recovered.shadows:
            self._hold(trade)
            if not trade.phase.is_over and not same_market:
                self._move(unknown(trade, OTHER_MARKET, now_ms))
            else:
                self._emit(ShadowChanged(trade))
        for plan in lost_plans(recovered, frozenset(self._decisions()), now_ms):
            words = "the program was not running when it would have been entered"
            self._move(unknown(ShadowTrade(plan, ShadowPhase.WAITING, 0), words, now_ms))
        self._plans.begin(recovered)

    def _decisions(self) -> set[str]:
        return {trade.plan.decision_id for trade in self.trades.values()}

    # -- hearing -----------------------------------------------------------------

    def take(self, event: Event) -> None:
        """Hear one event; market events of pairs nobody follows cost a look-up."""
        match event:
            case OrderBook():
                if self._running.get(event.instrument_id):
                    self._on_book(event)
            case Ticker():
                self._on_ticker(event)
            case Funding():
                self._on_funding(event)
            case ProposalChanged(proposal):
                self._on_proposal(proposal)
            case OrderChanged(order):
                self._on_order(order)
            case _:
                return

    def _on_proposal(self, proposal: Proposal) -> None:
        for plan in self._plans.of(proposal):
            if plan.cause is ShadowCause.SENT:
                self._sent[plan.decision_id] = plan
            elif plan.key not in self.trades:
                self._begin(plan)

    def _on_order(self, order: Order) -> None:
        """What was sent is followed once the venue has it; nothing of ours is written before its answer is."""
        plan = self._sent.get(order.decision_id or "")
        if plan is None or order.state in _NOT_CLEAR:
            return
        del self._sent[plan.decision_id]
        if order.state not in _NOT_THERE and plan.key not in self.trades:
            self._begin(replace(plan, began_ms=self._clock.now_ms()))

    def _begin(self, plan: ShadowPlan) -> None:
        trade = ShadowTrade(plan, ShadowPhase.WAITING, 0)
        self._begun_s[trade.key] = self._clock.monotonic_s()
        self._move(trade)

    # -- prices ------------------------------------------------------------------

    def _on_book(self, book: OrderBook) -> None:
        if not (book.synchronised and book.bids and book.asks):
            return
        where, now_s = book.instrument_id, self._clock.monotonic_s()
        is_gap = now_s - self._priced_s.get(where, float("-inf")) > _GAP_S
        self._priced_s[where] = now_s
        quote = Quote(book.bids, book.asks, self._clock.now_ms())
        watched = [key for key in self._keys(where) if self.trades[key].seen_ms > 0]
        if is_gap and watched:
            self._carry(where, watched)
        for key in self._keys(where):
            trade = self.trades[key]
            if trade.seen_ms == 0 and now_s - self._begun_s.get(key, float("-inf")) > _ENTRY_S:
                self._move(unknown(trade, NO_PRICE, quote.at_ms))
            else:
                self._step(trade, at_quote(self._funded(trade, quote.at_ms), quote))

    def _on_ticker(self, ticker: Ticker) -> None:
        """A last price that changed is a print: what rests may have been traded through."""
        where, before = ticker.instrument_id, self._last.get(ticker.instrument_id)
        self._last[where] = ticker
        if before is None or before.last == ticker.last:
            return
        for key in self._keys(where):
            trade = self.trades[key]
            self._step(trade, at_print(trade, ticker.last, self._clock.now_ms()))

    def _on_funding(self, funding: Funding) -> None:
        """A later settlement is named: the one before it has been charged."""
        before = self._fundings.get(funding.instrument_id)
        now_ms = self._clock.now_ms()
        if before is not None and before.next_ms <= now_ms and before.next_ms < funding.next_ms:
            for key in self._keys(funding.instrument_id):
                trade = self.trades[key]
                self._step(trade, self._funded(trade, now_ms))
        self._fundings[funding.instrument_id] = funding

    def _funded(self, trade: ShadowTrade, now_ms: int) -> ShadowTrade:
        """Charge a settlement that has come, once."""
        due = self._fundings.get(trade.plan.instrument_id)
        if due is None or due.next_ms > now_ms:
            return trade
        quote = self._hub.quote(trade.plan.instrument_id)
        mark = quote.mark or quote.mid or quote.last
        return trade if mark is None else settled(trade, due.rate, mark, due.next_ms)

    # -- gaps --------------------------------------------------------------------

    def _carry(self, where: InstrumentId, keys: list[str]) -> None:
        self._carried.update(keys)
        self._spawn(self._carry_over(where, keys), f"shadow trades {where}")

    async def _carry_over(self, where: InstrumentId, keys: list[str]) -> None:
        try:
            for trade in await self._reader.carried(where, [self.trades[key] for key in keys]):
                self._move(trade)
        finally:
            self._carried.difference_update(keys)

    # -- keeping -----------------------------------------------------------------

    def _keys(self, where: InstrumentId) -> list[str]:
        """Running trades of a pair that no task is carrying."""
        return [key for key in self._running.get(where, ()) if key not in self._carried]

    def _step(self, before: ShadowTrade, after: ShadowTrade) -> None:
        """Take a trade on; what is more than another price seen is written down and told."""
        if after is before:
            return
        if replace(after, seen_ms=before.seen_ms) != before or before.seen_ms == 0 or self._is_due(after.key):
            self._move(after)
        else:
            self.trades[after.key] = after

    def _is_due(self, key: str) -> bool:
        return self._clock.monotonic_s() - self._kept_s.get(key, float("-inf")) >= _KEEP_S

    def _move(self, trade: ShadowTrade) -> None:
        self._hold(trade)
        self._kept_s[trade.key] = self._clock.monotonic_s()
        record = ShadowMoved(trade, self._clock.now_ms())
        self._writer.post(record, then=lambda: self._emit(ShadowChanged(trade)))

    def _hold(self, trade: ShadowTrade) -> None:
        self.trades[trade.key] = trade
        running = self._running.setdefault(trade.plan.instrument_id, set())
        if trade.phase.is_over:
            running.discard(trade.key)
            self._begun_s.pop(trade.key, None)
            self._kept_s.pop(trade.key, None)
        else:
            running.add(trade.key)
