"""A whole main window over a filled desk, for tests that press its keys."""

from pathlib import Path

from helpers.desk_events import FakeClock, fill_desk, make_desk
from terminal.ui.main_window import MainWindow, WindowMode
from terminal.ui.theme.apply import apply_theme
from terminal.ui.theme.look import LOOK, Choice

MODE = WindowMode("DEMO", "built-in exchange", "accent", simulated=True, details="Simulated.", account="Mara")
LARGE, SMALL = (1_840, 980), (1_366, 768)


def open_window(qtbot, file: Path, size=LARGE, *, filled=True):
    """Show a window that keeps its settings in `file`; gives window, desk and what was sent."""
    desk, sent = make_desk(FakeClock())
    if filled:
        fill_desk(desk)
    window = MainWindow(desk, MODE, file)
    qtbot.addWidget(window, before_close_func=lambda item: item.finish_close())
    window.resize(*size)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    return window, desk, sent


def undress(app) -> None:
    """Give the application the built-in look again, for the tests that follow."""
    if LOOK.choice != Choice():
        apply_theme(app)
