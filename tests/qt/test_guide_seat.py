"""What the guide does with the program around it: profiles written, layout kept, another window started."""

import json
import subprocess
from types import SimpleNamespace

import pytest

from helpers.whole_window import open_window
from terminal.app.guide import install_guide
from terminal.domain.account_check import StepState
from terminal.domain.errors import ConfigError, StorageError
from terminal.domain.messages import Notice
from terminal.domain.risk import RiskLimits
from terminal.storage.endpoints import Endpoints
from terminal.storage.paths import profile_paths
from terminal.storage.profiles import load_profile, profile_file
from terminal.storage.window_file import read_window_file
from terminal.ui.viewmodels.account_place import AccountPlace
from terminal.ui.viewmodels.guide import Plan

NOWHERE = Endpoints(
    "http://127.0.0.1:9", "ws://127.0.0.1:9/v2/ws/public", "ws://127.0.0.1:9/v2/ws/private"
)  # nothing listens there

WEEX = AccountPlace()
LINE = {
    "venue": "woox",
    "simulated": True,
    "rest": "http://127.0.0.1:9",
    "ws_public": "ws://127.0.0.1:9/v3/public",
    "ws_private": "ws://127.0.0.1:9/v3/private",
    "key": "a-key-of-the-exchange",
    "secret": "a-secret-of-the-exchange",
}

pytestmark = pytest.mark.asyncio


@pytest.fixture
def seat(qtbot, tmp_path, monkeypatch):
    monkeypatch.setenv("ALPHADESK_HOME", str(tmp_path))
    window, desk, _ = open_window(qtbot, tmp_path / "window.json")
    session = SimpleNamespace(is_demo=True, replay=None, reviewer="Mara", endpoints=NOWHERE)
    seat = install_guide(session, window, desk)
    yield seat, window, desk
    seat.end()


async def saved(host, name="paper", mode="paper", place=WEEX):
    """Set up a profile through the guide's own form."""
    form = host.account_form(Plan(name, mode, place))
    entry = form.entry()
    assert (entry.mode, entry.reviewer, form.leave.isVisible()) == (mode, "Mara", False)
    await host._account._setup.save(entry, tested=False)
    assert host.is_saved(name)


async def test_the_demo_comes_to_the_front_and_says_what_to_do(seat):
    _, window, desk = seat
    said = []
    desk.notice.connect(said.append)
    window.guide.open()
    window.guide.window.welcome.demo.click()
    (notice,) = said
    assert isinstance(notice, Notice)
    assert "press A" in notice.text
    assert not window.guide.window.isVisible()


async def test_names_that_cannot_be_are_refused_in_words(seat):
    host, *_ = seat
    assert "cannot name a profile" in host.why_not(Plan("A b", "live"))
    assert "The demo needs no account" in host.why_not(Plan("demo", "paper"))
    assert host.why_not(Plan("paper", "paper")) == ""
    await saved(host)
    assert host.why_not(Plan("paper", "paper")) == ""
    assert "of another mode already" in host.why_not(Plan("paper", "live"))


async def test_an_account_keeps_its_venue_and_says_so(seat):
    host, *_ = seat
    spot = AccountPlace("woox", "spot", "main")
    await saved(host, "team", "paper", spot)
    profile = load_profile("team")
    assert (profile.venue, profile.product, profile.site) == ("woox", "spot", "main")
    assert host.why_not(Plan("team", "paper", spot)) == ""
    for other in (
        WEEX,
        AccountPlace("hashkey"),
        AccountPlace("woox", "perpetual"),
        AccountPlace("woox", "spot", "staging"),
    ):
        refusal = host.why_not(Plan("team", "paper", other))
        assert "Profile team is an account at WOO X spot. An account keeps its venue" in refusal
        assert f"the one at {other.title} another name" in refusal


