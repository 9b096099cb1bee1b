"""The Brain window and the form of the language models."""

from dataclasses import replace
from decimal import Decimal

import pytest

from helpers.desk_events import FakeClock, make_desk
from terminal.domain.brain import BrainChanged, InputAge, ModelHealth, Part, Pulse
from terminal.domain.language_model import KeyPlace, LanguageModel, OutputMode, StrategySettings
from terminal.domain.messages import ModelPhase, ModelStatus
from terminal.domain.model_probe import ProbeReport, ProbeStep
from terminal.ui.formatting import THIN
from terminal.ui.viewmodels.brain_rows import DEAF_S, MODEL_TITLES
from terminal.ui.viewmodels.model_shelf import Saved
from terminal.ui.widgets.brain.window import HEIGHT_PX, BrainWindow
from terminal.ui.widgets.models.form import NEW, ModelForm

WELL = ModelHealth(
    "language:tiny",
    "language:tiny/m-1@127.0.0.1:1 cfg 00",
    Pulse.WELL,
    "Answers",
    asked=7,
    answered=5,
    failed=2,
    parse_failures=3,
    refusals=1,
    p50_ms=812.4,
    p95_ms=12_345.0,
    tokens_in=12_000,
    tokens_out=900,
    cost_usd=Decimal("0.0138"),
    cost_today_usd=Decimal("1.9"),
    daily_cap_usd=Decimal(2),
    last_good_ms=1_760_000_000_000,
    last_good_text="BTC open long, <b>7</b> held",
    last_good_age_s=12.0,
)
LOCAL = LanguageModel("tiny", "http://127.0.0.1:8080/v1", "m-1", output_mode=OutputMode.NATIVE)


def cell(window, title, row=0):
    return window.models.labels[row][MODEL_TITLES.index(title)]


@pytest.fixture
def brain(qtbot):
    clock = FakeClock()
    desk, _sent = make_desk(clock)
    window = BrainWindow(desk)
    qtbot.addWidget(window)
    window._ticks.setInterval(3_600_000)
    return window, desk, clock


def test_it_shows_the_record_in_figures(brain):
    window, desk, _clock = brain
    ages = (
        InputAge("Quote", 0.4, "oldest: ETH"),
        InputAge("Mark", None, "missing: BTC"),
        InputAge("Book", 95.0, limit_s=5.0),
    )
    desk.apply(BrainChanged((WELL,), ages))
    window.open()
    assert cell(window, "p50").text() == f"812{THIN}ms"
    assert cell(window, "p95").text() == f"12.3{THIN}s"
    assert cell(window, "Tokens in / out").text() == "12,000 / 900"
    assert cell(window, "Today of cap").text() == "1.90 USD of 2.00 USD"
    assert cell(window, "Today of cap").property("tone") == "amber"
    assert cell(window, "Last good answer").text() == f"12{THIN}s ago"
    assert window.answers.texts == [
        ("language:tiny/m-1@127.0.0.1:1 cfg 00", f"12{THIN}s ago: BTC open long, <b>7</b> held", "")
    ]
    assert window.inputs.texts == [
        ["Quote", "oldest: ETH", f"0.4{THIN}s"],
        ["Mark", "missing: BTC", "missing"],
        ["Book", "", f"1{THIN}min"],
    ]
    assert [row[2].property("tone") for row in window.inputs.labels] == ["text", "amber", "amber"]


def test_a_preset_fills_in_where_a_local_server_listens(form):
    made, *_ = form
    made.preset.setCurrentIndex(2)
    made.preset.activated.emit(2)
    assert made.entry().base_url == "http://127.0.0.1:1234/v1"
    assert made.entry().output_mode is OutputMode.NATIVE


def test_the_record_of_a_fit_stands_under_the_model_it_belongs_to(brain):
    window, desk, _clock = brain
    fitted = replace(WELL, strategist="embedded", model="embedded-gbm-ridge/1 lgb4 sha0")
    desk.apply(ModelStatus(ModelPhase.READY, fitted.model, "", 18.64, 15.2, 20.6, 7_483))
    desk.apply(BrainChanged((fitted, replace(WELL, last_good_age_s=None, model="")), ()))
    window.open()
    record = f"Direction skill out of sample +18.6{THIN}%, 90{THIN}% interval +15.2 to +20.6{THIN}%, n 7,483"
    assert [block[0] for block in window.answers.texts] == [fitted.model, "language:tiny, not named yet"]
    assert [block[2] for block in window.answers.texts] == [record, ""]
    assert window.answers.texts[1][1] == "No usable answer yet."


