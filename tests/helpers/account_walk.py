"""An account set up with the form's own buttons, from the choice of the venue to what was kept."""

import asyncio
import os
from pathlib import Path

from helpers.market_now import endpoints_of
from helpers.shown import texts_of
from helpers.vault import leaks, use_vault
from terminal.app.account_setup import AccountSetup
from terminal.app.account_window import AccountDesk
from terminal.domain.account_check import StepState
from terminal.runtime.chance import SystemChance
from terminal.runtime.clock import SystemClock
from terminal.runtime.desk_loop import DeskLoop
from terminal.storage.account import account_record, find_key
from terminal.storage.paths import profile_paths
from terminal.storage.profiles import Mode, load_profile
from terminal.storage.secrets import KeyringSecrets

WITHIN_S = 60.0


async def seen(signal, happened):
    """Wait for `happened`, looking whenever `signal` fires."""
    event = asyncio.Event()

    def look(*_):
        if happened():
            event.set()

    signal.connect(look)
    try:
        look()
        async with asyncio.timeout(WITHIN_S):
            await event.wait()
    finally:
        signal.disconnect(look)


def choose(form, mode, place):
    form.mode.buttons[mode].click()
    form.place.venue.buttons[place.venue].click()
    for choice, word in ((form.place.product, place.product), (form.place.site, place.site)):
        if word:
            choice.buttons[word].click()


async def _at_the_form(setup, mode, place, fill):
    """Choose, fill, test and save with the form's own buttons; gives the steps of the test."""
    desk = AccountDesk(setup, setup.start_entry("paper", "Ada"))
    form, state = desk.form, desk.state
    showing = asyncio.ensure_future(desk.show())
    choose(form, mode, place)
    await seen(state.changed, lambda: state.where or mode == "demo")
    fill(form)
    form.test.click()
    await seen(state.changed, lambda: not state.is_testing)
    assert form.save.isEnabled(), (state.message, state.steps)
    form.save.click()
    await seen(state.changed, lambda: bool(state.done))
    texts, steps = texts_of(form), dict(state.steps)
    form.leave.click()
    await showing
    form.deleteLater()
    return texts, steps


def through_the_form(app, setup, mode, place, fill):
    """Run the form in a loop of its own."""
    before = app.quitOnLastWindowClosed()
    app.setQuitOnLastWindowClosed(False)  # as in the program: a closed window does not end the loop under its tasks
    try:
        with (loop := DeskLoop(app)):
            return loop.run_until_complete(_at_the_form(setup, mode, place, fill))
    finally:
        app.setQuitOnLastWindowClosed(before)


def home():
    return Path(os.environ["ALPHADESK_HOME"])


def keyed_account(app, monkeypatch, exchange, name, place, wanted):
    """Set up a live account at a running exchange, and look at everything that must have come of it."""
    line, vault = exchange.line, use_vault(monkeypatch)
    setup = AccountSetup(name, SystemClock(), SystemChance(), endpoints=endpoints_of(exchange))

    def fill(form):
        assert not form.passphrase.isVisible()
        form.key.setText(line["key"])
        form.secret.setText(line["secret"])
        form.is_bound.setChecked(True)

    texts, steps = through_the_form(app, setup, "live", place, fill)
    assert set(steps) == wanted
    assert {step.state for step in steps.values()} == {StepState.OK}
    assert line["secret"] not in texts
    kind = f"live-{place.venue}"
    assert [service for service, _ in vault.kept] == [f"alphadesk/{kind}/{name}"]
    key = find_key(KeyringSecrets(f"{kind}/{name}"))
    assert (key.key, key.secret, key.passphrase) == (line["key"], line["secret"], "")
    profile = load_profile(name)
    assert (profile.mode, profile.venue) == (Mode.LIVE, place.venue)
    assert (profile.product, profile.site) == (place.product, place.site)
    assert account_record(profile_paths(name, mode=kind)).tested
    assert exchange.state()["orders"] == []
    assert leaks([home()], line["key"], line["secret"]) == []
    again = AccountDesk(setup, setup.start_entry("", "Ada"))
    assert again.form.entry().place.is_same(place)
    assert again.state.keeps_place
    again.form.deleteLater()
