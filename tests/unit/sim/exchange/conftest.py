"""One account on a market that moves by hand."""

import pytest
from hand_market import Desk


@pytest.fixture
def desk():
    return Desk()
