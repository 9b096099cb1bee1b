"""The venues the program knows: how settings call them and how a person does."""

from collections.abc import Mapping
from typing import Final

VENUES: Final = ("weex", "hashkey", "woox", "bitz")
"""Names in settings, on the command line and in `terminal.venues`."""
COMPETITION_VENUE: Final = "weex"
"""The only one that may receive an order under a competition profile."""
SIMULATED_ONLY: Final = frozenset({"bitz"})
"""Closed venues: they exist as a built-in exchange on this machine and nowhere else."""
SITES: Final[Mapping[str, tuple[str, ...]]] = {
    "weex": ("main",),
    "hashkey": ("pro", "global", "pro-sandbox", "global-sandbox"),
    "woox": ("main", "staging"),
    "bitz": ("main",),
}
"""What `site` of a profile may be, by venue; the first is meant when none is named."""
PRODUCTS: Final[Mapping[str, tuple[str, ...]]] = {
    "weex": ("perpetual",),
    "hashkey": ("spot",),
    "woox": ("perpetual", "spot"),
    "bitz": ("perpetual",),
}
"""What `product` of a profile may be, by venue; the first is meant when none is named."""
_TITLES: Final = {"weex": "WEEX", "hashkey": "HashKey", "woox": "WOO X", "bitz": "Bit-Z"}


def venue_title(venue: str) -> str:
    """Name a venue for a person: `woox` gives `WOO X`; a name nobody knows stays as it is."""
    return _TITLES.get(venue, venue)


def product_at(venue: str, product: str = "") -> str:
    """Give what is traded in an account there; "" is the venue's first product."""
    return product or PRODUCTS[venue][0]


def site_of(venue: str, site: str = "") -> str:
    """Give the site an account is at; "" is the venue's first."""
    return site or SITES[venue][0]


def is_competition_venue(title: str) -> bool:
    """Tell by an adapter's own name whether the competition is held there."""
    return title == venue_title(COMPETITION_VENUE)
