"""Event-driven replay: candidates, exits and hourly marks in order of time, through the live services.

Order of a moment, just after a bar has closed: exits that happened by then, the account's mark (loss limits
look at it), then decisions. What is decided is filled at the next bar's open or later, never at a price seen.
"""

import heapq
from collections import Counter, deque
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from terminal.domain.decision import Action, Decision
from terminal.domain.order import OrderTerms
from terminal.domain.shadow import ShadowExit, ShadowPhase, ShadowTrade
from terminal.lab.desk import DeskSettings, LabDesk
from terminal.lab.market import LabMarket
from terminal.lab.strategists import LabStrategist, Moment, Progress
from terminal.lab.trades import AT_END, BY_MODEL, HOW, Filler, LabTrade, finished

_MARK_BARS: Final = 4  # while something is held, the account is marked that often
_DAY_MS: Final = 86_400_000
_DAY_BUDGET: Final = "Openings of the day"  # the guardrail's name
_TOLD_EVERY: Final = 2_000  # events between two words on progress


@dataclass(frozen=True, slots=True)
class ReplaySettings:
    """`latency_bars`: bars left out between the decision and its fill (1 for a language model).

    `slippage_bp`: paid beyond half the spread, both ways.
    """

    desk: DeskSettings
    latency_bars: int = 0
    slippage_bp: float = 0.5


@dataclass(slots=True)
class ReplayRecord:
    """What happened. `refused` counts openings by the check that stopped them first.

    `unasked` counts candidates that were not looked at, because nothing could be opened then anyhow.
    """

    trades: list[LabTrade] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    unasked: Counter[str] = field(default_factory=Counter)
    decisions: int = 0
    openings: int = 0
    halts: int = 0  # pauses by a loss limit
    falls: int = 0  # of them by the fall from the peak
    first_fall_ms: int | None = None
    end_equity: Decimal = Decimal(0)


@dataclass(slots=True)
class _Open:
    """A position: the trade as it was entered, and as it ends if nobody closes it first."""

    decision: Decision
    terms: OrderTerms
    entry_bar: int
    entered: ShadowTrade
    ended: ShadowTrade
    exit_bar: int
    how: str


