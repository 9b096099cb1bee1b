"""Profiles: what a start of the program works with.

"demo" is built in. Others are `profiles/NAME.toml` in the settings folder, written by
`alphadesk account` or by hand:

    mode = "paper"                            # demo, paper, live or competition
    venue = "weex"                            # weex, hashkey, woox or bitz (demo only: it closed); where orders go
    site = "pro"                              # hashkey: pro, global, pro-sandbox, global-sandbox; woox: main, staging
    product = "perpetual"                     # woox: perpetual or spot
    references = ["hashkey", "woox"]          # venues whose prices are compared; public data, no key, no orders
    reviewer = "Ada"
    api_version = "v2"                        # of WEEX's protocol
    proxy = "http://proxy.example:3128"       # none unless named here
    ip_family = "ipv4"                        # or ipv6, any (default); one kind keeps the address a key is bound to
    paper_equity = "1000"                     # paper: money at the first start, USDT
    start_equity = "1000"                     # competition: what the account began with, USDT
    season_start = 2026-02-09T00:00:00Z       # competition, optional
    season_end = 2026-02-23T00:00:00Z
    min_trades = 12                           # competition: more than the rules ask for, never fewer
    pairs = ["BTC", "ETH"]                    # competition: which of the allowed pairs may be opened
    speed = 1.0                               # demo: of the exchange the program starts itself, or:
    seed = 7
    connection = "/path/to/connection.json"   # the line a running loopback exchange printed

    [limits]                                  # any field of RiskLimits
    order_notional = "0.25"

    [guardrails]                              # any field of GuardrailLimits
    opens_per_day = 8

    [notifications]                           # what calls you and where, see `profile_notify`
    quiet = "22:00-07:00"

    [recording]                               # market data of each day, kept to be traded again
    budget_mb = 2000

    [approval]                                # how long cards live and how far prices may drift, see
    life_s = 90                               # `profile_approval`; also per strategy
    band = "0.0015"
    undo_s = 2                                # an approved order waits that long and can be taken back

    [strategy]                                # who decides, and language models, see `profile_strategy`
    strategist = "language:local"

A file never holds a key: that is kept by `terminal.storage.account`.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Final

from terminal.domain.approval import ApprovalSettings
from terminal.domain.competition import ALLOWED_INSTRUMENTS, MIN_TRADES
from terminal.domain.errors import ConfigError
from terminal.domain.guardrails import GuardrailLimits
from terminal.domain.instrument import InstrumentId
from terminal.domain.language_model import StrategySettings
from terminal.domain.notification import NotifySettings
from terminal.domain.recording import RecordingSettings
from terminal.domain.risk import RiskLimits
from terminal.domain.season import Season
from terminal.domain.venues import COMPETITION_VENUE
from terminal.net.route import IpFamily, Route
from terminal.storage.endpoints import Endpoints, official_endpoints
from terminal.storage.paths import DEMO, checked_name, config_root

DEMO_SPEED: Final = 20.0  # a 15-minute bar in 45 s: something happens while a newcomer looks
DEMO_SEED: Final = 7
DEMO_FIRST_MS: Final = 1_795_000_000_000
"""Market time of a newcomer's very first start, Unix ms: within its first bars the model finds something to propose.

At any other hour of the made-up market it holds through the first three bars in one start of four.
"""
PAPER_EQUITY: Final = Decimal(1000)  # what the competition starts with


class Mode(Enum):
    """What orders are made of."""

    DEMO = "demo"  # prices, fills and money of the built-in exchange
    PAPER = "paper"  # live prices; fills and money are simulated here
    LIVE = "live"
    COMPETITION = "competition"
    REPLAY = "replay"  # a recorded day; fills and money are simulated here. No file names it, `alphadesk replay` does

    @property
    def has_key(self) -> bool:
        """True when a real account stands behind it."""
        return self in {Mode.LIVE, Mode.COMPETITION}

    @property
    def is_simulated(self) -> bool:
        """True when no real money can move."""
        return not self.has_key


@dataclass(frozen=True, slots=True)
class VenueConnection:
    """Where a running loopback exchange listens, and the key it made for itself.

    `speed` is how many times faster than the wall clock its market runs; `pattern` the
    strength of what was planted in it, 0 for nothing. `genesis_ms`: when its market began, which
    other exchanges need to share it; 0 where it was not said. `continued` when its account goes on
    where an earlier run of the exchange left it. `file` is where the line was read, None where nobody wrote it down.
    """

    venue: str
    rest_url: str
    public_stream_url: str
    private_stream_url: str
    key: str = field(repr=False)
    secret: str = field(repr=False)
    passphrase: str = field(repr=False)
    speed: float = 1.0
    pattern: float = 0.0
    genesis_ms: int = 0
    continued: bool = False
    file: Path | None = field(default=None, compare=False)

    @property
    def endpoints(self) -> Endpoints:
        return Endpoints(self.rest_url, self.public_stream_url, self.private_stream_url)


@dataclass(frozen=True, slots=True)
class Profile:
    """One profile. In a demo `connection` None means the program starts its own loopback exchange.

    `venue` is where orders go, `references` are venues whose public prices are compared with its
    own; `site` and `product` "" mean the venue's first (see `endpoints`). `speed` is how many times
    faster than the wall clock a loopback market runs; `seed` makes it reproducible. `proxy` is the
    only proxy ever used: the environment's are ignored. `ip_family` keeps connections to one kind
    of address. Money in USDT, season times in Unix ms; None where not set.
    """

    name: str
    mode: Mode
    venue: str
    connection: VenueConnection | None = None
    speed: float = 1.0
    seed: int = 1
    reviewer: str = "You"
    limits: RiskLimits = field(default_factory=RiskLimits)
    api_version: str = "v2"
    proxy: str | None = None
    paper_equity: Decimal = PAPER_EQUITY
    start_equity: Decimal | None = None
    season_start_ms: int | None = None
    season_end_ms: int | None = None
    min_trades: int = MIN_TRADES
    pairs: tuple[InstrumentId, ...] = ALLOWED_INSTRUMENTS
    approval: ApprovalSettings = field(default_factory=ApprovalSettings)
    guardrails: GuardrailLimits = field(default_factory=GuardrailLimits)
    ip_family: IpFamily = IpFamily.ANY
    strategy: StrategySettings = field(default_factory=StrategySettings)
    site: str = ""
    product: str = ""
    references: tuple[str, ...] = ()
    notifications: NotifySettings = field(default_factory=NotifySettings)
    recording: RecordingSettings = field(default_factory=RecordingSettings)

    @property
    def endpoints(self) -> Endpoints:
        """The venue's own addresses: the only ones a profile beyond the demo ever uses.

        Raises:
            ConfigError: the venue has none.
        """
        return official_endpoints(self.api_version, self.venue, self.site)

    @property
    def may_trade(self) -> bool:
        """False where no order may leave for this venue: under a competition profile only WEEX receives any."""
        return self.mode is not Mode.COMPETITION or self.venue == COMPETITION_VENUE

    @property
    def kind(self) -> str:
        """Mode, and venue where it is not WEEX: each kind has folders and secrets of its own.

        What happened at one venue never happened at another, and a key is never sent to another's.
        """
        return self.mode.value if self.venue == COMPETITION_VENUE else f"{self.mode.value}-{self.venue}"

    @property
    def route(self) -> Route:
        """How this profile's requests leave the machine."""
        return Route(self.proxy, self.ip_family)

    @property
    def season(self) -> Season:
        """This round's settings, checked.

        Raises:
            ValueError: they are wider than the rules.
        """
        return Season(self.season_start_ms, self.season_end_ms, self.start_equity, self.min_trades, self.pairs)

    @property
    def vault_name(self) -> str:
        """Name of this profile's secrets; a change of mode or venue finds none of the other's."""
        return f"{self.kind}/{self.name}"


