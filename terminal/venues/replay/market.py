"""What the recorded market shows at the moment the replay has reached."""

from collections import deque
from collections.abc import Iterator
from typing import Final

from terminal.domain.instrument import Instrument, InstrumentId
from terminal.domain.market import (
    CandleUpdate,
    Funding,
    FundingSettled,
    MarketEvent,
    OpenInterest,
    OrderBook,
    PublicTrade,
    Ticker,
)
from terminal.domain.recording import BarsRead, Recorded, RulesRead, SettlementsRead
from terminal.venues.replay.bars import RecordedBars

_PRINTS: Final = 500  # of one tape


class RecordedNow:
    """The newest of everything that was told so far."""

    def __init__(self) -> None:
        self.rules: tuple[Instrument, ...] = ()
        self.bars = RecordedBars()
        self.tickers: dict[InstrumentId, Ticker] = {}
        self.books: dict[InstrumentId, OrderBook] = {}
        self.fundings: dict[InstrumentId, Funding] = {}
        self.interests: dict[InstrumentId, OpenInterest] = {}
        self.settled: dict[InstrumentId, dict[int, FundingSettled]] = {}
        self.tapes: dict[InstrumentId, deque[PublicTrade]] = {}

    def learn(self, what: Recorded) -> None:
        match what:
            case RulesRead():
                self.rules = what.instruments or self.rules
            case BarsRead():
                self.bars.learn(what)
            case SettlementsRead():
                settled = self.settled.setdefault(what.instrument_id, {})
                settled.update((each.ts_event_ms, each) for each in what.settled)
            case CandleUpdate():
                self.bars.update(what)
            case Ticker():
                self.tickers[what.instrument_id] = what
            case OrderBook():
                self.books[what.instrument_id] = what
            case Funding():
                self.fundings[what.instrument_id] = what
            case OpenInterest():
                self.interests[what.instrument_id] = what
            case PublicTrade():
                self.tapes.setdefault(what.instrument_id, deque(maxlen=_PRINTS)).append(what)
            case _:
                pass  # how the stream fared then is told, not kept

    @property
    def is_whole(self) -> bool:
        """True when every market has prices."""
        names = {rules.instrument_id for rules in self.rules}
        return bool(names) and names <= self.tickers.keys() and names <= self.books.keys()

    def newest(self) -> Iterator[MarketEvent]:
        """Give what a stream tells first."""
        yield from self.tickers.values()
        yield from self.books.values()
        yield from self.fundings.values()
