from dataclasses import replace

from terminal.domain.capabilities import FULL_CAPABILITIES, ProductKind
from terminal.ports import venue


def test_the_seam_gives_the_same_words_as_the_domain():
    assert venue.ProductKind is ProductKind
    assert isinstance(FULL_CAPABILITIES, venue.VenueCapabilities)


def test_a_spot_venue_says_so():
    assert not FULL_CAPABILITIES.is_spot
    assert replace(FULL_CAPABILITIES, product=ProductKind.SPOT, short=False).is_spot
