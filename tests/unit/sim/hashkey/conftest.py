"""HashKey exchanges for tests."""

import pytest
import pytest_asyncio
from hashkey_seat import OPTIONS, started


@pytest.fixture
def start():
    """Start an exchange with options of the test's own."""
    return started


@pytest.fixture
def options():
    return OPTIONS


@pytest_asyncio.fixture
async def client():
    async with started() as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def reader():
    """One exchange for all tests of a module that only read."""
    async with started() as running:
        yield running
