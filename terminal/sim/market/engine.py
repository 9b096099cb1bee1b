"""The simulated market: eight pairs that move, trade and can be traded.

The engine owns the clock of the market. `advance` brings it to a time;
between two calls nothing changes except through `submit`, `cancel` and
`reduce`. One source feeds tape, candles, last price and ticker, so whatever is
read between two calls agrees. Strangers' draws depend on the seed and the
step's time only: an account's order changes the book, not the market's future.
"""

from collections.abc import Sequence
from decimal import Decimal
from random import Random
from typing import Any

from terminal.sim.market.book import MatchingBook
from terminal.sim.market.candles import MINUTE_MS, Bars, CandleStore, Rolling
from terminal.sim.market.feed import Feed
from terminal.sim.market.pair_market import Event, PairMarket
from terminal.sim.market.pairs import EIGHT_PAIRS
from terminal.sim.market.process import MarketProcess
from terminal.sim.market.reference import FUNDING_MS, Reference, next_funding_ms
from terminal.sim.market.reference_candles import reference_bars
from terminal.sim.market.snapshot import SavedMarket, encode, load_pair, parse, save_pair
from terminal.sim.market.types import (
    BookSide,
    BookTif,
    Execution,
    FundingDue,
    PairSpec,
    PriceKind,
    Print,
    SubmitResult,
)
from terminal.sim.market.venue_process import VenueProcess, venue_salt

_HISTORY_MINUTES = 75_600  # 5,000 bars of 15 minutes, and a reserve for the unaligned ends
_WARM_MINUTES = 2  # traded step by step before the start, so that the tape is not empty
_COARSE_STEP_MS = 1_000  # of catching up
_LEAP_MS = 600_000  # a longer gap is filled from the vectorised history
_FIRST_TRADE_ID = 700_000_000


