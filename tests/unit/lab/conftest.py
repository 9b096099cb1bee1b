"""Histories of the built-in market: made once, read by all."""

import pytest

from helpers.lab_history import history
from terminal.lab.market import LabMarket


@pytest.fixture(scope="session")
def planted() -> LabMarket:
    return history(20, pattern=1.5)


@pytest.fixture(scope="session")
def plain_market() -> LabMarket:
    return history(20, pattern=0.0)
