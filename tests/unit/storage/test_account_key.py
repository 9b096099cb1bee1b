"""An account's key: kept whole, named without being shown."""

import pytest

from terminal.domain.errors import ConfigError, StorageError
from terminal.storage.account import AccountKey, Place, account_record, checked_key, find_key, keep_key
from terminal.storage.paths import profile_paths
from terminal.storage.secret_memory import MemorySecrets

KEY = AccountKey("weex_0123456789abcd", "hush-hush-secret", 'open "sesame"')


@pytest.fixture
def paths(tmp_path):
    return profile_paths("team", {"ALPHADESK_HOME": str(tmp_path)}, mode="live")


def keep(paths, store, key=KEY, place=Place.VAULT, *, tested=True):
    return keep_key(paths, store, place, key, tested=tested, now_ms=1_760_000_400_000)


def test_kept_and_found(paths):
    store = MemorySecrets()
    record = keep(paths, store)
    assert find_key(store) == KEY
    assert account_record(paths) == record
    assert record.words == f"key ends with …abcd, kept in {store.where}"


def test_nothing_secret_is_written_or_printed(paths):
    record = keep(paths, MemorySecrets())
    for text in (paths.account.read_text(), repr(KEY), repr(record), record.words):
        for secret in (KEY.key, KEY.secret, KEY.passphrase):
            assert secret not in text


def test_a_short_key_is_not_shown_at_all(paths):
    record = keep(paths, MemorySecrets(), AccountKey("weex_1", "s", "p"), tested=False)
    assert record.ending == ""
    assert record.words.endswith("saved without a test")


def test_a_copy_in_a_password_file_goes_when_another_place_takes_over(paths):
    paths.secrets_file.write_text("sealed")
    keep(paths, MemorySecrets(), place=Place.FILE)
    assert paths.secrets_file.exists()
    keep(paths, MemorySecrets(), place=Place.VAULT)
    assert not paths.secrets_file.exists()


def test_no_key_was_entered(paths):
    assert account_record(paths) is None
    assert find_key(MemorySecrets()) is None


@pytest.mark.parametrize("text", ["", "{}", '{"key":"hush"}', "hush"])
def test_something_else_in_the_store(text):
    store = MemorySecrets()
    store.set("account", text)
    with pytest.raises(StorageError, match="not a key") as caught:
        find_key(store)
    assert "hush" not in str(caught.value)


def test_a_damaged_note(paths):
    paths.account.write_text("{")
    with pytest.raises(StorageError, match="damaged"):
        account_record(paths)


def test_copied_spaces_are_no_part_of_a_key():
    assert checked_key(" weex_1\n", "\thush ", "sesame ") == AccountKey("weex_1", "hush", "sesame")


@pytest.mark.parametrize(
    ("parts", "named"),
    [
        (("", "hush", "sesame"), "key is missing"),
        (("weex", " ", "sesame"), "secret is missing"),
        (("weex", "hush", ""), "passphrase is missing"),
        (("weex 1", "hush", "sesame"), "key holds"),
        (("weex", "hüsh", "sesame"), "secret holds"),
        (("weex", "hush", "ses\x00ame"), "passphrase holds"),
    ],
)
def test_mistakes_are_named_and_not_shown(parts, named):
    with pytest.raises(ConfigError, match=named) as caught:
        checked_key(*parts)
    assert "hüsh" not in str(caught.value)
