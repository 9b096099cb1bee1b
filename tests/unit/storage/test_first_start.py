"""The guide opens by itself at the very first start, and never again."""

import pytest

from terminal.storage.first_start import is_first_start
from terminal.storage.paths import HOME_VARIABLE, profile_paths
from terminal.storage.profiles import profile_folder


@pytest.fixture
def environ(tmp_path):
    return {HOME_VARIABLE: str(tmp_path)}


def test_an_empty_home_is_a_first_start(environ):
    assert is_first_start(environ)
    profile_paths("demo", environ)  # a folder alone is no run
    assert is_first_start(environ)


@pytest.mark.parametrize("mode", ["demo", "paper", "live-hashkey"])
def test_a_journal_of_any_profile_is_an_earlier_run(environ, mode):
    profile_paths("team", environ, mode=mode).journal.touch()
    assert not is_first_start(environ)


def test_a_profile_file_is_an_earlier_choice(environ):
    folder = profile_folder(environ)
    folder.mkdir(parents=True)
    (folder / "live.toml").touch()
    assert not is_first_start(environ)
