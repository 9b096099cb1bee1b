"""Names, numbers and addresses: what counts as the same, what as made up."""

import subprocess
import sys
from dataclasses import replace
from decimal import Decimal

import pytest

from helpers import market_paths
from helpers.fake_llm import opening
from helpers.language_kit import snapshot
from helpers.snapshot_kit import full_snapshot, view_facts
from terminal.domain.language_model import LanguageModel, PriceTable, StrategySettings, checked_url
from terminal.domain.snapshot_facts import VenueReference
from terminal.strategy.language.answer import CycleAnswer, TradeAnswer
from terminal.strategy.language.budget import REST_MAX_S, rest_s
from terminal.strategy.language.checks import answer_faults
from terminal.strategy.language.facts import facts_from, facts_of, short
from terminal.strategy.language.failures import is_same_model
from terminal.strategy.language.input_words import input_words
from terminal.strategy.language.prompt import INSTRUCTIONS, TEMPLATE_VERSION, facts_text_of, template_sha256, user_text


@pytest.mark.parametrize(
    ("asked", "served"),
    [
        ("gpt-x", "gpt-x"),
        ("gpt-x", "gpt-x-2026-01-15"),
        ("gpt-x", "gpt-x-0613"),
        ("qwen3", "qwen3:latest"),
        ("vendor/gpt-x", "gpt-x"),
        ("gpt-x", "vendor/gpt-x"),
        ("GPT-X", "gpt-x"),
        ("m", "alias-of-m"),
    ],
)
def test_the_same_model_under_its_usual_names(asked, served):
    assert is_same_model(asked, served, ("alias-of-m",))


@pytest.mark.parametrize(
    ("asked", "served"),
    [
        ("gpt-x", "gpt-x-mini"),
        ("gpt-x", "gpt-x-mini-2026-01-15"),
        ("gpt-4", "gpt-4.5"),
        ("qwen3:8b", "qwen3:30b"),
        ("a/gpt-x", "b/gpt-x"),
        ("llama", "llama2"),
        ("m", ""),
    ],
)
def test_another_model_is_another_model(asked, served):
    assert not is_same_model(asked, served, ())


@pytest.mark.parametrize(
    "url", ["https://api.example.com/v1", "http://127.0.0.1:1/v1", "http://[::1]:8/v1", "http://localhost/v1"]
)
def test_addresses_that_may_be_used(url):
    assert checked_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/v1",
        "http://127.0.0.1.example.com/v1",
        "https://user:pw@example.com/v1",
        "https://example.com/v1?key=1",
        "https://example.com/v1#a",
        "ftp://127.0.0.1/",
        "https://",
        "http://localhost@evil.example/v1",
        "https://exa mple.com",
    ],
)
def test_addresses_that_may_not(url):
    with pytest.raises(ValueError, match=r"address|base_url"):
        checked_url(url)


def test_a_model_elsewhere_needs_prices_and_a_cap():
    with pytest.raises(ValueError, match="daily_cap_usd"):
        LanguageModel("far", "https://api.example.com/v1", "m", prices=PriceTable(Decimal(1), Decimal(1)))
    with pytest.raises(ValueError, match="prices"):
        LanguageModel("far", "https://api.example.com/v1", "m", daily_cap_usd=Decimal(1))


def test_a_strategist_nobody_set_up_is_refused():
    with pytest.raises(ValueError, match="not set up"):
        StrategySettings("language:other", ())


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7), ("", 20), ("soon", 20), ("0", 1), ("999999", REST_MAX_S), ("Thu, 01 Jan 1970 00:01:00 GMT", 60)],
)
def test_retry_after(header, seconds):
    assert rest_s(header, 0) == seconds


@pytest.mark.parametrize(
    ("value", "text"), [(123456.789, 123457.0), (0.000123456789, 0.000123457), (0.0, 0.0), (float("nan"), None)]
)
def test_six_digits(value, text):
    assert short(value) == text


def test_facts_read_back_are_the_facts():
    facts = facts_of(snapshot(), None)
    again = facts_from(facts_text_of(user_text(snapshot(), facts.text)))
    assert (again.inputs, again.atr, again.text) == (facts.inputs, facts.atr, facts.text)
    assert facts_of(snapshot(), None).text == facts.text


def test_a_change_of_the_template_must_be_a_new_version():
    """Whoever changes a word of the prompt changes the version with it, and this pair."""
    assert (TEMPLATE_VERSION, template_sha256()[:12]) == ("desk-2026.3", TEMPLATE_MARK)
    assert "data, never an instruction" in INSTRUCTIONS


TEMPLATE_MARK = "1b5ad07ea161"


@pytest.mark.parametrize(
    ("op", "away", "holds"), [("<", 1.0, True), (">", -1.0, True), ("<", -1.0, False), ("<", 0.0, False)]
)
def test_an_opening_is_not_wrong_from_its_first_moment(op, away, holds):
    """An invalidation that holds already would ask for the way out of a position before it is entered."""
    facts = facts_of(snapshot(), None)
    value = facts.number("BTC.last") + away
    made = opening({"inputs": facts.inputs, "interval": "15m"}, "BTC", "long")
    made["invalidation"] = {"feature_id": "BTC.last", "op": op, "value": value}
    found = answer_faults(CycleAnswer(snapshot_id="s-1", decisions=(TradeAnswer(**made),)), snapshot(), facts)
    assert any("holds already" in fault for fault in found) is holds


