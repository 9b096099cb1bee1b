"""Folders of profiles."""

import stat
import sys
from pathlib import Path

import pytest

from terminal.domain.errors import ConfigError, StorageError
from terminal.storage.paths import config_root, data_root, profile_paths


@pytest.fixture
def home(tmp_path):
    return {"ALPHADESK_HOME": str(tmp_path / "home")}


def test_everything_is_inside_the_profile_folder(home):
    paths = profile_paths("team-a", home)
    assert paths.root == Path(home["ALPHADESK_HOME"]) / "data" / "profiles" / "team-a"
    files = [
        getattr(paths, name)
        for name in (
            "journal",
            "chain_key",
            "window",
            "exchange_state",
            "candles",
            "log",
            "lock",
            "settings",
            "mode",
            "account",
            "secrets_file",
            "paper_account",
        )
    ]
    assert {path.parent for path in files} == {paths.root}
    assert len(set(files)) == len(files)


def test_no_mode_shares_a_folder_with_another(home):
    roots = {profile_paths("team", home, mode=mode).root for mode in ("demo", "paper", "live", "competition")}
    assert len(roots) == 4
    assert not any(one in other.parents for one in roots for other in roots)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX rights")
def test_the_folder_is_for_its_owner_alone(home):
    root = profile_paths("demo", home).root
    assert stat.S_IMODE(root.stat().st_mode) == 0o700
    root.chmod(0o755)
    profile_paths("demo", home)
    assert stat.S_IMODE(root.stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ["", "..", "a/b", "Demo", "a b", "a\n", "x" * 33, "démo", "con.", "a_b", "٣"])
def test_names_that_could_do_harm(home, name):
    with pytest.raises(ConfigError, match="small letters"):
        profile_paths(name, home)
    assert not Path(home["ALPHADESK_HOME"]).exists()


@pytest.mark.parametrize("name", ["a", "x" * 32, "team-1"])
def test_names_that_are_fine(home, name):
    assert profile_paths(name, home).root.is_dir()


def test_without_an_override_the_system_decides():
    assert "AlphaDesk" in str(data_root({}))
    assert "AlphaDesk" in str(config_root({}))


def test_the_override_keeps_data_and_settings_apart(home):
    assert data_root(home) != config_root(home)
    assert data_root(home).parent == config_root(home).parent


def test_a_place_that_cannot_be_used_is_named(tmp_path):
    (tmp_path / "home").write_text("a file")
    with pytest.raises(StorageError) as caught:
        profile_paths("demo", {"ALPHADESK_HOME": str(tmp_path / "home")})
    assert str(tmp_path / "home") in str(caught.value)
