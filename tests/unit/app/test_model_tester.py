"""What the models' form gets done by the program: a test beside the window's thread, keys never in the profile."""

from types import SimpleNamespace

import pytest

from helpers import fake_llm as llm
from helpers.fake_llm import served
from helpers.language_kit import KEY, language_model
from helpers.step_clock import RealClock
from helpers.vault import leaks
from terminal.app.language import language_means, spend_book
from terminal.app.model_tester import ModelTester
from terminal.domain.language_model import KeyPlace, LanguageModel, StrategySettings
from terminal.domain.messages import Level
from terminal.storage.profiles import load_profile
from terminal.ui.viewmodels.model_shelf import ModelShelf, NewKey, Saved


class Person:
    """Answers with what is left of each list, and would rather go on without once it is empty."""

    def __init__(self, keys=()):
        self.keys, self.reasons = list(keys), []

    async def key(self, model, reason):
        self.reasons.append(reason)
        return self.keys.pop(0) if self.keys else None


def make_model(**changes):
    return LanguageModel(**({"name": "tiny", "base_url": "http://127.0.0.1:1/v1", "model": "m"} | changes))


def profile_of(model, strategist):
    return SimpleNamespace(strategy=StrategySettings(strategist, (model,)), vault_name="demo/demo", proxy=None)


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


@pytest.mark.parametrize(("password", "place"), [("", KeyPlace.ASKED), ("a long sentence", KeyPlace.FILE)])
def test_what_is_saved_is_the_next_start_s_profile_and_says_where_a_key_is(session, password, place):
    shelf = ModelShelf()
    tester = ModelTester(session, shelf)
    model = make_model()
    settings = StrategySettings(model.strategist, (model,))
    assert tester.save(settings, None) == Saved(settings)
    assert load_profile("demo").strategy == settings
    saved = tester.save(settings, NewKey(model, KEY, password)).settings
    assert saved.chosen.key_place is place
    assert load_profile("demo").strategy == saved
    assert leaks([session.paths.root], KEY) == []
    assert session.log_filter.watched == [KEY]
    shelf.deleteLater()


def test_a_password_that_is_too_short_keeps_and_writes_nothing(session):
    shelf = ModelShelf()
    model = make_model()
    saved = ModelTester(session, shelf).save(StrategySettings(model.strategist, (model,)), NewKey(model, KEY, "short"))
    assert saved.settings is None
    assert "password needs at least" in saved.words
    assert load_profile("demo").strategy == StrategySettings()
    shelf.deleteLater()


def test_a_key_that_nobody_has_here_is_asked_for_before_anything_is_sent(qtbot, session):
    shelf = ModelShelf()
    tester = ModelTester(session, shelf)
    with served(llm.error(401)) as server, qtbot.waitSignal(shelf.tested, timeout=20_000) as heard:
        tester.test(language_model(server, key_place=KeyPlace.ASKED), "")
    assert server.seen == []
    assert "type it again" in heard.args[0].steps[0].words
    shelf.deleteLater()


def test_without_a_vault_the_form_is_told_so(qtbot, session):
    shelf = ModelShelf()
    ModelTester(session, shelf)
    with qtbot.waitSignal(shelf.placed, timeout=20_000):
        shelf.look()
    assert shelf.vault == ""
    shelf.deleteLater()


@pytest.mark.asyncio
async def test_a_key_that_cannot_be_had_is_said(session):
    model = make_model(key_place=KeyPlace.VAULT)
    session.profile = profile_of(model, "embedded")
    said = []
    means = await language_means(session, said.append, spend_book(session), None)
    assert dict(means.keys) == {}
    assert [each.level for each in said] == [Level.WARNING], "it does not decide"
    assert "The language model tiny has no key in this run" in said[0].text
    session.profile = profile_of(model, model.strategist)
    await language_means(session, said.append, spend_book(session), None)
    assert said[1].level is Level.ERROR


@pytest.mark.asyncio
async def test_a_person_is_asked_only_for_a_model_that_decides(session):
    model = make_model(key_place=KeyPlace.ASKED)
    session.profile = profile_of(model, model.strategist)
    person, said = Person(keys=[KEY]), []
    means = await language_means(session, said.append, spend_book(session), person)
    assert (dict(means.keys), said) == ({"tiny": KEY}, [])
    assert "not kept" in person.reasons[0]
    assert KEY in session.log_filter.watched
    assert KEY not in repr(means)
    session.profile = profile_of(model, "embedded")
    await language_means(session, said.append, spend_book(session), person)
    assert len(person.reasons) == 1
