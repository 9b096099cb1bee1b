"""Where a model's key is kept and how it comes back: vault, file under a password, or a person at each start."""

import pytest

from helpers.vault import leaks, use_vault
from terminal.app.model_keys import ModelKeys, NoKey
from terminal.domain.errors import StorageError
from terminal.domain.language_model import KeyPlace, LanguageModel

KEY = "sk-a-key-nobody-may-see-0123456789"
PASSWORD = "three words and more"


class Person:
    def __init__(self, passwords=(), keys=()):
        self.passwords, self.keys, self.heard = list(passwords), list(keys), []

    async def password(self, problem):
        self.heard.append(problem)
        return self.passwords.pop(0) if self.passwords else None

    async def key(self, model, reason):
        self.heard.append(reason)
        return self.keys.pop(0) if self.keys else None


def model_at(place):
    return LanguageModel("tiny", "http://127.0.0.1:1/v1", "m", key_place=place)


@pytest.fixture
def keys(tmp_path):
    """Make the places of one profile anew, as each start does."""
    return lambda: ModelKeys("demo/demo", tmp_path / "model-keys.json", lambda: 0.0)


@pytest.mark.asyncio
async def test_a_vault_is_used_where_there_is_one(keys, monkeypatch):
    vault = use_vault(monkeypatch)
    assert keys().vault_words() == "a vault for tests"
    assert keys().keep(model_at(KeyPlace.NONE), KEY, PASSWORD) is KeyPlace.VAULT
    assert list(vault.kept.values()) == [KEY]
    assert await keys().find(model_at(KeyPlace.VAULT), None) == KEY


@pytest.mark.asyncio
async def test_a_vault_that_is_gone_leaves_the_person(keys):
    assert keys().vault_words() == ""
    person = Person(keys=[KEY])
    assert await keys().find(model_at(KeyPlace.VAULT), person) == KEY
    assert "no vault" in person.heard[0]
    with pytest.raises(NoKey, match="no key in this run"):
        await keys().find(model_at(KeyPlace.VAULT), Person())


@pytest.mark.asyncio
async def test_a_file_opens_under_its_password_only(keys, tmp_path):
    first = keys()
    assert first.keep(model_at(KeyPlace.NONE), KEY, PASSWORD) is KeyPlace.FILE
    assert first.stored(model_at(KeyPlace.FILE)) == KEY
    assert leaks([tmp_path], KEY, PASSWORD) == []
    with pytest.raises(StorageError):
        keys().keep(model_at(KeyPlace.NONE), KEY, "another sentence")
    person = Person(passwords=["wrong by far", PASSWORD])
    again = keys()
    assert again.stored(model_at(KeyPlace.FILE)) is None, "nobody has opened it"
    assert await again.find(model_at(KeyPlace.FILE), person) == KEY
    assert person.heard[0] == ""
    assert person.heard[1]
    assert await again.find(model_at(KeyPlace.FILE), Person()) == KEY, "once open, it stays so"


@pytest.mark.asyncio
async def test_who_does_not_know_the_password_may_give_the_key_for_this_run(keys):
    keys().keep(model_at(KeyPlace.NONE), KEY, PASSWORD)
    person = Person(keys=["sk-for-this-run"])
    assert await keys().find(model_at(KeyPlace.FILE), person) == "sk-for-this-run"
    assert "was not given" in person.heard[1]
    with pytest.raises(NoKey, match="password of the models' keys was not given"):
        await keys().find(model_at(KeyPlace.FILE), None)


@pytest.mark.asyncio
async def test_without_vault_and_password_it_is_kept_nowhere(keys, tmp_path):
    assert keys().keep(model_at(KeyPlace.NONE), KEY, "") is KeyPlace.ASKED
    assert list(tmp_path.iterdir()) == []
    person = Person(keys=[KEY])
    assert await keys().find(model_at(KeyPlace.ASKED), person) == KEY
    assert "not kept" in person.heard[0]


def test_a_removed_model_s_key_is_gone_from_the_vault(keys, monkeypatch):
    vault = use_vault(monkeypatch)
    keys().keep(model_at(KeyPlace.NONE), KEY, "")
    keys().forget(model_at(KeyPlace.VAULT), "")
    assert vault.kept == {}
    keys().forget(model_at(KeyPlace.VAULT), "")  # not there any more: no error


def test_a_removed_model_s_key_is_gone_from_the_file_under_its_password_only(keys):
    keys().keep(model_at(KeyPlace.NONE), KEY, PASSWORD)
    for password, words in (("", "Type the password"), ("another sentence", "password")):
        with pytest.raises(StorageError, match=words):
            keys().forget(model_at(KeyPlace.FILE), password)
    again = keys()
    again.forget(model_at(KeyPlace.FILE), PASSWORD)
    assert again.stored(model_at(KeyPlace.FILE)) is None


def test_without_its_vault_a_key_is_not_said_to_be_gone(keys):
    with pytest.raises(StorageError, match="vault"):
        keys().forget(model_at(KeyPlace.VAULT), "")
    keys().forget(model_at(KeyPlace.ASKED), "")  # was never kept
    keys().forget(model_at(KeyPlace.FILE), "")  # no file: nothing to delete
