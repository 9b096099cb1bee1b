"""Paper trading: real prices, simulated fills, an account kept in the profile's folder.

`PaperVenue` is a `TradingVenue` that reaches no network at all: it holds no key and no
connection, so nothing it does can arrive at a real venue. `PaperFeed` is the real feed,
with the paper account listening in.
"""

import asyncio
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from terminal.domain.account import MarginMode
from terminal.domain.ai_log import KEPT_ON_PAPER
from terminal.domain.canonical import canonical_json
from terminal.domain.capabilities import FULL_CAPABILITIES, VenueCapabilities
from terminal.domain.competition import MAX_LEVERAGE
from terminal.domain.errors import OutcomeUnknown, RequestRejected, StorageError
from terminal.domain.instrument import InstrumentId, base_of
from terminal.domain.market import Funding as FundingEvent
from terminal.domain.market import MarketEvent, OrderBook, PublicTrade, StreamState, Ticker
from terminal.domain.order import Effect, OrderTerms, PositionSide
from terminal.domain.position import Position
from terminal.net.waiting import wait_for
from terminal.ports.clock import Clock
from terminal.ports.market_feed import MarketFeed
from terminal.ports.venue import (
    Acknowledged,
    CloseOutcome,
    LogReceipt,
    NotSent,
    PreparedOrder,
    Protection,
    Refused,
    SubmitOutcome,
    TriggerTerms,
    Unclear,
    VenueEvent,
    VenueSink,
)
from terminal.venues.paper.checks import CODE, shape_trouble, trigger_trouble
from terminal.venues.paper.exchange import PaperExchange
from terminal.venues.paper.feed import PaperFeed
from terminal.venues.paper.keeper import AccountFile
from terminal.venues.paper.market import LiveMarket
from terminal.venues.paper.reads import NAME, PaperReads

__all__ = ["PaperFeed", "PaperVenue"]

ENDPOINT: Final = "paper:place"
TRIGGER_ENDPOINT: Final = "paper:trigger"
LATENCY_S: Final = 0.15  # what a request to the venue takes on a slow day
VALIDITY_MS: Final = 5_000
STOPPED: Final = "It was stopped before it was sent."
_TICK_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class _Body:
    client_oid: str
    terms: OrderTerms


@dataclass(frozen=True, slots=True)
class _TriggerBody:
    client_oid: str
    terms: TriggerTerms


# What was journalled is what is placed: orders are read back from their bytes.
_BODY: Final[TypeAdapter[_Body | _TriggerBody]] = TypeAdapter(_Body)
_TRIGGER_BODY: Final[TypeAdapter[_Body | _TriggerBody]] = TypeAdapter(_TriggerBody)


