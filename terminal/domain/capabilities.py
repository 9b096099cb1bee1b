"""What a venue can do at all: what the desk may offer there, and what it must do by itself instead."""

from dataclasses import dataclass
from enum import Enum

from terminal.domain.venues import COMPETITION_VENUE, is_competition_venue, venue_title


class ProductKind(Enum):
    PERPETUAL = "PERPETUAL"
    SPOT = "SPOT"


@dataclass(frozen=True, slots=True)
class VenueCapabilities:
    """Fixed for the life of an adapter; read before anything is asked of the venue.

    `leverage`: can be set and read, per instrument or per order. `short` is False on spot, where a
    holding of the base coin is a long position with leverage 1. `hedge_mode`: long and short of an
    instrument are held apart; else they are one net position. `triggers`: the venue keeps stops and
    targets; else the program watches the price itself. `reduce_only`: the venue refuses an exit that
    would open the other side. `client_order_ids`: the venue remembers our id of an order; else an
    unclear order is matched by its terms. `orders_in_flight_per_instrument`: how many orders may be
    on their way at once, None for any number. `private_stream`: else the adapter polls, and emits the
    same events. `ai_logs`: the competition's AI logs can be uploaded here. `market_orders`: else the
    adapter sends a price-capped IOC order in their place.
    """

    product: ProductKind
    leverage: bool
    margin_modes: bool
    short: bool
    hedge_mode: bool
    triggers: bool
    reduce_only: bool
    client_order_ids: bool
    orders_in_flight_per_instrument: int | None
    private_stream: bool
    ai_logs: bool
    market_orders: bool

    @property
    def is_spot(self) -> bool:
        return self.product is ProductKind.SPOT


FULL_CAPABILITIES = VenueCapabilities(
    product=ProductKind.PERPETUAL,
    leverage=True,
    margin_modes=True,
    short=True,
    hedge_mode=True,
    triggers=True,
    reduce_only=True,
    client_order_ids=True,
    orders_in_flight_per_instrument=None,
    private_stream=True,
    ai_logs=True,
    market_orders=True,
)
"""A perpetual venue with everything the desk knows how to use (WEEX, the paper venue)."""


@dataclass(frozen=True, slots=True)
class TradedVenue:
    """Where orders of this run go. `title` is the venue's name as a person knows it.

    `is_competition`: under the competition's profile, where only its own venue may receive an order.
    """

    title: str = "WEEX"
    capabilities: VenueCapabilities = FULL_CAPABILITIES
    is_competition: bool = False

    @property
    def why_no_orders(self) -> str:
        """Say why nothing may be sent there; "" where orders may go."""
        if not self.is_competition or is_competition_venue(self.title):
            return ""
        home = venue_title(COMPETITION_VENUE)
        return f"this is a competition profile, and only {home} may receive its orders, not {self.title}"
