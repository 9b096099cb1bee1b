"""Versions, broken files, and the text of a settings file."""

import tomllib
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain.errors import ConfigError
from terminal.storage.profile_file import read_profile
from terminal.storage.settings.book import SettingsBook
from terminal.storage.settings.problems import line_of
from terminal.storage.settings.toml_text import changed, toml_value, whole, with_values
from terminal.storage.settings.versions import NEWEST, migrated


@pytest.fixture
def path(tmp_path):
    return tmp_path / "team.toml"


def test_a_file_of_the_first_version_is_read_and_rewritten_at_the_first_change(tmp_path):
    environ = {"ALPHADESK_HOME": str(tmp_path)}
    path = tmp_path / "config" / "profiles" / "team.toml"
    path.parent.mkdir(parents=True)
    path.write_text('mode = "paper"\npaper_equity = 500.5\n[limits]\nprice_collar = 0.004  # near\nquote_age_s = 4.5\n')
    profile = read_profile("team", path)
    assert (profile.paper_equity, profile.limits.price_collar) == (Decimal("500.5"), Decimal("0.004"))
    book = SettingsBook(profile, environ)
    written = book.read()
    draft = book.draft(written, {"reviewer": "Ada"})
    assert [each.path for each in draft.changes] == ["reviewer"]  # another spelling is no change of a setting
    after = book.apply(written, draft, "1")
    assert tomllib.loads(after.text) == {
        "version": NEWEST,
        "mode": "paper",
        "paper_equity": "500.5",
        "reviewer": "Ada",
        "limits": {"price_collar": "0.004", "quote_age_s": 4.5},
    }
    assert "# near" in after.text


@pytest.mark.parametrize(
    ("version", "words"), [("3", "newer program"), ("0", "whole number"), ('"two"', "whole number")]
)
def test_a_version_nobody_knows(path, version, words):
    path.write_text(f'version = {version}\nmode = "paper"\n')
    with pytest.raises(ConfigError, match=words) as caught:
        read_profile("team", path)
    assert str(path) in str(caught.value)


def test_every_fault_is_named_with_its_line(path):
    path.write_text(
        'mode = "paper"\n\n[limits]\nmax_leverag = 3\norder_notional = 9\n\n[approval]\nlife_s = 1000\nbant = "1"\n'
    )
    with pytest.raises(ConfigError) as caught:
        read_profile("team", path)
    words = str(caught.value)
    assert "line 4, limits.max_leverag: there is no such setting (is limits.max_leverage meant?)" in words
    assert "line 5, limits.order_notional is 9; it must be above 0 and at most 2" in words
    assert "line 9, approval.bant: there is no such setting (is approval.band meant?)" in words
    assert ".bak" in words


def test_toml_that_does_not_read_names_its_line(path):
    path.write_text('mode = "paper"\nreviewer = Ada\n')
    with pytest.raises(ConfigError, match="line 2"):
        read_profile("team", path)


def test_a_file_that_is_no_text(path):
    path.write_bytes(b"\xff\xfe\x00mode")
    with pytest.raises(ConfigError, match="UTF-8"):
        read_profile("team", path)


def test_the_line_of_a_setting():
    text = 'mode = "paper"\n[limits]\n# max_leverage = 9\nmax_leverage = 3\n[ "model".local ]\nmodel = "m"\n'
    assert line_of(text, ("limits", "max_leverage")) == 4
    assert line_of(text, ("limits", "other")) == 2
    assert line_of(text, ("model", "local", "model")) == 6
    assert line_of(text, ("reviewer",)) == 0


PLAIN = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_characters="\x7f"), max_size=12),
    st.integers(-(2**60), 2**60),
    st.booleans(),
    st.lists(st.text("ab#\"'\\", max_size=4), max_size=3),
)
NAMES = st.sampled_from(["a", "b", "limits", "x-y"])
TABLES = st.dictionaries(NAMES, PLAIN, max_size=3)


@given(TABLES, st.dictionaries(st.sampled_from(["t", "u"]), TABLES.filter(bool), max_size=2), NAMES, PLAIN)
def test_a_changed_text_reads_back_as_the_changed_tables(top, tables, name, value):
    before = {**top, **tables}
    text = whole(before)
    assert tomllib.loads(text) == before
    values = {name: value, f"t.{name}": value, "u.b": None}
    assert tomllib.loads(with_values(text, before, values)) == changed(before, values)


def test_values_of_every_kind():
    moment = datetime(2026, 2, 9, tzinfo=UTC)
    table = {"m": moment, "d": Decimal("0.10"), "f": 1.5, "t": True}
    text = "\n".join(f"{name} = {toml_value(value)}" for name, value in table.items())
    assert tomllib.loads(text) == {"m": moment, "d": "0.10", "f": 1.5, "t": True}
    with pytest.raises(TypeError):
        toml_value(object())


def test_migration_leaves_names_it_does_not_know_alone(path):
    assert migrated(path, {"speed": 2.5, "model": {"m": {"temperature": 0.5}}}) == {
        "speed": 2.5,
        "model": {"m": {"temperature": 0.5}},
    }
