"""Exchanges for the tests of this folder; see `woox_desk`."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest_asyncio
from woox_desk import OPTIONS, Client, started


@pytest_asyncio.fixture
async def client() -> AsyncIterator[Client]:
    """A fresh exchange that allows any number of calls."""
    async with started(replace(OPTIONS, generosity=1_000)) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def reader() -> AsyncIterator[Client]:
    """One exchange for all tests of a module that only read."""
    async with started(replace(OPTIONS, generosity=1_000)) as running:
        yield running