class Replay:
    """One strategist over one history. Use once."""

    def __init__(
        self, market: LabMarket, strategist: LabStrategist, settings: ReplaySettings, progress: Progress
    ) -> None:
        self._market = market
        self._strategist = strategist
        self._settings = settings
        self._progress = progress
        self._desk = LabDesk(market, settings.desk)
        self._filler = Filler(market, settings.slippage_bp)
        self._open: dict[int, _Open] = {}
        self._due: list[tuple[int, int]] = []  # (bar, row) of exits; row -1 for a mark
        self._record = ReplayRecord()
        self._begin = 0.0
        self._opened_ms: deque[int] = deque()  # openings of the last day
        self._rests_until_ms = 0

    async def run(self) -> ReplayRecord:
        found = self._strategist.candidates(self._market, self._prepare)
        turns = iter(zip(found.bar.tolist(), found.row.tolist(), found.side.tolist(), strict=True))
        self._desk.mark(max(0, self._market.first - 1))
        turn = next(turns, None)
        events = 0
        while turn is not None or self._due:
            bar = min(self._due[0][0] if self._due else self._market.bars, turn[0] if turn else self._market.bars)
            if bar >= self._market.bars:
                break
            self._take_exits(bar)
            self._desk.mark(bar)
            while turn is not None and turn[0] == bar:
                await self._turn(*turn)
                turn = next(turns, None)
            events += 1
            if events % _TOLD_EVERY == 0:
                self._tell(bar)
        return self._end()

    # -- one turn ------------------------------------------------------------------

    async def _turn(self, bar: int, row: int, side: int) -> None:
        if bar + 1 + self._settings.latency_bars >= self._market.bars:
            return
        held = self._held(row)
        if held == side or (not held and self._is_vain(bar)):
            return
        snapshot = self._desk.snapshot(bar, row)
        decision = None if snapshot is None else self._strategist.decide(Moment(bar, row, side, snapshot))
        if decision is None:
            return
        self._record.decisions += 1
        if decision.action is Action.CLOSE and held:
            self._close(bar, row)
        elif decision.action.opens and not held:
            await self._ask(bar, row, decision)

    def _is_vain(self, bar: int) -> bool:
        """Tell whether nothing can be opened now whatever is decided; saves most of a long replay's time."""
        reason = ""
        if not self._desk.is_active:
            reason = "Trading state"
        elif self._market.close_ms(bar) < self._rests_until_ms:
            reason = _DAY_BUDGET
        self._record.unasked[reason] += bool(reason)
        return bool(reason)

    def _rest(self, bar: int, stopped_by: str) -> None:
        """The day's budget is used up: that ends no earlier than its oldest opening becomes a day old."""
        now_ms = self._market.close_ms(bar)
        while self._opened_ms and self._opened_ms[0] <= now_ms - _DAY_MS:
            self._opened_ms.popleft()
        if stopped_by == _DAY_BUDGET and self._opened_ms:
            self._rests_until_ms = self._opened_ms[0] + _DAY_MS

    def _held(self, row: int) -> int:
        """The side held, a closing fill of this very moment included: it is still held until the next bar opens."""
        return self._open[row].entered.plan.sign if row in self._open else 0

    async def _ask(self, bar: int, row: int, decision: Decision) -> None:
        self._record.openings += 1
        answer = await self._desk.ask(decision, bar)
        if answer.terms is None:
            self._record.refused[answer.stopped_by] += 1
            self._rest(bar, answer.stopped_by)
            return
        entry_bar = bar + 1 + self._settings.latency_bars
        bid, ask = self._filler.quote(row, entry_bar)
        sent = self._desk.send(decision, answer.terms, bid, ask)
        if sent.terms is None:
            self._record.refused[f"{sent.stopped_by} at the fill"] += 1
            return
        entered = self._filler.enter(row, entry_bar, decision, answer.terms, self._market.close_ms(bar))
        if entered.phase is not ShadowPhase.OPEN:
            self._record.refused["Passed its stop or target"] += 1
            return
        self._opened(row, entry_bar, entered, decision, answer.terms)

    def _opened(self, row: int, entry_bar: int, entered: ShadowTrade, decision: Decision, terms: OrderTerms) -> None:
        ended, how = self._filler.carried(entered, row, entry_bar, self._market.bars), ""
        if not ended.phase.is_over:
            ended, how = self._filler.left(ended, row, self._market.bars), AT_END
        exit_bar = self._filler.exit_bar(ended)
        self._open[row] = _Open(decision, terms, entry_bar, entered, ended, exit_bar, how)
        heapq.heappush(self._due, (exit_bar, row))
        price = entered.entry_price or Decimal(0)
        self._opened_ms.append(self._market.close_ms(entry_bar - 1))
        self._desk.opened(terms, decision.decision_id, price, entered.fees)
        if len(self._open) == 1:
            heapq.heappush(self._due, (entry_bar + _MARK_BARS, -1))

    def _close(self, bar: int, row: int) -> None:
        """Leave at the next bar's open, unless the trade ends by itself before that."""
        held = self._open[row]
        out = bar + 1 + self._settings.latency_bars
        if held.exit_bar < out:
            return
        so_far = self._filler.carried(held.entered, row, held.entry_bar, out)
        if so_far.phase.is_over:
            return
        held.ended, held.how, held.exit_bar = self._filler.left(so_far, row, out), BY_MODEL, out
        heapq.heappush(self._due, (out, row))

    # -- what happens by itself ------------------------------------------------------

    def _take_exits(self, bar: int) -> None:
        while self._due and self._due[0][0] <= bar:
            _, row = heapq.heappop(self._due)
            if row < 0:
                if self._open:
                    heapq.heappush(self._due, (bar + _MARK_BARS, -1))
                continue
            held = self._open.get(row)
            if held is not None and held.exit_bar <= bar:
                self._book(row, held)

    def _book(self, row: int, held: _Open) -> None:
        del self._open[row]
        trade = finished(held.ended, held.decision, (held.entry_bar, held.exit_bar), held.how)
        self._record.trades.append(trade)
        self._desk.closed(
            held.decision.decision_id,
            held.terms,
            held.ended.exit_price or Decimal(0),
            held.ended.result or Decimal(0),
            by_stop=trade.how == HOW[ShadowExit.STOP],
        )

    def _end(self) -> ReplayRecord:
        last = self._market.bars - 1
        self._take_exits(last)
        for row in list(self._open):
            self._book(row, self._open[row])
        self._record.end_equity = self._desk.mark(last)
        del self._record.unasked[""]
        self._record.halts, self._record.falls = self._desk.halts, self._desk.falls
        self._record.first_fall_ms = self._desk.first_fall_ms
        self._record.trades.sort(key=_by_entry)
        return self._record

    def _prepare(self, done: float, words: str) -> None:
        self._begin = max(self._begin, done)
        self._progress(done, words)

    def _tell(self, bar: int) -> None:
        done = (bar - self._market.first) / max(1, self._market.bars - self._market.first)
        self._progress(self._begin + (1.0 - self._begin) * done, f"replaying, {len(self._record.trades)} trades so far")


def _by_entry(trade: LabTrade) -> tuple[int, str]:
    return trade.entry_bar, trade.instrument_id
