"""How a venue's exchange comes to be, fresh or as it was saved, and is served."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from terminal.sim.market.engine import MarketEngine
from terminal.sim.serving import program
from terminal.sim.serving.founding import Monotonic
from terminal.sim.serving.loopback import listen
from terminal.sim.serving.options import StartOptions
from terminal.sim.serving.server import Front, RunningExchange, served
from terminal.sim.serving.store import SavedState, read_state
from terminal.sim.serving.venue import ServedVenue

V = TypeVar("V", bound=ServedVenue)
Options = TypeVar("Options", bound=StartOptions)


@dataclass(frozen=True, slots=True)
class Kind(Generic[Options, V]):
    """How a venue's exchange comes to be.

    Attributes:
        name: the venue's.
        market: gives the market of a first start.
        new: gives a fresh exchange on a market that has not moved yet.
        continued: gives the exchange as it was saved; raises `StateFileError`.
        front: gives its protocol.
    """

    name: str
    market: Callable[[Options], MarketEngine]
    new: Callable[[Options, MarketEngine, Monotonic], V]
    continued: Callable[[Options, SavedState, Monotonic], V]
    front: Callable[[V], Front]

    def run(self, options: Options) -> int:
        """Serve until SIGINT, SIGTERM or (if asked) the end of stdin; returns the exit code."""
        return program.run(lambda stop: self.running(options, stop=stop), exit_with_parent=options.exit_with_parent)

    @contextlib.asynccontextmanager
    async def running(
        self,
        options: Options,
        *,
        monotonic: Monotonic = time.monotonic,
        stop: asyncio.Event | None = None,
        market: MarketEngine | None = None,
    ) -> AsyncIterator[RunningExchange[V]]:
        """Serve on the loopback for the length of a `with` block.

        Args:
            options: the venue's.
            monotonic: seconds that only grow; a test may turn the hands itself.
            stop: set when the exchange fails, so that a waiting program ends.
            market: what `market(options)` made earlier, not yet advanced; ignored when there is a saved state.

        Raises:
            StateFileError: the state file is there but cannot be used.
        """
        saved = read_state(options.state, self.name) if options.state else None
        with contextlib.closing(listen(options.port)) as listener:
            if saved is None:
                venue = self.new(options, market or self.market(options), monotonic)
            else:
                venue = self.continued(options, saved, monotonic)
                venue.is_continued = True
            async with served(venue, self.front(venue), listener, stop) as running:
                yield running
