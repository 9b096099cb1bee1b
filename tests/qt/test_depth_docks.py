"""The panels of depth in the window: absent from Review, whole in Trade, and asked for only while seen."""

import pytest
from PySide6.QtWidgets import QApplication

from helpers.desk_events import FakeClock, fill_desk, make_desk
from terminal.domain.depth import WatchDepth
from terminal.domain.instrument import perpetual
from terminal.ui.main_window import MainWindow
from terminal.ui.viewmodels.mode import WindowMode
from terminal.ui.widgets.depth.ladder_panel import LadderPanel
from terminal.ui.window.depth_panels import install_depth

BTC = perpetual("BTC")
DEMO = WindowMode("DEMO", "built-in exchange", "accent", simulated=True, details="", account="demo")


@pytest.fixture
def window(qtbot, tmp_path):
    desk, sent = make_desk(FakeClock())
    fill_desk(desk)
    made = MainWindow(desk, DEMO, tmp_path / "window.json")
    qtbot.addWidget(made)
    made.show()
    yield made, desk, sent
    made.finish_close()


def watches(sent):
    return [command for command in sent if isinstance(command, WatchDepth)]


def test_review_has_no_ladder_and_asks_for_no_book(window):
    made, desk, sent = window
    install_depth(desk, made.ticket, made.docks)
    QApplication.processEvents()
    assert not any(made.docks[name].isVisible() for name in ("ladder", "tape", "depth"))
    assert watches(sent) == []


def test_trade_shows_them_and_leaving_it_ends_the_asking(window):
    made, desk, sent = window
    panels = install_depth(desk, made.ticket, made.docks)
    made.layout_of_docks.choose("Trade")
    QApplication.processEvents()
    assert made.docks["ladder"].isVisible()
    assert isinstance(made.docks["ladder"].widget(), LadderPanel)
    assert made.docks["tape"].titleBarWidget() is panels.tape.header
    assert watches(sent)[-1] == WatchDepth(BTC, 15)
    made.layout_of_docks.choose("Review")
    QApplication.processEvents()
    assert watches(sent)[-1] == WatchDepth(None, 0)


def test_the_palette_and_the_keys_know_them(window):
    made, desk, _ = window
    install_depth(desk, made.ticket, made.docks)
    for action in ("panel.ladder", "panel.tape", "panel.depth", "ladder.arm", "ladder.centre"):
        assert desk.actions.is_offered(action)
    desk.actions.run("panel.ladder")
    QApplication.processEvents()
    assert made.docks["ladder"].isVisible()
