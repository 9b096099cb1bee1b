"""One order's whole life in the real window at HashKey: spot, its stops kept by this program."""

import os

import pytest

from helpers.venue_life import Place, live

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")


def test_half_filled_killed_found_again_cancelled_and_closed(qapp, tmp_path):
    live(Place("hashkey"), tmp_path)
