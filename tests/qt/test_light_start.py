"""What the first paint does without: other tabs, sheets and heavy packages; and that no page misses an event for it."""

import subprocess
import sys

import pytest

from helpers.desk_events import FakeClock, fill_desk, make_desk
from terminal.ui.main_window import MainWindow
from terminal.ui.viewmodels.mode import WindowMode

MODE = WindowMode("DEMO", "built-in exchange", "accent", simulated=True, details="Simulated.", account="Mara")
HEAVY = [
    "numpy",
    "scipy",
    "lightgbm",
    "pyqtgraph",
    "pydantic",
    "pydantic_ai",
    "openai",
    "httpx",
    "websockets",
    "keyring",
    "cryptography",
    "terminal.strategy",
    "terminal.lab",
    "terminal.services.engine",
    "terminal.venues.weex",
    "terminal.storage.journal",
    "terminal.storage.profile_file",
    "terminal.ui.charts.chart_view",
    "terminal.ui.widgets.shadow.panel",
    "terminal.ui.widgets.funnel.panel",
    "terminal.ui.widgets.rules.panel",
    "terminal.ui.widgets.passport.sheet",
    "terminal.ui.widgets.time_machine.window",
    "terminal.ui.widgets.brain.window",
    "terminal.ui.widgets.models.form",
    "terminal.ui.widgets.lab.window",
]
FIRST_PAINT = f"""
import sys
from PySide6.QtWidgets import QWidget
from terminal.app.session import Session, SessionOptions
from terminal.app.window_app import make_application
from terminal.app.window_parts import build_window
app = make_application()
session = Session(SessionOptions())
parts = build_window(session, print)
parts.window.show()
app.processEvents()
assert not parts.window.grab().isNull()
session.abandon()
print(sorted(set({HEAVY!r}) & set(sys.modules)))
"""


def test_the_first_paint_imports_nothing_heavy(tmp_path, monkeypatch):
    """In a process of its own: here everything has been imported already."""
    monkeypatch.setenv("ALPHADESK_HOME", str(tmp_path))
    done = subprocess.run([sys.executable, "-c", FIRST_PAINT], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.fixture
def build(qtbot, tmp_path):
    def make(name, *, lazy):
        desk, sent = make_desk(FakeClock())
        window = MainWindow(desk, MODE, tmp_path / f"{name}.ini", lazy=lazy)
        qtbot.addWidget(window, before_close_func=lambda item: item.finish_close())
        return window, desk, sent

    return make


def titles(window):
    return [window.tabs.bar.tabText(at) for at in range(window.tabs.bar.count())]


def test_a_window_completed_after_its_first_paint_is_the_same_one(build, qtbot):
    light, light_desk, _ = build("light", lazy=True)
    whole, whole_desk, _ = build("whole", lazy=False)
    for window in (light, whole):
        with qtbot.waitExposed(window):
            window.show()
    assert "orders" not in vars(light.tabs)
    light.build_rest()
    for desk in (light_desk, whole_desk):
        fill_desk(desk)
    assert titles(light) == titles(whole)
    assert len(set(titles(light))) == 9
    for page, filled in (("orders", True), ("triggers", False), ("fills", True), ("rules", False)):
        ours, theirs = getattr(light.tabs, page).table, getattr(whole.tabs, page).table
        assert ours.model().rowCount() == theirs.model().rowCount() >= filled, page
        assert ours.verticalHeader().defaultSectionSize() == theirs.verticalHeader().defaultSectionSize()
    assert light.tabs.events.model.rowCount() == whole.tabs.events.model.rowCount() > 0
    built = light.tabs.orders, light.flatten
    light.build_rest()
    assert (light.tabs.orders, light.flatten) == built, "a second time does nothing"


def test_what_happened_before_a_page_was_built_is_on_it(build):
    window, desk, _ = build("late", lazy=True)
    fill_desk(desk)
    window.build_rest()
    whole, other, _ = build("whole", lazy=False)
    fill_desk(other)
    assert window.tabs.fills.model.rowCount() == whole.tabs.fills.model.rowCount() > 0
    assert window.tabs.events.model.rowCount() == whole.tabs.events.model.rowCount() > 0


def test_a_hand_that_is_quicker_than_the_window_finds_its_page(build, qtbot):
    window, _, sent = build("quick", lazy=True)
    with qtbot.waitExposed(window):
        window.show()
    window.tabs.show_page("Events")
    assert window.tabs.events.isVisible()
    window._open_flatten()
    assert window.flatten.isVisible()
    assert sent, "the plan was asked for"