class MarketEngine:
    """All pairs of the simulated market.

    Args:
        seed: non-negative; the same seed gives the same market.
        start_ms: where the market opens, Unix ms.
        specs: the pairs, in a fixed order.
        history_minutes: minute bars that exist before the start.
        pattern_strength: size of the planted drift, 0 = none.
        step_ms: grid on which strangers act; scale it with the clock's speed.
        venue: whose prices these are; any name but "" drifts a little around
            the shared market and has strangers of its own.
        anchor_ms: when the shared market stands at the start prices; None = at
            the start. Engines of one seed and anchor show one market.
        saved: what an earlier engine left, see `restore`.
    """

    def __init__(
        self,
        *,
        seed: int,
        start_ms: int,
        specs: Sequence[PairSpec] = EIGHT_PAIRS,
        history_minutes: int = _HISTORY_MINUTES,
        pattern_strength: float = 1.0,
        step_ms: int = 250,
        venue: str = "",
        anchor_ms: int | None = None,
        saved: SavedMarket | None = None,
    ) -> None:
        if step_ms < 1 or seed < 0 or history_minutes < 1:
            raise ValueError("The market needs a seed of 0 or more, a step of 1 ms or more and some history.")
        self.specs = tuple(specs)
        self.start_ms = start_ms
        self.step_ms = step_ms
        self.seed = seed
        self._history_minutes = history_minutes
        self._pattern_strength = pattern_strength
        self._rows = {spec.base: row for row, spec in enumerate(self.specs)}
        self._reference = Reference(seed, self.specs)
        self._feed = Feed(_process(seed, self.specs, pattern_strength, venue), self._reference, self.specs)
        self._salt = venue_salt(venue) << 100
        self._trade_count = 0
        self._pending: list[Event] = []
        self._live_minute = start_ms // MINUTE_MS - _WARM_MINUTES
        self._anchor_ms = anchor_ms
        self._grid_ms = self.now_ms = self._live_minute * MINUTE_MS
        self._markets = self._make_markets()
        if saved is None:
            self._requote(_LEAP_MS)
            self._run(start_ms, _COARSE_STEP_MS)
            self.now_ms = start_ms
        else:
            self._load(saved)

    @property
    def pairs(self) -> tuple[str, ...]:
        return tuple(self._rows)

    def spec(self, pair: str) -> PairSpec:
        return self._market(pair).spec

    def advance(self, now_ms: int) -> list[Execution | Print | FundingDue]:
        """Bring the market to a time and tell what happened since the last call.

        Prints of accounts' own orders are told here too, in order, also when
        no time has passed; executions come here only for resting orders that
        strangers hit (`submit` returns the others itself). A time before the
        last one is taken as no time.
        """
        happened: list[Execution | Print | FundingDue] = list(self._pending)
        self._pending.clear()
        if now_ms > self.now_ms:
            if now_ms - self._grid_ms > _LEAP_MS:
                happened += self._leap(now_ms)
            else:
                happened += self._run(now_ms, self.step_ms)
            self.now_ms = now_ms
        return happened

    def submit(
        self,
        order_id: str,
        pair: str,
        side: BookSide,
        lots: int,
        limit_ticks: int | None,
        tif: BookTif,
    ) -> SubmitResult:
        """Match an account's order at the engine's time.

        The result holds the executions of this order and of any other
        account's order it met; their prints come with the next `advance`.
        """
        market = self._market(pair)
        result, events = market.submit(order_id, side, lots, limit_ticks, tif, self.now_ms)
        self._pending += [event for event in events if isinstance(event, Print)]
        return result

    def cancel(self, order_id: str) -> int:
        """Take an order out of whichever book it rests in; returns the lots removed, 0 if none."""
        return sum(market.book.cancel(order_id) for market in self._markets)

    def reduce(self, order_id: str, lots: int) -> int:
        """Make a resting order smaller in place; returns what still rests."""
        return sum(market.book.reduce(order_id, lots) for market in self._markets)

    def resume(self, order_id: str, pair: str, side: BookSide, lots: int, limit_ticks: int) -> None:
        """Rest an order again after `restore`, without matching it against the fresh quotes.

        Strangers' quotes that would meet it give way.

        Raises:
            ValueError: another account's order stands in its way.
        """
        book = self.book(pair)
        for price in book.prices_through(side.opposite, limit_ticks):
            book.remove_strangers(side.opposite, price)
        if not book.submit(order_id, side, lots, limit_ticks, BookTif.POST_ONLY).resting_lots:
            raise ValueError(f"Order {order_id} would meet another resting order; submit it as a new one.")

    def book(self, pair: str) -> MatchingBook:
        return self._market(pair).book

    def candles(self, pair: str) -> CandleStore:
        return self._market(pair).candles

    def bars(
        self,
        pair: str,
        interval_minutes: int,
        limit: int,
        end_ms: int | None = None,
        kind: PriceKind = PriceKind.LAST,
    ) -> Bars:
        """Candles of the traded, mark or index price; see `CandleStore.bars`."""
        return self._store(pair, kind).bars(interval_minutes, limit, end_ms)

    def last(self, pair: str) -> int:
        """Price of the last trade, ticks."""
        return self._market(pair).candles.last_ticks

    def mark_ticks(self, pair: str) -> int:
        return self._market(pair).mark_ticks

    def index_ticks(self, pair: str) -> int:
        return self._market(pair).index_ticks

    def funding_rate(self, pair: str) -> Decimal:
        """Estimate of the next settlement's rate, fraction of notional."""
        return self._reference.funding_rate(self._rows[pair], self.now_ms)

    @property
    def next_funding_ms(self) -> int:
        return next_funding_ms(self.now_ms)

    def funding_history(self, pair: str, limit: int) -> list[FundingDue]:
        """The newest settlements within the candle history, newest first."""
        row, store = self._rows[pair], self.candles(pair)
        newest = self.now_ms // FUNDING_MS * FUNDING_MS
        times = range(newest, (store.first_minute + 1) * MINUTE_MS, -FUNDING_MS)[:limit]
        return [self._funding(row, time_ms) for time_ms in times]

    def open_interest(self, pair: str) -> int:
        """Lots held by all participants."""
        return self._reference.open_interest(self._rows[pair], self.now_ms)

    def tape(self, pair: str, limit: int) -> list[Print]:
        """The newest trades, oldest first; about a thousand are kept."""
        return list(self._market(pair).tape)[-limit:]

    def ticker24h(self, pair: str) -> Rolling:
        """Open, high, low, last and volumes of the rolling 24 hours."""
        return self._market(pair).candles.rolling_day()

    def snapshot(self) -> dict[str, Any]:
        """The market's state as JSON-able values; resting orders are the accounts' to keep."""
        saved = SavedMarket(
            seed=self.seed,
            start_ms=self.start_ms,
            history_minutes=self._history_minutes,
            pattern_strength=self._pattern_strength,
            now_ms=self.now_ms,
            grid_ms=self._grid_ms,
            trade_count=self._trade_count,
            anchor_ms=self._anchor_ms,
            levels=tuple(self._feed.levels.tolist()),
            pairs=tuple(save_pair(market, self._live_minute) for market in self._markets),
        )
        return encode(saved)

    @classmethod
    def restore(
        cls, state: dict[str, Any], *, specs: Sequence[PairSpec] = EIGHT_PAIRS, step_ms: int = 250, venue: str = ""
    ) -> "MarketEngine":
        """Continue where `snapshot` left off, with freshly quoted books; `venue` as it was.

        Raises:
            ValueError: the state is not one of ours or belongs to other pairs.
        """
        saved = parse(state, specs)
        return cls(
            seed=saved.seed,
            start_ms=saved.start_ms,
            specs=specs,
            history_minutes=saved.history_minutes,
            pattern_strength=saved.pattern_strength,
            step_ms=step_ms,
            venue=venue,
            anchor_ms=saved.anchor_ms,
            saved=saved,
        )

    def _make_markets(self) -> tuple[PairMarket, ...]:
        anchor = self._live_minute if self._anchor_ms is None else self._anchor_ms // MINUTE_MS - _WARM_MINUTES
        bars = self._feed.history(self._live_minute, self._history_minutes, anchor)
        first = self._live_minute - self._history_minutes
        return tuple(
            PairMarket(spec, CandleStore(spec.base, first, bars[row]), self._next_trade_id)
            for row, spec in enumerate(self.specs)
        )

    def _load(self, saved: SavedMarket) -> None:
        self.now_ms, self._grid_ms = saved.now_ms, saved.grid_ms
        self._trade_count = saved.trade_count
        self._feed.enter(saved.grid_ms // MINUTE_MS, saved.log_prices())
        for market, kept in zip(self._markets, saved.pairs, strict=True):
            load_pair(market, kept)
        self._requote(0)

    def _market(self, pair: str) -> PairMarket:
        return self._markets[self._rows[pair]]

    def _store(self, pair: str, kind: PriceKind) -> CandleStore:
        market, row = self._market(pair), self._rows[pair]
        if kind is PriceKind.LAST:
            return market.candles
        chosen = market.mark_candles if kind is PriceKind.MARK else market.index_candles
        if not chosen.deepened:
            first = market.candles.first_minute
            count = self._live_minute - first
            traded = market.candles.minutes(first)[:, :count]
            basis = None if kind is PriceKind.MARK else self._reference.basis(first + 1, count)[row]
            chosen.deepen(first, reference_bars(traded, basis))
        return chosen.store

    def _next_trade_id(self) -> str:
        self._trade_count += 1
        return str(_FIRST_TRADE_ID + self._trade_count)

    def _rng(self, row: int, time_ms: int) -> Random:
        return Random(((self.seed * 64 + row) << 44) ^ time_ms ^ self._salt)

    def _run(self, until_ms: int, step_ms: int) -> list[Execution | Print | FundingDue]:
        happened: list[Execution | Print | FundingDue] = []
        while True:
            # Steps stop at minutes too, so that no trade belongs to two bars.
            end = min((self._grid_ms // step_ms + 1) * step_ms, (self._grid_ms // MINUTE_MS + 1) * MINUTE_MS)
            if end > until_ms:
                return happened
            happened += self._step(end)
            self._grid_ms = end
            if end % MINUTE_MS == 0:
                self._feed.next_minute()
                for market in self._markets:
                    market.close_minute()
            if end % FUNDING_MS == 0:
                happened += [self._funding(row, end) for row in range(len(self.specs))]

    def _step(self, end_ms: int) -> list[Event]:
        """Let every pair act from the grid's time to the next, at most to the minute's end."""
        seen = [market.candles.range_ticks for market in self._markets]
        events: list[Event] = []
        for row, beats in enumerate(self._feed.beats(self._grid_ms, end_ms, seen)):
            for beat in beats:
                events += self._markets[row].step(beat, self._rng(row, beat.end_ms))
        return sorted(events, key=lambda event: event.time_ms)

    def _leap(self, now_ms: int) -> list[Execution | Print | FundingDue]:
        """Cross a long gap: whole minutes at once, the last ones step by step."""
        step_ms = max(self.step_ms, _COARSE_STEP_MS)
        happened = self._run((self._grid_ms // MINUTE_MS + 1) * MINUTE_MS, step_ms)
        first, stop = self._feed.minute, now_ms // MINUTE_MS - _WARM_MINUTES
        bars = self._feed.skip_to(stop)
        basis = self._reference.basis(first + 1, stop - first)
        skipped: list[Execution | Print | FundingDue] = []
        for row, market in enumerate(self._markets):
            skipped += market.fill_through(bars[row], first)
            market.append_minutes(bars[row], basis[row])
        begin = first * MINUTE_MS // FUNDING_MS * FUNDING_MS + FUNDING_MS
        for time_ms in range(begin, stop * MINUTE_MS + 1, FUNDING_MS):
            skipped += [self._funding(row, time_ms) for row in range(len(self.specs))]
        happened += sorted(skipped, key=lambda event: event.time_ms)
        self._grid_ms = stop * MINUTE_MS
        happened += self._requote(_LEAP_MS)
        return happened + self._run(now_ms, step_ms)

    def _requote(self, elapsed_ms: int) -> list[Event]:
        """Fresh books at the grid's time; marks forget `elapsed_ms` of their past."""
        fair, index = self._feed.prices(self._grid_ms)
        events: list[Event] = []
        for row, market in enumerate(self._markets):
            events += market.reseat(fair[row], index[row], self._grid_ms, elapsed_ms, self._rng(row, self._grid_ms + 1))
        return events

    def _funding(self, row: int, time_ms: int) -> FundingDue:
        spec = self.specs[row]
        rate = self._reference.settled_rate(row, time_ms)
        bar = self._store(spec.base, PriceKind.MARK).bars(1, 1, time_ms)
        return FundingDue(spec.base, rate, int(bar.close[-1]), time_ms)


def _process(seed: int, specs: Sequence[PairSpec], strength: float, venue: str) -> MarketProcess:
    return VenueProcess(seed, specs, strength, venue) if venue else MarketProcess(seed, specs, strength)
