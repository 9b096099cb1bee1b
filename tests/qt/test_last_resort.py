"""What nobody caught reaches the log and, in words, the person; the hooks are given back."""

import logging
import sys
import threading

import pytest

from terminal.app.last_resort import AGAIN_S, WORDS, LastResort


@pytest.fixture
def world(qtbot, monkeypatch):
    """A resort, what it said and on which thread, and its clock."""
    printed = []
    monkeypatch.setattr(sys, "excepthook", lambda *error: printed.append(error[0]))
    said, now_s = [], [100.0]
    resort = LastResort(lambda words: said.append((words, threading.current_thread())), lambda: now_s[0])
    yield resort, said, now_s, printed
    resort.restore()
    resort.deleteLater()


def fail(error):
    sys.excepthook(type(error), error, error.__traceback__)


def test_a_fault_in_the_window_is_told_in_words_and_kept_in_the_log(world, qtbot, caplog):
    _resort, said, _now_s, printed = world
    with caplog.at_level(logging.ERROR):
        fail(ValueError("made-up bug"))
    assert said == []  # not inside what just failed
    qtbot.waitUntil(lambda: len(said) == 1)
    assert said[0][0] == WORDS
    assert "made-up bug" not in WORDS
    assert "made-up bug" in caplog.text
    assert printed == []


def test_a_fault_that_comes_with_every_frame_is_told_once_a_minute(world, qtbot):
    _resort, said, now_s, _printed = world
    for _ in range(5):
        fail(KeyError("again"))
    now_s[0] += AGAIN_S
    fail(KeyError("again"))
    qtbot.waitUntil(lambda: len(said) == 2)


def test_a_fault_in_a_thread_is_told_on_the_windows_own(world, qtbot, caplog):
    _resort, said, _now_s, _printed = world

    def breaks():
        raise OSError(5, "made-up bug")

    with caplog.at_level(logging.ERROR):
        thread = threading.Thread(target=breaks)
        thread.start()
        thread.join()
    qtbot.waitUntil(lambda: len(said) == 1)
    assert said[0][1] is threading.main_thread()
    assert "made-up bug" in caplog.text


def test_ctrl_c_goes_its_own_way(world, qtbot):
    _resort, said, _now_s, printed = world
    fail(KeyboardInterrupt())
    assert printed == [KeyboardInterrupt]
    assert said == []


def test_the_hooks_are_given_back(qtbot, monkeypatch):
    before = sys.excepthook, threading.excepthook
    resort = LastResort(lambda _words: None, lambda: 0.0)
    assert (sys.excepthook, threading.excepthook) != before
    resort.restore()
    assert (sys.excepthook, threading.excepthook) == before
    resort.deleteLater()
