"""Window tests: dressed like the program, on a platform that has no window manager to talk to."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from terminal.ui.theme.apply import apply_theme

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The offscreen platform warns whenever a window has a minimum size or is raised; nothing is wrong then."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore(r"does not support (propagateSizeHints|raise)\(\)", extend=True))


@pytest.fixture(autouse=True)
def _themed(qapp: QApplication) -> None:
    if not qapp.styleSheet():
        apply_theme(qapp)
