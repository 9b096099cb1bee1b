"""What a dialect of WEEX's API gives the adapter: both speak domain on this side.

A dialect joins its endpoints with its mapper. What holds for both (allowed pairs, leverage
limits, paging to the end, one submit path) is in `feed` and `trading`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, Protocol

from terminal.domain.account import Balance, Income, LeverageSetting, MarginMode
from terminal.domain.fill import Fill
from terminal.domain.instrument import Instrument, InstrumentId
from terminal.domain.market import Funding, FundingSettled, Interval, OpenInterest, OrderBook, PublicTrade, Ticker
from terminal.domain.order import OrderTerms
from terminal.domain.position import Position
from terminal.net.calls.paging import Page
from terminal.ports.venue import FiredTrigger, OrderReport, PreparedOrder, SubmitOutcome, TriggerReport, TriggerTerms
from terminal.venues.weex.stream.frames import PrivateGrammar, PublicGrammar

ApiVersion = Literal["v2", "v3"]


@dataclass(frozen=True, slots=True)
class Closed:
    """The venue's answer to closing positions: orders it made, and its words for what it did not close."""

    venue_order_ids: tuple[str, ...]
    refusals: tuple[str, ...]


class MarketSide(Protocol):
    """Public data. Everything raises `VenueError`."""

    async def instruments(self) -> tuple[Instrument, ...]: ...

    async def ticker(self, instrument_id: InstrumentId) -> Ticker: ...

    async def book(self, instrument_id: InstrumentId, levels: int) -> OrderBook: ...

    async def trades(self, instrument_id: InstrumentId, limit: int) -> tuple[PublicTrade, ...]: ...

    async def candle_rows(self, instrument_id: InstrumentId, interval: Interval, limit: int) -> list[Any]:
        """Fetch array rows: open time, O, H, L, C, base volume and more, in any order."""
        ...

    async def older_candle_rows(self, instrument_id: InstrumentId, interval: Interval, end_ms: int) -> list[Any]: ...

    async def funding(self, instrument_id: InstrumentId) -> Funding: ...

    async def funding_history(self, instrument_id: InstrumentId, limit: int) -> tuple[FundingSettled, ...]: ...

    async def open_interest(self, instrument_id: InstrumentId) -> OpenInterest: ...


class AccountSide(Protocol):
    """The account. Everything raises `VenueError`."""

    async def balance(self, ts_init_ms: int) -> Balance: ...

    async def positions(self) -> tuple[Position, ...]: ...

    async def leverage(self, instrument_id: InstrumentId) -> LeverageSetting: ...

    async def set_leverage(self, instrument_id: InstrumentId, leverage: int) -> None:
        """Set it in the present margin mode."""
        ...

    async def margin_mode(self, instrument_id: InstrumentId) -> MarginMode: ...

    async def set_margin_mode(self, instrument_id: InstrumentId, mode: MarginMode) -> None: ...

    async def income(self, instrument_id: InstrumentId | None, start_ms: int, end_ms: int) -> Page[Income]: ...


class OrderSide(Protocol):
    """Orders and triggers. Everything but sending and preparing raises `VenueError`."""

    def prepare_order(self, client_order_id: str, terms: OrderTerms) -> PreparedOrder: ...

    def prepare_trigger(self, client_order_id: str, terms: TriggerTerms) -> PreparedOrder: ...

    def protection_body(
        self, client_order_id: str, position: Position, trigger_price: Decimal, *, is_stop: bool
    ) -> bytes: ...

    async def submit(self, prepared: PreparedOrder) -> SubmitOutcome: ...

    async def protect(self, client_order_id: str, body: bytes) -> SubmitOutcome: ...

    async def modify_trigger(self, venue_order_id: str, trigger_price: Decimal) -> None: ...

    async def cancel(self, venue_order_id: str) -> bool: ...

    async def cancel_trigger(self, venue_order_id: str) -> bool: ...

    async def cancel_resting(self, instrument_id: InstrumentId | None) -> int: ...

    async def cancel_triggers(self, instrument_id: InstrumentId | None) -> int: ...

    async def close(self, instrument_id: InstrumentId | None) -> Closed: ...

    async def order(self, venue_order_id: str) -> OrderReport: ...

    async def open_orders(self, page: int) -> list[OrderReport]: ...

    async def history(self, instrument_id: InstrumentId, start_ms: int, end_ms: int | None) -> Page[OrderReport]: ...

    async def fills(self, instrument_id: InstrumentId | None, start_ms: int, end_ms: int | None) -> Page[Fill]: ...

    async def triggers(self, instrument_id: InstrumentId | None, page: int) -> list[TriggerReport]: ...

    async def past_triggers(self, instrument_id: InstrumentId, start_ms: int, end_ms: int) -> Page[FiredTrigger]:
        """Fetch triggers that are done; `fired_ms` is 0 for those that were cancelled."""
        ...


@dataclass(frozen=True, slots=True)
class StreamSide:
    """Names of the streams. A grammar is made anew for each socket's life."""

    public_grammar: Callable[[], PublicGrammar]
    private_grammar: Callable[[], PrivateGrammar]
    symbol: Callable[[InstrumentId], str]
    intervals: Mapping[Interval, str]


@dataclass(frozen=True, slots=True)
class Dialect:
    """One version of the API. `login_path` is the path that is signed for the private socket."""

    version: ApiVersion
    login_path: str
    market: MarketSide
    account: AccountSide
    orders: OrderSide
    stream: StreamSide
