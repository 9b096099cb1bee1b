"""What the spot account holds, in the desk's terms: each holding is a long position with leverage 1.

Executions come from two sources, REST and the private stream, and are counted once. From them
follow the average price of what is held and what a sale brought. Equity is the quote coin and every
holding at its last price: buying does not make the account poorer.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from decimal import Decimal
from typing import Final

from terminal.domain.account import Balance
from terminal.domain.fill import Fill
from terminal.domain.instrument import Instrument, InstrumentId
from terminal.domain.order import ZERO, PositionSide
from terminal.domain.position import Position
from terminal.net.calls.paging import Page, by_time
from terminal.net.server_clock import ServerClock
from terminal.ports.clock import Clock
from terminal.venues.hashkey.codes import VENUE
from terminal.venues.hashkey.holdings import CostBook, in_time
from terminal.venues.hashkey.listing import ListingDesk
from terminal.venues.hashkey.mapper.orders import Execution, execution_from_row, fill_from
from terminal.venues.hashkey.mapper.words import QUOTE, is_ours
from terminal.venues.hashkey.prices import Prices
from terminal.venues.hashkey.rest.account import AccountRest
from terminal.venues.hashkey.rest.orders import PAGE, OrderRest
from terminal.venues.hashkey.wire.account import AssetRow

KEPT_MS: Final = 30 * 24 * 3_600_000 - 3_600_000
"""How long HashKey tells of executions: 30 days, and an hour less for what our clock may be off."""
OVERLAP_MS: Final = 60_000
AHEAD_MS: Final = 5_000
"""How far beyond our idea of the venue's time a reading goes, so that it misses nothing of the last moment."""
_SAME_MOMENT_S: Final = 0.005
_log = logging.getLogger(__name__)


