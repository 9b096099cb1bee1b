"""The venues the program knows: how settings call them and how a person does."""

from typing import Final

VENUES: Final = ("weex", "hashkey", "woox", "bitz")
"""Names in settings, on the command line and in `terminal.venues`."""
COMPETITION_VENUE: Final = "weex"
"""The only one that may receive an order under a competition profile."""
SIMULATED_ONLY: Final = frozenset({"bitz"})
"""Closed venues: they exist as a built-in exchange on this machine and nowhere else."""
_TITLES: Final = {"weex": "WEEX", "hashkey": "HashKey", "woox": "WOO X", "bitz": "Bit-Z"}


def venue_title(venue: str) -> str:
    """Name a venue for a person: `woox` gives `WOO X`; a name nobody knows stays as it is."""
    return _TITLES.get(venue, venue)


def is_competition_venue(title: str) -> bool:
    """Tell by an adapter's own name whether the competition is held there."""
    return title == venue_title(COMPETITION_VENUE)
