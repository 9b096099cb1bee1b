"""One pair at one instant: its book, candles, tape, mark and index.

The tape, the candles and the last price are written in one place
(`_record`), so they cannot disagree.
"""

import math
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from terminal.sim.market.book import BookResult, Match, MatchingBook
from terminal.sim.market.candles import MINUTE_MS, CandleStore
from terminal.sim.market.history import HIGH, LOTS, LOW, QUOTE
from terminal.sim.market.noise import FloatArray, IntArray
from terminal.sim.market.reference_candles import ReferenceCandles, reference_bars
from terminal.sim.market.strangers import Strangers
from terminal.sim.market.types import BookSide, BookTif, Execution, PairSpec, Print, SubmitResult

Event = Execution | Print
_TAPE = 1_000
_PRINTS_PER_STEP = 0.55  # at usual activity, whatever the step
_BUSIEST = 4.0
_REACH = 0.12  # of a minute's sigma: how far one stranger walks the book
_MARK_SMOOTHING_MS = 20_000.0
_IMPACT_DECAY_MS = 60_000.0
_IMPACT_SHARE = 0.5  # of the distance an account walked that strangers follow


@dataclass(frozen=True, slots=True)
class Beat:
    """What the hidden process says about one pair for one step."""

    start_ms: int
    end_ms: int
    fair: float  # quote units
    index: float  # quote units
    minute_sigma: float  # log-price
    due_lots: int  # strangers' volume owed since the minute began
    activity: float  # the step's volume over its usual volume, about 1 on average
    buy_share: float
    must_trade: bool  # the owed volume may not wait for a later step


