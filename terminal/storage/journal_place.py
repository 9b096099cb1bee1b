"""Finds a journal that is only to be read, and the key of its seals: by path or by profile."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from terminal.domain.errors import StorageError
from terminal.storage.paths import ProfilePaths, paths_in, profile_root
from terminal.storage.profiles import Mode, load_profile
from terminal.storage.secrets import FileKey, find_chain_key

_GIVE_KEY: Final = "Name a file that holds it (64 hexadecimal digits) with --key."


@dataclass(frozen=True, slots=True)
class JournalPlace:
    """A journal, the files around it, and whose it is. `mode` is None where nothing says it."""

    journal: Path
    paths: ProfilePaths
    name: str
    mode: Mode | None

    @property
    def vault_name(self) -> str | None:
        """What the system's vault calls this profile; None where no vault can hold its key."""
        if self.mode is None or not self.mode.has_key:
            return None
        # The folder above says the venue where it is not WEEX (see `Profile.kind`); a copy elsewhere says nothing.
        above = self.paths.root.parent.name.removeprefix("profiles-")
        kind = above if above.startswith(f"{self.mode.value}-") else self.mode.value
        return f"{kind}/{self.name}"


def journal_place(path: Path | None, profile: str) -> JournalPlace:
    """Give the journal at `path` (the file, or a profile's folder), else that of the profile.

    Raises:
        ConfigError: there is no such profile.
        StorageError: nothing is there.
    """
    if path is None:
        known = load_profile(profile)
        path = profile_root(profile, mode=known.kind)
        if not path.exists():
            raise StorageError(
                f"Profile {profile} has no journal yet: {path} does not exist. Start it once, or name another."
            )
    if not path.exists():
        raise StorageError(f"There is nothing at {path}. Name a journal file or a profile's folder.")
    path = path.absolute()
    paths = paths_in(path if path.is_dir() else path.parent)
    return JournalPlace(paths.journal if path.is_dir() else path, paths, paths.root.name, _mode_of(paths))


def seal_key(place: JournalPlace, key_file: Path | None) -> bytes:
    """Give the key of a journal's seals.

    Raises:
        StorageError: it is not here, or cannot be read.
    """
    if key_file is not None:
        return key_in(key_file)
    try:
        key = find_chain_key(place.paths, place.vault_name)
    except StorageError as error:
        raise StorageError(f"{error} Or: {_GIVE_KEY[0].lower()}{_GIVE_KEY[1:]}") from error
    if key is None:
        raise StorageError(
            f"The chain key of {place.journal} is not beside it, so its seals cannot be checked. {_GIVE_KEY}"
        )
    return key


def key_in(path: Path) -> bytes:
    """Read a chain key from a file.

    Raises:
        StorageError: it is not there, or holds no key.
    """
    if not path.is_file():
        raise StorageError(f"There is no file {path}. {_GIVE_KEY}")
    return FileKey(path).read()


def _mode_of(paths: ProfilePaths) -> Mode | None:
    try:
        return Mode(paths.mode.read_text("ascii").strip())
    except (OSError, ValueError):
        return None
