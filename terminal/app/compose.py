"""Builds the desk: the one place that knows every part.

Imported late (see `session`): it pulls in HTTP, validation and the model.
"""

import asyncio
import secrets
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from websockets.asyncio.client import ClientConnection

from terminal import __version__
from terminal.app.language import language_means, spend_book
from terminal.app.notify import start_notifying
from terminal.app.recording_sides import recorded
from terminal.app.references import ReferenceVenues
from terminal.app.replay_sides import replay_sides
from terminal.app.rules import rules_in_force
from terminal.app.session_key import session_key
from terminal.app.settings_watch import SettingsWatch
from terminal.app.venue_link import VenueAdapter, open_adapter
from terminal.domain.canonical import canonical_json
from terminal.domain.errors import ConfigError, VenueError
from terminal.domain.messages import Event, Level, Notice, Phase
from terminal.domain.plain_words import joined, why
from terminal.ports.market_feed import MarketFeed
from terminal.ports.venue import TradingVenue
from terminal.runtime.chance import SystemChance
from terminal.runtime.clock import SystemClock
from terminal.runtime.machine import ThisMachine
from terminal.runtime.recorded_baselines import RecordedBaselines
from terminal.runtime.stored_models import ThreadedModels
from terminal.runtime.strategy_thread import StrategyThread
from terminal.services.ai_logs.guard import SecretScreen
from terminal.services.build_mark import build_mark
from terminal.services.engine import Engine
from terminal.services.market.references import ReferenceFeed
from terminal.services.review.demo_reviewer import Reviewer
from terminal.storage.account import AccountKey, KeyLost
from terminal.storage.candles.store import CandleFiles
from terminal.storage.endpoints import Endpoints
from terminal.storage.journal import SqliteJournal, open_journal
from terminal.storage.profiles import Mode
from terminal.storage.secrets import KEY_BYTES, chain_key
from terminal.strategy.policy import PolicySettings
from terminal.strategy.team import strategist_names, team_maker
from terminal.venues.paper.adapter import PaperVenue
from terminal.venues.watching.adapter import WatchingVenue

if TYPE_CHECKING:
    from terminal.app.session import Session

RETRY_S: Final = 1.0


@dataclass(slots=True)
class Desk:
    """The parts that must be closed, in the order they must be."""

    engine: Engine
    rest: AsyncExitStack

    async def aclose(self) -> None:
        """Close the engine (which ends worker and journal), then account file and connections."""
        await self.engine.aclose()
        await self.rest.aclose()


@dataclass(frozen=True, slots=True)
class Sides:
    """What an engine trades on and listens to; `why_watching` is "" unless the key cannot be had."""

    venue: TradingVenue
    feed: MarketFeed
    why_watching: str = ""


async def compose_desk(session: "Session", emit: Callable[[Event], None], reviewer: Reviewer | None) -> Desk:
    """Join journal, adapter, worker and engine for a session whose exchange is ready.

    Raises:
        ConfigError: the profile has no key yet.
        StorageError: the journal could not be opened; its text says what to do.
    """
    chance = SystemChance()
    rules = await asyncio.to_thread(rules_in_force, session)
    async with AsyncExitStack() as undo:  # closed in the middle of it, nothing stays open
        sides = await _sides(session, emit, chance, undo)
        if sides.why_watching:
            emit(Notice(Level.ERROR, "desk", joined(f"Watching only: {sides.why_watching}"), session.clock.now_ms()))
        session.is_watching = bool(sides.why_watching)
        journal = await _journal(session, chance, undo, watching=session.is_watching)
        emit = await start_notifying(session, emit, undo, (SettingsWatch(session).hear,))
        # A demo has nobody to protect from a changed program, and must not stop after an update.
        build = "" if session.profile.mode in {Mode.DEMO, Mode.REPLAY} else await asyncio.to_thread(build_mark)
        strategy, spending = session.profile.strategy, spend_book(session)
        means = await language_means(session, emit, spending, session.model_ask)
        candles = CandleFiles(session.paths.candles, sides.venue.name, simulated=sides.venue.is_simulated)
        async with AsyncExitStack() as early:
            early.push_async_callback(journal.aclose)  # later the engine closes it
            engine = Engine(
                venue=sides.venue,
                feed=sides.feed,
                journal=journal,
                worker=StrategyThread(
                    session.clock, session.seed, team_maker(strategy, means), strategist_names(strategy)
                ),
                clock=session.clock,
                chance=chance,
                limits=session.profile.limits,
                emit=emit,
                reviewer=reviewer,
                version=__version__,
                build=build,
                rule_version=rules.book.version,
                approval=session.profile.approval,
                guardrails=session.profile.guardrails,
                rules=rules,
                screen=SecretScreen(lambda: session.log_filter.secrets),
                candles=candles,
                references=_references(session, sides.feed, chance, undo),
                is_competition=session.profile.mode is Mode.COMPETITION,
                policy=canonical_json(PolicySettings()),
            )
            early.pop_all()
        engine.core.brain.use(strategy, spending)
        engine.core.time_machine.use(ThreadedModels(session.clock))
        engine.core.rehearsal.use(ThisMachine(session.paths.root))
        engine.core.guard_kit.promotion.use(RecordedBaselines(candles))
        return Desk(engine, undo.pop_all())