class PairMarket:
    """The live state of one pair."""

    def __init__(self, spec: PairSpec, candles: CandleStore, next_trade_id: Callable[[], str]) -> None:
        self.spec = spec
        self.candles = candles
        self.book = MatchingBook(spec.base)
        self.mark_candles = ReferenceCandles(candles)
        self.index_candles = ReferenceCandles(candles)
        self.tape: deque[Print] = deque(maxlen=_TAPE)
        self.impact_ticks = 0.0
        self.premium = 0.0  # smoothed, fraction of the index
        self.mark_ticks = candles.last_ticks
        self.index_ticks = candles.last_ticks
        self.done_lots = 0  # strangers' volume printed in the forming minute
        self._tick = float(spec.tick)
        self._strangers = Strangers(spec, self.book)
        self._next_trade_id = next_trade_id
        self._fair_ticks = float(candles.last_ticks)

    def step(self, beat: Beat, rng: Random) -> list[Event]:
        """Let strangers requote and trade for one step."""
        elapsed = beat.end_ms - beat.start_ms
        moved = beat.fair / self._tick - self._fair_ticks
        self._fair_ticks = beat.fair / self._tick
        self.impact_ticks *= math.exp(-elapsed / _IMPACT_DECAY_MS)
        # Stamped just inside the step, so that the last one of a minute belongs to that minute.
        stamp = beat.end_ms - 1
        events: list[Event] = []
        for taker, match in self._strangers.quote(self._fair_ticks + self.impact_ticks, rng):
            events += self._record(match, taker, stamp, None)
        events += self._strangers_trade(beat, moved, stamp, rng)
        self._follow_index(beat.index, elapsed)
        return events

    def submit(
        self, order_id: str, side: BookSide, lots: int, limit_ticks: int | None, tif: BookTif, now_ms: int
    ) -> tuple[SubmitResult, list[Event]]:
        """Match an account's order now; returns its result and the trades as events."""
        touch = self.book.best_ask if side is BookSide.BUY else self.book.best_bid
        result = self.book.submit(order_id, side, lots, limit_ticks, tif)
        events: list[Event] = []
        for match in result.matches:
            events += self._record(match, side, now_ms, order_id)
        if result.matches and touch is not None:
            self.impact_ticks += _IMPACT_SHARE * (result.matches[-1].price_ticks - touch)
        return _submit_result(result, events), events

    def close_minute(self) -> None:
        """Seal the forming bars and start the next minute."""
        self.candles.close_minute()
        self.mark_candles.close_minute()
        self.index_candles.close_minute()
        self.done_lots = 0

    def append_minutes(self, bars: IntArray, basis: FloatArray) -> None:
        """Seal minutes that were not stepped through; `basis`, shape (n,), makes their index."""
        self.mark_candles.append(reference_bars(bars, None))
        self.index_candles.append(reference_bars(bars, basis))
        self.candles.append(bars)
        self.done_lots = 0
        self.impact_ticks = 0.0

    def fill_through(self, bars: IntArray, first_minute: int) -> list[Event]:
        """Fill accounts' orders that a span of unstepped minutes traded through, at their price.

        `bars`, shape (9, n), gain volume where a minute traded less than it
        filled; its prices hold the fills already.
        """
        due: list[tuple[int, str, BookSide, int, int]] = []
        for order_id, side, price, lots in self.book.orders():
            through = bars[LOW] < price if side is BookSide.BUY else bars[HIGH] > price
            if through.any():
                due.append((int(through.argmax()), order_id, side, price, lots))
        events: list[Event] = []
        filled: Counter[int] = Counter()
        for column, order_id, side, price, lots in sorted(due, key=lambda row: row[0]):
            self.book.cancel(order_id)
            filled[column] += lots
            lacking = filled[column] - int(bars[LOTS, column])
            if lacking > 0:
                bars[LOTS, column] += lacking
                bars[QUOTE, column] += lacking * price
            stamp = (first_minute + column + 1) * MINUTE_MS - 1
            events += self._publish(Match(price, lots, order_id), side.opposite, stamp, None)
        return events

    def reseat(self, fair: float, index: float, now_ms: int, elapsed_ms: int, rng: Random) -> list[Event]:
        """Quote afresh around a price that was not stepped to, `elapsed_ms` after the last one."""
        self._fair_ticks = fair / self._tick
        events: list[Event] = []
        for taker, match in self._strangers.quote(self._fair_ticks + self.impact_ticks, rng):
            events += self._record(match, taker, now_ms, None)
        self._follow_index(index, elapsed_ms)
        return events

    def _strangers_trade(self, beat: Beat, moved: float, stamp: int, rng: Random) -> list[Event]:
        owed = beat.due_lots - self.done_lots
        busy = min(math.sqrt(beat.activity), _BUSIEST)
        count = _poisson(_PRINTS_PER_STEP * busy, rng)
        if beat.must_trade:
            count = max(count, 1)
        if owed < 1 or count < 1:
            return []
        reach = max(1.0, _REACH * beat.minute_sigma * self._fair_ticks)
        elapsed = beat.end_ms - beat.start_ms
        step_sigma = beat.minute_sigma * self._fair_ticks * math.sqrt(elapsed / MINUTE_MS)
        buying = beat.buy_share + 0.25 * math.tanh(moved / max(step_sigma, 1e-9))
        events: list[Event] = []
        for lots in _split(owed, count, rng):
            side = BookSide.BUY if rng.random() < buying else BookSide.SELL
            for match in self._strangers.take(side, lots, int(reach * rng.random())):
                events += self._record(match, side, stamp, None)
        self.done_lots = beat.due_lots
        return events

    def _follow_index(self, index: float, elapsed_ms: int) -> None:
        bid, ask = self.book.best_bid, self.book.best_ask
        if bid is not None and ask is not None:
            premium = (bid + ask) / 2.0 * self._tick / index - 1.0
            weight = 1.0 - math.exp(-elapsed_ms / _MARK_SMOOTHING_MS)
            self.premium += (premium - self.premium) * weight
        self.index_ticks = max(1, round(index / self._tick))
        self.mark_ticks = max(1, round(index * (1.0 + self.premium) / self._tick))
        self.index_candles.move(self.index_ticks)
        self.mark_candles.move(self.mark_ticks)

    def _record(self, match: Match, taker: BookSide, time_ms: int, taker_id: str | None) -> list[Event]:
        self.candles.trade(match.price_ticks, match.lots, taker)
        return self._publish(match, taker, time_ms, taker_id)

    def _publish(self, match: Match, taker: BookSide, time_ms: int, taker_id: str | None) -> list[Event]:
        trade_id = self._next_trade_id()
        pair, price, lots = self.spec.base, match.price_ticks, match.lots
        printed = Print(pair, trade_id, price, lots, taker, time_ms)
        self.tape.append(printed)
        events: list[Event] = [printed]
        if match.maker_id is not None:
            events.append(Execution(match.maker_id, pair, taker.opposite, price, lots, True, time_ms, trade_id))
        if taker_id is not None:
            events.append(Execution(taker_id, pair, taker, price, lots, False, time_ms, trade_id))
        return events


def _submit_result(result: BookResult, events: list[Event]) -> SubmitResult:
    executions = tuple(event for event in events if isinstance(event, Execution))
    return SubmitResult(executions, result.resting_lots, result.cancelled_lots)


def _poisson(mean: float, rng: Random) -> int:
    """Knuth's method; the means here are below 3."""
    limit = math.exp(-mean)
    count, product = 0, rng.random()
    while product > limit:
        count += 1
        product *= rng.random()
    return count


def _split(lots: int, parts: int, rng: Random) -> list[int]:
    """Cut a size into at most `parts` positive sizes of uneven length."""
    cuts = sorted(rng.randint(0, lots) for _ in range(parts - 1))
    sizes = [high - low for low, high in zip([0, *cuts], [*cuts, lots], strict=True)]
    return [size for size in sizes if size]
