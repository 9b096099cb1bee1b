"""What a seat hears of venues: where orders go and what can be done there, and what others ask for the same."""

from dataclasses import dataclass

from terminal.domain.capabilities import TradedVenue
from terminal.domain.references import ReferencesChanged


@dataclass(frozen=True, slots=True)
class VenueShown:
    """Told once at the start: what the venue of this run can do."""

    venue: TradedVenue


VenueEvent = VenueShown | ReferencesChanged
