"""The account form: nothing comes back out of it, and nothing is saved that was not tested or said to be untested."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLineEdit

from helpers.shown import texts_of
from terminal.domain.account_check import CheckStep, StepState
from terminal.ui.viewmodels.account_form import AccountEntry, AccountFormState
from terminal.ui.viewmodels.account_place import AccountPlace
from terminal.ui.widgets.account.form import AccountForm
from terminal.ui.widgets.account.form_secret import SecretForm, SecretWords

KEY, SECRET, PHRASE = "weex_canary_0123abcd", "canary-secret-4711", "canary phrase 0815"


class Told:
    """What the form asked for."""

    def __init__(self):
        self.tests: list[AccountEntry] = []
        self.saves: list[tuple[AccountEntry, bool]] = []
        self.state = AccountFormState(
            "team", self.tests.append, lambda entry, tested: self.saves.append((entry, tested))
        )
        self.state.show_place("the desktop's Secret Service", has_vault=True)


@pytest.fixture
def told():
    return Told()


@pytest.fixture
def form(qtbot, told):
    form = AccountForm(told.state, AccountEntry("live", "v2", "Ada", ""))
    qtbot.addWidget(form)
    form.open()
    return form


@pytest.fixture(autouse=True)
def _empty_clipboard(qapp):
    yield
    QGuiApplication.clipboard().clear()


def paste(field, text):
    QGuiApplication.clipboard().setText(text)
    field.setFocus()
    QTest.keySequence(field, QKeySequence(QKeySequence.StandardKey.Paste))


def fill(form):
    for field, text in ((form.key, KEY), (form.secret, SECRET), (form.passphrase, PHRASE)):
        paste(field, f" {text}\n")


def step(name="reach", state=StepState.OK, **words):
    return CheckStep(name, name.capitalize(), state, **words)


def pass_the_test(form, told):
    form.test.click()
    told.state.take_step(step())
    told.state.test_ended()


def test_what_was_typed_never_comes_back(form, told):
    fill(form)
    for field in (form.key, form.secret, form.passphrase):
        assert field.echoMode() is QLineEdit.EchoMode.Password
        assert set(field.displayText()) == {field.displayText()[0]}
        QGuiApplication.clipboard().setText("before")
        field.setFocus()
        field.selectAll()
        for key in (QKeySequence.StandardKey.Copy, QKeySequence.StandardKey.Cut):
            QTest.keySequence(field, QKeySequence(key))
        assert QGuiApplication.clipboard().text() == "before"
        assert field.text()
        assert [action.text() for action in field.menu().actions()] == ["Paste", "Empty"]
    for secret in (KEY, SECRET, PHRASE):
        assert secret not in texts_of(form)
        assert secret not in repr(form.entry())
        assert secret not in form.windowTitle()


def test_a_test_takes_exactly_what_stands_there(form, told):
    fill(form)
    form.proxy.setText("http://127.0.0.1:3128")
    form.test.click()
    (entry,) = told.tests
    assert (entry.key, entry.secret, entry.passphrase) == (KEY, SECRET, PHRASE)
    assert (entry.mode, entry.api_version, entry.reviewer, entry.proxy) == (
        "live",
        "v2",
        "Ada",
        "http://127.0.0.1:3128",
    )
    assert not form.test.isEnabled()
    form.test.click()
    assert len(told.tests) == 1


@pytest.mark.parametrize("missing", ["key", "secret", "passphrase", "reviewer"])
def test_what_is_missing_is_named(form, told, missing):
    fill(form)
    getattr(form, missing).setText("")
    form.test.click()
    assert told.tests == []
    assert missing in form.message.text() or "reviews" in form.message.text()


def test_saving_waits_for_a_passed_test_and_the_persons_word(form, told):
    fill(form)
    assert not form.save.isEnabled()
    pass_the_test(form, told)
    assert form.save.isEnabled()
    form.save.click()
    assert told.saves == []
    assert "no withdrawals" in form.message.text()
    form.is_bound.setChecked(True)
    form.save.click()
    ((entry, tested),) = told.saves
    assert tested
    assert entry.is_bound


def test_any_change_asks_for_another_test(form, told):
    fill(form)
    form.is_bound.setChecked(True)
    pass_the_test(form, told)
    QTest.keyClicks(form.secret, "x")
    assert not form.save.isEnabled()
    form.save_untested.click()
    ((_, tested),) = told.saves
    assert tested is False


def test_a_failed_step_says_what_to_do(form, told):
    fill(form)
    form.test.click()
    told.state.take_step(step("reach"))
    told.state.take_step(step("key", StepState.FAILED, words="IP not allowed [40018]", hint="Add this address."))
    told.state.take_step(step("contracts", StepState.SKIPPED))
    told.state.test_ended()
    assert form.steps.text_of("key") == "▲ Key IP not allowed [40018] Add this address."
    assert form.steps.text_of("contracts").endswith("not tried")
    assert not form.save.isEnabled()
    assert "▲" in form.message.text()
    form.test.click()
    assert told.state.steps == {}
    told.state.test_ended("'x' is no proxy address.")
    assert "proxy" in form.message.text()
    assert not form.save.isEnabled()


def test_after_saving_the_fields_are_empty_and_only_the_ending_is_left(form, told):
    fill(form)
    form.is_bound.setChecked(True)
    pass_the_test(form, told)
    form.save.click()
    told.state.saved("Profile team (live): key ends with …abcd, kept in the desktop's Secret Service.")
    assert [field.text() for field in form.secrets] == [""] * 5
    form.secret.undo()
    assert form.secret.text() == ""
    assert not form.fields.isVisible()
    assert not form.save.isVisible()
    assert "…abcd" in form.message.text()
    assert told.state._passed is None


def test_a_refusal_leaves_the_fields_for_another_try(form, told):
    fill(form)
    form.is_bound.setChecked(True)
    pass_the_test(form, told)
    form.save.click()
    told.state.refused("The disk is full.")
    assert form.key.text() == KEY
    assert form.save.isEnabled()


def test_closing_forgets(form, told):
    fill(form)
    form.reject()
    assert [field.text() for field in form.secrets] == [""] * 5


def test_a_paste_offers_to_empty_the_clipboard(form, told):
    assert not form.clipboard.isVisible()
    paste(form.key, KEY)
    assert form.clipboard.isVisible()
    assert form.clipboard.timer.interval() == 30_000
    form.clipboard.now.click()
    assert QGuiApplication.clipboard().text() == ""
    assert not form.clipboard.isVisible()


def test_the_clipboard_is_emptied_by_itself_unless_it_holds_something_else_by_then(form, told):
    paste(form.key, KEY)
    form.clipboard.timer.timeout.emit()
    assert QGuiApplication.clipboard().text() == ""
    paste(form.key, KEY)
    QGuiApplication.clipboard().setText("a letter")
    form.clipboard.timer.timeout.emit()
    assert QGuiApplication.clipboard().text() == "a letter"
    paste(form.key, KEY)
    form.clipboard.keep.click()
    assert QGuiApplication.clipboard().text() == KEY
    assert not form.clipboard.timer.isActive()


def test_paper_has_no_key(form, told):
    fill(form)
    form.mode.buttons["paper"].click()
    assert not form.key.isVisible()
    assert "nothing can be sent" in form.where.text()
    form.test.click()
    (entry,) = told.tests
    assert (entry.key, entry.secret, entry.passphrase) == ("", "", "")
    told.state.take_step(step())
    told.state.test_ended()
    form.save.click()
    assert len(told.saves) == 1


def test_without_a_vault_a_password_is_offered_and_must_be_typed_twice_alike(form, told):
    told.state.show_place("", has_vault=False)
    assert form.password.isVisible()
    assert "encrypted" in form.where.text()
    fill(form)
    form.is_bound.setChecked(True)
    form.password.setText("a long password")
    form.password_again.setText("another")
    pass_the_test(form, told)
    form.save.click()
    assert told.saves == []
    assert "differ" in form.message.text()
    form.password_again.setText("a long password")
    form.save.click()
    assert told.saves[0][0].password == "a long password"


def test_the_window_says_where_the_key_goes_and_what_it_knows(form, told):
    told.state.show_place("KWallet", has_vault=True, known="This profile has a key already: key ends with …1234.")
    assert "KWallet" in form.where.text()
    assert "never shown again" in form.where.text()
    assert "…1234" in form.known.text()


def test_return_tests_and_does_not_save(form, told):
    fill(form)
    form.is_bound.setChecked(True)
    QTest.keyClick(form.passphrase, Qt.Key.Key_Return)
    assert len(told.tests) == 1
    told.state.take_step(step())
    told.state.test_ended()
    QTest.keyClick(form.passphrase, Qt.Key.Key_Return)
    assert told.saves == []
    assert form.isVisible()


def test_unlocking(qtbot):
    form = SecretForm(SecretWords("Unlock", "It lies in a file.", "Password", "Unlock", "Only watch", "Shows prices."))
    qtbot.addWidget(form)
    form.open()
    given = []
    form.given.connect(given.append)
    form.use.click()
    assert given == []
    QTest.keyClicks(form.secret, "a long password")
    form.use.click()
    assert given == ["a long password"]
    assert form.secret.text() == ""
    assert not form.use.isEnabled()
    form.show_problem("The password is wrong.")
    assert form.use.isEnabled()
    assert "wrong" in form.problem.text()
    with qtbot.waitSignal(form.finished):
        form.skip.click()


# -- where the account is -------------------------------------------------------------


def shown(choice):
    return [word for word, button in choice.buttons.items() if button.isVisible() and button.isEnabled()]


def test_each_venue_asks_for_its_own_fields(form):
    assert shown(form.place.venue) == ["weex", "hashkey", "woox"]
    assert (form.passphrase.isVisible(), form.api_version.isVisible(), form.place.site.isVisible()) == (
        True,
        True,
        False,
    )
    form.place.venue.buttons["hashkey"].click()
    assert (form.passphrase.isVisible(), form.api_version.isVisible()) == (False, False)
    assert shown(form.place.site) == ["pro", "global", "pro-sandbox", "global-sandbox"]
    assert not form.place.product.isVisible()
    assert "no leverage, no shorts" in form.about.text()
    assert "HashKey" in form.windowTitle()
    form.place.venue.buttons["woox"].click()
    assert shown(form.place.site) == ["main", "staging"]
    assert shown(form.place.product) == ["perpetual", "spot"]
    assert "no shorts" not in form.about.text()
    form.place.product.buttons["spot"].click()
    form.place.site.buttons["staging"].click()
    assert "no leverage, no shorts" in form.about.text()
    assert form.entry().place == AccountPlace("woox", "spot", "staging")


def test_a_key_typed_for_one_venue_or_site_is_never_sent_to_another(form, told):
    fill(form)
    form.is_bound.setChecked(True)
    form.place.venue.buttons["hashkey"].click()
    assert [field.text() for field in form.secrets] == [""] * 5
    assert not form.is_bound.isChecked()
    fill(form)
    form.place.site.buttons["global"].click()
    assert form.key.text() == ""
    fill(form)
    form.mode.buttons["competition"].click()  # at WEEX alone
    assert form.place.venue.word == "weex"
    assert form.key.text() == ""
    form.test.click()
    assert told.tests == []


def test_a_test_of_one_place_is_none_of_another(form, told):
    form.place.venue.buttons["woox"].click()
    fill(form)
    pass_the_test(form, told)
    assert form.save.isEnabled()
    form.place.product.buttons["spot"].click()
    assert not form.save.isEnabled()


def test_in_the_competition_there_is_weex_alone_and_why(form):
    form.mode.buttons["competition"].click()
    assert shown(form.place.venue) == ["weex"]
    assert "only WEEX may receive an order" in form.place.venue.buttons["woox"].toolTip()
    assert "only WEEX may receive an order" in form.about.text()
    form.mode.buttons["demo"].click()
    assert shown(form.place.venue) == ["weex", "hashkey", "woox", "bitz"]


def test_an_exchange_on_this_machine_needs_its_file_and_no_key(form, told):
    form.mode.buttons["demo"].click()
    form.place.venue.buttons["bitz"].click()
    assert form.place.file.isVisible()
    for field in (form.key, form.secret, form.passphrase, form.proxy, form.place.site):
        assert not field.isVisible()
    form.test.click()
    assert told.tests == []
    assert "alphadesk exchange --venue bitz > FILE" in form.message.text()
    QTest.keyClicks(form.place.file.path, "/there/bitz.json")
    form.test.click()
    (entry,) = told.tests
    assert entry.place == AccountPlace("bitz", connection="/there/bitz.json")
    assert (entry.mode, entry.key) == ("demo", "")


def test_an_account_that_is_there_keeps_its_venue_and_says_so(qtbot, told):
    told.state.keeps_place = True
    place = AccountPlace("woox", "spot", "staging")
    form = AccountForm(told.state, AccountEntry("live", "v2", "Ada", "").at(place))
    qtbot.addWidget(form)
    form.open()
    assert form.kept.text() == "WOO X spot, staging"
    assert form.kept.isVisible()
    for choice in (form.place.venue, form.place.product, form.place.site):
        assert not choice.isVisible()
    assert "An account keeps its venue" in form.about.text()
    assert [word for word, button in form.mode.buttons.items() if button.isEnabled()] == ["paper", "live"]
    form.mode.buttons["paper"].click()
    assert form.entry().place == place


def test_the_file_is_found_in_a_dialog_that_blocks_nothing(form, qtbot):
    form.mode.buttons["demo"].click()
    form.place.file.browse.click()
    (dialog,) = form.place.file.findChildren(QFileDialog)
    assert dialog.isVisible()
    with qtbot.waitSignal(form.place.changed):
        dialog.fileSelected.emit("/there/line.json")
    with qtbot.waitSignal(dialog.destroyed):
        dialog.reject()
    assert form.entry().connection == "/there/line.json"
