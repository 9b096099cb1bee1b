"""Secrets under a password: what opens them, what does not, and what a thief finds."""

import json
import stat
import sys

import pytest

from terminal.domain.errors import ConfigError, StorageError
from terminal.storage.secret_file import PAUSE_S, SCRYPT_N, TRIES, WRONG, FileSecrets
from terminal.storage.secret_memory import MemorySecrets

PASSWORD = "correct horse battery"
CANARY = "s3cr3t-canary"
FAST_N = 2**10


class Hand:
    """A clock's hand."""

    def __init__(self):
        self.seconds = 0.0

    def __call__(self):
        return self.seconds


@pytest.fixture
def hand():
    return Hand()


@pytest.fixture
def store(tmp_path, hand):
    store = FileSecrets(tmp_path / "secrets.json", "live/team", monotonic_s=hand, scrypt_n=FAST_N)
    store.create(PASSWORD)
    store.set("account", CANARY)
    return store


@pytest.fixture
def again(store, tmp_path, hand):
    return FileSecrets(tmp_path / "secrets.json", "live/team", monotonic_s=hand, scrypt_n=FAST_N)


def test_what_was_kept_comes_back(again):
    again.unlock(PASSWORD)
    assert again.get("account") == CANARY
    assert again.get("other") is None
    again.set("other", "x")
    again.delete("account")
    again.delete("account")
    assert (again.get("account"), again.get("other")) == (None, "x")


def test_the_cost_of_a_guess():
    assert SCRYPT_N == 2**17


def test_nothing_is_readable_in_the_file(store, tmp_path):
    content = (tmp_path / "secrets.json").read_bytes()
    for word in (CANARY, CANARY[::-1], CANARY.encode().hex(), PASSWORD):
        assert word.encode() not in content
    assert CANARY not in repr(store)
    if sys.platform != "win32":
        assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secrets.json"]


def test_each_writing_is_sealed_anew(store, tmp_path):
    first = json.loads((tmp_path / "secrets.json").read_text())
    store.set("account", CANARY)
    second = json.loads((tmp_path / "secrets.json").read_text())
    assert first["nonce"] != second["nonce"]
    assert first["box"] != second["box"]


def tampered(path):
    """Every way to change the file a little."""
    text = path.read_text()
    parts = json.loads(text)
    for name, value in parts.items():
        changed = value + 1 if isinstance(value, int) else value[:-2] + ("AA" if value[-2:] != "AA" else "BB")
        yield json.dumps({**parts, name: changed})
        yield json.dumps({each: kept for each, kept in parts.items() if each != name})
    yield json.dumps({**parts, "owner": "live/other"})
    yield json.dumps({**parts, "n": 2**30})
    yield text[:-5]
    yield "[]"
    yield ""


def test_a_wrong_password_and_a_changed_file_look_the_same(store, tmp_path, hand):
    path = tmp_path / "secrets.json"
    whole = path.read_text()
    for text in (*tampered(path), whole):
        path.write_text(text)
        fresh = FileSecrets(path, "live/team", monotonic_s=hand, scrypt_n=FAST_N)
        with pytest.raises(StorageError) as caught:
            fresh.unlock(PASSWORD if text != whole else "another password")
        assert str(caught.value) == WRONG


def test_a_changed_file_costs_as_much_as_a_wrong_password(store, again, tmp_path, monkeypatch):
    derived = []
    real = FileSecrets._derive
    monkeypatch.setattr(FileSecrets, "_derive", lambda *args: derived.append(1) or real(*args))
    (tmp_path / "secrets.json").write_bytes(b"\xff")
    with pytest.raises(StorageError):
        again.unlock(PASSWORD)
    assert derived == [1]


def test_a_file_of_another_profile_does_not_open(store, tmp_path, hand):
    other = FileSecrets(tmp_path / "secrets.json", "live/other", monotonic_s=hand, scrypt_n=FAST_N)
    with pytest.raises(StorageError, match="password is wrong"):
        other.unlock(PASSWORD)


def test_five_tries_then_a_minute(again, hand):
    for _ in range(TRIES):
        with pytest.raises(StorageError) as caught:
            again.unlock("wrong")
        assert str(caught.value) == WRONG
    with pytest.raises(StorageError, match="Wait 60 s"):
        again.unlock(PASSWORD)
    hand.seconds += PAUSE_S - 1
    with pytest.raises(StorageError, match="Wait 1 s"):
        again.unlock(PASSWORD)
    hand.seconds += 1
    again.unlock(PASSWORD)
    assert again.get("account") == CANARY


def test_locked_means_locked(again):
    for use in (lambda: again.get("account"), lambda: again.set("account", "x"), lambda: again.delete("account")):
        with pytest.raises(StorageError, match="locked"):
            use()


def test_a_short_password_is_not_taken(again):
    with pytest.raises(ConfigError, match="10 characters"):
        again.create("123456789")


def test_a_file_that_is_gone_says_what_to_do(tmp_path, hand):
    store = FileSecrets(tmp_path / "none.json", "live/team", monotonic_s=hand, scrypt_n=FAST_N)
    assert not store.exists
    with pytest.raises(StorageError, match="alphadesk account"):
        store.unlock(PASSWORD)


def test_memory_ends_with_the_program():
    store = MemorySecrets()
    store.set("account", CANARY)
    assert store.get("account") == CANARY
    assert CANARY not in repr(store)
    store.delete("account")
    store.delete("account")
    assert store.get("account") is None
    assert "until it ends" in store.where
