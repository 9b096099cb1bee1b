"""Asks models that are kept as text, in a thread: the code is that of `alphadesk replay`."""

import asyncio

from terminal.domain.decision import Outcome
from terminal.domain.frozen import ModelFitted
from terminal.domain.snapshot import MarketSnapshot
from terminal.ports.clock import Clock
from terminal.strategy.replay import decide_again


class ThreadedModels:
    """`terminal.ports.past.StoredModels`; `clock` measures the time taken and decides nothing."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def answer(self, snapshot: MarketSnapshot, fitted: ModelFitted) -> Outcome:
        """Ask a stored model about a snapshot.

        Raises:
            ModelUnavailable: this version cannot read it.
        """
        return await asyncio.to_thread(decide_again, snapshot, fitted, self._clock)
