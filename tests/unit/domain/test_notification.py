"""Quiet hours, and what notification settings refuse."""

from dataclasses import replace

import pytest

from terminal.domain.notification import (
    USUAL_RULES,
    NoticeChannel,
    NoticeKind,
    NotifySettings,
    QuietHours,
)


def test_quiet_hours_may_pass_midnight():
    night = QuietHours(22 * 60, 7 * 60)
    assert [night.holds(minute) for minute in (21 * 60 + 59, 22 * 60, 0, 6 * 60 + 59, 7 * 60)] == [
        False,
        True,
        True,
        True,
        False,
    ]
    noon = QuietHours(12 * 60, 13 * 60)
    assert [noon.holds(minute) for minute in (0, 12 * 60, 13 * 60)] == [False, True, False]
    assert night.text == "22:00-07:00"


@pytest.mark.parametrize(("start", "end"), [(60, 60), (-1, 60), (60, 1_440)])
def test_what_is_no_time_of_day_is_refused(start, end):
    with pytest.raises(ValueError, match="22:00-07:00"):
        QuietHours(start, end)


def test_every_kind_has_a_rule_and_words():
    assert [kind for kind, _ in USUAL_RULES] == list(NoticeKind)
    assert all(kind.title for kind in NoticeKind)
    # What cannot wait is loud from the start, and nothing leaves the machine before a person wants it.
    assert all(channels for kind, channels in USUAL_RULES if kind.is_alarm)
    assert not any(channel.is_remote for _, channels in USUAL_RULES for channel in channels)


@pytest.mark.parametrize("chat", ["-1001234567890", "42", "@my_desk"])
def test_a_chat(chat):
    assert NotifySettings(telegram_chat=chat).telegram_chat == chat


@pytest.mark.parametrize("chat", ["my desk", "@", "12a", "-", "@a b", "9" * 65])
def test_no_chat(chat):
    with pytest.raises(ValueError, match="telegram_chat"):
        NotifySettings(telegram_chat=chat)


def test_telegram_needs_a_chat():
    rules = ((NoticeKind.FILLED, (NoticeChannel.TELEGRAM,)),)
    with pytest.raises(ValueError, match="telegram_chat is not set"):
        NotifySettings(rules)
    settings = NotifySettings(rules, telegram_chat="42")
    assert settings.uses(NoticeChannel.TELEGRAM)
    assert not replace(settings, rules=()).uses(NoticeChannel.TELEGRAM)