class SpotAccount:
    """Holdings, executions and their cost, of one account."""

    def __init__(
        self,
        rest: AccountRest,
        orders: OrderRest,
        listings: ListingDesk,
        prices: Prices,
        clock: Clock,
        server_clock: ServerClock,
        ensure_clock: Callable[[], Awaitable[None]],
    ) -> None:
        self._rest = rest
        self._orders = orders
        self._listings = listings
        self._prices = prices
        self._clock = clock
        self._server_clock = server_clock
        self._ensure_clock = ensure_clock
        self._books: dict[InstrumentId, CostBook] = {}
        self._loaded_ms: int | None = None  # executions until then are surely known
        self._loading = asyncio.Lock()
        self._reading: tuple[float, asyncio.Task[dict[str, AssetRow]]] | None = None
        self._said: set[InstrumentId] = set()
        self._short: dict[InstrumentId, tuple[Decimal, Decimal]] = {}  # totals below what executions say, seen once
        self._unexplained: dict[str, Decimal] = {}  # totals without a known price, when they were last looked into

    async def balance(self) -> Balance:
        """Read the quote coin, and with it what everything is worth. Raises `VenueError`."""
        asked_s = self._clock.monotonic_s()
        await self._load()
        assets = await self._assets(asked_s)
        positions = await self._positions_of(assets)
        quote = assets.get(QUOTE)
        free, locked = (ZERO, ZERO) if quote is None else (quote.free, quote.locked)
        return Balance(
            equity=free + locked + await self._worth(assets),
            available=free,
            frozen=locked,
            unrealized_pnl=sum((each.unrealized_pnl or ZERO for each in positions), ZERO),
            ts_init_ms=self._clock.now_ms(),
        )

    async def positions(self) -> tuple[Position, ...]:
        """Read what is held of the pairs this program trades, dust left out. Raises `VenueError`."""
        asked_s = self._clock.monotonic_s()
        await self._load()
        return await self._positions_of(await self._assets(asked_s))

    async def free(self, instrument: Instrument) -> Decimal:
        """Read how much of a coin can be sold at once. Raises `VenueError`."""
        row = (await self._assets()).get(instrument.base)
        return ZERO if row is None else row.free

    async def fills(self, instrument_id: InstrumentId | None, since_ms: int) -> tuple[Fill, ...]:
        """Read executions since a time, at most 30 days back, oldest first. Raises `VenueError`."""
        await self._load()
        since_ms = max(since_ms, self._server_clock.now_ms() - KEPT_MS)
        self._keep(await self._read(since_ms))
        books = self._books.values() if instrument_id is None else [self._book(instrument_id)]
        rows = sorted((row for book in books for row in book.rows if row.at_ms >= since_ms), key=in_time)
        return tuple(self._fill(self._book(row.instrument_id), row) for row in rows)

    async def news(self) -> tuple[Fill, ...]:
        """Read executions nobody was told of, oldest first; none the first time. Raises `VenueError`."""
        if await self._load():
            return ()
        return self.took(await self._read_on())

    def took(self, executions: Iterable[Execution]) -> tuple[Fill, ...]:
        """Take executions in and give the fills of those that are new."""
        fresh = self._keep(executions)
        return tuple(self._fill(self._book(row.instrument_id), row) for row in fresh)

    # -- reading ---------------------------------------------------------------

    async def _assets(self, asked_s: float | None = None) -> dict[str, AssetRow]:
        """Read all balances. It is dear: who asks in the same moment, or asked before one began, shares that."""
        now_s = self._clock.monotonic_s()
        if self._reading is None or not self._serves(*self._reading, now_s if asked_s is None else asked_s):
            reading = asyncio.create_task(self._read_assets())
            reading.add_done_callback(_heard_of)
            self._reading = (now_s, reading)
        return await asyncio.shield(self._reading[1])

    def _serves(self, began_s: float, reading: "asyncio.Task[dict[str, AssetRow]]", asked_s: float) -> bool:
        if reading.done():
            return began_s > asked_s and not reading.cancelled() and reading.exception() is None
        return asked_s - began_s <= _SAME_MOMENT_S

    async def _read_assets(self) -> dict[str, AssetRow]:
        return {row.asset: row for row in (await self._rest.account()).balances}

    async def _load(self) -> bool:
        """Read all executions once, and what is held beside them; True when it was done now."""
        async with self._loading:
            if self._loaded_ms is not None:
                return False
            await self._listings.load()
            await self._ensure_clock()
            begun_ms = self._server_clock.now_ms()
            self._keep(await self._read(begun_ms - KEPT_MS))
            assets = await self._assets()
            for instrument in self._listings.all_instruments():
                row = assets.get(instrument.base)
                self._book(instrument.instrument_id).begin(ZERO if row is None else row.total)
            self._loaded_ms = begun_ms
            return True

    async def _read_on(self) -> list[Execution]:
        """Read executions since everything was known last."""
        since_ms, now_ms = self._loaded_ms or 0, self._server_clock.now_ms()
        rows = await self._read(since_ms - OVERLAP_MS)
        self._loaded_ms = now_ms
        return rows

    async def _read(self, since_ms: int) -> list[Execution]:
        async def fetch(start_ms: int, end_ms: int | None) -> Page[Execution]:
            until_ms = self._server_clock.now_ms() + AHEAD_MS if end_ms is None else end_ms
            rows = await self._orders.trades(None, start_ms, until_ms)
            ours = [execution_from_row(row) for row in rows if is_ours(row.symbol)]
            return Page(ours, has_more=len(rows) >= PAGE)

        return await by_time(fetch, since_ms, key=_trade_id, time_ms=_at_ms, venue=VENUE)

    # -- reckoning -------------------------------------------------------------

    async def _positions_of(self, assets: dict[str, AssetRow]) -> tuple[Position, ...]:
        await self._load()
        held = [
            (instrument, row)
            for instrument in self._listings.all_instruments()
            if (row := assets.get(instrument.base)) is not None and row.total >= instrument.min_size
        ]
        if not held:
            return ()
        await self._prices.refresh(frozenset(instrument.base for instrument, _ in held))
        unknown = {
            each.base: row.total for each, row in held if self._book(each.instrument_id).entry(row.total) is None
        }
        if unknown and unknown != self._unexplained:  # more is held than we knew of: it may have been bought just now
            self._keep(await self._read_on())
        self._unexplained = unknown
        for instrument, row in held:
            self._look_for_withdrawal(instrument.instrument_id, row.total)
        found = (self._position(instrument, row.total) for instrument, row in held)
        return tuple(each for each in found if each is not None)

    def _look_for_withdrawal(self, instrument_id: InstrumentId, total: Decimal) -> None:
        """Reckon anew when less is held than executions say, twice alike: once may be an execution just told of."""
        book = self._book(instrument_id)
        seen = (total, book.now.size)
        if total < book.now.size - self._listings.dust(instrument_id).least_size:
            if self._short.get(instrument_id) == seen:
                book.begin(total)
            self._short[instrument_id] = seen
        else:
            self._short.pop(instrument_id, None)

    def _position(self, instrument: Instrument, total: Decimal) -> Position | None:
        """Give what can be sold of a holding as a position; None where that is nothing."""
        price = self._prices.of(instrument.base)
        if self._listings.dust(instrument.instrument_id).holds(total, price):
            return None
        entry = self._book(instrument.instrument_id).entry(total)
        if entry is None and price is None:
            return None
        self._tell_unknown(instrument.instrument_id, is_unknown=entry is None)
        shown = entry if entry is not None else price or ZERO
        size = instrument.floor_size(total)
        return Position(
            instrument_id=instrument.instrument_id,
            side=PositionSide.LONG,
            size=size,
            entry_price=shown,
            leverage=1,
            margin=size * shown,
            unrealized_pnl=None if entry is None or price is None else size * (price - entry),
            liquidation_price=None,
            updated_ms=self._server_clock.now_ms(),
        )

    async def _worth(self, assets: dict[str, AssetRow]) -> Decimal:
        """Give what everything but the quote coin is worth, dust included."""
        held = {each.base: assets[each.base].total for each in self._listings.all_instruments() if each.base in assets}
        held = {coin: total for coin, total in held.items() if total > 0}
        await self._prices.refresh(frozenset(held))
        return sum((total * (self._prices.of(coin) or ZERO) for coin, total in held.items()), ZERO)

    def _tell_unknown(self, instrument_id: InstrumentId, *, is_unknown: bool) -> None:
        """Say once that a holding's price is not known; its profit then shows as not known."""
        if is_unknown and instrument_id not in self._said:
            self._said.add(instrument_id)
            _log.warning(
                "%s: what was paid for the holding is not known; its present price stands there", instrument_id
            )
        elif not is_unknown:
            self._said.discard(instrument_id)

    def _keep(self, executions: Iterable[Execution]) -> list[Execution]:
        rows = sorted(executions, key=in_time)
        return [row for each in rows for row in self._book(each.instrument_id).add([each])]

    def _book(self, instrument_id: InstrumentId) -> CostBook:
        if instrument_id not in self._books:
            self._books[instrument_id] = CostBook(self._listings.dust(instrument_id))
        return self._books[instrument_id]

    def _fill(self, book: CostBook, row: Execution) -> Fill:
        return fill_from(row, book.realized(row.trade_id), self._prices.of)


def _trade_id(row: Execution) -> str:
    return row.trade_id


def _at_ms(row: Execution) -> int:
    return row.at_ms


def _heard_of(reading: "asyncio.Task[dict[str, AssetRow]]") -> None:
    """Take note of a failure nobody waits for any more; who does wait gets it all the same."""
    if not reading.cancelled():
        reading.exception()
