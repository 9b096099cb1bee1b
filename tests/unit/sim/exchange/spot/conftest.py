"""One spot account on a market that moves by hand."""

import pytest
from spot_seat import RULES, SpotSeat


@pytest.fixture
def seat():
    return SpotSeat()


@pytest.fixture
def seat_on():
    """A seat on books that exist already."""
    return SpotSeat


@pytest.fixture
def spot_rules():
    return dict(RULES)
