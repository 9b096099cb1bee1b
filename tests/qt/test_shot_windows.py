"""The camera: windows get the size they would have on a screen, and content that does not come is said."""

import asyncio

import pytest
from PySide6.QtCore import QObject, QSize, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from helpers.whole_window import open_window
from terminal.app import shot_windows
from terminal.app.shot import PANELS, TABS, refuse_strangers, tab_name
from terminal.app.shot_windows import DEPTH, FRAME, Camera, until
from terminal.domain.errors import ConfigError


class Told(QObject):
    changed = Signal()


def played(work):
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        return runner.run(work)


def test_a_window_is_no_larger_than_the_screen_lets_it_be(qtbot, tmp_path):
    window = QWidget()
    qtbot.addWidget(window)
    camera = Camera(tmp_path, (1_366, 768))
    camera.fit(window, QSize(1_560, 860))
    assert window.size() == QSize(1_366, 768) - FRAME
    camera.fit(window, QSize(400, 300))
    assert window.size() == QSize(400, 300)


def test_a_picture_is_of_the_whole_window(qtbot, tmp_path):
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(320, 200)
    name = played(Camera(tmp_path, (1_366, 768)).take(window, "one"))
    assert name == str(tmp_path / "one.png")
    assert QImage(name).size() == window.size() * window.devicePixelRatio()


def test_content_is_waited_for_and_looked_at_again_with_each_change():
    told, seen = Told(), []

    async def story():
        loop = asyncio.get_running_loop()
        for _ in range(3):
            loop.call_soon(told.changed.emit)
        await until(told.changed, lambda: seen.append(1) or len(seen) > 1, "The day")

    played(story())
    assert len(seen) == 2


def test_content_that_does_not_come_is_said(monkeypatch):
    monkeypatch.setattr(shot_windows, "WITHIN_S", 0.01)
    told = Told()
    with pytest.raises(ConfigError, match=r"The lab's run did not come within .* Take the pictures again"):
        played(until(told.changed, lambda: False, "The lab's run"))


def test_a_picture_that_is_not_wanted_is_not_taken(qtbot, tmp_path):
    window = QWidget()
    qtbot.addWidget(window)
    camera = Camera(tmp_path, (1_366, 768), frozenset({"two"}))
    assert not camera.wants("one", "three")
    assert played(camera.take(window, "one")) == ""
    assert played(camera.take(window, "two")) == str(tmp_path / "two.png")
    assert [each.name for each in tmp_path.iterdir()] == ["two.png"]


def test_a_name_no_picture_has_is_refused_before_anything_runs():
    refuse_strangers(("window", "flatten", "go"))
    with pytest.raises(ConfigError, match=r"No picture is called windwo\. There are: account, .*, window"):
        refuse_strangers(("windwo",))


def test_the_names_are_those_of_the_real_window(qtbot, tmp_path):
    window, _desk, _sent = open_window(qtbot, tmp_path / "window.json")
    docks = {name.replace("_", "-") for name in window.docks} - {"tables"}
    assert docks == {*PANELS, *DEPTH}
    assert tuple(tab_name(window.tabs.bar.tabText(at)) for at in range(window.tabs.bar.count())) == TABS
