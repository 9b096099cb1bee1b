"""A venue without its key: prices may be watched, nothing can be read of the account or sent.

Stands in for the real account when the key cannot be had (a locked or lost vault). It has
no connection and no signer.
"""

# ruff: noqa: ARG002 - the port fixes the arguments, and here nothing is done with any of them

import asyncio
from decimal import Decimal

from terminal.domain.account import Balance, Income, LeverageSetting, MarginMode
from terminal.domain.capabilities import FULL_CAPABILITIES, VenueCapabilities
from terminal.domain.errors import AuthFailed, RequestRejected
from terminal.domain.fill import Fill
from terminal.domain.instrument import InstrumentId
from terminal.domain.market import StreamState
from terminal.domain.order import OrderTerms
from terminal.domain.position import Position
from terminal.ports.venue import (
    CloseOutcome,
    FiredTrigger,
    LogReceipt,
    NotSent,
    OrderReport,
    PreparedOrder,
    Protection,
    SubmitOutcome,
    TriggerReport,
    TriggerTerms,
    VenueSink,
)


class WatchingVenue:
    """Refuses everything, and says why and what to do (`reason`)."""

    def __init__(self, name: str, reason: str, capabilities: VenueCapabilities = FULL_CAPABILITIES) -> None:
        self._name = name
        self._reason = reason
        self._capabilities = capabilities

    @property
    def name(self) -> str:
        return self._name

    @property
    def is_simulated(self) -> bool:
        return False

    @property
    def keeps_account(self) -> bool:
        return True

    @property
    def order_validity_ms(self) -> int:
        return 0

    @property
    def capabilities(self) -> VenueCapabilities:
        """What the venue can do that this one stands in for."""
        return self._capabilities

    def prepare_order(self, client_order_id: str, terms: OrderTerms) -> PreparedOrder:
        """Refuse. Raises `RequestRejected`."""
        raise RequestRejected(f"Nothing can be sent: {self._reason}")

    async def submit_order(self, prepared: PreparedOrder) -> SubmitOutcome:
        return NotSent(self._reason)

    def prepare_trigger(self, client_order_id: str, terms: TriggerTerms) -> PreparedOrder:
        """Refuse. Raises `RequestRejected`."""
        raise RequestRejected(f"Nothing can be sent: {self._reason}")

    async def protect(
        self, position: Position, stop: Decimal | None, target: Decimal | None, *, stop_id: str, target_id: str
    ) -> Protection:
        """Refuse. Raises `RequestRejected`."""
        raise RequestRejected(f"Nothing can be sent: {self._reason}")

    async def cancel_order(self, instrument_id: InstrumentId, venue_order_id: str) -> bool:
        """Refuse. Raises `AuthFailed`, as everything below."""
        raise self._refusal()

    async def modify_trigger(self, venue_order_id: str, trigger_price: Decimal) -> None:
        raise self._refusal()

    async def cancel_trigger(self, venue_order_id: str) -> bool:
        raise self._refusal()

    async def close_position(self, instrument_id: InstrumentId) -> CloseOutcome:
        raise self._refusal()

    async def close_everything(self) -> CloseOutcome:
        raise self._refusal()

    async def set_margin_mode(self, instrument_id: InstrumentId, mode: MarginMode) -> None:
        raise self._refusal()

    async def margin_mode(self, instrument_id: InstrumentId) -> MarginMode:
        raise self._refusal()

    async def income(self, instrument_id: InstrumentId | None, since_ms: int) -> tuple[Income, ...]:
        raise self._refusal()

    async def cancel_all(self, instrument_id: InstrumentId | None) -> int:
        raise self._refusal()

    async def set_leverage(self, instrument_id: InstrumentId, leverage: int) -> None:
        raise self._refusal()

    async def leverage(self, instrument_id: InstrumentId) -> LeverageSetting:
        raise self._refusal()

    async def balance(self) -> Balance:
        raise self._refusal()

    async def positions(self) -> tuple[Position, ...]:
        raise self._refusal()

    async def order(self, venue_order_id: str) -> OrderReport:
        raise self._refusal()

    async def open_orders(self) -> tuple[OrderReport, ...]:
        raise self._refusal()

    async def order_history(self, instrument_id: InstrumentId, since_ms: int) -> tuple[OrderReport, ...]:
        raise self._refusal()

    async def fills(self, instrument_id: InstrumentId | None, since_ms: int) -> tuple[Fill, ...]:
        raise self._refusal()

    async def trigger_orders(self, instrument_id: InstrumentId | None) -> tuple[TriggerReport, ...]:
        raise self._refusal()

    async def fired_triggers(self, instrument_id: InstrumentId, since_ms: int) -> tuple[FiredTrigger, ...]:
        raise self._refusal()

    async def upload_ai_log(self, body: bytes) -> LogReceipt:
        raise self._refusal()

    async def run_private(self, sink: VenueSink) -> None:
        """Say why there is no account stream, and wait to be cancelled."""
        sink(StreamState("private", connected=False, detail=self._reason))
        await asyncio.Event().wait()

    def _refusal(self) -> AuthFailed:
        return AuthFailed(self._reason)
