"""An account at HashKey through the form. Alone in its file: at two calls a second the test of it takes ten seconds."""

from helpers.account_walk import keyed_account
from helpers.loopback import loopback
from terminal.ui.viewmodels.account_place import AccountPlace


def test_an_account_at_hashkey_from_the_choice_to_the_vault(qapp, tmp_path, monkeypatch):
    place = AccountPlace("hashkey", site="global")
    with loopback(tmp_path, venue="hashkey", speed=1.0, now=True) as exchange:
        keyed_account(qapp, monkeypatch, exchange, "team", place, {"reach", "clock", "key", "contracts"})
