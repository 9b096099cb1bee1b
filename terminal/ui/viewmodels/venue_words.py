"""The venue of an account in words: its name, its kind, and what cannot be done there."""

from terminal.domain.capabilities import TradedVenue, VenueCapabilities


def venue_name(traded: TradedVenue) -> str:
    """Name the venue as labels do: `WEEX`, `HashKey spot`."""
    return f"{traded.title} spot" if traded.capabilities.is_spot else traded.title


def short_lacks(traded: TradedVenue) -> str:
    """Say in place of the leverage controls why they are not there; "" where they are."""
    can = traded.capabilities
    if can.leverage and can.margin_modes:
        return ""
    kind = "spot" if can.is_spot else traded.title
    return f"{kind}: no leverage" if not can.leverage else f"{kind}: one margin mode"


def lacks(can: VenueCapabilities) -> tuple[str, ...]:
    """Say what the venue has not, and what is done instead; () where it has everything."""
    found = (
        (can.leverage, _paid_in_full(can)),
        (can.short, "No shorts: only coins that are held can be sold."),
        (
            can.hedge_mode or not can.short,
            "Long and short are one position: one side is closed before the other opens.",
        ),
        (can.triggers, "It keeps no stops or targets: this program watches the price, and only while it runs."),
        (can.market_orders, "No market orders: a limit at a capped price is sent that fills at once or not at all."),
        (can.reduce_only, "No reduce-only orders: an exit is cut to what is held before it is sent."),
        (can.private_stream, "It does not report fills by itself: they are asked for every few seconds."),
        (can.client_order_ids, "It does not know our order ids: an unclear order is found by its terms."),
        (can.orders_in_flight_per_instrument is None, "One order of a pair at a time: the next waits for its answer."),
        (can.ai_logs, "It takes no AI logs: they are kept here."),
    )
    return tuple(words for has, words in found if not has)


def venue_tip(traded: TradedVenue) -> str:
    """Name the venue and say everything it has not."""
    missing = lacks(traded.capabilities)
    said = missing or ("Everything this program can do is possible there.",)
    return "\n".join((f"Orders of this account go to {venue_name(traded)}.", *said))


def _paid_in_full(can: VenueCapabilities) -> str:
    return "No leverage: an order is paid in full." if can.is_spot else "Leverage cannot be set there."
