import threading

import pytest

from helpers import market_paths
from helpers.step_clock import RealClock, StepClock
from terminal.strategy.embedded import EmbeddedStrategist


@pytest.fixture
def clock():
    return StepClock()


@pytest.fixture(scope="session")
def planted():
    """A market with a strong planted drift."""
    return market_paths.market(11, bars=1_400, strength=0.45)


@pytest.fixture(scope="session")
def fitted(planted):
    """A strategist fitted on the planted market, and the report of that fit."""
    strategist = EmbeddedStrategist(RealClock())
    report = strategist.fit(market_paths.training_set(planted), seed=5)
    return strategist, report


@pytest.fixture
def gate():
    """A latch that holds model code back; opened at the end whatever happens."""
    latch = threading.Event()
    yield latch
    latch.set()
