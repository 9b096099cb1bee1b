"""A frame is told once, after everything dirty in the window was painted."""

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from terminal.runtime.frame_watch import FrameWatch


class Painted(QLabel):
    def __init__(self, log):
        super().__init__("words")
        self.log = log

    def paintEvent(self, event):  # noqa: N802 - Qt's name
        super().paintEvent(event)
        self.log.append("paint")


def test_one_frame_for_all_that_is_dirty(qtbot):
    log = []
    window = QWidget()
    qtbot.addWidget(window)
    labels = [Painted(log), Painted(log)]
    column = QVBoxLayout(window)
    for label in labels:
        column.addWidget(label)
    with qtbot.waitExposed(window):
        window.show()
    qtbot.waitUntil(lambda: len(log) >= 2)
    watch = FrameWatch(window, lambda now_s: log.append("frame"))
    watch.clear()
    del log[:]
    for label in labels:
        label.update()
    qtbot.waitUntil(lambda: "frame" in log)
    assert log == ["paint", "paint", "frame"]
    assert (watch.count, len(watch.spent_ms)) == (1, 1)
    assert watch.spent_ms[0] >= 0
