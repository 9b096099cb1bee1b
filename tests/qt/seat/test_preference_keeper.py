import json
import threading

import pytest

from terminal.domain.errors import StorageError
from terminal.ui import preference_keeper
from terminal.ui.preference_keeper import PreferenceKeeper
from terminal.ui.viewmodels.preferences import Preferences


@pytest.fixture
def kept(qtbot, tmp_path):
    made = []

    def make(file="window.json"):
        preferences = Preferences()
        keeper = PreferenceKeeper(preferences, tmp_path / file)
        made.append(keeper)
        return preferences, keeper

    yield make
    for keeper in made:
        keeper.close()


def on_disk(tmp_path):
    return json.loads((tmp_path / "window.json").read_text())["sections"]


def test_several_changes_are_one_write_on_another_thread(kept, qtbot, tmp_path, monkeypatch):
    writers = []
    write = preference_keeper.write_window_file
    monkeypatch.setattr(
        preference_keeper,
        "write_window_file",
        lambda path, sections: (writers.append(threading.get_ident()), write(path, sections)),
    )
    preferences, keeper = kept()
    assert keeper.read() == ""
    for at in range(20):
        preferences.put("look", {"text_px": at})
    assert writers == []
    qtbot.waitUntil((tmp_path / "window.json").exists, timeout=60_000)
    keeper.close()
    assert on_disk(tmp_path) == {"look": {"text_px": 19}}
    assert len(writers) == 1
    assert writers[0] != threading.get_ident()


def test_nothing_is_written_once_it_is_closed(kept, tmp_path, qtbot):
    preferences, keeper = kept()
    keeper.read()
    preferences.put("look", {"text_px": 13})
    keeper.close()
    preferences.put("look", {"text_px": 16})
    assert not keeper._soon.isActive(), "its thread would outlive the program's end"
    assert on_disk(tmp_path) == {"look": {"text_px": 13}}


def test_what_waits_is_written_at_the_end(kept, tmp_path):
    preferences, keeper = kept()
    keeper.read()
    preferences.put("keys", {"palette": ["F3"]})
    keeper.close()
    assert on_disk(tmp_path) == {"keys": {"palette": ["F3"]}}
    again, other = kept()
    assert other.read() == ""
    assert again.section("keys") == {"palette": ["F3"]}


def test_nothing_changed_writes_nothing(kept, tmp_path):
    preferences, keeper = kept()
    keeper.read()
    preferences.put("look", {})
    keeper.close()
    assert not (tmp_path / "window.json").exists()


def test_a_bad_file_gives_words_and_is_not_written_over(kept, tmp_path):
    (tmp_path / "window.json").write_text("{ broken")
    preferences, keeper = kept()
    assert "window.json.unreadable" in keeper.read()
    assert preferences.all() == {}
    preferences.put("look", {"theme": "light"})
    keeper.close()
    assert (tmp_path / "window.json.unreadable").read_text() == "{ broken"
    assert on_disk(tmp_path) == {"look": {"theme": "light"}}


def test_a_disk_that_refuses_is_said_on_this_thread(kept, qtbot, monkeypatch):
    def refuse(*_):
        raise StorageError("The disk is full.")

    monkeypatch.setattr(preference_keeper, "write_window_file", refuse)
    preferences, keeper = kept()
    keeper.read()
    with qtbot.waitSignal(keeper.failed, timeout=60_000) as told:
        preferences.put("look", {"theme": "light"})
    assert told.args == ["The disk is full."]
