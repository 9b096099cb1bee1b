"""Where an account is: its venue, and what of it is used; which of them a mode has, and what differs there.

The form, the guide and the command line ask the same questions and say the same words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from terminal.domain.venues import (
    COMPETITION_VENUE,
    PRODUCTS,
    SIMULATED_ONLY,
    SITES,
    VENUES,
    product_at,
    site_of,
    venue_title,
)

DEMO: Final = "demo"
_COMPETITION: Final = "competition"
NOT_IN_COMPETITION: Final = f"In the competition only {venue_title(COMPETITION_VENUE)} may receive an order."
KEEPS: Final = (
    "An account keeps its venue, product and site: another one is another account, with a profile and a key of its own."
)
_CLOSED: Final = "Bit-Z closed in 2021: it is only there as an exchange on this machine, in mode demo."
_LOGS_KEPT: Final = "AI logs are kept here, not sent."
_PERPETUAL: Final = f"one position a pair, long or short. {_LOGS_KEPT}"
_SPOT: Final = (
    "coins are bought and sold again: no leverage, no shorts. This program keeps the stops, and only while it runs. "
    f"{_LOGS_KEPT}"
)
VENUE_STORIES: Final[Mapping[str, str]] = {
    "weex": "Perpetual contracts, long and short apart. The competition's venue: its AI logs are sent there.",
    "hashkey": f"Spot: {_SPOT}",
    "woox": f"Perpetual contracts, one position a pair, or spot. {_LOGS_KEPT}",
    "bitz": f"Closed in 2021: only its exchange on this machine. {_LOGS_KEPT}",
}
"""What a person has to know before choosing; the order is the one they are offered in."""
_DIFFERENCES: Final[Mapping[tuple[str, str], str]] = {
    ("weex", "perpetual"): "Perpetual contracts, long and short apart. AI logs are sent there.",
    ("hashkey", "spot"): f"Spot: {_SPOT}",
    ("woox", "perpetual"): f"Perpetual contracts: {_PERPETUAL}",
    ("woox", "spot"): f"Spot: {_SPOT}",
    ("bitz", "perpetual"): (
        "Perpetual contracts: one position a pair, long or short. This program keeps the stops, and only while it "
        f"runs. {_LOGS_KEPT}"
    ),
}
_SITE_WORDS: Final[Mapping[str, str]] = {
    "hashkey": "HashKey Pro and Global are two companies: each takes only its own keys. A sandbox has play money.",
    "woox": "Staging is the venue's own site for tests, with play money and keys of its own.",
}


@dataclass(frozen=True, slots=True)
class AccountPlace:
    """Where an account is. `product` and `site` "" mean the venue's first; `connection` is a file's path, mode demo."""

    venue: str = COMPETITION_VENUE
    product: str = ""
    site: str = ""
    connection: str = ""

    @property
    def title(self) -> str:
        """Name it as a person does: `WOO X spot, staging`; what a venue has only one of is left out."""
        product, site = product_at(self.venue, self.product), site_of(self.venue, self.site)
        name = f"{venue_title(self.venue)} spot" if product == "spot" else venue_title(self.venue)
        return name if site == SITES[self.venue][0] else f"{name}, {site}"

    def is_same(self, other: "AccountPlace") -> bool:
        """True when both mean one account's place; a file of this machine may lie anywhere."""
        return _whole(self) == _whole(other)


def venues_of(mode: str) -> tuple[str, ...]:
    """Give the venues an account of this mode may be at."""
    if mode == _COMPETITION:
        return (COMPETITION_VENUE,)
    return VENUES if mode == DEMO else tuple(each for each in VENUES if each not in SIMULATED_ONLY)


def why_no_venue(mode: str, venue: str) -> str:
    """Say why an account of this mode cannot be there; "" when it can."""
    if venue in venues_of(mode):
        return ""
    return NOT_IN_COMPETITION if mode == _COMPETITION else _CLOSED


def products_of(venue: str) -> tuple[str, ...]:
    """Give what a person chooses from; () where there is one."""
    return PRODUCTS[venue] if len(PRODUCTS[venue]) > 1 else ()


def sites_of(venue: str, mode: str) -> tuple[str, ...]:
    """Give what a person chooses from; () where there is one, or where the exchange is on this machine."""
    return SITES[venue] if mode != DEMO and len(SITES[venue]) > 1 else ()


def differences(place: AccountPlace, mode: str) -> str:
    """Say what is done otherwise there, and what its sites are."""
    words = [_DIFFERENCES[place.venue, product_at(place.venue, place.product)], site_words(place.venue, mode)]
    if mode == _COMPETITION:
        words.append(NOT_IN_COMPETITION)
    return " ".join(filter(None, words))


def choice_words(place: AccountPlace, mode: str) -> str:
    """Say what the choices mean beside a list that tells each venue's story; "" where there is no choice."""
    if mode == _COMPETITION:
        return NOT_IN_COMPETITION
    return differences(place, mode) if products_of(place.venue) else site_words(place.venue, mode)


def site_words(venue: str, mode: str) -> str:
    return _SITE_WORDS[venue] if sites_of(venue, mode) else ""


def usual_name(mode: str, place: AccountPlace) -> str:
    """Name a profile nobody named: each venue's account has one of its own, and so has each product of a venue."""
    if place.venue == COMPETITION_VENUE and mode != DEMO:
        return mode
    product = product_at(place.venue, place.product)
    own = "" if product == PRODUCTS[place.venue][0] else f"-{product}"
    return f"{mode}-{place.venue}{own}"


def _whole(place: AccountPlace) -> tuple[str, str, str]:
    return place.venue, product_at(place.venue, place.product), site_of(place.venue, place.site)
