"""Where a profile's files are, on each operating system."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import platformdirs

from terminal.domain.causes import cause
from terminal.domain.errors import ConfigError, StorageError

APP: Final = "AlphaDesk"
HOME_VARIABLE: Final = "ALPHADESK_HOME"
DEMO: Final = "demo"
_NAME: Final = re.compile(r"[a-z0-9-]{1,32}", re.ASCII)


@dataclass(frozen=True, slots=True)
class ProfilePaths:
    """One profile's folder and the files in it."""

    root: Path
    journal: Path
    chain_key: Path
    window: Path  # what a person has set for the window: layouts, colours, keys
    exchange_state: Path
    candles: Path
    log: Path
    exchange_log: Path
    lock: Path
    settings: Path
    mode: Path  # which mode this folder belongs to; see `mode_mark`
    account: Path  # what is known of the account's key, never the key
    secrets_file: Path  # the key under a password, where no vault can be used
    paper_account: Path


def data_root(environ: Mapping[str, str] = os.environ) -> Path:
    """Give the folder of all profiles' data."""
    home = environ.get(HOME_VARIABLE)
    return Path(home).expanduser() / "data" if home else platformdirs.user_data_path(APP, appauthor=False)


def config_root(environ: Mapping[str, str] = os.environ) -> Path:
    """Give the folder of settings a person writes; profiles are `profiles/NAME.toml` in it."""
    home = environ.get(HOME_VARIABLE)
    return Path(home).expanduser() / "config" if home else platformdirs.user_config_path(APP, appauthor=False)


def checked_name(name: str) -> str:
    """Give the name back when it may name a profile.

    Raises:
        ConfigError: it could leave the folder, or differ between file systems.
    """
    if not _NAME.fullmatch(name):
        raise ConfigError(
            f"{name!r} cannot name a profile. Use 1 to 32 small letters, digits and hyphens, such as demo or team-a."
        )
    return name


def profile_root(name: str, environ: Mapping[str, str] = os.environ, *, mode: str = DEMO) -> Path:
    """Give a profile's folder; it may not exist.

    Raises:
        ConfigError: the name cannot name a profile.
    """
    folder = "profiles" if mode == DEMO else f"profiles-{checked_name(mode)}"
    return data_root(environ) / folder / checked_name(name)


def profile_paths(name: str, environ: Mapping[str, str] = os.environ, *, mode: str = DEMO) -> ProfilePaths:
    """Give a profile's paths, its folder made for this user alone.

    Each mode has a folder of its own, so a profile that is given another mode starts with
    other files: what happened in one mode never happened in another.

    Raises:
        ConfigError: the name cannot name a profile.
        StorageError: the folder cannot be made.
    """
    root = profile_root(name, environ, mode=mode)
    try:
        root.parent.mkdir(parents=True, exist_ok=True)
        root.mkdir(mode=0o700, exist_ok=True)
        if os.name == "posix":
            root.chmod(0o700)  # it may have come from a backup with wider rights
    except OSError as error:
        raise StorageError(
            f"The profile folder {root} cannot be made ({cause(error)}). Give this user write access, "
            f"or choose another place with {HOME_VARIABLE}."
        ) from error
    return paths_in(root)


def paths_in(root: Path) -> ProfilePaths:
    """Give the paths of the files in a profile's folder, wherever it lies."""
    return ProfilePaths(
        root=root,
        journal=root / "journal.sqlite",
        chain_key=root / "chain.key",
        window=root / "window.json",
        exchange_state=root / "exchange.json",
        candles=root / "candles",
        log=root / "alphadesk.log",
        exchange_log=root / "exchange.log",
        lock=root / "lock",
        settings=root / "settings.toml",
        mode=root / "mode",
        account=root / "account.json",
        secrets_file=root / "secrets.json",
        paper_account=root / "paper.json",
    )
