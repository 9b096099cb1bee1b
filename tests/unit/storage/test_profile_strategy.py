from decimal import Decimal

import pytest

from terminal.domain.ensemble import EnsembleSettings, MemberSettings, VoteMode
from terminal.domain.errors import ConfigError, StorageError
from terminal.domain.language_model import KeyPlace, LanguageModel, OutputMode, PriceTable, StrategySettings
from terminal.storage.language_spend import SpendFile
from terminal.storage.profile_file import read_profile, write_profile
from terminal.storage.profile_strategy import read_strategy, save_strategy
from terminal.storage.profiles import load_profile, strategy_file

LOCAL = LanguageModel("local", "http://127.0.0.1:11434/v1", "qwen3:8b", temperature=None, output_mode=OutputMode.NATIVE)
FAR = LanguageModel(
    "far",
    "https://api.example.com/v1",
    "vendor/model",
    prices=PriceTable(Decimal("0.15"), Decimal("0.6")),
    daily_cap_usd=Decimal("2.50"),
    answers_as=("other-id",),
    key_place=KeyPlace.FILE,
    contaminated_until_ms=1_780_272_000_000,
)
TOGETHER = EnsembleSettings(
    (
        MemberSettings("embedded"),
        MemberSettings("language:local", 0.5),
        MemberSettings("language:far", vetoes=True),
    ),
    mode=VoteMode.UNANIMOUS,
)
BOTH = StrategySettings("language:far", (LOCAL, FAR))
BY_HAND = """# mine
mode = "paper"     # keep this

[model.old]
base_url = "http://127.0.0.1:1/v1"
model = "old"

[limits]
order_notional = "0.2"  # and this
"""


def test_tables_are_replaced_and_the_rest_of_the_file_stays(tmp_path):
    file = tmp_path / "p.toml"
    file.write_text(BY_HAND)
    save_strategy(file, BOTH)
    text = file.read_text()
    assert "# mine" in text
    assert "# and this" in text
    assert "old" not in text
    profile = read_profile("p", file)
    assert profile.strategy == BOTH
    assert profile.limits.order_notional == Decimal("0.2")
    write_profile(profile, file)
    assert read_profile("p", file).strategy == BOTH
    save_strategy(file, StrategySettings())
    assert read_profile("p", file).strategy == StrategySettings()


def test_an_ensemble_reads_back_as_it_was_written(tmp_path):
    file = tmp_path / "p.toml"
    file.write_text(BY_HAND)
    settings = StrategySettings("ensemble", (LOCAL, FAR), TOGETHER)
    save_strategy(file, settings)
    profile = read_profile("p", file)
    assert profile.strategy == settings
    write_profile(profile, file)
    assert read_profile("p", file).strategy == settings
    save_strategy(file, StrategySettings("embedded", (LOCAL, FAR)))
    assert "ensemble" not in file.read_text()


TWO_MODELS = """
[model.a]
base_url = "http://127.0.0.1:1/v1"
model = "m"
[model.b]
base_url = "http://127.0.0.1:1/v1"
model = "m"
[ensemble]
"""


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('members = ["embedded"]', "the quorum is 2, but only embedded would vote"),
        ('members = ["embedded", "language:a"]\nquorum = 1', "quorum must be at least 2"),
        ('members = ["embedded", "language:gone"]', "language:gone is in the ensemble, but not set up here"),
        ('members = ["language:a", "language:a"]', "language:a is in the ensemble twice"),
        ('members = ["embedded", "language:a"]\njudges = ["embedded"]', "embedded is in the ensemble twice"),
        ('members = ["embedded", "ensemble"]', "cannot be a member of itself"),
        ('members = ["embedded", "language:a"]\nmode = "loudest"', "'majority' or 'unanimous'"),
        ('members = ["embedded", "language:a"]\n[ensemble.weights]\nembedded = 9.0', "at most 4"),
        ('members = ["embedded", "language:a"]\n[ensemble.weights]\n"language:b" = 1.0', "not among the members"),
    ],
)
def test_an_ensemble_that_could_not_decide_is_refused_in_words(tmp_path, lines, said):
    file = tmp_path / "p.toml"
    file.write_text(f'mode = "paper"\n[strategy]\nstrategist = "ensemble"\n{TWO_MODELS}{lines}\n')
    with pytest.raises(ConfigError, match=said):
        read_profile("p", file)


def test_an_ensemble_nobody_described_is_refused(tmp_path):
    file = tmp_path / "p.toml"
    file.write_text('mode = "paper"\n[strategy]\nstrategist = "ensemble"\n')
    with pytest.raises(ConfigError, match=r"no \[ensemble\] says who is in it"):
        read_profile("p", file)


@pytest.mark.parametrize(
    "lines",
    [
        '[strategy]\nstrategist = "language:nobody"',
        '[model.x]\nbase_url = "http://example.com/v1"\nmodel = "m"',
        '[model.x]\nbase_url = "http://127.0.0.1:1/v1"\nmodel = "m"\nkey = "sk-secret"',
        '[model.x]\nbase_url = "http://127.0.0.1:1/v1"\nmodel = "m"\ntimeout_s = 500.0',
        '[model.X-Y]\nbase_url = "http://127.0.0.1:1/v1"\nmodel = "m"',
    ],
)
def test_what_is_wrong_is_refused_and_a_key_is_not_repeated(tmp_path, lines):
    file = tmp_path / "p.toml"
    file.write_text(f'mode = "paper"\n{lines}\n')
    with pytest.raises(ConfigError) as told:
        read_profile("p", file)
    assert "sk-secret" not in str(told.value)


def test_the_demo_has_tables_of_its_own(tmp_path):
    environ = {"ALPHADESK_HOME": str(tmp_path)}
    assert load_profile("demo", environ).strategy == StrategySettings()
    save_strategy(strategy_file("demo", environ), StrategySettings("language:local", (LOCAL,)))
    assert load_profile("demo", environ).strategy.chosen == LOCAL
    assert read_strategy(strategy_file("demo", environ)).strategist == "language:local"


# -- what models cost -----------------------------------------------------------------


def test_costs_outlive_the_program_and_a_day(tmp_path):
    book = SpendFile(tmp_path / "costs.json")
    book.add("far", "2026-02-09", Decimal("0.12"))
    book.add("far", "2026-02-09", Decimal("-0.02"))
    again = SpendFile(tmp_path / "costs.json")
    assert again.spent("far", "2026-02-09") == Decimal("0.10")
    assert again.spent("far", "2026-02-10") == 0
    for day in range(10, 29):
        again.add("far", f"2026-02-{day}", Decimal(1))
    assert SpendFile(tmp_path / "costs.json").spent("far", "2026-02-09") == 0


@pytest.mark.parametrize("text", ["", "[]", "{bad", '{"2026-02-09": {"far": "NaN"}}', '{"2026-02-09": {"far": "-1"}}'])
def test_a_file_that_does_not_tell_lets_nothing_be_spent(tmp_path, text):
    (tmp_path / "costs.json").write_text(text)
    with pytest.raises(StorageError, match="does not tell"):
        SpendFile(tmp_path / "costs.json").spent("far", "2026-02-09")