def _references(
    session: "Session", feed: MarketFeed, chance: SystemChance, undo: AsyncExitStack
) -> tuple[ReferenceFeed, ...]:
    if not session.references:
        return ()
    venues = ReferenceVenues(session, feed, chance)
    undo.push_async_callback(venues.aclose)
    return venues.feeds()


async def _sides(
    session: "Session", emit: Callable[[Event], None], chance: SystemChance, undo: AsyncExitStack
) -> Sides:
    """Choose by mode what stands on the other side; `undo` closes it."""
    mode = session.profile.mode
    if mode is Mode.DEMO:
        return await _demo_sides(session, emit, chance, undo)
    if session.replay is not None:
        return Sides(*await replay_sides(session, session.replay, emit, undo))
    key, why = None, ""
    if mode.has_key:
        try:
            key = await session_key(session.profile, session.paths, session.clock, session.ask)
        except KeyLost as error:
            why = str(error)
        else:
            session.log_filter.watch(key.key, key.secret, key.passphrase)
    profile = session.profile
    adapter = _adapter(session, profile.venue, session.endpoints or profile.endpoints, key, chance)
    undo.push_async_callback(adapter.aclose)
    feed = recorded(session, adapter.capabilities, adapter, emit, undo)
    if mode is Mode.PAPER:
        paper = await asyncio.to_thread(
            PaperVenue,
            session.paths.paper_account,
            session.profile.paper_equity,
            session.clock,
            prices_of=adapter.capabilities,
        )
        undo.push_async_callback(paper.aclose)
        return Sides(paper, paper.feed(feed))
    if why:
        return Sides(WatchingVenue(adapter.name, why, adapter.capabilities), feed, why)
    return Sides(adapter, feed)


async def _demo_sides(
    session: "Session", emit: Callable[[Event], None], chance: SystemChance, undo: AsyncExitStack
) -> Sides:
    link = session.link
    if link is None:
        raise ConfigError("There is no exchange to connect to.")
    session.log_filter.watch(link.key, link.secret, link.passphrase)
    adapter = _adapter(session, link.venue, link.endpoints, AccountKey(link.key, link.secret, link.passphrase), chance)
    undo.push_async_callback(adapter.aclose)
    await _keep_step(session.clock, adapter, emit)
    return Sides(adapter, recorded(session, adapter.capabilities, adapter, emit, undo))


def _adapter(
    session: "Session", venue: str, endpoints: Endpoints, key: AccountKey | None, chance: SystemChance
) -> VenueAdapter:
    profile = session.profile
    return open_adapter(
        endpoints,
        key,
        session.clock,
        chance,
        venue=venue,
        api_version=profile.api_version,
        site=profile.site,
        product=profile.product,
        may_trade=profile.may_trade and profile.mode is not Mode.PAPER,  # paper fills are made here
        route=profile.route,
        connection=session.connection or ClientConnection,
        account_begins=session.link is not None and not session.link.continued,
    )


async def _journal(session: "Session", chance: SystemChance, undo: AsyncExitStack, *, watching: bool) -> SqliteJournal:
    """Open the profile's journal; while watching a blank one, for the real one's seal lies with the lost key.

    Raises:
        StorageError: it could not be opened; its text says what to do.
    """
    path = session.paths.journal
    if watching:
        path = Path(undo.enter_context(TemporaryDirectory(prefix="alphadesk-watching-"))) / path.name
        seal = secrets.token_bytes(KEY_BYTES)
    else:
        seal = await asyncio.to_thread(chain_key, session.profile, session.paths)
    session.log_filter.watch(seal.hex())
    return await open_journal(path, seal, now_ms=session.clock.now_ms, boot_id=chance.token(12))


async def _keep_step(clock: SystemClock, adapter: VenueAdapter, emit: Callable[[Event], None]) -> None:
    """Set a sped-up clock to the exchange's, as soon as that answers: both run at the same rate from then on."""
    said = False
    while clock.rate != 1.0:
        try:
            await adapter.sync_clock()
            clock.shift(adapter.health().clock_offset_ms or 0.0)
            await adapter.sync_clock()  # against the clock as it is now: the public stream may sign before the engine
        except VenueError as error:
            words = joined("Waiting for the exchange, which must be running", why(error))
            emit(Phase(words, ready=False))
            if not said:
                emit(Notice(Level.WARNING, "desk", words, clock.now_ms()))
                said = True
            await clock.sleep(RETRY_S)
        else:
            return
