import os

import pytest

from helpers.market_reel import BEGAN_MS, SOURCE, HandClock, facts, reel
from terminal.app.cli import main, read_arguments
from terminal.app.recording_run import recordings_of, settings_of
from terminal.app.replay_run import ReplayWish, open_replay
from terminal.domain.errors import ConfigError, StorageError
from terminal.domain.recording import Moment, RecordingSettings
from terminal.storage.paths import config_root, profile_root
from terminal.storage.profiles import Mode
from terminal.storage.recording.recorder import Recorder
from terminal.storage.replay_journals import KEPT

DAY = "2026-11-18"


def record(moments: list[Moment]) -> None:
    clock = HandClock()
    recorder = Recorder(recordings_of("demo"), SOURCE, RecordingSettings(), clock)
    for moment in [*facts(), *moments]:
        clock.at_ms = moment.at_ms
        recorder.take(moment.what)
        recorder.beat()
    recorder.close()


def test_nothing_recorded_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["recordings"]) == 1
    assert "Recording" in capsys.readouterr().err
    assert main(["replay", DAY]) == 1
    said = capsys.readouterr().err
    assert "Nothing was recorded on 2026-11-18" in said
    assert "alphadesk recordings" in said


def test_days_takes_sizes_and_gaps_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    later = [Moment(each.at_ms + 600_000, each.what) for each in reel(2)]
    record(reel(3) + later)
    assert main(["recordings"]) == 0
    first = capsys.readouterr().out
    assert "2026-11-18  11:06:40  11:16:41" in first
    assert "WEEX, simulated, 1 gap, 11:06:42 to 11:16:40" in first
    record(reel(3, seed=4))
    assert main(["recordings"]) == 0
    second = capsys.readouterr().out
    assert "WEEX, simulated, 2 takes, 1 gap" in second
    assert "  take 2" in second
    assert f"alphadesk replay {DAY} --speed 50" in second


def test_a_replay_has_a_profile_and_a_journal_of_its_own_each_time() -> None:
    record(reel(5))
    first = open_replay(ReplayWish(DAY, speed=20.0))
    assert first.profile.mode is Mode.REPLAY
    assert first.profile.name == "demo-20261118-1"
    assert not first.profile.recording.enabled
    assert first.profile.vault_name.startswith("replay/")
    profile_root(first.profile.name, mode=first.profile.kind).mkdir(parents=True)
    assert open_replay(ReplayWish(DAY)).profile.name == "demo-20261118-2"
    state = first.state()
    assert (state.now_ms, state.speed, state.is_over) == (BEGAN_MS, 20.0, False)


def test_the_start_of_a_replay_removes_the_oldest_journals_and_no_other_profile() -> None:
    record(reel(5))
    journals = profile_root("any", mode="replay").parent
    for number in range(1, KEPT + 3):
        root = journals / f"demo-20261117-{number}"
        root.mkdir(parents=True)
        (root / "journal.sqlite").write_bytes(b"")
        os.utime(root / "journal.sqlite", (number, number))
    (journals / "the-good-one").mkdir()
    before = sorted(path.name for path in profile_root("demo").parent.iterdir())
    with pytest.raises(StorageError):
        open_replay(ReplayWish("2026-11-17"))
    assert len(list(journals.iterdir())) == KEPT + 3, "what could not begin removes nothing"
    began = open_replay(ReplayWish(DAY)).profile
    profile_root(began.name, mode=began.kind).mkdir()
    kept = {f"demo-20261117-{number}" for number in range(4, KEPT + 3)}
    assert {path.name for path in journals.iterdir()} == {*kept, "the-good-one", "demo-20261118-1"}
    assert len(kept) + 1 == KEPT
    assert sorted(path.name for path in profile_root("demo").parent.iterdir()) == before


def test_a_replay_says_what_it_plays_and_what_it_leaves_out() -> None:
    record(reel(5))
    first = open_replay(ReplayWish(DAY))
    assert first.words.startswith("This is a replay of 2026-11-18, 11:06:40 to 11:06:44 UTC, WEEX, simulated, no gaps.")
    assert first.left_out_words == ""
    record(reel(3, seed=4))
    second = open_replay(ReplayWish(DAY))
    assert "take 2 of this day" in second.left_out_words
    assert open_replay(ReplayWish(DAY, take=2)).left_out_words == ""


def test_an_hour_or_a_take_that_was_not_recorded_is_refused() -> None:
    record(reel(5))
    with pytest.raises(ConfigError, match="11:06:40 to 11:06:44 UTC"):
        open_replay(ReplayWish(DAY, start_ms=3_600_000))
    with pytest.raises(StorageError, match="has no take 7"):
        open_replay(ReplayWish(DAY, take=7))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["replay", "2026-13-01"], "is no day"),
        (["replay", DAY, "--speed", "5000"], "between 0.1 and 1000"),
        (["replay", DAY, "--speed", "fast"], "not a number"),
        (["replay", DAY, "--from", "25:00"], "not a time of day"),
    ],
)
def test_arguments_are_refused_in_words(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        read_arguments(arguments)
    assert words in capsys.readouterr().err


def test_a_decision_is_still_replayed_by_its_id() -> None:
    options = read_arguments(["replay", "all", "--profile", "demo"])
    assert options.decision == "all"
    assert read_arguments(["replay", DAY, "--from", "11:30"]).start_ms == (11 * 60 + 30) * 60_000


def test_a_market_beside_a_profile_is_traded_again_by_that_profiles_limits() -> None:
    folder = config_root() / "profiles"
    folder.mkdir(parents=True)
    for name, age_s in (("night", "7"), ("night-2", "8")):
        (folder / f"{name}.toml").write_text(f'mode = "demo"\n[limits]\nmarket_quote_age_s = "{age_s}"\n')

    def age_s(name: str) -> float:
        return settings_of(name).limits.market_quote_age_s

    assert (age_s("night"), age_s("night-1a2b3c4d"), age_s("night-2-1a2b3c4d")) == (7, 7, 8)
    assert settings_of("nightly-1a2b3c4d").name == "demo"
    assert settings_of("demo-seed9").name == "demo"