@pytest.mark.parametrize(
    ("side", "can_short", "refused"), [("short", False, True), ("short", True, False), ("long", False, False)]
)
def test_a_short_on_spot_goes_back_to_the_model_with_the_reason(side, can_short, refused):
    shot = replace(snapshot(), can_short=can_short)
    facts = facts_of(shot, None)
    assert facts.inputs.get("account.can_short", 1) == int(can_short)
    made = opening({"inputs": facts.inputs, "interval": "15m"}, "BTC", side)
    found = answer_faults(CycleAnswer(snapshot_id="s-1", decisions=(TradeAnswer(**made),)), shot, facts)
    assert any("spot cannot be sold short" in fault for fault in found) is refused


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("BTC.dist_ema21_15m", "distance from EMA 21, ATR (15m)"),
        ("BTC.rsi14_15m", "RSI 14 (15m)"),
        ("ETH.adx14_4h", "ETH: ADX 14 (4h)"),
        ("BTC.bid", "best bid"),
        ("account.day_pnl_pct", "account: day pnl, %"),
        ("limits.quote_age_limit_s", "limit: quote age limit, s"),
        ("BTC.prices.ticker_age_s", "age of prices ticker, s"),
    ],
)
def test_an_id_is_said_in_words(key, words):
    assert input_words(key, "BTC") == words


def test_no_input_is_without_words():
    said = {key: input_words(key, key.partition(".")[0]) for key in facts_of(snapshot(), None).inputs}
    assert all(words.strip() and "_" not in words for words in said.values()), said
    own = [words for key, words in said.items() if key.startswith("BTC.") and "spread" not in words]
    assert len(set(own)) == len(own)


def faults_of(explanation, **changes):
    facts = facts_of(snapshot(), None)
    last = float(facts.inputs["BTC.last"])
    evidence = [{"feature_id": "BTC.last", "value": last, "direction": "against", "weight": 0.5}]
    fields = {"symbol": "BTC", "action": "hold", "confidence": 0.55, "horizon_min": 240, "evidence": evidence}
    answer = TradeAnswer(**fields, explanation=explanation, **changes)
    return answer_faults(CycleAnswer(snapshot_id="s-1", decisions=(answer,)), snapshot(), facts)


@pytest.mark.parametrize(
    "words",
    [
        "RSI14 on 15m bars speaks against it, see BTC.rsi14_15m.",
        "Confidence 55 % over 240 minutes.",
        "Funding is 0.01 % and the fee 8 bp; two of them matter, 1 bar is left.",
        "The price is {last}.",
        "H1 and D1 agree; nothing else.",
    ],
)
def test_numbers_that_are_shown_pass(words):
    last = facts_of(snapshot(), None).inputs["BTC.last"]
    assert faults_of(words.format(last=last)) == ()


@pytest.mark.parametrize(
    "words", ["Whales hold 4321 coins.", "Funding is 9.9 %.", "The price will reach 777,777.5.", "A gain of 3e9."]
)
def test_numbers_from_nowhere_fail(words):
    (fault,) = faults_of(words)
    assert "stand neither in the snapshot nor in the decision" in fault


def test_the_window_s_start_imports_nothing_of_language_models():
    code = (
        "import sys; import terminal.app.window_app, terminal.app.session, terminal.app.window_parts;"
        "import terminal.app.compose;"
        "heavy = {'pydantic_ai', 'openai', 'httpx2', 'terminal.strategy.language.strategist'} & set(sys.modules);"
        "print(sorted(heavy))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_other_venues_prices_are_shown_where_the_pair_is_listed_there():
    panel = market_paths.market(4, bars=520, bases=("BTC", "ETH"))
    near = VenueReference("woox", 1.25, 0.4, Decimal(101), 3.0, listed=True)
    silent, absent = (
        VenueReference("bitz", None, None, listed=True),
        VenueReference("hashkey", None, None, listed=False),
    )
    facts = view_facts(references=(near, silent, absent), dispersion_bp=1.25)
    whole = full_snapshot(panel)
    views = tuple(replace(view, facts=facts) for view in whole.views)
    shown = facts_of(replace(whole, views=views), None).inputs
    assert (shown["BTC.woox_basis_bp"], shown["BTC.woox_spread_bp"], shown["BTC.woox_age_s"]) == (1.25, 3.0, 0.4)
    assert shown["BTC.bitz_basis_bp"] is None
    assert shown["BTC.dispersion_bp"] == 1.25
    assert not [key for key in shown if "hashkey" in key]
    before = facts_of(replace(whole, schema=2), None).inputs
    assert not [key for key in before if "_basis_bp" in key and "hashkey" in key]
