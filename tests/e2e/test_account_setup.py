"""Setting up an account against a running exchange: what is tested, what is kept, where, and what is not."""

import asyncio
import io
import os
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from helpers.account_walk import seen
from helpers.desk_events import make_desk
from helpers.market_now import endpoints_of, market_now
from helpers.shown import texts_of
from helpers.vault import leaks, use_vault
from terminal.app.account_prompt import Terminal, run_account_prompt
from terminal.app.account_setup import AccountSetup
from terminal.app.account_window import AccountDesk, WindowAsk
from terminal.app.cli import main
from terminal.domain.account_check import StepState
from terminal.domain.errors import ConfigError
from terminal.domain.risk import RiskLimits
from terminal.runtime.chance import SystemChance
from terminal.runtime.clock import SystemClock
from terminal.runtime.desk_loop import DeskLoop
from terminal.storage.account import Place, account_record, find_key
from terminal.storage.paths import profile_paths
from terminal.storage.profile_file import write_profile
from terminal.storage.profiles import Mode, Profile, load_profile, profile_file
from terminal.storage.secret_file import FileSecrets
from terminal.storage.secrets import KeyringSecrets
from terminal.ui.panic_keys import PanicKeys
from terminal.ui.viewmodels.account_form import AccountEntry
from terminal.ui.widgets.account.form import AccountForm
from terminal.ui.widgets.account.form_secret import SecretForm

PANIC = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
STEPS = ["reach", "clock", "key", "contracts", "leverage"]


@pytest.fixture(scope="module")
def exchange(tmp_path_factory):
    with market_now(tmp_path_factory.mktemp("exchange")) as running:
        yield running


@pytest.fixture(autouse=True)
def _no_fault_left(exchange):
    yield
    exchange.clear_faults()


@pytest.fixture
def app(qapp):
    """As in the program: closing the last window does not end the loop under its tasks."""
    before = qapp.quitOnLastWindowClosed()
    qapp.setQuitOnLastWindowClosed(False)
    yield qapp
    qapp.setQuitOnLastWindowClosed(before)


@pytest.fixture
def setup(exchange):
    return AccountSetup("team", SystemClock(), SystemChance(), endpoints=endpoints_of(exchange))


@pytest.fixture
def entry(exchange):
    line = exchange.line
    return AccountEntry(
        "live", "v2", "Ada", "", key=line["key"], secret=line["secret"], passphrase=line["passphrase"], is_bound=True
    )


def run(work):
    with asyncio.Runner() as runner:
        return runner.run(work)


def outcome_of(setup, entry):
    """Give whether the test passed, and its newest steps by name."""
    steps = {}
    passed = run(setup.test(entry, lambda step: steps.update({step.name: step})))
    return passed, steps


def home():
    return Path(os.environ["ALPHADESK_HOME"])


def test_a_good_account_passes_every_step(setup, entry, exchange):
    passed, steps = outcome_of(setup, entry)
    assert passed
    assert list(steps) == STEPS
    assert all(step.state is StepState.OK for step in steps.values())
    assert "1,000.00 USDT" in steps["key"].words
    assert "all 8" in steps["contracts"].words
    books = exchange.state()
    assert (books["orders"], books["ai_logs"], books["client_oid_counts"]) == ([], [], {})


def test_paper_needs_no_key(setup):
    passed, steps = outcome_of(setup, AccountEntry("paper", "v2", "Ada", ""))
    assert passed
    assert list(steps) == ["reach", "clock", "contracts"]


@pytest.mark.parametrize("field", ["key", "secret", "passphrase"])
def test_a_wrong_part_of_the_key_fails_with_a_hint_and_shows_nothing(setup, entry, field):
    passed, steps = outcome_of(setup, replace(entry, **{field: "wrong-but-long-enough"}))
    assert not passed
    assert [steps[name].state for name in STEPS] == [
        StepState.OK, StepState.OK, StepState.FAILED, StepState.SKIPPED, StepState.SKIPPED,
    ]  # fmt: skip
    assert steps["key"].hint
    assert "wrong-but-long-enough" not in f"{steps['key']}"


