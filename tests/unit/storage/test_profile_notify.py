"""The `[notifications]` tables of a profile: read, written, refused."""

import pytest

from terminal.domain.errors import ConfigError
from terminal.domain.notification import NoticeChannel, NoticeKind, NotifySettings, QuietHours
from terminal.storage.profile_file import read_profile, write_profile


def read(tmp_path, text):
    path = tmp_path / "team.toml"
    path.write_text(f'mode = "paper"\n{text}\n', encoding="utf-8")
    return read_profile("team", path)


def test_nothing_written_is_the_usual(tmp_path):
    assert read(tmp_path, "").notifications == NotifySettings()


def test_read_and_written_again(tmp_path):
    profile = read(
        tmp_path,
        '[notifications]\nquiet = "22:30-7:00"\ntelegram_chat = "-1001"\n'
        '[notifications.rules]\nfilled = ["telegram", "toast", "toast"]\nlink_down = []\n',
    )
    settings = profile.notifications
    assert settings.quiet == QuietHours(22 * 60 + 30, 7 * 60)
    assert settings.channels_of(NoticeKind.FILLED) == (NoticeChannel.TELEGRAM, NoticeChannel.TOAST)
    assert settings.channels_of(NoticeKind.LINK_DOWN) == ()
    assert settings.channels_of(NoticeKind.STOP_MISSING)  # not named: as usual
    path = tmp_path / "again.toml"
    write_profile(profile, path)
    assert read_profile("team", path).notifications == settings


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('[notifications]\nquiet = "late"', 3, "notifications.quiet is written 22:00-07:00"),
        ('[notifications]\nquiet = "25:00-07:00"', 2, "22:00-07:00"),
        ('[notifications.rules]\nfilled = ["fax"]', 3, "must be 'toast'"),
        ('[notifications.rules]\nfiled = ["toast"]', 3, "filed"),
        ('[notifications]\n[notifications.rules]\nfilled = ["telegram"]', 2, "telegram_chat is not set"),
        ('[notifications]\ntoken = "123:abc"', 3, "there is no such setting"),
    ],
)
def test_mistakes_name_their_line(tmp_path, text, line, words):
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, text)
    assert words in str(caught.value)
    assert f"line {line}, " in str(caught.value)
    assert "123:abc" not in str(caught.value)
