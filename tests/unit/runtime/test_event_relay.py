import pytest
from PySide6.QtCore import QCoreApplication

from terminal.runtime.event_relay import EventRelay


def test_events_come_in_order_and_not_before_the_caller_is_done(qtbot):
    seen = []
    relay = EventRelay(seen.append)
    for number in range(3):
        relay.put(number)
    assert seen == []
    qtbot.waitUntil(lambda: len(seen) == 3)
    assert seen == [0, 1, 2]


def test_what_an_event_brings_about_comes_after_what_waits(qtbot):
    seen = []

    def take(event):
        seen.append(event)
        if event == "first":
            relay.put("answer")

    relay = EventRelay(take)
    relay.put("first")
    relay.put("second")
    qtbot.waitUntil(lambda: len(seen) == 3)
    assert seen == ["first", "second", "answer"]


def test_at_the_end_what_waits_is_handed_over_at_once(qapp):
    seen = []
    relay = EventRelay(seen.append)
    relay.put("last words")
    relay.deliver()
    assert seen == ["last words"]
    QCoreApplication.processEvents()
    assert seen == ["last words"]


def test_an_event_that_cannot_be_shown_does_not_hold_up_the_next(qtbot):
    seen = []

    def take(event):
        if event == "bad":
            raise ValueError(event)
        seen.append(event)

    relay = EventRelay(take)
    with qtbot.captureExceptions() as caught:
        relay.put("bad")
        relay.put("good")
        qtbot.waitUntil(lambda: seen == ["good"])
    assert [str(error) for _kind, error, _where in caught] == ["bad"]
    with pytest.raises(ValueError, match="bad"):
        relay.put("bad") or relay.deliver()
