"""Ways out: closing positions at once, and cancelling everything.

WOO X has no call that closes a position. A closing order is an immediate-or-cancel one that only
reduces, priced off the book that orders meet; what it could not fill is said, and keeps its stops.
"""

from decimal import Decimal
from typing import Final, Protocol

from terminal.domain.errors import OutcomeUnknown, RequestRejected, VenueError
from terminal.domain.instrument import InstrumentId, base_of
from terminal.domain.market import OrderBook
from terminal.domain.order import Effect
from terminal.domain.position import Position
from terminal.net.limiter import Lane
from terminal.ports.venue import Acknowledged, CloseOutcome, NotSent, Refused, SubmitOutcome, Unclear
from terminal.ports.way_out import way_out
from terminal.venues.woox.codes import VENUE
from terminal.venues.woox.desk import Desk
from terminal.venues.woox.history import History
from terminal.venues.woox.mapper.bodies import Leg
from terminal.venues.woox.mapper.market import book_from
from terminal.venues.woox.placing import Placing
from terminal.venues.woox.spot import SpotHoldings

_BOOK_LEVELS: Final = 50
_LOOKS_S: Final = (0.2, 0.4, 0.8, 1.6)  # when to look whether a position has gone; the venue shows it with a lag


class Holdings(Protocol):
    async def positions(self) -> tuple[Position, ...]: ...


class Closing:
    """Everything raises `VenueError`."""

    def __init__(self, desk: Desk, placing: Placing, holdings: Holdings, history: History) -> None:
        self._desk = desk
        self._placing = placing
        self._holdings = holdings
        self._history = history

    async def close(self, instrument_id: InstrumentId | None) -> CloseOutcome:
        """Close what is held of an instrument, or of all.

        Raises:
            OutcomeUnknown: not known whether a closing order arrived; the others were sent.
            VenueError: what is held could not be read; nothing was sent.
        """
        with way_out():
            held = await self._held(instrument_id)
            ids: list[str] = []
            refusals: list[str] = []
            unclear = ""
            for position in held:
                match await self._close_one(position):
                    case Acknowledged(venue_order_id):
                        ids.append(venue_order_id)
                    case Refused(_, message, hint, _):
                        refusals.append(f"{_named(position)}: {message} {hint}")
                    case NotSent(message):
                        refusals.append(f"{_named(position)}: {message}")
                    case Unclear(message):
                        unclear = message
            if unclear:
                raise OutcomeUnknown(unclear, venue=VENUE)
            left = await self._left(instrument_id) if ids else tuple(held)
            if ids:
                refusals += [f"{_named(each)}: {each.size} is left, for the book was too thin" for each in left]
            cleaned = await self._clean(held, left)
            return CloseOutcome(tuple(ids), tuple(refusals), triggers_cancelled=cleaned and not left)

    async def cancel_all(self, instrument_id: InstrumentId | None) -> int:
        """Cancel what rests and waits. Where the lists cannot be read everything of the account is cancelled."""
        with way_out():
            try:
                found = await self._listed(instrument_id)
            except VenueError:
                found = None
            if found is None or instrument_id is not None:
                symbol = None if instrument_id is None else self._desk.symbols.spell(instrument_id)
                await self._desk.orders.cancel_all(symbol)
                return len(found or ())
            for each in sorted(set(found)):
                await self._desk.orders.cancel_all(self._desk.symbols.spell(each))
            return len(found)

    async def _listed(self, instrument_id: InstrumentId | None) -> list[InstrumentId]:
        """Give the instrument of every order, stop and target that rests or waits."""
        orders = [report.instrument_id for report in await self._history.open_orders()]
        if not self._desk.symbols.is_spot:
            orders += [report.instrument_id for report in await self._history.triggers(instrument_id)]
        return [each for each in orders if instrument_id in {None, each}]

    async def _held(self, instrument_id: InstrumentId | None) -> list[Position]:
        return [each for each in await self._holdings.positions() if instrument_id in {None, each.instrument_id}]

    async def _close_one(self, position: Position) -> SubmitOutcome:
        size = position.size
        if isinstance(self._holdings, SpotHoldings):
            size = await self._holdings.free(position.instrument_id)
            if size <= 0:
                return NotSent("all of it stands in open orders; cancel them first")
        leg = Leg(position.instrument_id, position.side, Effect.CLOSE, size)
        book = await self._book(position.instrument_id)
        reference = _middle(book) or position.entry_price
        price = self._placing.worst_price(leg.instrument_id, leg.side, leg.effect, leg.size, reference, book)
        try:
            return await self._placing.close(leg, price)
        except RequestRejected as error:  # a pair this program does not trade: the others must still be closed
            return NotSent(error.message)

    async def _book(self, instrument_id: InstrumentId) -> OrderBook | None:
        """Read the book; an exit goes on without it."""
        try:
            symbol = self._desk.symbols.spell(instrument_id)
            return book_from(instrument_id, await self._desk.market.orderbook(symbol, _BOOK_LEVELS, Lane.EXIT))
        except VenueError:
            return None

    async def _left(self, instrument_id: InstrumentId | None) -> tuple[Position, ...]:
        """Look until nothing is held any more, or long enough; a failed look says nothing."""
        left: tuple[Position, ...] = ()
        for pause_s in _LOOKS_S:
            await self._desk.clock.sleep(pause_s)
            try:
                left = tuple(await self._held(instrument_id))
            except VenueError:
                continue
            if not left:
                break
        return left

    async def _clean(self, held: list[Position], left: tuple[Position, ...]) -> bool:
        """Cancel the stops of what is closed: those of what is left are all that protects it."""
        if self._desk.symbols.is_spot:
            return True
        keep = {each.instrument_id for each in left}
        cleaned = True
        for instrument_id in sorted({each.instrument_id for each in held} - keep):
            try:
                for report in await self._history.triggers(instrument_id):
                    await self._desk.algos.cancel(report.venue_order_id)
            except VenueError:
                cleaned = False  # the close stands; the outcome says that stops may be left
        return cleaned


def _middle(book: OrderBook | None) -> Decimal | None:
    if book is None or book.best_bid is None or book.best_ask is None:
        return None
    return (book.best_bid.price + book.best_ask.price) / 2


def _named(position: Position) -> str:
    return f"{base_of(position.instrument_id)} {position.side.value.lower()}"
