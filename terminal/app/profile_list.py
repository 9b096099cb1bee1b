"""`alphadesk profiles`: names, modes and where keys lie; never a key."""

from dataclasses import replace

from terminal.domain.errors import TerminalError
from terminal.domain.venues import VENUES, product_at, venue_title
from terminal.storage.account import account_record
from terminal.storage.paths import profile_paths
from terminal.storage.profiles import Mode, Profile, known_profiles, load_profile

_MADE_OF = {
    Mode.DEMO: "no key: built-in exchange",
    Mode.PAPER: "no key: live prices, simulated fills",
    Mode.REPLAY: "no key: a recorded day, simulated fills",
}


def list_profiles() -> int:
    """Print one line a profile, also of those that cannot be opened."""
    rows = [("PROFILE", "MODE", "VENUE", "KEY"), *(_row(name) for name in known_profiles())]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for name, mode, venue, words in rows:
        print(f"{name:<{widths[0]}}  {mode:<{widths[1]}}  {venue:<{widths[2]}}  {words}")
    print("Set up another with 'alphadesk account --mode paper' (or live, or competition), --venue for another venue.")
    return 0


def _row(name: str) -> tuple[str, str, str, str]:
    try:
        profile = load_profile(name)
        spot = " spot" if product_at(profile.venue, profile.product) == "spot" else ""
        venue = f"{venue_title(profile.venue)}{spot}"
        return name, profile.mode.value, venue, _MADE_OF.get(profile.mode) or _key_words(profile)
    except TerminalError as error:
        return name, "?", "?", str(error)


def _key_words(profile: Profile) -> str:
    record = account_record(profile_paths(profile.name, mode=profile.kind))
    if record is None:
        return (
            f"no key yet: alphadesk account --profile {profile.name} --mode {profile.mode.value}{_elsewhere(profile)}"
        )
    return record.words + _elsewhere(profile)


def _elsewhere(profile: Profile) -> str:
    """Name the other venues this profile keeps a key of: each has its own, and none is sent to another."""
    others = (replace(profile, venue=venue, product="", site="") for venue in VENUES if venue != profile.venue)
    kept = [each for each in others if account_record(profile_paths(profile.name, mode=each.kind)) is not None]
    return f"; also keeps a key of {', '.join(venue_title(each.venue) for each in kept)}" if kept else ""
