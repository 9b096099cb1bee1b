"""What the models' form gets done by the program: a test beside the window's thread, keys in the vault only."""

import asyncio
from types import SimpleNamespace

import pytest

from helpers import fake_llm as llm
from helpers.fake_llm import served
from helpers.language_kit import KEY, language_model
from helpers.step_clock import RealClock
from terminal.app.language import language_means, spend_book
from terminal.app.model_tester import ModelTester
from terminal.domain.language_model import StrategySettings
from terminal.domain.messages import Level
from terminal.storage.profiles import load_profile, strategy_file
from terminal.ui.viewmodels.model_form import ModelShelf


@pytest.fixture
def session(tmp_path, monkeypatch):
    monkeypatch.setenv("ALPHADESK_HOME", str(tmp_path))
    watched = []
    return SimpleNamespace(
        profile=load_profile("demo"),
        clock=RealClock(),
        paths=SimpleNamespace(root=tmp_path),
        log_filter=SimpleNamespace(watch=watched.append, watched=watched),
    )


def test_a_test_ends_in_a_report_on_the_window_s_thread(qtbot, session):
    shelf = ModelShelf()
    tester = ModelTester(session, shelf)
    with served(llm.deciding(lambda f: llm.answer(f, llm.hold(f, "BTC")))) as server:
        with qtbot.waitSignal(shelf.tested, timeout=20_000) as heard:
            tester.test(language_model(server), KEY)
        assert server.asked[0].headers["authorization"] == f"Bearer {KEY}"
    assert heard.args[0].passed
    assert session.log_filter.watched == [KEY], "the log file hides it from now on"
    shelf.deleteLater()


def test_what_is_saved_is_the_next_start_s_profile_and_a_key_needs_a_vault(session):
    shelf = ModelShelf()
    tester = ModelTester(session, shelf)
    with served(llm.error(500)) as server:
        model = language_model(server)
    settings = StrategySettings(model.strategist, (model,))
    assert tester.save(settings, model, "") == ""
    assert load_profile("demo").strategy == settings
    assert "vault" in tester.save(settings, model, KEY)
    assert KEY not in strategy_file("demo").read_text()
    shelf.deleteLater()


@pytest.mark.asyncio
async def test_a_key_that_cannot_be_had_is_said(session):
    with served(llm.error(500)) as server:
        model = language_model(server, has_key=True)
    session.profile = SimpleNamespace(
        strategy=StrategySettings("embedded", (model,)), vault_name="demo/demo", proxy=None
    )
    said = []
    means = await language_means(session, said.append, spend_book(session))
    assert dict(means.keys) == {}
    assert [each.level for each in said] == [Level.ERROR]
    assert "The key of the language model tiny cannot be had" in said[0].text
    await asyncio.sleep(0)