def test_it_is_as_high_as_what_it_says(brain, qtbot):
    window, desk, _clock = brain
    desk.apply(BrainChanged((WELL,), (InputAge("Quote", 0.4),)))
    window.open()
    one = window.height()
    window.close()
    many = tuple(InputAge(f"Input {number}", 1.0) for number in range(12))
    desk.apply(BrainChanged((WELL, WELL, WELL), many))
    window.open()
    assert HEIGHT_PX[0] <= one < window.height() <= HEIGHT_PX[1]
    qtbot.waitUntil(lambda: window.area.verticalScrollBar().maximum() == 0)


def test_it_grows_with_what_comes_while_it_is_open_and_stays_as_a_hand_made_it(brain, qtbot):
    window, desk, _clock = brain
    window.open()
    before = window.height()
    ages = tuple(InputAge(f"Input {number}", 1.0) for number in range(12))
    desk.apply(BrainChanged((WELL, WELL), ages))
    qtbot.waitUntil(lambda: window.height() > before and window.area.verticalScrollBar().maximum() == 0)
    window.resize(window.width(), before)
    desk.apply(BrainChanged((WELL, WELL), ages))
    qtbot.waitUntil(lambda: not window._fit_soon.isActive())
    assert window.height() == before


@pytest.mark.parametrize("pulse", [Pulse.SILENT, Pulse.ALARM])
def test_silence_and_alarms_are_red(brain, pulse):
    window, desk, _clock = brain
    desk.apply(BrainChanged((replace(WELL, pulse=pulse, words="its account is not paid"),), ()))
    window.open()
    assert cell(window, "State").property("tone") == "down"
    assert window.headline.property("tone") == "down"
    assert "account is not paid" in window.headline.text()


def test_a_member_s_alarm_is_red_and_first_though_the_ensemble_answers(brain):
    window, desk, _clock = brain
    whole = replace(WELL, strategist="ensemble", model="ensemble[a+b]/00 of a + b", tokens_in=0)
    poor = replace(WELL, strategist="language:b", pulse=Pulse.ALARM, words="its account is not paid", part=Part.VOTES)
    spare = replace(WELL, strategist="language:c", pulse=Pulse.TROUBLE, words="late", part=Part.STANDBY)
    desk.apply(BrainChanged((whole, poor, spare), ()))
    window.open()
    assert window.headline.text().startswith("Alarm: language:tiny/m-1@127.0.0.1:1. Its account is not paid. Well: ens")
    assert window.headline.property("tone") == "down"
    assert "late" not in window.headline.text(), "who only stands by is no part of the answer"
    assert [row[0].text() for row in window.models.labels] == [
        "ensemble",
        "language:b · votes",
        "language:c · stands by",
    ]


def test_where_a_key_would_lie_is_said_and_a_password_is_asked_for_only_without_a_vault(form):
    made, shelf, _asked, saved = form
    shelf.take_place("KWallet")
    assert not made.password.isVisible()
    assert "goes into KWallet" in made.key.placeholderText()
    shelf.take_place("")
    assert made.password.isVisible()
    fill(made, key="k-3")
    made.password.setText("three words and more")
    made.save()
    assert (saved[0][1].key, saved[0][1].password) == ("k-3", "three words and more")
    assert made.password.text() == ""
    assert "three words" not in repr(saved[0][1])


def test_a_desk_that_tells_nothing_is_silent_itself(brain):
    window, desk, clock = brain
    desk.apply(BrainChanged((WELL,), ()))
    clock.forward(DEAF_S + 1)
    window.open()
    assert "told nothing" in window.headline.text()
    assert window.headline.property("tone") == "down"


# -- the form ------------------------------------------------------------------------


@pytest.fixture
def form(qtbot):
    desk, _sent = make_desk(FakeClock())
    asked, saved = [], []
    shelf = desk.models
    shelf.offer(
        StrategySettings(), lambda *args: asked.append(args), lambda *args: saved.append(args) or Saved(args[0])
    )
    made = ModelForm(shelf)
    qtbot.addWidget(made)
    made.show()
    yield made, shelf, asked, saved
    desk.deleteLater()


def fill(form, model=LOCAL, key=""):
    form.fields["name"].setText(model.name)
    form.fields["base_url"].setText(model.base_url)
    form.fields["model"].setText(model.model)
    form.key.setText(key)


PASSED = ProbeReport(
    (ProbeStep("Model is listed", ok=None, words="no list"), ProbeStep("Answer", ok=True, words="in 9 ms"))
)
BROKEN = ProbeReport((ProbeStep("Answer", ok=False, words="<img src=x> its answer had not the asked form"),))