async def test_an_exchange_on_this_machine_is_checked_before_it_is_gone_on_with(seat, tmp_path):
    host, *_ = seat
    assert "holds the line of the running exchange" in host.why_not(Plan("play", "demo", AccountPlace("bitz")))
    file = tmp_path / "line.json"
    assert "cannot be read" in host.why_not(Plan("play", "demo", AccountPlace("bitz", connection=str(file))))
    file.write_text(json.dumps(LINE))
    assert "is the file of WOO X's exchange" in host.why_not(
        Plan("play", "demo", AccountPlace("bitz", connection=str(file)))
    )
    assert host.why_not(Plan("play", "demo", AccountPlace("woox", connection=str(file)))) == ""
    file.write_text(json.dumps(LINE | {"rest": "https://api.woox.io"}))
    assert "not an exchange on this machine" in host.why_not(
        Plan("play", "demo", AccountPlace("woox", connection=str(file)))
    )


async def test_limits_of_a_profile_on_this_machine_leave_its_exchange_named(seat, tmp_path):
    host, *_ = seat
    file = tmp_path / "line.json"
    file.write_text(json.dumps(LINE))
    await saved(host, "play", "demo", AccountPlace("woox", "spot", connection=str(file)))
    host.save_limits("play", RiskLimits(max_leverage=3))
    profile = load_profile("play")
    assert (profile.limits.max_leverage, profile.product) == (3, "spot")
    assert profile.connection.file == file
    assert profile.connection.key == LINE["key"]
    assert LINE["secret"] not in profile_file("play").read_text()


async def test_limits_and_layout_are_kept_in_the_profile(seat):
    host, *_ = seat
    await saved(host)
    assert host.limits("paper") == RiskLimits()
    host.save_limits("paper", RiskLimits(max_leverage=3))
    host.save_layout("paper", "Trade")
    profile = load_profile("paper")
    assert (profile.limits.max_leverage, profile.reviewer) == (3, "Mara")
    kept = read_window_file(profile_paths("paper", mode=profile.kind).window)
    assert kept["layouts"]["current"] == "Trade"


async def test_a_connection_that_cannot_be_made_is_told_step_by_step(seat, qtbot):
    host, window, _ = seat
    state = window.guide.state
    state.begin_check()
    host.check_connection(Plan("live", "live"))
    while state.is_checking:
        (task,) = host._tasks
        await task
    assert state.steps, state.message
    assert state.steps["reach"].words
    assert any(step.state is StepState.FAILED for step in state.steps.values())


async def test_another_window_is_started_on_the_profile(seat, monkeypatch):
    host, *_ = seat
    started = []
    monkeypatch.setattr(subprocess, "Popen", lambda command, **_: started.append(command))
    host.open_profile("paper")
    assert started[0][-1] == "--profile=paper"
    with pytest.raises(ConfigError):
        host.open_profile("../paper")


async def test_a_program_that_cannot_be_started_says_how_to(seat, monkeypatch):
    host, *_ = seat

    def fail(*_, **__):
        raise OSError(2, "No such file or directory")

    monkeypatch.setattr(subprocess, "Popen", fail)
    with pytest.raises(StorageError, match="Start it with 'alphadesk --profile=paper'"):
        host.open_profile("paper")


async def test_a_second_form_ends_what_the_first_was_doing(seat):
    host, *_ = seat
    host.account_form(Plan("live", "live"))
    first = host._account
    host.account_form(Plan("team", "live"))
    assert host._account is not first
    assert all(task.cancelling() for task in first._tasks)


async def test_beside_a_real_account_the_demo_opens_in_a_window_of_its_own(seat, monkeypatch):
    host, window, desk = seat
    host._session.is_demo = False
    started, said = [], []
    desk.notice.connect(said.append)
    monkeypatch.setattr(subprocess, "Popen", lambda command, **_: started.append(command))
    window.guide.open()
    window.guide.window.welcome.demo.click()
    assert started[0][-1] == "demo"
    assert said == []
