"""`alphadesk profiles`: names, modes and where keys lie; never a key."""

from terminal.domain.errors import TerminalError
from terminal.storage.account import account_record
from terminal.storage.paths import profile_paths
from terminal.storage.profiles import Mode, Profile, known_profiles, load_profile

_MADE_OF = {
    Mode.DEMO: "no key: built-in exchange",
    Mode.PAPER: "no key: live prices, simulated fills",
}


def list_profiles() -> int:
    """Print one line a profile, also of those that cannot be opened."""
    rows = [("PROFILE", "MODE", "KEY"), *(_row(name) for name in known_profiles())]
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    for name, mode, words in rows:
        print(f"{name:<{widths[0]}}  {mode:<{widths[1]}}  {words}")
    print("Set up another with 'alphadesk account --mode paper' (or live, or competition).")
    return 0


def _row(name: str) -> tuple[str, str, str]:
    try:
        profile = load_profile(name)
        return name, profile.mode.value, _MADE_OF.get(profile.mode) or _key_words(profile)
    except TerminalError as error:
        return name, "?", str(error)


def _key_words(profile: Profile) -> str:
    record = account_record(profile_paths(profile.name, mode=profile.kind))
    if record is None:
        return f"no key yet: alphadesk account --profile {profile.name} --mode {profile.mode.value}"
    return record.words