def test_a_model_decides_only_after_exactly_it_passed_its_test(form):
    made, shelf, asked, saved = form
    fill(made, key="k-1")
    assert not made.decides.isEnabled()
    made.test()
    assert (asked[0][0].model, asked[0][1]) == ("m-1", "k-1")
    assert not made.test_button.isEnabled()
    shelf.take_report(PASSED)
    assert made.decides.isEnabled()
    made.decides.setChecked(True)
    made.fields["model"].setText("m-2")
    assert not made.decides.isChecked(), "another model has passed nothing"
    made.fields["model"].setText("m-1")
    made.decides.setChecked(True)
    made.save()
    ((settings, new_key),) = saved
    assert (settings.strategist, new_key.model.name, new_key.key) == ("language:tiny", "tiny", "k-1")
    assert new_key.model.has_key
    assert "k-1" not in repr(new_key)
    assert made.key.text() == ""
    assert "next start" in made.words.text()


def test_a_failed_test_leaves_it_unselectable_and_is_shown_as_text(form):
    made, shelf, _asked, _saved = form
    fill(made)
    made.test()
    shelf.take_report(BROKEN)
    assert not made.decides.isEnabled()
    assert "<img src=x>" in made.words.text()
    assert made.words.textFormat().name == "PlainText"


def test_the_form_has_no_empty_band_and_grows_with_its_words(form, qtbot):
    made, *_ = form
    made.open()
    quiet = made.height()
    made.words.say("Test it first: a model that fails its test may not decide. " * 4)
    qtbot.waitUntil(lambda: made.height() > quiet)
    assert made.words.height() >= made.words.heightForWidth(made.words.width())
    made.words.say("")
    qtbot.waitUntil(lambda: made.height() == quiet)


def test_what_makes_no_model_is_said_and_nothing_is_sent(form):
    made, _shelf, asked, saved = form
    fill(made)
    made.fields["base_url"].setText("http://example.com/v1")
    made.test()
    made.save()
    assert (asked, saved) == ([], [])
    assert "must begin with https" in made.words.text()
    made.fields["base_url"].setText("https://example.com/v1")
    made.test()
    assert "daily_cap_usd" in made.words.text()


def test_removing_the_one_that_decides_gives_it_back_to_the_embedded_model(form):
    made, shelf, _asked, saved = form
    shelf.offer(StrategySettings("language:tiny", (LOCAL,)), shelf._test, shelf._save)
    made.hide()
    made.open()
    assert made.decides.isChecked()
    made.remove_button.click()
    assert saved == []
    assert "taken out of this profile" in made.sheet.words.text()
    assert "key" not in made.sheet.words.text(), "it has none"
    made.sheet.cancel.click()
    assert saved == []
    made.remove_button.click()
    made.sheet.confirm.click()
    assert saved[0][0] == StrategySettings()
    assert made.choice.currentText() == NEW


@pytest.mark.parametrize("place", [KeyPlace.VAULT, KeyPlace.FILE])
def test_removing_a_model_deletes_its_key_or_removes_nothing(form, place):
    made, shelf, _asked, saved = form
    model, answers, asked = replace(LOCAL, key_place=place), ["The vault is locked.", ""], []

    def forget(*args):
        asked.append(args)
        return answers.pop(0)

    shelf.offer(StrategySettings("language:tiny", (model,)), shelf._test, shelf._save, None, forget)
    made.hide()
    made.open()
    shelf.take_place("" if place is KeyPlace.FILE else "KWallet")
    for words in ("The vault is locked. Nothing was removed.", "Saved. It is in force from the next start on."):
        made.password.setText("three words and more")
        made.remove_button.click()
        assert ("under your password" in made.sheet.words.text()) == (place is KeyPlace.FILE)
        assert "Its key is deleted" in made.sheet.words.text()
        made.sheet.confirm.click()
        assert made.words.text() == words
    assert asked == [(model, "three words and more")] * 2
    assert [each[0] for each in saved] == [StrategySettings()]
    assert made.password.text() == ""


def test_until_when_it_may_know_history_is_a_field_like_any_other(form):
    made, shelf, _asked, saved = form
    fill(made)
    made.test()
    shelf.take_report(PASSED)
    made.fields["contaminated_until"].setText("2026-06-31")
    made.save()
    assert "written as 2026-06-01" in made.words.text()
    made.fields["contaminated_until"].setText("2026-06-01")
    assert made.decides.isEnabled(), "what it has read is no matter of its test"
    made.save()
    assert saved[0][0].models[0].contaminated_until_ms == 1_780_272_000_000
    assert made.fields["contaminated_until"].text() == "2026-06-01"
    made.fields["contaminated_until"].clear()
    made.save()
    assert saved[1][0].models[0].contaminated_until_ms is None


def test_a_closed_form_holds_no_key(form):
    made, *_ = form
    made.key.setText("k-2")
    made.close()
    assert made.key.text() == ""
