"""What the settings' form gets done by the program, and what is found at the next start."""

import asyncio
from types import SimpleNamespace

import pytest

from helpers.fake_clock import ManualClock
from helpers.post_office import PostOffice
from helpers.vault import leaks, use_vault
from terminal.app.notify import KEY_NAMES, Heard, kept_keys
from terminal.app.settings_keeper import NO_TRAY, STARTING, SettingsKeeper
from terminal.app.settings_watch import SettingsWatch
from terminal.domain.messages import Level, Notice, Phase
from terminal.domain.notification import NoticeChannel, NoticeKind, NotifySettings
from terminal.domain.setting import IN_FILE, IN_WINDOW, NoteSettings, SettingsChanged, SettingsNoted
from terminal.net.redact import SecretFilter
from terminal.services.notify.desk import NotifyDesk
from terminal.services.notify.outlets import RemoteKeys
from terminal.storage.paths import HOME_VARIABLE, profile_paths
from terminal.storage.profile_file import write_profile
from terminal.storage.profiles import Mode, Profile, load_profile, profile_file
from terminal.ui.viewmodels.settings_shelf import SettingsShelf

C = NoticeChannel
HOOK = "https://hooks.example/T0/secretpart"
TOKEN = "123456789:" + "B" * 35


@pytest.fixture
def session(tmp_path, monkeypatch):
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    write_profile(Profile("team", Mode.PAPER, "weex", reviewer="Ada"), profile_file("team"))
    profile = load_profile("team")
    posted = []
    made = SimpleNamespace(
        profile=profile,
        settings_profile=profile,
        paths=profile_paths("team", mode=profile.kind),
        engine=SimpleNamespace(post=posted.append),
        log_filter=SecretFilter(),
        posted=posted,
        home=tmp_path,
    )
    made.notify = NotifyDesk(
        profile.notifications,
        RemoteKeys(),
        PostOffice(),
        ManualClock(),
        emit=posted.append,
        minute_of_day=lambda: 0,
        redact=made.log_filter.redact,
        desk="team",
    )
    return made


@pytest.fixture
def shelf(qtbot, session):
    made = SettingsShelf()
    SettingsKeeper(session, made)
    made.read()
    yield made
    made.deleteLater()


def test_a_change_is_written_put_in_force_and_noted(session, shelf):
    draft = shelf.draft({"reviewer": "Bea", "notifications.rules.filled": "sound"})
    assert shelf.apply(draft) == ""
    assert load_profile("team").reviewer == "Bea"
    assert session.notify.settings.channels_of(NoticeKind.FILLED) == (C.SOUND,)  # at once
    (noted,) = session.posted
    assert isinstance(noted, NoteSettings)
    assert (noted.profile, noted.how, noted.changes) == ("team", IN_WINDOW, draft.changes)
    assert noted.who
    assert shelf.values["reviewer"] == "Bea"


def test_nothing_is_changed_while_nobody_can_write_it_down(session, shelf):
    session.engine = None
    assert shelf.apply(shelf.draft({"reviewer": "Bea"})) == STARTING
    assert load_profile("team").reviewer == "Ada"


def test_a_file_edited_meanwhile_is_left_alone(session, shelf):
    draft = shelf.draft({"reviewer": "Bea"})
    write_profile(Profile("team", Mode.PAPER, "weex", reviewer="Carl"), profile_file("team"))
    assert "edited meanwhile" in shelf.apply(draft)
    assert load_profile("team").reviewer == "Carl"
    assert session.posted == []


def test_a_file_that_does_not_read_is_said(session, shelf):
    profile_file("team").write_text("mode = ")
    shelf.read()
    assert str(profile_file("team")) in shelf.trouble


def test_keys_go_to_the_vault_and_nowhere_else(qtbot, monkeypatch, session, shelf):
    vault = use_vault(monkeypatch)
    for channel, key in ((C.WEBHOOK, HOOK), (C.TELEGRAM, TOKEN)):
        with qtbot.waitSignal(shelf.placed, timeout=10_000) as heard:
            shelf.keep_key(channel, key)
        assert heard.args == [channel, ""]
        assert shelf.places[channel] == "a vault for tests"
    assert set(vault.kept.values()) == {HOOK, TOKEN}
    assert session.notify.keys == RemoteKeys(HOOK, TOKEN)
    shelf.apply(shelf.draft({"reviewer": "Bea"}))
    assert leaks([session.home], TOKEN, HOOK) == []
    assert TOKEN not in session.log_filter.redact(f"said {TOKEN}")
    with qtbot.waitSignal(shelf.placed, timeout=10_000):
        shelf.keep_key(C.TELEGRAM, "")
    assert set(vault.kept.values()) == {HOOK}
    assert session.notify.keys == RemoteKeys(HOOK)


