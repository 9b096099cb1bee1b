"""The trading half of the adapter."""

from decimal import Decimal
from typing import Final

from terminal.domain.account import Balance, Income, LeverageSetting, MarginMode
from terminal.domain.ai_log import KEPT_ON_PAPER
from terminal.domain.capabilities import ProductKind, VenueCapabilities
from terminal.domain.errors import OutcomeUnknown, RequestRejected
from terminal.domain.fill import Fill
from terminal.domain.instrument import InstrumentId, base_of
from terminal.domain.order import Effect, OrderTerms
from terminal.domain.position import Position
from terminal.ports.venue import (
    Acknowledged,
    CloseOutcome,
    FiredTrigger,
    LogReceipt,
    NotSent,
    OrderReport,
    PreparedOrder,
    Protection,
    Refused,
    SubmitOutcome,
    TriggerReport,
    TriggerTerms,
    Unclear,
    VenueSink,
)
from terminal.ports.way_out import way_out
from terminal.venues.bitz.codes import NAME, VENUE, Kind, rule_of
from terminal.venues.bitz.desk import Desk
from terminal.venues.bitz.mapper.account import balance_from
from terminal.venues.bitz.mapper.catalogue import Listed
from terminal.venues.bitz.mapper.orders import Parameters, order_parameters
from terminal.venues.bitz.own import Made
from terminal.venues.bitz.placing import FORBIDDEN, OrderPlacer
from terminal.venues.bitz.polling.private import PrivatePolling
from terminal.venues.bitz.reading import AccountReader
from terminal.venues.bitz.rest.calls import PLACE
from terminal.venues.bitz.settings import OrderSettings
from terminal.venues.bitz.signing import own_form

VALIDITY_MS: Final = 60_000  # our exchange's; the documents name none
CAPABILITIES: Final = VenueCapabilities(
    product=ProductKind.PERPETUAL,
    leverage=True,
    margin_modes=True,
    short=True,
    hedge_mode=False,
    triggers=False,
    reduce_only=False,
    client_order_ids=False,
    orders_in_flight_per_instrument=1,
    private_stream=False,
    ai_logs=False,
    market_orders=True,
)
_NO_TRIGGERS: Final = "Bit-Z keeps no stops, targets or other triggers. The program watches the price instead."
_CANCEL_ROUNDS: Final = 3


