"""A folder belongs to one mode for ever."""

import itertools

import pytest

from terminal.domain.errors import StorageError
from terminal.storage.mode_mark import claim_folder
from terminal.storage.paths import profile_paths
from terminal.storage.profiles import Mode


@pytest.fixture
def paths(tmp_path):
    return profile_paths("team", {"ALPHADESK_HOME": str(tmp_path)})


@pytest.mark.parametrize("mode", list(Mode))
def test_the_first_mode_keeps_the_folder(paths, mode):
    claim_folder(paths, mode)
    claim_folder(paths, mode)
    assert paths.mode.read_text() == f"{mode.value}\n"


@pytest.mark.parametrize(("owner", "stranger"), list(itertools.permutations(Mode, 2)))
def test_no_other_mode_opens_it(paths, owner, stranger):
    claim_folder(paths, owner)
    with pytest.raises(StorageError, match="never mixed") as caught:
        claim_folder(paths, stranger)
    assert str(paths.root) in str(caught.value)
    assert paths.mode.read_text() == f"{owner.value}\n"


def test_a_journal_from_before_there_were_marks_is_a_demos(paths):
    paths.journal.write_bytes(b"records")
    with pytest.raises(StorageError, match="belongs to the demo"):
        claim_folder(paths, Mode.LIVE)
    assert not paths.mode.exists()
    claim_folder(paths, Mode.DEMO)
    assert paths.mode.exists()


@pytest.mark.parametrize("content", ["", "fast", "ü"])
def test_a_mark_that_says_nothing_is_not_guessed(paths, content):
    paths.mode.write_text(content, encoding="utf-8")
    with pytest.raises(StorageError, match="does not say"):
        claim_folder(paths, Mode.DEMO)
