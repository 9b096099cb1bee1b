"""The book of rules: complete, without a figure of its own, and its version follows everything it says."""

import re

import pytest

from helpers.builders import BTC, ETH, D
from helpers.rule_kit import RULE_FILE
from terminal.domain.competition import MAX_LEVERAGE, MAX_ORDER_CALLS_PER_S, SOFT_ORDER_CALLS_PER_S
from terminal.domain.errors import ConfigError
from terminal.domain.risk import RiskLimits
from terminal.domain.rules import RULE_IDS, SEASON_IDS
from terminal.domain.season import Season
from terminal.storage.rule_file import read_rules

LIMITS, SEASON = RiskLimits(), Season()


@pytest.fixture
def text() -> str:
    return RULE_FILE.read_text(encoding="utf-8")


def read(path, text, limits=LIMITS, season=SEASON):
    file = path / "weex-ai-wars-1.toml"
    file.write_text(text, encoding="utf-8")
    return read_rules(file, limits, season)


def test_every_rule_stands_in_it_once_with_words_and_a_source():
    book = read_rules(RULE_FILE, LIMITS, SEASON)
    assert tuple(rule.rule_id for rule in book.rules) == (*RULE_IDS, *SEASON_IDS)
    for rule in book.rules:
        assert all((rule.title, rule.measured, rule.limit, rule.on_violation, rule.source)), rule.rule_id
        assert "{" not in rule.limit
    assert book.rule("R2").label == "Competition rule 2"
    with pytest.raises(KeyError):
        book.rule("R15")


def test_the_figures_are_the_program_s_own():
    book = read_rules(RULE_FILE, RiskLimits(entry_interval_s=7.5), Season(min_trades=14, pairs=(BTC, ETH)))
    assert f"{MAX_LEVERAGE}x" in book.rule("R2").limit
    assert f"{MAX_ORDER_CALLS_PER_S} a second" in book.rule("R4").limit
    assert f"at {SOFT_ORDER_CALLS_PER_S}" in book.rule("R4").limit
    assert "7.5 s" in book.rule("R9").limit
    assert "now: BTC, ETH." in book.rule("R1").limit
    assert "14" in book.rule("S1").limit


def test_no_limit_is_typed_in_the_file(text):
    """The only figures in it are ids, its version and the status code a rule is about."""
    words = "\n".join(line for line in text.splitlines() if not line.startswith(("#", "id", "version")))
    assert re.findall(r"\d+", words) == ["521"]


def test_the_version_follows_words_limits_and_season(tmp_path, text):
    same = read(tmp_path, text).version
    assert same == read(tmp_path, text + "\n# a remark changes nothing\n").version
    assert same.startswith("weex-ai-wars-1 v1 ")
    others = {
        read(tmp_path, text.replace("The order is refused.", "It is refused.", 1)).version,
        read(tmp_path, text.replace("version = 1", "version = 2")).version,
        read(tmp_path, text, limits=RiskLimits(max_leverage=4)).version,
        read(tmp_path, text, season=Season(pairs=(BTC,))).version,
        read(tmp_path, text, season=Season(start_equity=D(1_000))).version,
    }
    assert len(others) == 5
    assert same not in others


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda text: text.replace('id = "R7"', 'id = "R8"'), "every rule once"),
        (lambda text: text.replace('id = "R7"', 'id = "R17"'), "rule.6.id"),
        (lambda text: text.replace("{max_leverage}", "{most}"), "limit of R2 names most"),
        (lambda text: text.replace("{max_leverage}", "{"), "limit of R2"),
        (lambda text: text.replace('title = "Leverage"\n', ""), "rule.1.title"),
        (lambda text: text + '\nlimit_of_mine = "50x"\n', "limit_of_mine"),
        (lambda text: text.replace("[[rule]]", "[[rule", 1), "TOML"),
        (lambda text: text.replace("version = 1", "version = 0"), "version"),
        (lambda text: text[: text.index('[[rule]]\nid = "S2"')], "every rule once"),
    ],
)
def test_a_damaged_book_is_named_and_not_used(tmp_path, text, change, named):
    with pytest.raises(ConfigError, match=named) as caught:
        read(tmp_path, change(text))
    assert "Install the program again" in str(caught.value)


def test_a_missing_book_says_what_to_do(tmp_path):
    with pytest.raises(ConfigError, match="Install the program again"):
        read_rules(tmp_path / "gone.toml", LIMITS, SEASON)


def test_what_is_not_utf8_is_no_book(tmp_path):
    file = tmp_path / "weex-ai-wars-1.toml"
    file.write_bytes(b"name = '\xff'")
    with pytest.raises(ConfigError):
        read_rules(file, LIMITS, SEASON)
