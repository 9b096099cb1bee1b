"""PySide6 6.12.0 on CPython 3.11 loses references to None; this fails there."""

import sys

import pytest
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QPainter

from terminal.domain.errors import ConfigError
from terminal.runtime.qt_guard import check_installed_qt, refuse_broken_qt

ROUNDS = 20_000
SLACK = 500  # other code runs between the two readings
IMMORTAL = sys.version_info >= (3, 12)  # from here on the counts of None and True are constants


class _Source(QObject):
    fired = Signal(object)


def test_painting_20_000_times_keeps_none_alive(qapp):
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    colour = QColor("#123456")
    painter = QPainter(image)
    before = sys.getrefcount(None), sys.getrefcount(True)
    for _ in range(ROUNDS):
        painter.setPen(colour)
        painter.drawLine(0, 0, 7, 7)
    after = sys.getrefcount(None), sys.getrefcount(True)
    painter.end()
    assert IMMORTAL or after[0] > before[0] - SLACK
    assert IMMORTAL or after[1] > before[1] - SLACK


def test_emits_and_single_shots_keep_none_and_true_alive(qtbot):
    source = _Source()
    seen = []
    source.fired.connect(seen.append)
    before = sys.getrefcount(None), sys.getrefcount(True)
    for number in range(500):
        source.fired.emit(number)
        QTimer.singleShot(0, source, lambda: None)
    qtbot.waitUntil(lambda: len(seen) == 500)
    after = sys.getrefcount(None), sys.getrefcount(True)
    assert IMMORTAL or after[0] > before[0] - 250
    assert IMMORTAL or after[1] > before[1] - 250


def test_the_broken_pair_is_refused_with_a_way_out():
    with pytest.raises(ConfigError, match=r"below 6\.12.*or use Python 3\.12"):
        refuse_broken_qt("6.12.0", (3, 11))


@pytest.mark.parametrize(("qt", "python"), [("6.11.3", (3, 11)), ("6.12.0", (3, 12)), ("6.12.0", (3, 13))])
def test_good_pairs_pass(qt, python):
    refuse_broken_qt(qt, python)


def test_the_installed_pair_is_good():
    check_installed_qt()