def known_profiles(environ: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """Name the built-in profile and every profile file, in order of name."""
    written = {path.stem for path in profile_folder(environ).glob("*.toml")} - {DEMO}
    return (DEMO, *sorted(written))


def load_profile(name: str, environ: Mapping[str, str] = os.environ) -> Profile:
    """Read one profile.

    Raises:
        ConfigError: no such profile, a file that does not read, or one that mixes play
            money and real money.
    """
    checked_name(name)
    if name == DEMO:
        demo = Profile(DEMO, Mode.DEMO, "weex", speed=DEMO_SPEED, seed=DEMO_SEED)
        return replace(_with_own_settings(demo, environ), strategy=_demo_strategy(environ))
    path = profile_file(name, environ)
    if not path.is_file():
        known = ", ".join(known_profiles(environ))
        raise ConfigError(
            f"There is no profile {name!r}. Known: {known}. Use --profile demo for the built-in market, set it up with "
            f"'alphadesk account --profile {name} --mode paper' (or live, or competition), or write {path}."
        )
    from terminal.storage.profile_file import read_profile  # noqa: PLC0415 - the demo start does not pay for pydantic

    return read_profile(name, path)


def profile_file(name: str, environ: Mapping[str, str] = os.environ) -> Path:
    """Give the path of a profile's file; it may not exist.

    Raises:
        ConfigError: the name cannot name a profile.
    """
    return profile_folder(environ) / f"{checked_name(name)}.toml"


def strategy_file(name: str, environ: Mapping[str, str] = os.environ) -> Path:
    """Give the file that holds a profile's `[strategy]` tables; the built-in demo has one for nothing else.

    Raises:
        ConfigError: the name cannot name a profile.
    """
    return config_root(environ) / "demo-models.toml" if name == DEMO else profile_file(name, environ)


def settings_file(name: str, environ: Mapping[str, str] = os.environ) -> Path:
    """Give the file of a profile's settings; the built-in demo has one for what does not touch its market.

    Raises:
        ConfigError: the name cannot name a profile.
    """
    return config_root(environ) / "demo-settings.toml" if name == DEMO else profile_file(name, environ)


def _with_own_settings(demo: Profile, environ: Mapping[str, str]) -> Profile:
    """Give the built-in demo with what a person has set for it; its market and its money stay as they are."""
    path = settings_file(DEMO, environ)
    if not path.is_file():
        return demo
    from terminal.storage.profile_file import read_profile  # noqa: PLC0415 - as in `load_profile`

    own = read_profile(DEMO, path)
    if own.mode is not Mode.DEMO:
        raise ConfigError(f'{path}: mode must be "demo": this file is for the built-in demo alone.')
    return replace(
        demo,
        reviewer=own.reviewer,
        limits=own.limits,
        guardrails=own.guardrails,
        approval=own.approval,
        notifications=own.notifications,
        recording=own.recording,
    )


def _demo_strategy(environ: Mapping[str, str]) -> StrategySettings:
    path = strategy_file(DEMO, environ)
    if not path.is_file():
        return StrategySettings()
    from terminal.storage.profile_strategy import read_strategy  # noqa: PLC0415 - as in `load_profile`

    return read_strategy(path)


def profile_folder(environ: Mapping[str, str] = os.environ) -> Path:
    return config_root(environ) / "profiles"
