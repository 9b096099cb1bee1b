"""The approval table of a profile file: read, written, and held within its hard limits."""

from decimal import Decimal

import pytest

from terminal.domain.approval import ApprovalRule, ApprovalSettings
from terminal.domain.errors import ConfigError
from terminal.storage.profile_file import read_profile, write_profile
from terminal.storage.profiles import Mode, Profile

PAPER = 'mode = "paper"\n'


def read(tmp_path, text):
    path = tmp_path / "team.toml"
    path.write_text(PAPER + text, encoding="utf-8")
    return read_profile("team", path).approval


def test_without_a_table_the_defaults_hold(tmp_path):
    settings = read(tmp_path, "")
    assert settings == ApprovalSettings()
    assert (settings.rule.life_s, settings.rule.band, settings.undo_s) == (90.0, Decimal("0.0015"), 0.0)


def test_a_strategy_takes_from_the_table_what_it_leaves_out(tmp_path):
    settings = read(
        tmp_path, '[approval]\nlife_s = 120\nband = "0.001"\nundo_s = 2\n[approval.strategies.embedded]\nlife_s = 45\n'
    )
    assert settings.rule == ApprovalRule(120.0, Decimal("0.001"))
    assert settings.undo_s == 2
    assert settings.rule_of("embedded/1") == ApprovalRule(45.0, Decimal("0.001"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("life_s = 301", "life_s is 301"),
        ("life_s = nan", "life_s"),
        ('band = "0.006"', "band is 0.006"),
        ('band = "NaN"', "band"),
        ("undo_s = 6", "undo_s is 6"),
        ("undo = 1", "undo"),
        ("[approval.strategies.x]\nlife_s = 5", "life_s is 5"),
    ],
)
def test_beyond_the_hard_limits_or_unknown_is_refused_by_name(tmp_path, text, words):
    with pytest.raises(ConfigError, match=words):
        read(tmp_path, f"[approval]\n{text}\n")


def test_what_is_written_reads_back_as_the_same(tmp_path):
    own = ApprovalSettings(
        ApprovalRule(60.0, Decimal("0.002")), 3.0, (('a/b "c" 1', ApprovalRule(30.0, Decimal("0.001"))),)
    )
    path = tmp_path / "team.toml"
    write_profile(Profile("team", Mode.PAPER, "weex", approval=own), path)
    assert read_profile("team", path).approval == own