@pytest.mark.parametrize(
    ("fault", "failed", "words"),
    [
        ({"kind": "521", "count": -1}, "reach", "IP address"),
        ({"kind": "521", "path": "/account/", "count": -1}, "key", "IP address"),
        ({"kind": "code", "path": "/account/", "code": "40014", "count": -1}, "key", "permission"),
        ({"kind": "code", "path": "/market/contracts", "code": "40020", "count": -1}, "contracts", ""),
        ({"kind": "html", "count": -1}, "reach", ""),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_what_to_do(setup, entry, exchange, fault, failed, words):
    exchange.fault(**fault)
    passed, steps = outcome_of(setup, entry)
    assert not passed
    assert steps[failed].state is StepState.FAILED
    assert words in f"{steps[failed].words} {steps[failed].hint}"
    assert steps[failed].hint
    later = STEPS[STEPS.index(failed) + 1 :]
    assert {steps[name].state for name in later} <= {StepState.SKIPPED}


@pytest.mark.parametrize(("off_ms", "state"), [(40_000, StepState.FAILED), (-5_000, StepState.OK)])
def test_a_clock_that_is_off(exchange, entry, off_ms, state):
    clock = SystemClock(skew_ms=off_ms)
    setup = AccountSetup("team", clock, SystemChance(), endpoints=endpoints_of(exchange))
    passed, steps = outcome_of(setup, entry)
    assert steps["clock"].state is state
    assert "set this computer's clock" in f"{steps['clock'].words} {steps['clock'].hint}".lower()
    assert passed is (state is StepState.OK)


def test_a_proxy_that_is_not_there_is_not_gone_around(setup, entry):
    passed, steps = outcome_of(setup, replace(entry, proxy="http://127.0.0.1:9"))
    assert not passed
    assert steps["reach"].state is StepState.FAILED


def test_the_vault_keeps_the_key_and_nothing_else_does(setup, entry, monkeypatch):
    vault = use_vault(monkeypatch)
    assert run(setup.place_words("live")) == ("a vault for tests", True)
    words = run(setup.save(entry, tested=True))
    assert "a vault for tests" in words
    assert [service for service, _ in vault.kept] == ["alphadesk/live/team"]
    key = find_key(KeyringSecrets("live/team"))
    assert (key.key, key.secret, key.passphrase) == (entry.key, entry.secret, entry.passphrase)
    profile = load_profile("team")
    assert (profile.mode, profile.reviewer, profile.proxy) == (Mode.LIVE, "Ada", None)
    assert leaks([home()], entry.key, entry.secret, entry.passphrase) == []
    assert "has a key already" in setup.known_words("live")


def test_without_a_vault_a_password_keeps_it_in_a_file(setup, entry):
    assert run(setup.place_words("live")) == ("", False)
    run(setup.save(replace(entry, password="a long password"), tested=False))
    paths = profile_paths("team", mode="live")
    record = account_record(paths)
    assert (record.place, record.tested) == (Place.FILE, False)
    assert "without a test" in record.words
    file = FileSecrets(paths.secrets_file, "live/team", monotonic_s=lambda: 0.0)
    file.unlock("a long password")
    assert find_key(file).secret == entry.secret
    assert leaks([home()], entry.key, entry.secret, entry.passphrase, "a long password") == []


def test_without_either_it_is_kept_for_this_run_only(setup, entry):
    run(setup.save(entry, tested=True))
    assert setup.held.key == entry.key
    assert account_record(profile_paths("team", mode="live")).place is Place.MEMORY
    assert leaks([home()], entry.key, entry.secret, entry.passphrase) == []


def test_a_new_key_leaves_limits_and_season_as_they_are(setup, entry, monkeypatch):
    use_vault(monkeypatch)
    limits = RiskLimits(max_leverage=3)
    write_profile(Profile("team", Mode.LIVE, "weex", limits=limits), profile_file("team"))
    assert setup.start_entry("", "nobody") == AccountEntry("live", "v2", "You", "")
    run(setup.save(replace(entry, mode="competition", api_version="v3"), tested=True))
    profile = load_profile("team")
    assert (profile.mode, profile.limits, profile.api_version) == (Mode.COMPETITION, limits, "v3")
    assert account_record(profile_paths("team", mode="live")) is None


def test_the_demo_has_no_account():
    with pytest.raises(ConfigError, match="demo needs no account"):
        AccountSetup("demo", SystemClock(), SystemChance())
    with pytest.raises(ConfigError, match="--mode"):
        AccountSetup("team", SystemClock(), SystemChance()).start_entry("", "Ada")


def answers(entry, said, *, agreed=True, secrets=None):
    secret_answers = iter(secrets or (entry.key, entry.secret, entry.passphrase, "a long password", "a long password"))
    return Terminal(
        ask=lambda question: ("yes" if agreed else "no") if "yes/no" in question else "",
        ask_secret=lambda _: next(secret_answers),
        say=said.append,
    )


def test_the_same_without_a_display(setup, entry):
    said = []
    assert run_account_prompt(setup, setup.start_entry("live", "Ada"), answers(entry, said)) == 0
    assert sum("ok " in line for line in said) == 5
    assert account_record(profile_paths("team", mode="live")).tested
    assert load_profile("team").reviewer == "Ada"
    for secret in (entry.key, entry.secret, entry.passphrase):
        assert secret not in "\n".join(said)


def test_a_failed_test_is_saved_only_on_a_persons_word(setup, entry, exchange):
    exchange.fault(kind="521", count=-1)
    said = []
    asked = answers(entry, said)
    refusing = replace(asked, ask=lambda question: "no" if "untested" in question else asked.ask(question))
    assert run_account_prompt(setup, setup.start_entry("live", "Ada"), refusing) == 1
    assert any("FAILED" in line for line in said)
    assert not profile_file("team").exists()
    assert run_account_prompt(setup, setup.start_entry("live", "Ada"), answers(entry, said)) == 0
    assert not account_record(profile_paths("team", mode="live")).tested


def test_nothing_is_asked_where_nobody_can_answer_unseen(setup, entry, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO())
    with pytest.raises(ConfigError, match="in a terminal"):
        run_account_prompt(setup, setup.start_entry("live", "Ada"))

    def gone(_):
        raise EOFError

    with pytest.raises(ConfigError, match="input ended"):
        run_account_prompt(setup, setup.start_entry("live", "Ada"), Terminal(ask=gone, say=lambda _: None))
    assert not profile_file("team").exists()


def test_profiles_are_listed_without_a_secret(setup, entry, monkeypatch, capsys):
    use_vault(monkeypatch)
    run(setup.save(entry, tested=True))
    write_profile(Profile("slow", Mode.PAPER, "weex"), profile_file("slow"))
    write_profile(Profile("later", Mode.COMPETITION, "weex"), profile_file("later"))
    write_profile(Profile("coins", Mode.LIVE, "hashkey"), profile_file("coins"))
    profile_file("broken").write_text("mode = 3")
    assert main(["profiles"]) == 0
    said = capsys.readouterr().out
    lines = {line.split()[0]: line for line in said.splitlines()}
    assert "built-in exchange" in lines["demo"]
    assert "simulated fills" in lines["slow"]
    assert "no key yet" in lines["later"]
    assert "a vault for tests" in lines["team"]
    assert f"…{entry.key[-4:]}" in lines["team"]
    assert lines["team"].split()[1:3] == ["live", "WEEX"]
    assert "HashKey spot" in lines["coins"]
    assert "mode" in lines["broken"]
    for secret in (entry.key, entry.secret, entry.passphrase):
        assert secret not in said


def test_a_profile_that_moved_to_another_venue_tells_of_both_keys(setup, entry, monkeypatch, capsys):
    use_vault(monkeypatch)
    run(setup.save(entry, tested=True))
    write_profile(Profile("team", Mode.LIVE, "woox"), profile_file("team"))
    assert main(["profiles"]) == 0
    (line,) = (line for line in capsys.readouterr().out.splitlines() if line.startswith("team"))
    assert "no key yet" in line
    assert line.endswith("also keeps a key of WEEX")


def test_the_form_from_paste_to_save(app, setup, entry, monkeypatch):
    use_vault(monkeypatch)
    loop = DeskLoop(app)

    async def at_the_form():
        desk = AccountDesk(setup, setup.start_entry("live", "Ada"))
        form, state = desk.form, desk.state
        showing = asyncio.ensure_future(desk.show())
        await seen(state.changed, lambda: bool(state.where))
        for field, text in ((form.key, entry.key), (form.secret, entry.secret), (form.passphrase, entry.passphrase)):
            field.setText(text)
        form.is_bound.setChecked(True)
        form.test.click()
        await seen(state.changed, lambda: not state.is_testing)
        assert form.save.isEnabled(), state.message
        form.save.click()
        await seen(state.changed, lambda: bool(state.done))
        for secret in (entry.key, entry.secret, entry.passphrase):
            assert secret not in texts_of(form)
        assert f"…{entry.key[-4:]}, kept in a vault for tests" in form.message.text()
        form.leave.click()
        await showing
        form.deleteLater()

    with loop:
        loop.run_until_complete(at_the_form())
    assert account_record(profile_paths("team", mode="live")).tested
    assert leaks([home()], entry.key, entry.secret, entry.passphrase) == []


def test_a_form_closed_in_the_middle_of_a_test_ends_it(app, setup, entry, exchange):
    exchange.fault(kind="delay", delay_ms=5_000, count=-1)
    loop = DeskLoop(app)

    async def at_the_form():
        desk = AccountDesk(setup, entry)
        showing = asyncio.ensure_future(desk.show())
        await asyncio.sleep(0)
        desk.form.mode.choose("paper")
        desk.form.test.click()
        assert desk.state.is_testing
        desk.form.reject()
        await showing
        assert desk._tasks == set()
        desk.form.deleteLater()

    with loop:
        loop.run_until_complete(at_the_form())
    assert not profile_file("team").exists()


def test_panic_keys_over_the_account_form_say_that_nothing_can_be_sent(app, qtbot, setup):
    window = QWidget()
    qtbot.addWidget(window)
    ask = WindowAsk("team", lambda: (setup, setup.start_entry("live", "Ada")), window, panic_keys(window))
    loop = DeskLoop(app)

    async def at_the_window():
        asking = asyncio.ensure_future(ask.key())
        await asyncio.sleep(0)
        (form,) = window.findChildren(AccountForm)
        state = form._state
        await seen(state.changed, lambda: state.where or not state.has_vault)  # the look at the vault is over
        await in_front(form)
        for key in (Qt.Key.Key_C, Qt.Key.Key_P, Qt.Key.Key_F):
            form.message.setText("")
            qtbot.keyClick(form.reviewer, key, PANIC)
            assert "Nothing can be sent yet" in form.message.text()
        assert form.isVisible()
        form.reject()
        assert await asking is None

    with loop:
        loop.run_until_complete(at_the_window())


async def in_front(form):
    """Wait until the form has the keyboard: shortcuts of a window in the background are not heard."""
    form.activateWindow()
    await seen(QGuiApplication.instance().focusWindowChanged, form.isActiveWindow)


def panic_keys(window):
    """The keys of a window whose desk never comes up: none of them may be carried out."""
    desk, _ = make_desk()
    return PanicKeys(window, desk.actions, cancel_all=pytest.fail, pause=pytest.fail, flatten=pytest.fail)


def test_asking_over_the_window(app, qtbot, setup, entry):
    window = QWidget()
    qtbot.addWidget(window)
    ask = WindowAsk("team", lambda: (setup, setup.start_entry("live", "Ada")), window, panic_keys(window))
    loop = DeskLoop(app)

    async def at_the_window():
        asking = asyncio.ensure_future(ask.password(""))
        await asyncio.sleep(0)
        (form,) = window.findChildren(SecretForm)
        form.secret.setText("a long password")
        form.use.click()
        assert await asking == "a long password"
        await in_front(form)
        qtbot.keyClick(form.secret, Qt.Key.Key_F, PANIC)
        assert "Nothing can be sent yet" in form.problem.text()
        assert form.isVisible()
        assert not form.use.isEnabled()  # the password given above is still being tried
        asking = asyncio.ensure_future(ask.password("The password is wrong."))
        await asyncio.sleep(0)
        assert "wrong" in form.problem.text()
        form.skip.click()
        assert await asking is None
        ask.done()

    with loop:
        loop.run_until_complete(at_the_window())
