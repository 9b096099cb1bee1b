"""Builds the desk: the one place that knows every part.

Imported late (see `session`): it pulls in HTTP, validation and the model.
"""

from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from terminal import __version__
from terminal.domain.errors import ConfigError, VenueError
from terminal.domain.messages import Event, Level, Notice, Phase
from terminal.runtime.chance import SystemChance
from terminal.runtime.clock import SystemClock
from terminal.runtime.strategy_thread import StrategyThread
from terminal.services.demo_reviewer import Reviewer
from terminal.services.engine import Engine
from terminal.storage.journal import open_journal
from terminal.storage.secrets import chain_key
from terminal.venues.weex.adapter import Credentials, WeexAdapter

if TYPE_CHECKING:
    from terminal.app.session import Session

RETRY_S: Final = 1.0


@dataclass(slots=True)
class Desk:
    """The parts that must be closed, in the order they must be."""

    engine: Engine
    adapter: WeexAdapter

    async def aclose(self) -> None:
        """Close the engine (which ends worker and journal), then the connections."""
        await self.engine.aclose()
        await self.adapter.aclose()


async def compose_desk(session: "Session", emit: Callable[[Event], None], reviewer: Reviewer | None) -> Desk:
    """Join journal, adapter, worker and engine for a session whose exchange is ready.

    Raises:
        StorageError: the journal could not be opened; its text says what to do.
    """
    link = session.link
    if link is None:
        raise ConfigError("There is no exchange to connect to.")
    session.log_filter.watch(link.key, link.secret, link.passphrase)
    chance = SystemChance()
    journal = await open_journal(
        session.paths.journal,
        chain_key(session.profile, session.paths),
        now_ms=session.clock.now_ms,
        boot_id=chance.token(12),
    )
    async with AsyncExitStack() as undo:  # closed in the middle of it, nothing stays open
        undo.push_async_callback(journal.aclose)
        adapter = WeexAdapter(
            link.rest_url,
            link.public_stream_url,
            link.private_stream_url,
            Credentials(link.key, link.secret, link.passphrase),
            session.clock,
            chance,
            simulated=True,
        )
        undo.push_async_callback(adapter.aclose)
        await _keep_step(session.clock, adapter, emit)
        engine = Engine(
            venue=adapter,
            feed=adapter,
            journal=journal,
            worker=StrategyThread(session.clock, session.seed),
            clock=session.clock,
            chance=chance,
            limits=session.profile.limits,
            emit=emit,
            reviewer=reviewer,
            version=__version__,
        )
        undo.pop_all()
    return Desk(engine, adapter)


async def _keep_step(clock: SystemClock, adapter: WeexAdapter, emit: Callable[[Event], None]) -> None:
    """Set a sped-up clock to the exchange's, as soon as that answers: both run at the same rate from then on."""
    said = False
    while clock.rate != 1.0:
        try:
            await adapter.sync_clock()
            clock.shift(adapter.health().clock_offset_ms or 0.0)
            await adapter.sync_clock()
        except VenueError as error:
            words = f"Waiting for the exchange, which must be running: {error}"
            emit(Phase(words, ready=False))
            if not said:
                emit(Notice(Level.WARNING, "desk", words, clock.now_ms()))
                said = True
            await clock.sleep(RETRY_S)
        else:
            return
