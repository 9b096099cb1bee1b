"""One order's whole life in the real window at Bit-Z: no client ids, no stream, one order at a time."""

import os

import pytest

from helpers.venue_life import Place, live

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")


def test_half_filled_killed_found_again_cancelled_and_closed(qapp, tmp_path):
    live(Place("bitz"), tmp_path)
