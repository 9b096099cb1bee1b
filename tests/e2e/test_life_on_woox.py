"""One order's whole life in the real window at WOO X: numbers for ids, market orders that carry a price."""

import os

import pytest

from helpers.venue_life import Place, live

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")


def test_half_filled_killed_found_again_cancelled_and_closed(qapp, tmp_path):
    live(Place("woox", speed=6.0), tmp_path)  # it takes ten changes of leverage a minute, and there are eight pairs


def test_the_same_on_spot(qapp, tmp_path):
    live(Place("woox", "spot", books="spot"), tmp_path)
