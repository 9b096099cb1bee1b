"""Profiles: what a start of the program works with.

"demo" is built in. Others are `profiles/NAME.toml` in the settings folder:

    mode = "demo"
    reviewer = "Ada"
    speed = 1.0                               # of the exchange the program starts itself, or:
    seed = 7
    connection = "/path/to/connection.json"   # the line a running loopback exchange printed

    [limits]                                  # any field of RiskLimits
    order_notional = "0.25"
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Final

from terminal.domain.errors import ConfigError
from terminal.domain.risk import RiskLimits
from terminal.storage.paths import checked_name, config_root

DEMO: Final = "demo"
DEMO_SPEED: Final = 20.0  # a 15-minute bar in 45 s: something happens while a newcomer looks
DEMO_SEED: Final = 7


class Mode(Enum):
    """What orders are made of. Only DEMO may trade in this version."""

    DEMO = "demo"
    PAPER = "paper"
    LIVE = "live"
    COMPETITION = "competition"


@dataclass(frozen=True, slots=True)
class VenueConnection:
    """Where a running loopback exchange listens, and the key it made for itself.

    `speed` is how many times faster than the wall clock its market runs; `pattern` the
    strength of what was planted in it, 0 for nothing.
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


@dataclass(frozen=True, slots=True)
class Profile:
    """One profile. `connection` None means the program starts its own loopback exchange.

    `speed` is how many times faster than the wall clock a loopback market runs; `seed`
    makes it reproducible.
    """

    name: str
    mode: Mode
    venue: str
    connection: VenueConnection | None = None
    speed: float = 1.0
    seed: int = 1
    reviewer: str = "You"
    limits: RiskLimits = field(default_factory=RiskLimits)


def known_profiles(environ: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """Name the built-in profile and every profile file, in order of name."""
    written = {path.stem for path in _folder(environ).glob("*.toml")} - {DEMO}
    return (DEMO, *sorted(written))


def load_profile(name: str, environ: Mapping[str, str] = os.environ) -> Profile:
    """Read one profile.

    Raises:
        ConfigError: no such profile, a file that does not read, or one that would reach
            beyond this machine.
    """
    checked_name(name)
    if name == DEMO:
        return Profile(DEMO, Mode.DEMO, "weex", speed=DEMO_SPEED, seed=DEMO_SEED)
    path = _folder(environ) / f"{name}.toml"
    if not path.is_file():
        raise ConfigError(
            f"There is no profile {name!r}. Known: {', '.join(known_profiles(environ))}. Use --profile demo for the "
            f"built-in market, or write {path}."
        )
    from terminal.storage.profile_file import read_profile  # noqa: PLC0415 - the demo start does not pay for pydantic

    return read_profile(name, path)


def _folder(environ: Mapping[str, str]) -> Path:
    return config_root(environ) / "profiles"
