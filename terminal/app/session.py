"""One running desk: the profile it holds, the exchange it may own, and the engine on top.

Made before any window, so that the lock is taken and the exchange is starting while Qt
loads. What the engine needs (HTTP, validation, the model) is imported after the first
paint, on another thread.
"""

import asyncio
import getpass
import hashlib
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from terminal.app.exchange_process import ExchangeProcess
from terminal.app.log_file import start_log
from terminal.domain.errors import ConfigError, TerminalError
from terminal.domain.messages import Event, Phase
from terminal.domain.venues import venue_title
from terminal.runtime.clock import SystemClock
from terminal.storage.endpoints import Endpoints
from terminal.storage.first_start import is_first_start
from terminal.storage.lock import ProfileLock
from terminal.storage.mode_mark import claim_folder
from terminal.storage.paths import ProfilePaths, profile_paths
from terminal.storage.profiles import DEMO_FIRST_MS, DEMO_SEED, DEMO_SPEED, Mode, Profile, VenueConnection, load_profile

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

    from terminal.app.compose import Desk as ComposedDesk
    from terminal.app.model_keys import ModelKeyAsk
    from terminal.app.replay_run import ReplayRun, ReplayWish
    from terminal.app.session_key import KeyAsk
    from terminal.services.engine import Engine
    from terminal.services.notify.desk import NotifyDesk
    from terminal.services.review.demo_reviewer import Reviewer


NO_NAME: Final = "You"  # the reviewer of a profile that names none


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """What the command line asked for; None means the profile's own value.

    `rate` is for measuring: market messages a second of the built-in exchange, 0 = as its market goes.
    `beside`: what a demo on its own exchange compares where neither `references` nor the profile says it.
    `replay`: a recorded day in place of a market. `is_plain`: nothing was asked for at all; then the very first
    start opens the guide.
    """

    profile: str = "demo"
    connect: Path | None = None
    seed: int | None = None
    speed: float | None = None
    rate: int = 0
    references: tuple[str, ...] | None = None
    beside: tuple[str, ...] = ()
    replay: "ReplayWish | None" = None
    is_plain: bool = False


