"""Vaults: only trusted ones, never waited for without end; and the demo's key file."""

import stat
import sys
import threading

import pytest
from keyring.backend import KeyringBackend
from keyring.backends import SecretService
from keyring.backends.chainer import ChainerBackend
from keyring.backends.fail import Keyring as NoKeyring
from keyring.errors import KeyringLocked, PasswordDeleteError

from terminal.domain.errors import StorageError
from terminal.storage import secrets
from terminal.storage.paths import profile_paths
from terminal.storage.profiles import Mode, Profile
from terminal.storage.secrets import FileKey, KeyringSecrets, chain_key


class Vault(KeyringBackend):
    """A vault in memory, under the name of a trusted one."""

    priority = 1

    def __init__(self):
        super().__init__()
        self.kept = {}

    def get_password(self, service, username):
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        self.kept[service, username] = password

    def delete_password(self, service, username):
        if (service, username) not in self.kept:
            raise PasswordDeleteError("not there")
        del self.kept[service, username]


@pytest.fixture
def trusted(monkeypatch):
    monkeypatch.setitem(secrets.VAULTS, (Vault.__module__, Vault.__qualname__), "a vault for tests")


@pytest.fixture
def paths(tmp_path):
    return profile_paths("team", {"ALPHADESK_HOME": str(tmp_path)})


DEMO = Profile("team", Mode.DEMO, "weex")
PAPER = Profile("team", Mode.PAPER, "weex")
LIVE = Profile("team", Mode.LIVE, "weex")


def test_secrets_are_kept_by_profile(trusted):
    vault = Vault()
    mine, other = KeyringSecrets("mine", backend=vault), KeyringSecrets("other", backend=vault)
    mine.set("key", "abc")
    assert mine.get("key") == "abc"
    assert other.get("key") is None
    assert vault.kept == {("alphadesk/mine", "key"): "abc"}
    mine.delete("key")
    mine.delete("key")
    assert mine.get("key") is None
    assert mine.where == "a vault for tests"


def test_a_vault_nobody_trusts_is_refused():
    for backend in (Vault(), NoKeyring()):
        with pytest.raises(StorageError, match="no vault"):
            KeyringSecrets("mine", backend=backend)


def test_a_chain_of_vaults_gives_its_trusted_one(trusted, monkeypatch):
    vault = Vault()
    monkeypatch.setattr(ChainerBackend, "backends", [NoKeyring(), vault])
    store = KeyringSecrets("mine", backend=ChainerBackend())
    store.set("key", "abc")
    assert vault.kept == {("alphadesk/mine", "key"): "abc"}


def test_the_systems_own_vaults_are_trusted():
    real = SecretService.Keyring
    assert secrets.VAULTS[real.__module__, real.__qualname__] == "the desktop's Secret Service"


def test_a_vault_that_waits_for_ever_is_given_up(trusted):
    release = threading.Event()

    class Hung(Vault):
        def get_password(self, service, username):
            release.wait(10)

    secrets.VAULTS[Hung.__module__, Hung.__qualname__] = "hung"
    try:
        store = KeyringSecrets("mine", backend=Hung(), limit_s=0.05)
        with pytest.raises(StorageError, match="did not answer"):
            store.get("key")
    finally:
        release.set()
        del secrets.VAULTS[Hung.__module__, Hung.__qualname__]


def test_a_locked_vault_says_so_without_the_secret(trusted, monkeypatch):
    def locked(*_):
        raise KeyringLocked("abc is hidden")

    monkeypatch.setattr(Vault, "set_password", locked)
    with pytest.raises(StorageError, match=r"vault failed\. Unlock it and try again") as caught:
        KeyringSecrets("mine", backend=Vault()).set("key", "abc")
    assert "abc" not in str(caught.value)
    assert "Keyring" not in str(caught.value)


def test_the_limit_is_fifteen_seconds():
    assert secrets.VAULT_LIMIT_S == 15.0


@pytest.mark.parametrize("profile", [DEMO, PAPER])
def test_a_simulated_accounts_key_is_a_file_made_once_and_for_its_owner_alone(paths, profile):
    key = chain_key(profile, paths)
    assert len(key) == 32
    assert chain_key(profile, paths) == key
    assert [path.name for path in paths.root.iterdir()] == ["chain.key"]
    if sys.platform != "win32":
        assert stat.S_IMODE(paths.chain_key.stat().st_mode) == 0o600


def test_two_profiles_have_two_keys(tmp_path):
    keys = {chain_key(DEMO, profile_paths(name, {"ALPHADESK_HOME": str(tmp_path)})) for name in ("a", "b")}
    assert len(keys) == 2


def test_a_draft_left_by_a_crash_is_no_obstacle(paths):
    paths.chain_key.with_name("chain.key.new").write_text("half")
    assert len(chain_key(DEMO, paths)) == 32
    assert [path.name for path in paths.root.iterdir()] == ["chain.key"]


@pytest.mark.parametrize("content", ["", "abcd", "z" * 64, "ü"])
def test_a_damaged_key_is_not_replaced(paths, content):
    paths.chain_key.write_text(content, encoding="utf-8")
    with pytest.raises(StorageError) as caught:
        chain_key(DEMO, paths)
    assert str(paths.chain_key) in str(caught.value)
    assert paths.chain_key.read_text(encoding="utf-8") == content


@pytest.mark.parametrize("profile", [DEMO, LIVE])
def test_a_journal_without_its_key_gets_no_new_one(paths, profile, trusted, monkeypatch):
    monkeypatch.setattr("keyring.get_keyring", Vault)
    paths.journal.write_bytes(b"records")
    with pytest.raises(StorageError, match="chain key"):
        chain_key(profile, paths)
    assert not paths.chain_key.exists()


def test_beyond_the_demo_the_vault_keeps_the_key(paths, trusted, monkeypatch):
    vault = Vault()
    monkeypatch.setattr("keyring.get_keyring", lambda: vault)
    key = chain_key(LIVE, paths)
    assert vault.kept == {("alphadesk/live/team", "chain-key"): key.hex()}
    paths.journal.write_bytes(b"records")
    assert chain_key(LIVE, paths) == key
    assert not paths.chain_key.exists()


def test_without_a_vault_the_file_keeps_it(paths, monkeypatch):
    monkeypatch.setattr("keyring.get_keyring", NoKeyring)
    key = chain_key(LIVE, paths)
    assert FileKey(paths.chain_key).read() == key
    assert chain_key(LIVE, paths) == key
