"""Where a profile's recordings lie, and the list of them."""

from pathlib import Path
from typing import Final

from terminal.domain.errors import ConfigError
from terminal.storage.paths import DEMO, ProfilePaths, profile_root
from terminal.storage.profiles import Profile, known_profiles, load_profile

FOLDER: Final = "recordings"


def recordings_in(paths: ProfilePaths) -> Path:
    """Give the folder of a profile's recordings; it need not exist."""
    return paths.root / FOLDER


def recordings_of(profile: str) -> Path:
    """Give the folder of a profile's recordings by its name; the demo's other markets have folders of their own.

    Raises:
        ConfigError: no such profile, and no such market of the demo.
    """
    if profile not in known_profiles():
        market = profile_root(profile)  # such as demo-seed9
        if market.is_dir():
            return market / FOLDER
    known = load_profile(profile)
    return profile_root(profile, mode=known.kind) / FOLDER


def settings_of(profile: str) -> Profile:
    """Give the profile whose settings hold for what was recorded under a name: `demo-seed9` is a market of `demo`.

    The demo's own hold where no profile of that name is left.
    """
    known = [each for each in known_profiles() if profile == each or profile.startswith(f"{each}-")]
    return load_profile(max(known, key=len, default=DEMO))


def list_recordings(profile: str) -> int:
    """Print a line for each recorded day, and one for each take where there are several."""
    from terminal.app.recording_words import day_lines
    from terminal.storage.recording.library import recorded_days

    folder = recordings_of(profile)
    days = recorded_days(folder)
    if not days:
        raise ConfigError(
            f"Profile {profile} has no recordings yet. Run it with recording switched on (the settings' page "
            "Recording), then list again."
        )
    for line in day_lines(tuple(day.row for day in days)):
        print(line)
    print(f"Play one: alphadesk replay {days[-1].day} --speed 50{'' if profile == 'demo' else f' --profile {profile}'}")
    return 0