class PaperVenue(PaperReads):
    """One paper account. `feed` wraps the real feed; without it there are no prices to fill at."""

    def __init__(
        self,
        path: Path,
        equity: Decimal,
        clock: Clock,
        *,
        latency_s: float = LATENCY_S,
        prices_of: VenueCapabilities = FULL_CAPABILITIES,
        name: str = NAME,
    ) -> None:
        """Read the account, or begin one with `equity` USDT.

        `prices_of` says what the venue can do whose prices it fills at: at spot prices nothing is sold short.
        `name` is what the desk calls it: where the prices are not those of now, a person must see so.

        Raises:
            StorageError: the file is there and cannot be used.
        """
        self._latency_s = latency_s
        self._name = name
        self._capabilities = replace(FULL_CAPABILITIES, product=prices_of.product, short=prices_of.short)
        self._file = AccountFile(path)
        account = self._file.load(equity, clock.now_ms())
        market = LiveMarket(clock.monotonic_s)
        super().__init__(PaperExchange(account, market, clock.now_ms, self._tell), clock)
        self._sink: VenueSink | None = None
        self._untold: list[VenueEvent] = []
        self._news = asyncio.Event()
        self._saving = asyncio.Lock()

    def feed(self, real: MarketFeed) -> PaperFeed:
        """Give the real feed, heard by this account as well."""
        return PaperFeed(real, self._on_market, self._exchange.rules)

    # -- identity --------------------------------------------------------------

    @property
    def name(self) -> str:
        return self._name

    @property
    def is_simulated(self) -> bool:
        return True

    @property
    def keeps_account(self) -> bool:
        return True

    @property
    def order_validity_ms(self) -> int:
        return VALIDITY_MS

    @property
    def capabilities(self) -> VenueCapabilities:
        """Everything, but no more than the market it fills at."""
        return self._capabilities

    # -- orders ----------------------------------------------------------------

    def prepare_order(self, client_order_id: str, terms: OrderTerms) -> PreparedOrder:
        """Serialise a place-order request. Raises `RequestRejected`."""
        trouble = shape_trouble(terms)
        if trouble:
            raise RequestRejected(trouble, venue=NAME)
        body = canonical_json(_Body(client_order_id, terms)).encode()
        return PreparedOrder(client_order_id, ENDPOINT, body, is_exit=terms.effect is Effect.CLOSE)

    async def submit_order(self, prepared: PreparedOrder) -> SubmitOutcome:
        """Let the order travel, ask its gate, then match it; it is on disk before the answer is given."""
        try:
            parts = (_TRIGGER_BODY if prepared.endpoint == TRIGGER_ENDPOINT else _BODY).validate_json(prepared.body)
        except ValidationError:
            return NotSent("The prepared order is not one of the paper account's.")
        await self._clock.sleep(self._latency_s)
        # Asked after the last wait, with nothing between the answer and the book: a halt on the way still counts.
        if not prepared.may_send():
            return NotSent(STOPPED)
        outcome: SubmitOutcome
        if isinstance(parts, _TriggerBody):
            outcome = self._exchange.place_trigger(parts.client_oid, parts.terms)
        else:
            outcome = self._exchange.place(parts.client_oid, parts.terms)
        try:
            await self._save()
        except StorageError as error:
            return Unclear(str(error))
        return outcome

    def prepare_trigger(self, client_order_id: str, terms: TriggerTerms) -> PreparedOrder:
        """Serialise a conditional order. Raises `RequestRejected`."""
        trouble = trigger_trouble(terms)
        if trouble:
            raise RequestRejected(trouble, venue=NAME)
        body = canonical_json(_TriggerBody(client_order_id, terms)).encode()
        return PreparedOrder(client_order_id, TRIGGER_ENDPOINT, body, is_exit=terms.effect is Effect.CLOSE)

    async def protect(
        self, position: Position, stop: Decimal | None, target: Decimal | None, *, stop_id: str, target_id: str
    ) -> Protection:
        """Place a stop and/or a target for a whole position.

        Raises:
            RequestRejected: a price lies on the wrong side of the last one; nothing was placed.
        """
        last = self._exchange.market.last(position.instrument_id)
        is_long = position.side is PositionSide.LONG
        halves = ((stop, stop_id, not is_long), (target, target_id, is_long))
        for price, _, rises in halves:
            if price is not None and (not price.is_finite() or price <= 0):
                raise RequestRejected("Prices must be above zero.", venue=NAME)
            if price is not None and last is not None and (last >= price if rises else last <= price):
                raise RequestRejected(f"{price} lies on the wrong side of the last price {last}.", venue=NAME)
        await self._clock.sleep(self._latency_s)
        outcomes: list[SubmitOutcome | None] = []
        for price, own_id, rises in halves:
            outcomes.append(None if price is None else self._guard(position, price, own_id, rises=rises))
        await self._save()
        return Protection(stop=outcomes[0], target=outcomes[1])

    def _guard(self, position: Position, price: Decimal, own_id: str, *, rises: bool) -> SubmitOutcome:
        held = self._account.position(position.instrument_id, position.side)
        if held is None:
            return Refused(CODE, "There is no such position any more.", "Look at the positions.", halts=False)
        trigger = self._exchange.add_trigger(
            own_id, position.instrument_id, position.side, Effect.CLOSE, held.size, price, rises=rises
        )
        return Acknowledged(trigger.venue_order_id)

    async def modify_trigger(self, venue_order_id: str, trigger_price: Decimal) -> None:
        """Move a trigger.

        Raises:
            RequestRejected: there is none such, or it would fire at once.
        """
        await self._clock.sleep(self._latency_s)
        trigger = self._exchange.trigger(venue_order_id)
        if trigger is None or not (trigger_price.is_finite() and trigger_price > 0):
            raise RequestRejected("There is no such trigger, or the price is none.", venue=NAME)
        last = self._exchange.market.last(trigger.instrument_id)
        if last is not None and replace(trigger, price=trigger_price).is_reached(last):
            raise RequestRejected(f"{trigger_price} lies on the wrong side of the last price {last}.", venue=NAME)
        trigger.price = trigger_price
        self._exchange.changed = True
        await self._save()

    async def cancel_trigger(self, venue_order_id: str) -> bool:
        """Cancel a trigger; False when there is none such. Raises `StorageError`."""
        await self._clock.sleep(self._latency_s)
        taken = self._exchange.cancel_trigger(venue_order_id)
        await self._save()
        return taken

    async def close_position(self, instrument_id: InstrumentId) -> CloseOutcome:
        """Close both sides of an instrument, then cancel its triggers. Raises `OutcomeUnknown`."""
        return await self._close(instrument_id)

    async def close_everything(self) -> CloseOutcome:
        """Close every position, then cancel all triggers. Raises `OutcomeUnknown`."""
        return await self._close(None)

    async def _close(self, instrument_id: InstrumentId | None) -> CloseOutcome:
        await self._clock.sleep(self._latency_s)
        ids: list[str] = []
        refusals: list[str] = []
        for held in [each for each in self._account.positions if instrument_id in {None, each.instrument_id}]:
            order = None
            if self._exchange.market.has_book(held.instrument_id):
                order = self._exchange.close_now(held.instrument_id, held.side)
            if order is None:
                where = f"{held.instrument_id} {held.side.value}"
                refusals.append(f"{where}: no live order book to close against, or it is being closed already")
            else:
                ids.append(order.venue_order_id)
        for trigger in [each for each in self._account.triggers if instrument_id in {None, each.instrument_id}]:
            self._exchange.cancel_trigger(trigger.venue_order_id)
        try:
            await self._save()
        except StorageError as error:
            raise OutcomeUnknown(str(error), venue=NAME) from error
        return CloseOutcome(tuple(ids), tuple(refusals), triggers_cancelled=True)

    async def cancel_order(self, instrument_id: InstrumentId, venue_order_id: str) -> bool:
        """Cancel an order or trigger, after the way there. Raises `StorageError` when it cannot be written."""
        del instrument_id
        await self._clock.sleep(self._latency_s)
        taken = self._exchange.cancel(venue_order_id)
        await self._save()
        return taken

    async def cancel_all(self, instrument_id: InstrumentId | None) -> int:
        """Cancel resting orders and triggers. Raises `StorageError`."""
        await self._clock.sleep(self._latency_s)
        count = self._exchange.cancel_all(instrument_id)
        await self._save()
        return count

    # -- account ---------------------------------------------------------------

    async def set_leverage(self, instrument_id: InstrumentId, leverage: int) -> None:
        """Set the leverage of an instrument without position and orders.

        Raises:
            RequestRejected: above the competition's limit, or something is held or open there.
        """
        if not 1 <= leverage <= MAX_LEVERAGE:
            raise RequestRejected(f"Leverage must be 1 to {MAX_LEVERAGE}, not {leverage}.", venue=NAME)
        held = any(each.instrument_id == instrument_id for each in self._account.positions)
        if held or self._account.live_orders(instrument_id):
            raise RequestRejected("Leverage cannot change while a position or an order is open.", venue=NAME)
        self._account.leverage[instrument_id] = leverage
        self._exchange.changed = True
        await self._save()

    async def set_margin_mode(self, instrument_id: InstrumentId, mode: MarginMode) -> None:
        """Refuse anything but shared margin. Raises `RequestRejected`."""
        if mode is not MarginMode.CROSS:
            coin = base_of(instrument_id)
            raise RequestRejected(
                f"On paper all positions share one margin; {coin} cannot have a margin of its own. "
                "Keep it shared here, or use an account at the venue.",
                venue=NAME,
            )

    async def upload_ai_log(self, body: bytes) -> LogReceipt:
        """Refuse: a log about a simulated order stays here, in the journal, and is never sent anywhere."""
        del body
        return LogReceipt(accepted=False, code=CODE, message=KEPT_ON_PAPER, permanent=True, kept=True)

    # -- life --------------------------------------------------------------------

    async def run_private(self, sink: VenueSink) -> None:
        """Tell what happens in the account until cancelled; pays funding and writes the file on the way."""
        self._sink = sink
        written = True
        sink(StreamState("private", connected=True, detail="the paper account of this profile"))
        try:
            while True:
                await self._pause()
                self._exchange.settle_funding()
                try:
                    await self._save()
                except StorageError as error:
                    written = False
                    sink(StreamState("private", connected=False, detail=str(error)))
                else:
                    if not written:
                        written = True
                        sink(StreamState("private", connected=True, detail="the paper account can be written again"))
        finally:
            self._sink = None

    async def aclose(self) -> None:
        """Write down what happened last. Raises `StorageError`."""
        await self._save()

    # -- inside --------------------------------------------------------------------

    def _on_market(self, event: MarketEvent) -> None:
        match event:
            case OrderBook():
                self._exchange.on_book(event)
            case Ticker():
                self._exchange.on_ticker(event)
            case PublicTrade():
                self._exchange.on_trade(event)
            case FundingEvent():
                self._exchange.on_funding(event)
            case StreamState(connected=False):
                self._exchange.market.forget_books()
            case _:
                pass

    def _tell(self, event: VenueEvent) -> None:
        """Hold an event until it is on disk: told first, a crash would make it happen a second time."""
        self._untold.append(event)
        self._news.set()

    async def _save(self) -> None:
        """Write what changed, then tell of it; whoever waits here knows that its own change is on disk afterwards."""
        async with self._saving:
            self._news.clear()
            count = len(self._untold)  # what is told while the file is written is not in it
            if self._exchange.changed:
                self._exchange.changed = False
                try:
                    await self._file.save(self._account)
                except BaseException:  # cancelled or failed: it is not on disk, so it must be tried again
                    self._exchange.changed = True
                    raise
            told, self._untold = self._untold[:count], self._untold[count:]
            for event in told:
                if self._sink is not None:
                    self._sink(event)

    async def _pause(self) -> None:
        """Wait for news, or for the next tick."""
        await wait_for(self._news, self._clock, _TICK_S)
