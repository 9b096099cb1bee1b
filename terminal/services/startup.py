"""The start, step by step: prices first, then what trading needs; every step repeats until it works."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from terminal.domain.errors import AuthFailed, RateLimited, StorageError, VenueError
from terminal.domain.instrument import InstrumentId, base_of
from terminal.domain.messages import Event, InstrumentsLoaded, Level, Phase
from terminal.domain.plain_words import clause, joined, why
from terminal.domain.records import SessionOpened
from terminal.domain.risk import TradingState
from terminal.ports.clock import Clock
from terminal.ports.market_feed import MarketFeed
from terminal.services.journal_writer import COMMIT_LIMIT_S, CommitTooSlow, JournalWriter
from terminal.services.market.hub import MarketHub
from terminal.services.orders.leverage_keeper import LeverageKeeper
from terminal.services.positions.portfolio import Portfolio
from terminal.services.recovery.recovery import Recovery
from terminal.services.reporter import Reporter
from terminal.services.review.model_keeper import ModelKeeper
from terminal.services.trading_switch import TradingSwitch

_WAITS_S: Final = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
_AT_ONCE: Final = 4
START_LIMIT_S: Final = 5.0


async def write_start(
    writer: JournalWriter, clock: Clock, emit: Callable[[Event], None], opened: SessionOpened
) -> None:
    """Write that the program started. A busy disk may take longer here than later: nothing can be late yet.

    Raises:
        StorageError: not written, or not in time; its text says what to do.
    """

    async def say_slow() -> None:
        await clock.sleep(COMMIT_LIMIT_S)
        emit(Phase("Waiting for the journal: its disk is busy", ready=False))

    saying = asyncio.ensure_future(say_slow())
    try:
        await writer.commit(opened, limit_s=START_LIMIT_S)
    except CommitTooSlow as error:
        raise StorageError(
            f"The journal could not be written within {START_LIMIT_S:g} s: its disk is busy. "
            "Let other programs finish with the disk, then start again."
        ) from error
    finally:
        saying.cancel()


class Startup:
    """Runs once. `start_private` opens the private stream, before the first comparison (4.2).

    `private_told` waits, not for long, until that stream has said whether it is there: what it
    brings about would otherwise have to be compared once more right after the start.
    """

    def __init__(
        self,
        feed: MarketFeed,
        hub: MarketHub,
        portfolio: Portfolio,
        leverage: LeverageKeeper,
        recovery: Recovery,
        keeper: ModelKeeper,
        switch: TradingSwitch,
        clock: Clock,
        reporter: Reporter,
        instruments: tuple[InstrumentId, ...],
        *,
        emit: Callable[[Event], None],
        start_private: Callable[[], None],
        private_told: Callable[[], Awaitable[None]],
    ) -> None:
        self._feed = feed
        self._hub = hub
        self._portfolio = portfolio
        self._leverage = leverage
        self._recovery = recovery
        self._keeper = keeper
        self._switch = switch
        self._clock = clock
        self._reporter = reporter
        self._ids = instruments
        self._emit = emit
        self._start_private = start_private
        self._private_told = private_told
        self.ready = asyncio.Event()

    async def run(self) -> None:
        """Bring everything up; returns when trading may begin."""
        await self._until_done("Measuring the venue's clock", self._feed.sync_clock)
        await self._until_done("Loading contracts", self._load_contracts)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._bring_up_market())
            group.create_task(self._bring_up_account())
        self._switch.clear("start")
        self.ready.set()
        self._emit(Phase("Ready", ready=True))

    async def _bring_up_market(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._until_done("Reading funding rates", self._load_funding))
            group.create_task(self._bring_up_model())

    async def _bring_up_model(self) -> None:
        await self._until_done("Loading bars", self._load_bars)
        await self._keeper.recall()
        self._hub.start_counting()
        going_on = "Going on with the model of the run before"
        self._emit(Phase("Training the model" if self._keeper.kept is None else going_on, ready=False))
        self._keeper.begin()

    async def _bring_up_account(self) -> None:
        await self._until_done("Reading the account", self._portfolio.refresh)
        self._start_private()
        await self._until_done("Setting leverage", self._set_leverage)
        await self._private_told()
        self._emit(Phase("Comparing our records with the venue", ready=False))
        tries = 0
        while not await self._recovery.run_pass():
            await self._clock.sleep(_WAITS_S[min(tries, len(_WAITS_S) - 1)])
            tries += 1

    # -- steps -----------------------------------------------------------------

    async def _load_contracts(self) -> None:
        loaded = tuple(rules for rules in await self._feed.instruments() if rules.instrument_id in self._ids)
        self._hub.instruments.update((rules.instrument_id, rules) for rules in loaded)
        missing = [each for each in self._ids if each not in self._hub.instruments]
        if missing:
            words = f"The venue lists no contract rules for {', '.join(map(base_of, missing))}: they cannot be traded."
            self._reporter.notice(Level.WARNING, "contracts", words)
        self._hub.watch()  # what is not listed has no bars to follow
        self._emit(InstrumentsLoaded(loaded))

    async def _load_bars(self) -> None:
        await self._for_each(self._hub.load)

    async def _set_leverage(self) -> None:
        """Bring the pairs to their leverage, as far as the venue lets us ask now.

        A pair opens nothing before its leverage was read back, so the start need not wait for the
        others' turn: the keeper goes on asking for them.
        """
        try:
            await self._leverage.set_all(self._ids)
        except RateLimited as error:
            words = "The leverage of some pairs is not read back yet; they open nothing until it is"
            self._reporter.notice(Level.INFO, "leverage", joined(words, why(error)))

    async def _load_funding(self) -> None:
        await self._for_each(self._hub.load_funding)

    async def _for_each(self, step: Callable[[InstrumentId], Awaitable[None]]) -> None:
        turn = asyncio.Semaphore(_AT_ONCE)

        async def one(instrument_id: InstrumentId) -> None:
            async with turn:
                await step(instrument_id)

        results = await asyncio.gather(*(one(each) for each in self._ids), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result

    async def _until_done(self, what: str, step: Callable[[], Awaitable[None]]) -> None:
        """Repeat a step while the venue fails; a refused key halts until a person has acted."""
        self._emit(Phase(what, ready=False))
        tries = 0
        while True:
            try:
                await step()
                break
            except AuthFailed as error:
                trouble = _key_trouble(error)
                self._switch.demand(f"key: {what}", TradingState.HALTED, f"{trouble}. {clause(why(error))}")
                self._emit(Phase(f"{what}: {trouble}", ready=False))
                tries = len(_WAITS_S)
            except VenueError as error:
                self._reporter.failing(what.lower(), f"{what} did not work", error)
                self._emit(Phase(f"{what}: waiting for the venue", ready=False))
            await self._clock.sleep(_WAITS_S[min(tries, len(_WAITS_S) - 1)])
            tries += 1
        self._reporter.works(what.lower())
        self._switch.clear(f"key: {what}")


def _key_trouble(error: AuthFailed) -> str:
    """Only a venue that answered can have refused; without its code we never had a usable key."""
    return "the venue refuses our key" if error.code else "the account cannot be used"
