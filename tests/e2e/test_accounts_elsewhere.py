"""Accounts at WOO X and Bit-Z through the form: tested at a running exchange, kept under a name of their own."""

import pytest

from helpers.account_walk import home, keyed_account, through_the_form
from helpers.loopback import loopback
from helpers.market_now import endpoints_of
from helpers.vault import leaks, use_vault
from terminal.app.account_prompt import Terminal, run_account_prompt
from terminal.app.account_setup import AccountSetup
from terminal.domain.account_check import StepState
from terminal.domain.errors import ConfigError
from terminal.runtime.chance import SystemChance
from terminal.runtime.clock import SystemClock
from terminal.storage.profiles import Mode, load_profile, profile_file
from terminal.ui.viewmodels.account_place import AccountPlace

SPOT_STEPS = {"reach", "clock", "key", "contracts"}


@pytest.fixture(scope="module")
def exchange(tmp_path_factory):
    with loopback(tmp_path_factory.mktemp("exchange"), venue="woox", speed=1.0, now=True) as running:
        yield running


@pytest.mark.parametrize(
    ("place", "steps"),
    [
        (AccountPlace("woox", "perpetual", "staging"), SPOT_STEPS | {"leverage"}),
        (AccountPlace("woox", "spot", "main"), SPOT_STEPS),
    ],
    ids=["perpetual", "spot"],
)
def test_an_account_at_woox_from_the_choice_to_the_vault(qapp, exchange, monkeypatch, place, steps):
    keyed_account(qapp, monkeypatch, exchange, "team", place, steps)


@pytest.mark.parametrize("place", [AccountPlace("bitz"), AccountPlace("woox", "spot")], ids=["bitz", "woox"])
def test_an_exchange_on_this_machine_at_a_time_and_speed_of_its_own(qapp, tmp_path, place):
    with loopback(tmp_path, venue=place.venue) as running:
        setup = AccountSetup("play", SystemClock(), SystemChance())
        _, steps = through_the_form(
            qapp, setup, "demo", place, lambda form: form.place.file.show_text(str(running.link))
        )
        assert {step.state for step in steps.values()} == {StepState.OK}
        assert "a time of its own" in steps["clock"].words
        assert "equity" in steps["key"].words
        profile = load_profile("play")
        assert (profile.mode, profile.venue, profile.product) == (Mode.DEMO, place.venue, place.product)
        assert profile.connection.key == running.line["key"]
        assert leaks([home()], running.line["secret"]) == []


def test_the_same_on_a_terminal(exchange, monkeypatch):
    use_vault(monkeypatch)
    line, said, asked = exchange.line, [], []
    setup = AccountSetup("typed", SystemClock(), SystemChance(), venue="woox", endpoints=endpoints_of(exchange))
    secrets = iter((line["key"], line["secret"]))

    def secret(question):
        asked.append(question)
        return next(secrets)

    terminal = Terminal(ask=lambda question: "yes" if "yes/no" in question else "", ask_secret=secret, say=said.append)
    assert run_account_prompt(setup, setup.start_entry("live", "Ada"), terminal) == 0
    assert asked == ["Key: ", "Secret: "]
    assert "AI logs are kept here, not sent." in "\n".join(said)
    assert load_profile("typed").venue == "woox"


def test_a_terminal_refuses_before_it_asks_for_a_key(exchange):
    setup = AccountSetup("typed", SystemClock(), SystemChance(), venue="woox", endpoints=endpoints_of(exchange))
    terminal = Terminal(ask=pytest.fail, ask_secret=pytest.fail, say=lambda _: None)
    with pytest.raises(ConfigError, match="only WEEX may receive an order"):
        run_account_prompt(setup, setup.start_entry("competition", "Ada"), terminal)
    assert not profile_file("typed").exists()


def test_an_exchange_on_this_machine_on_a_terminal(exchange):
    said = []
    setup = AccountSetup("play", SystemClock(), SystemChance(), venue="woox", connection=str(exchange.link))
    terminal = Terminal(
        ask=lambda question: "yes" if "yes/no" in question else "", ask_secret=pytest.fail, say=said.append
    )
    assert run_account_prompt(setup, setup.start_entry("demo", "Ada"), terminal) == 0
    assert load_profile("play").connection.file == exchange.link
