"""A recorded day as a profile: what is played, in which time, and where its own journal lies."""

from dataclasses import dataclass, replace

from terminal.app.recording_run import recordings_of, settings_of
from terminal.domain.errors import ConfigError
from terminal.domain.recorded_words import gap_words, utc_second
from terminal.domain.recording import RecordingSettings, ReplayState
from terminal.runtime.replay_clock import ReplayClock
from terminal.storage.paths import DEMO, profile_root
from terminal.storage.profiles import Mode, Profile
from terminal.storage.recording.library import recorded_day
from terminal.storage.recording.playback import DayPlayback, playable
from terminal.storage.replay_journals import KEPT, next_name, remove_older

_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class ReplayWish:
    """What a person asked for. `take` None plays all that fit together; `start_ms` is a time of day, UTC."""

    day: str
    profile: str = DEMO
    speed: float = 1.0
    take: int | None = None
    start_ms: int = 0


@dataclass(frozen=True, slots=True)
class ReplayRun:
    """One replay: a profile of its own, its clock, and the recording.

    `source_profile` is whose day it is, as the command line names it; `base` is the profile whose limits,
    approval and strategy hold here. `left_out`: takes of the day that are not played with the others.
    """

    day: str
    source_profile: str
    base: Profile
    profile: Profile
    clock: ReplayClock
    recording: DayPlayback
    start_ms: int
    left_out: tuple[int, ...] = ()

    @property
    def words(self) -> str:
        """Say what is played."""
        hours = f"{utc_second(self.recording.from_ms)} to {utc_second(self.recording.to_ms)} UTC"
        source = self.recording.source
        market = f"{source.venue}, simulated" if source.is_simulated else source.venue
        return (
            f"This is a replay of {self.day}, {hours}, {market}, {gap_words(self.recording.gaps)}. It has play money."
        )

    @property
    def left_out_words(self) -> str:
        """Say which takes of the day are not played, "" when all are."""
        if not self.left_out:
            return ""
        numbers = ", ".join(map(str, self.left_out))
        return (
            f"Not played: take {numbers} of this day, recorded at hours that another take covers, or at another "
            "market. Choose one in the list of recorded days, or with --take."
        )

    def state(self) -> ReplayState:
        """Tell where it stands."""
        now_ms = self.clock.now_ms()
        return ReplayState(
            now_ms,
            self.recording.from_ms,
            self.recording.to_ms,
            self.clock.speed,
            self.clock.is_paused,
            is_over=now_ms >= self.recording.to_ms,
        )


def open_replay(wish: ReplayWish) -> ReplayRun:
    """Find what was recorded. The replay starts with a new journal: a day that is traded again is another trade.

    Journals of earlier replays go, but for the newest.

    Raises:
        ConfigError: there is no such profile, or nothing of it at that hour.
        StorageError: nothing was recorded that day, or there is no such take.
    """
    day = recorded_day(recordings_of(wish.profile), wish.day)
    takes = playable(day, wish.take)
    recording = DayPlayback(takes)
    left_out = () if wish.take else tuple(take.row.number for take in day.takes if take not in takes)
    start_ms = recording.from_ms
    if wish.start_ms:
        start_ms = recording.from_ms - recording.from_ms % _DAY_MS + wish.start_ms
        if not recording.from_ms <= start_ms < recording.to_ms:
            hours = f"{utc_second(recording.from_ms)} to {utc_second(recording.to_ms)}"
            raise ConfigError(f"On {wish.day} there are recordings from {hours} UTC. Start within that time.")
    base = settings_of(wish.profile)
    profile = replace(
        base,
        name="replay",
        mode=Mode.REPLAY,
        connection=None,
        references=(),
        proxy=None,
        paper_equity=base.start_equity or base.paper_equity,
        recording=RecordingSettings(enabled=False),
    )
    journals = profile_root(DEMO, mode=profile.kind).parent
    remove_older(journals, KEPT - 1)  # the one that begins now is the newest
    named = replace(profile, name=next_name(journals, wish.profile, wish.day))
    return ReplayRun(
        wish.day, wish.profile, base, named, ReplayClock(recording.from_ms, wish.speed), recording, start_ms, left_out
    )