def test_keys_kept_before_are_found_unless_forgotten_meanwhile(qtbot, monkeypatch, session, shelf):
    vault = use_vault(monkeypatch)
    vault.kept["alphadesk/paper/team", KEY_NAMES[C.TELEGRAM]] = TOKEN
    with qtbot.waitSignal(shelf.placed, timeout=10_000):
        shelf.look()
    assert session.notify.keys == RemoteKeys("", TOKEN)
    keeper = shelf._source
    with qtbot.waitSignal(shelf.placed, timeout=10_000):
        shelf.keep_key(C.TELEGRAM, "")
    keeper.found.emit(C.TELEGRAM, TOKEN, 0)  # a look that began before
    assert session.notify.keys == RemoteKeys()


def test_without_a_vault_a_key_is_for_this_run(qtbot, session, shelf):
    with qtbot.waitSignal(shelf.placed, timeout=10_000):
        shelf.keep_key(C.TELEGRAM, TOKEN)
    assert "this run only" in shelf.places[C.TELEGRAM]
    assert session.notify.keys.telegram_token == TOKEN
    assert leaks([session.home], TOKEN) == []


def test_what_is_no_key_is_refused(qtbot, session, shelf):
    with qtbot.waitSignal(shelf.placed) as heard:
        shelf.keep_key(C.TELEGRAM, "nonsense")
    assert "BotFather" in heard.args[1]
    assert session.notify.keys == RemoteKeys()


def test_the_vault_is_asked_for_what_rules_name_only(monkeypatch, session):
    vault = use_vault(monkeypatch)
    vault.kept["alphadesk/paper/team", KEY_NAMES[C.TELEGRAM]] = TOKEN
    telegram = NotifySettings(((NoticeKind.FILLED, (C.TELEGRAM,)),), telegram_chat="42")
    assert kept_keys(session, telegram).telegram_token == TOKEN
    vault.locked = True
    assert kept_keys(session, telegram) == RemoteKeys()
    monkeypatch.setattr("keyring.get_keyring", lambda: pytest.fail("nobody uses it"))
    assert kept_keys(session, NotifySettings()) == RemoteKeys()


def test_a_test_of_the_tray_where_there_is_none(qtbot, shelf):
    with qtbot.waitSignal(shelf.tested) as heard:
        shelf.test(C.TRAY)
    assert heard.args == [C.TRAY, NO_TRAY]


def test_a_test_of_a_channel_is_answered(qtbot, session, shelf):
    answers = []

    async def run():
        both = asyncio.Event()

        def hear(channel, why):
            answers.append((channel, why))
            if len(answers) == 2:
                both.set()

        shelf.tested.connect(hear)
        shelf.test(C.SOUND)
        shelf.test(C.WEBHOOK)
        await both.wait()

    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        runner.run(run())
    assert answers[0] == (C.SOUND, "")
    assert "address is not known" in answers[1][1]


# -- edited by hand ----------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_what_was_edited_while_the_program_did_not_run_is_found_until_it_is_noted(session):
    assert await SettingsWatch(session).hand_changes("ann") is None  # the first start: nothing to compare with
    path = profile_file("team")
    path.write_text(path.read_text() + "[limits]\nmax_leverage = 2\n", encoding="utf-8")
    for _ in range(2):  # a start that ends before it is durable changes nothing
        found = await SettingsWatch(session).hand_changes("ann")
        assert found is not None
        (change,) = found.changes
        assert (change.title, change.before, change.after) == ("Highest leverage", "5 x", "2 x")
        assert (found.who, found.how) == ("ann", IN_FILE)
    watch = SettingsWatch(session)
    watch.hear(Phase("another event", ready=True))
    watch.hear(SettingsNoted(SettingsChanged("team", found.changes, "ann", IN_FILE, 1)))
    assert await SettingsWatch(session).hand_changes("ann") is None


@pytest.mark.asyncio
async def test_a_profile_without_a_file_has_no_hand_changes(session):
    profile_file("team").unlink()
    assert await SettingsWatch(session).hand_changes("ann") is None
    assert not session.paths.settings.exists()


# -- beside the engine -------------------------------------------------------------------------


def test_a_fault_of_who_only_listens_is_said_once_and_silences_it(caplog):
    heard, told = [], []

    def breaks(event):
        heard.append(event)
        raise RuntimeError("ours")

    notice = Phase("x", ready=True)
    both = Heard((breaks,), told.append, lambda: 3)
    both.take(notice)
    both.take(notice)
    assert len(heard) == 1
    assert told.count(notice) == 2  # the seat hears everything
    (said,) = [each for each in told if isinstance(each, Notice)]
    assert said.level is Level.ERROR
    assert "RuntimeError" not in said.text
    assert "ours" in caplog.text
