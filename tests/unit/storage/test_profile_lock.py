"""One program a profile."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from terminal.domain.errors import ProfileInUse, StorageError
from terminal.storage.lock import ProfileLock

CHILD = """
import sys
from pathlib import Path
from terminal.storage.lock import ProfileLock
lock = ProfileLock(Path(sys.argv[1]))
print("locked", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path):
    folder = tmp_path / "demo"
    folder.mkdir()
    return folder / "lock"


def test_a_second_holder_is_told_who_and_what_to_do(path):
    with ProfileLock(path):
        with pytest.raises(ProfileInUse) as caught:
            ProfileLock(path)
        assert str(os.getpid()) in str(caught.value)
        assert "profile demo" in str(caught.value)
        assert "--profile" in str(caught.value)
        assert path.read_text() == f"{os.getpid()}\n"  # the loser wrote nothing


def test_released_means_free(path):
    lock = ProfileLock(path)
    lock.release()
    lock.release()
    with ProfileLock(path):
        pass
    ProfileLock(path).release()


def test_a_longer_pid_of_an_earlier_holder_leaves_no_digits(path):
    path.write_text("123456789012\n")
    with ProfileLock(path):
        assert path.read_text() == f"{os.getpid()}\n"


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
def test_a_killed_holder_lets_go(path):
    root = Path(__file__).parents[3]
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "locked\n"
        with pytest.raises(ProfileInUse, match=str(child.pid)):
            ProfileLock(path)
        child.send_signal(signal.SIGKILL)
        child.wait()
        ProfileLock(path).release()


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(StorageError) as caught:
        ProfileLock(tmp_path / "nowhere" / "lock")
    assert "nowhere" in str(caught.value)
    assert not isinstance(caught.value, ProfileInUse)
