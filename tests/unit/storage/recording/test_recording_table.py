from pathlib import Path

import pytest

from terminal.domain.errors import ConfigError
from terminal.domain.recording import RecordingSettings
from terminal.storage.profile_file import read_profile, write_profile
from terminal.storage.profiles import Mode, Profile


def test_the_table_is_written_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "desk.toml"
    own = RecordingSettings(enabled=False, budget_mb=300)
    write_profile(Profile("desk", Mode.PAPER, "weex", recording=own), path)
    assert read_profile("desk", path).recording == own
    write_profile(Profile("desk", Mode.PAPER, "weex"), path)
    assert "[recording]" not in path.read_text()
    assert read_profile("desk", path).recording == RecordingSettings()


@pytest.mark.parametrize("line", ["budget_mb = 10", "budget_mb = 'much'", "where = '/tmp'"])
def test_what_cannot_be_is_refused(tmp_path: Path, line: str) -> None:
    path = tmp_path / "desk.toml"
    path.write_text(f'mode = "paper"\n[recording]\n{line}\n')
    with pytest.raises(ConfigError, match="recording"):
        read_profile("desk", path)


def test_no_file_is_in_mode_replay(tmp_path: Path) -> None:
    path = tmp_path / "desk.toml"
    path.write_text('mode = "replay"\n')
    with pytest.raises(ConfigError, match="alphadesk replay DAY"):
        read_profile("desk", path)