class BitzTrading:
    """Implements `TradingVenue` on a desk. Amounts leave as whole contracts, rounded down."""

    def __init__(self, desk: Desk, *, keeps_account: bool, may_trade: bool) -> None:
        self._desk = desk
        self._reader = AccountReader(desk)
        self._settings = OrderSettings(desk)
        self._keeps_account = keeps_account
        self._may_trade = may_trade
        self._placer = OrderPlacer(desk, self._reader.settle_searches, may_trade=may_trade)

    # -- identity --------------------------------------------------------------

    @property
    def name(self) -> str:
        return NAME

    @property
    def is_simulated(self) -> bool:
        return True

    @property
    def keeps_account(self) -> bool:
        return self._keeps_account

    @property
    def order_validity_ms(self) -> int:
        return VALIDITY_MS

    @property
    def capabilities(self) -> VenueCapabilities:
        return CAPABILITIES

    # -- orders ----------------------------------------------------------------

    def prepare_order(self, client_order_id: str, terms: OrderTerms) -> PreparedOrder:
        """Serialise a placement. Raises `RequestRejected`.

        The bytes are the order's own parameters; key, time, nonce and signature are put behind
        them when it is sent.
        """
        if not self._may_trade:
            raise RequestRejected(FORBIDDEN, venue=VENUE)
        if self._desk.listed is None:
            raise RequestRejected("Bit-Z's contract list was not read yet. Wait a moment, then try again.", venue=VENUE)
        listed = self._desk.listed.of(terms.instrument_id)
        parameters = order_parameters(listed, terms, self._settings.mode(terms.instrument_id))
        return PreparedOrder(client_order_id, PLACE, own_form(parameters), is_exit=terms.effect is Effect.CLOSE)

    async def submit_order(self, prepared: PreparedOrder) -> SubmitOutcome:
        """Send once; never raises. Waits while another order of the contract is on its way."""
        return await self._placer.submit(prepared)

    def prepare_trigger(self, client_order_id: str, terms: TriggerTerms) -> PreparedOrder:
        """Refuse: there are none. Raises `RequestRejected`."""
        del client_order_id, terms
        raise RequestRejected(_NO_TRIGGERS, venue=VENUE)

    async def protect(
        self, position: Position, stop: Decimal | None, target: Decimal | None, *, stop_id: str, target_id: str
    ) -> Protection:
        """Refuse: the venue keeps no triggers. Raises `RequestRejected`."""
        del position, stop, target, stop_id, target_id
        raise RequestRejected(_NO_TRIGGERS, venue=VENUE)

    async def modify_trigger(self, venue_order_id: str, trigger_price: Decimal) -> None:
        """Refuse: the venue keeps no triggers. Raises `RequestRejected`."""
        del venue_order_id, trigger_price
        raise RequestRejected(_NO_TRIGGERS, venue=VENUE)

    async def cancel_trigger(self, venue_order_id: str) -> bool:
        """Give False: there is none."""
        del venue_order_id
        return False

    async def cancel_order(self, instrument_id: InstrumentId, venue_order_id: str) -> bool:
        """Ask to cancel; False when the order is done or unknown. Raises `VenueError`."""
        listed = (await self._desk.catalogue()).of(instrument_id)
        try:
            await self._desk.calls.cancel(venue_order_id)
        except RequestRejected as error:
            if rule_of(int(error.code)).kind is Kind.ORDER_STATE:
                return False
            raise
        self._desk.touch(listed.contract_id)
        return True

    async def cancel_all(self, instrument_id: InstrumentId | None) -> int:
        """Cancel each resting order, and list again until none is left; three rounds at most.

        Raises:
            OutcomeUnknown: some still rest.
            VenueError: a listing or a cancel failed.
        """
        taken = 0
        with way_out():
            for _ in range(_CANCEL_ROUNDS):
                resting = await self._resting(instrument_id)
                if not resting:
                    return taken
                for report in resting:
                    taken += await self.cancel_order(report.instrument_id, report.venue_order_id)
            left = len(await self._resting(instrument_id))
        if left:
            raise OutcomeUnknown(f"{left} orders still rest after {_CANCEL_ROUNDS} rounds of cancelling.", venue=VENUE)
        return taken

    async def close_position(self, instrument_id: InstrumentId) -> CloseOutcome:
        """Cancel what rests there, then close what is held at market.

        Raises:
            OutcomeUnknown: not known whether the close arrived; read `positions`.
            VenueError: it could not be asked; nothing was closed.
        """
        catalogue = await self._desk.catalogue()
        listed = catalogue.of(instrument_id)
        await self.cancel_all(instrument_id)
        with way_out():
            row = await self._desk.calls.active_position(listed.contract_id)
        if row is None:
            return CloseOutcome((), (), triggers_cancelled=True)
        parameters: Parameters = {
            "contractId": listed.contract_id,
            "amount": f"{row.amount:f}",
            "leverage": f"{row.leverage:f}",
            "direction": str(-row.direction),
            "type": "market",
            "isCross": str(row.is_cross),
        }
        return await self._close(listed, parameters)

    async def close_everything(self) -> CloseOutcome:
        """Close every position, one contract after the other. Raises as `close_position`."""
        with way_out():
            held = await self._reader.positions()
        outcomes = [await self.close_position(position.instrument_id) for position in held]
        return CloseOutcome(
            tuple(order_id for each in outcomes for order_id in each.venue_order_ids),
            tuple(words for each in outcomes for words in each.refusals),
            triggers_cancelled=all(each.triggers_cancelled for each in outcomes),
        )

    async def _close(self, listed: Listed, parameters: Parameters) -> CloseOutcome:
        if not self._may_trade:
            return CloseOutcome((), (FORBIDDEN,), triggers_cancelled=True)
        prepared = PreparedOrder("", PLACE, own_form(parameters), is_exit=True)
        outcome = await self._placer.send(prepared, Made(None, Effect.CLOSE))
        coin = base_of(listed.rules.instrument_id)
        match outcome:
            case Acknowledged(order_id):
                return CloseOutcome((order_id,), (), triggers_cancelled=True)
            case Refused(_, message, hint):
                return CloseOutcome((), (f"{coin}: {message}. {hint}",), triggers_cancelled=False)
            case NotSent(message):
                return CloseOutcome((), (f"{coin}: {message}",), triggers_cancelled=False)
            case Unclear(message):
                raise OutcomeUnknown(message, venue=VENUE, endpoint=PLACE)

    async def _resting(self, instrument_id: InstrumentId | None) -> list[OrderReport]:
        if instrument_id is None:
            return list(await self._reader.open_orders())
        listed = (await self._desk.catalogue()).of(instrument_id)
        return await self._reader.reports(listed, await self._desk.calls.open_orders(listed.contract_id))

    # -- account ---------------------------------------------------------------

    async def set_leverage(self, instrument_id: InstrumentId, leverage: int) -> None:
        """Set the leverage of later orders. Raises `RequestRejected` while something is held or open there."""
        await self._settings.set_leverage(instrument_id, leverage)

    async def leverage(self, instrument_id: InstrumentId) -> LeverageSetting:
        """Give what is in force: the position's, else what later orders will carry. Raises `VenueError`."""
        return await self._settings.leverage(instrument_id)

    async def set_margin_mode(self, instrument_id: InstrumentId, mode: MarginMode) -> None:
        """Set the mode of later orders. Raises `RequestRejected` while something is held or open there."""
        await self._settings.set_mode(instrument_id, mode)

    async def margin_mode(self, instrument_id: InstrumentId) -> MarginMode:
        """Give the mode in force. Raises `VenueError`."""
        return (await self.leverage(instrument_id)).mode

    async def balance(self) -> Balance:
        """Read the USDT wallet. Raises `VenueError`."""
        return balance_from(await self._desk.calls.account_info(), self._desk.clock.now_ms())

    async def income(self, instrument_id: InstrumentId | None, since_ms: int) -> tuple[Income, ...]:
        """Give what fills moved, oldest first; funding is shown nowhere. Raises `VenueError`."""
        found = [
            row for listed in await self._meant(instrument_id) for row in await self._reader.income(listed, since_ms)
        ]
        return tuple(sorted(found, key=lambda row: row.ts_event_ms))

    async def positions(self) -> tuple[Position, ...]:
        """Read what is held. Raises `VenueError`."""
        return await self._reader.positions()

    async def order(self, venue_order_id: str) -> OrderReport:
        """Read one order. Raises `RequestRejected` when the venue does not know it, else `VenueError`."""
        return await self._reader.order(venue_order_id)

    async def open_orders(self) -> tuple[OrderReport, ...]:
        """Read resting orders. Raises `VenueError`."""
        return await self._reader.open_orders()

    async def order_history(self, instrument_id: InstrumentId, since_ms: int) -> tuple[OrderReport, ...]:
        """Read orders made since a time, oldest first; at most 500. Raises `VenueError`."""
        (listed,) = await self._meant(instrument_id)
        return await self._reader.history(listed, since_ms)

    async def fills(self, instrument_id: InstrumentId | None, since_ms: int) -> tuple[Fill, ...]:
        """Read fills since a time, oldest first; at most 500 of a contract, of 30 days. Raises `VenueError`."""
        await self._reader.settle_searches()
        found = [
            fill for listed in await self._meant(instrument_id) for fill in await self._reader.fills(listed, since_ms)
        ]
        return tuple(sorted(found, key=lambda fill: (fill.ts_event_ms, int(fill.trade_id))))

    async def trigger_orders(self, instrument_id: InstrumentId | None) -> tuple[TriggerReport, ...]:
        """Give none: the venue keeps none."""
        del instrument_id
        return ()

    async def fired_triggers(self, instrument_id: InstrumentId, since_ms: int) -> tuple[FiredTrigger, ...]:
        """Give none: the venue keeps none."""
        del instrument_id, since_ms
        return ()

    async def upload_ai_log(self, body: bytes) -> LogReceipt:
        """Keep it: the venue takes no AI logs."""
        del body
        return LogReceipt(accepted=False, code="", message=KEPT_ON_PAPER, permanent=True, kept=True)

    async def run_private(self, sink: VenueSink) -> None:
        """Ask for orders, fills and account again and again, and tell what has changed, until cancelled."""
        await PrivatePolling(self._desk, self._reader, sink).run()

    async def _meant(self, instrument_id: InstrumentId | None) -> tuple[Listed, ...]:
        catalogue = await self._desk.catalogue()
        return tuple(catalogue) if instrument_id is None else (catalogue.of(instrument_id),)