class Session:
    """Everything of one run below the window.

    Attributes:
        clock: the engine's clock; runs at the exchange's speed.
        log_filter: hides secrets in the log file; it must be told of each.
        link: where the built-in exchange listens; None until it is ready, and in every mode but the demo.
        references: venues whose prices are compared.
        replay: the recorded day that is played; None where a market is there now.
        endpoints: other addresses than the venue's own, for tests; None means its own.
        ask: whom to ask for a key or password at the start; None where nobody sits.
        model_ask: whom to ask for the key of a language model then; None where nobody sits, or none decides.
        engine: None until `start` has made it.
        notify: who calls a person; None until then.
        is_watching: the key cannot be had, so this run's journal is a blank one.
        connection: the kind of socket of the public stream; None is the usual one.
    """

    def __init__(self, options: SessionOptions, *, endpoints: Endpoints | None = None) -> None:
        """Take the profile and, in a demo, start its exchange.

        Raises:
            ConfigError: no such profile, the file named by --connect is unusable, or an option does not fit the mode.
            ProfileInUse: another program holds it.
            StorageError: its folder holds the journal of another mode.
        """
        self.replay: ReplayRun | None = None if options.replay is None else _open_replay(options.replay)
        self.profile: Profile = load_profile(options.profile) if self.replay is None else self.replay.profile
        self.endpoints = endpoints
        self.ask: KeyAsk | None = None
        self.model_ask: ModelKeyAsk | None = None
        self._refuse_demo_options(options)
        self.link: VenueConnection | None = self._connection(options)
        self.references = self._references(options)
        self.seed = self.profile.seed if options.seed is None else options.seed
        self.speed = self._speed(options)
        self.paths: ProfilePaths = profile_paths(self._folder(), mode=self.profile.kind)
        self._lock = ProfileLock(self.paths.lock)
        try:
            claim_folder(self.paths, self.profile.mode)
        except TerminalError:
            self._lock.release()
            raise
        self.log_filter = start_log(self.paths.log)
        self._exchange: ExchangeProcess | None = None
        if self.link is None and self.is_demo:
            self._exchange = ExchangeProcess(
                seed=self.seed,
                speed=self.speed,
                state=self.paths.exchange_state,
                log=self.paths.exchange_log,
                rate=options.rate,
                venue=self.profile.venue,
                start_ms=DEMO_FIRST_MS if self._is_newcomers else None,
            )
        self.clock = SystemClock(rate=self.speed) if self.replay is None else self.replay.clock
        self.reviewer = login_name() if self.profile.reviewer == NO_NAME else self.profile.reviewer
        self.engine: Engine | None = None
        self.connection: type[ClientConnection] | None = None
        self.notify: NotifyDesk | None = None
        self.is_watching = False
        self._desk: ComposedDesk | None = None

    @property
    def _is_newcomers(self) -> bool:
        """True at a user's first start of all, on the demo's own market, which begins at the same hour for all."""
        return (self.seed, self.speed) == (DEMO_SEED, DEMO_SPEED) and is_first_start()

    @property
    def settings_profile(self) -> Profile:
        """Whose settings these are: a replay goes by those of the profile that recorded the day."""
        return self.profile if self.replay is None else self.replay.base

    @property
    def is_demo(self) -> bool:
        return self.profile.mode is Mode.DEMO

    def _refuse_demo_options(self, options: SessionOptions) -> None:
        given = {
            "--connect": options.connect,
            "--seed": options.seed,
            "--speed": options.speed,
            "--references": options.references,
        }
        named = [name for name, value in given.items() if value is not None]
        if named and not self.is_demo:
            raise ConfigError(
                f"{', '.join(named)} is for the built-in exchange; profile {self.profile.name} is in mode "
                f"{self.profile.mode.value}. Leave it out, or use --profile demo."
            )

    def _connection(self, options: SessionOptions) -> VenueConnection | None:
        if options.connect is None:
            return self.profile.connection
        from terminal.storage.profile_file import read_connection

        return read_connection(options.connect)

    def _references(self, options: SessionOptions) -> tuple[str, ...]:
        """The venues whose prices are compared.

        Raises:
            ConfigError: one of them is where orders go.
        """
        own = self.profile.venue if self.link is None else self.link.venue
        wanted = self.profile.references if options.references is None else options.references
        if not wanted and options.references is None and self.is_demo and self.link is None:
            wanted = tuple(each for each in options.beside if each != own)
        if own in wanted:
            raise ConfigError(f"Orders go to {venue_title(own)} already: name other venues to compare with it.")
        return wanted

    def _speed(self, options: SessionOptions) -> float:
        if self.link is not None:
            return self.link.speed
        if self.replay is not None:
            return self.replay.clock.speed
        return self.profile.speed if options.speed is None else options.speed

    def _folder(self) -> str:
        """Give each built-in market its own journal: what happened on one never happened on another."""
        if self.link is not None:
            mark = hashlib.sha256(f"{self.link.venue} {self.link.key}".encode()).hexdigest()[:8]
            return f"{self.profile.name}-{mark}"
        return self.profile.name if self.seed == self.profile.seed else f"{self.profile.name}-seed{self.seed}"

    @property
    def pattern(self) -> float:
        """Strength of the pattern planted in the market; 1 until the exchange has told, 0 where nobody plants."""
        if not self.is_demo:
            return 0.0
        return 1.0 if self.link is None else self.link.pattern

    @property
    def exchange_pid(self) -> int | None:
        return None if self._exchange is None else self._exchange.pid

    async def start(self, emit: Callable[[Event], None], reviewer: "Reviewer | None" = None) -> "Engine":
        """Bring the desk up: exchange, journal, adapter, worker, engine.

        Raises:
            TerminalError: what failed and what to do, in its text.
        """
        if reviewer is not None and not self.is_demo and self.replay is None:
            raise ConfigError("Only a person approves outside the demo. Open the profile in its window.")
        emit(Phase(self._first_words, ready=False))
        compose_desk = await asyncio.to_thread(_import_compose)
        if self._exchange is not None:
            self.link = await self._exchange.ready()
        self._desk = await compose_desk(self, emit, reviewer)
        self.engine = self._desk.engine
        await self.engine.start()
        await self._note_hand_changes(self.engine)
        return self.engine

    async def _note_hand_changes(self, engine: "Engine") -> None:
        """Have written down what was changed in the profile's file since the journal last knew of it."""
        if self.is_watching:
            return
        from terminal.app.settings_watch import SettingsWatch

        changes = await SettingsWatch(self).hand_changes(login_name())
        if changes is not None:
            engine.post(changes)

    @property
    def _first_words(self) -> str:
        if self.replay is not None:
            return "Reading the recording"
        return "Starting the built-in exchange" if self.is_demo else "Connecting to the venue"

    async def aclose(self) -> None:
        """End everything in the order that loses nothing: engine, worker, journal, exchange, lock."""
        if self.replay is not None:
            self.replay.clock.go_on()  # nothing can end while time stands still
        if self._desk is not None:
            await self._desk.aclose()
            self._desk = self.engine = None
        if self._exchange is not None:
            exchange, self._exchange = self._exchange, None
            await asyncio.to_thread(exchange.stop)
        self._lock.release()

    def abandon(self) -> None:
        """Let go of what `aclose` did not reach, when the loop is gone already."""
        if self._exchange is not None:
            with suppress(OSError):
                self._exchange.stop()
            self._exchange = None
        self._lock.release()


def login_name() -> str:
    """Give the name this user logged in with; `NO_NAME` where the system has none, as in some containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return NO_NAME


def _open_replay(wish: "ReplayWish") -> "ReplayRun":
    from terminal.app.replay_run import open_replay

    return open_replay(wish)


def _import_compose() -> "Callable[[Session, Callable[[Event], None], Reviewer | None], Awaitable[ComposedDesk]]":
    from terminal.app.compose import compose_desk

    return compose_desk
