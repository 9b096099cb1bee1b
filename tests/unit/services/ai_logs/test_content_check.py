"""What may not go into the queue of AI logs, and that its decision becomes no order."""

import base64
import json
from dataclasses import replace
from urllib.parse import quote

import pytest

from helpers.builders import BTC, D, make_candles, make_decision, make_instrument, make_terms
from helpers.fake_world import World
from helpers.held_world import said
from terminal.domain.ai_log import AiLogState
from terminal.domain.canonical import canonical_json
from terminal.domain.commands import ClosePosition
from terminal.domain.decision import Evidence
from terminal.domain.frozen import ModelFitted
from terminal.domain.market import Interval
from terminal.domain.messages import ModelPhase, ModelStatus
from terminal.domain.order import PositionSide
from terminal.domain.records import AiLogFrozen, ChainHead, DecisionRecorded
from terminal.domain.snapshot import InstrumentView, MarketSnapshot
from terminal.services.ai_logs.content import Audit, ProgramMark, UnusableLog, decision_content, freeze
from terminal.services.ai_logs.content_check import form_faults
from terminal.services.ai_logs.guard import ContentGuard, SecretScreen

KEY, SECRET, PASSPHRASE = "weex_Ab3kQ9zXw1LmN", 'c5"d8\\f/+é0secret', "pass phrase 7"
CHAIN = "ab" * 32
AUDIT = Audit(ChainHead(7, "ff" * 32), ProgramMark("test"))
INPUT = {
    "prompt": "Up or down?",
    "cycle_id": "cycle",
    "interval": "15m",
    "model": "made-up-model 1",
    "features": {"rsi14": 71.23456, "ret_24_atr": 2.314159, "share": 0.004},
    "prices": {"last": "60000", "bid": "59999", "ask": "60001", "mark": None},
    "held": {"long": "0", "short": "0"},
}
EVIDENCE = (
    Evidence("BTC.ret_24_atr_15m", "return over 24 bars", "+2.31 ATR", 0.21),
    Evidence("BTC.rsi14_15m", "RSI 14", "71.2", -0.05),
)


def decision(given=None, **changes):
    listed = [{"feature_id": each.key, "value": each.value} for each in changes.get("evidence", EVIDENCE)]
    return make_decision(
        **{
            "input_json": canonical_json(INPUT if given is None else given),
            "output_json": canonical_json({"action": "OPEN_LONG", "evidence": listed}),
            "evidence": EVIDENCE,
        }
        | changes
    )


def snapshot(**changes) -> MarketSnapshot:
    view = {
        "instrument": make_instrument(),
        "candles": make_candles(1_760_000_400_000),
        "last": D(60_000),
        "bid": D(59_999),
        "ask": D(60_001),
        "mark": None,
        "funding_rate": None,
        "quote_age_s": 0.1,
        "held_long": D(0),
        "held_short": D(0),
    }
    views = (InstrumentView(**(view | changes)),)
    return MarketSnapshot("snap", "cycle", 1, 1, Interval.M15, views, D(1_000), D(1_000), 1, "00", simulated=False)


def guard(*secrets: str, simulated: bool = False, model: str = "made-up-model 1") -> ContentGuard:
    made = ContentGuard(SecretScreen(lambda: secrets), simulated=simulated)
    made.on_model(ModelStatus(ModelPhase.READY, model, ""))
    return made


def faults(made, of: ContentGuard | None = None) -> str:
    """The words of the refusal; "" when it passes."""
    try:
        content = decision_content(made, make_terms(), AUDIT)
        (of or guard()).pass_decision(content, made)
    except UnusableLog as error:
        return str(error)
    return ""


# -- what passes ---------------------------------------------------------------


def test_a_sound_decision_passes_with_and_without_its_snapshot():
    assert faults(decision()) == ""
    knowing = guard()
    knowing.asked(snapshot(), "made-up-model 1")
    assert faults(decision(), knowing) == ""


def test_risk_8_a_model_that_was_fitted_but_not_taken_cannot_have_answered():
    asked = guard(model="another")
    asked.on_model(ModelFitted("made-up-model 1", "a" * 64, "{}", "{}", 7, 0, accepted=False, verdict="worse"))
    assert "the model that answered is not" in faults(decision(), asked)
    asked.on_model(ModelFitted("made-up-model 1", "a" * 64, "{}", "{}", 7, 0))
    assert faults(decision(), asked) == ""


@pytest.mark.parametrize(
    ("shown", "passes"),
    [
        ("71.2", True),
        ("71.3", True),  # within half a percent
        ("71.7", False),
        ("-71.2", False),
        ("−71.2", False),
        ("high", False),
    ],
)
def test_evidence_quotes_the_input_within_its_digits_or_half_a_percent(shown, passes):
    evidence = (Evidence("BTC.rsi14_15m", "RSI 14", shown, 0.1),)
    assert (faults(decision(evidence=evidence)) == "") is passes


@pytest.mark.parametrize(("shown", "passes"), [("+0.4 %", True), ("40 bp", True), ("+0.4", False), ("4 %", False)])
def test_a_share_may_be_shown_in_percent_or_basis_points(shown, passes):
    evidence = (Evidence("BTC.share", "Share", shown, 0.1),)
    assert (faults(decision(evidence=evidence)) == "") is passes


# -- what does not ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (decision({}), "nothing of what the model was given"),
        (decision({"prompt": ""}, evidence=()), "nothing of what the model was given"),
        (decision(INPUT | {"prompt": "  "}), "prompt is empty"),
        (decision(INPUT | {"prompt": 7}), "prompt is empty"),
        (decision(model="made-up-model 2"), "names the model 'made-up-model 1'"),
        (decision(INPUT | {"model": "other"}), "its input names the model 'other'"),
        (decision(output_json='{"model":"other"}'), "its output names the model 'other'"),
        (decision(evidence=(Evidence("BTC.made_up", "Made up", "1", 0.1),)), "BTC.made_up is not among the inputs"),
        (decision(output_json='{"evidence":[]}'), "evidence it lists is not the decision's"),
        (decision(output_json='{"evidence":["x"]}'), "evidence it lists is not the decision's"),
        (decision(explanation=""), "gave no explanation"),
    ],
)
def test_what_a_judge_may_hold_against_it_does_not_pass(made, words):
    assert words in faults(made)


def test_risk_8_a_model_nobody_has_heard_of_did_not_answer():
    assert "the model that answered is not 'made-up-model 1' (known: other)" in faults(decision(), guard(model="other"))
    assert "known: none" in faults(decision(), guard(model=""))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"last": D("60000.1")}, "prices last is 60000"),
        ({"mark": D(60_000)}, "prices mark is None"),
        ({"held_long": D("0.1")}, "held long is 0"),
    ],
)
def test_figures_of_the_input_are_the_snapshots(change, words):
    knowing = guard()
    knowing.asked(snapshot(**change), "made-up-model 1")
    assert words in faults(decision(), knowing)


def test_an_input_of_another_cycle_does_not_pass():
    knowing = guard()
    knowing.asked(snapshot(), "made-up-model 1")
    assert "cycle_id is not the snapshot's" in faults(decision(INPUT | {"cycle_id": "another"}), knowing)
    assert "snapshot_id is not the snapshot's" in faults(decision(INPUT | {"snapshot_id": "x"}), knowing)


def test_risk_8_a_decision_on_a_built_in_market_never_goes_to_a_real_venue():
    made = decision(simulated=True)
    assert "built-in market" in faults(made)
    assert faults(made, guard(simulated=True)) == ""


# -- form ----------------------------------------------------------------------


def content(**changes) -> bytes:
    body = {"stage": "s", "model": "m", "input": {"a": 1}, "output": {"b": 2}, "explanation": "because"}
    return canonical_json(body | changes).encode()


@pytest.mark.parametrize(
    ("bytes_", "words"),
    [
        (content(stage=" "), "stage is empty"),
        (content(model=None), "model is empty"),
        (content(input={}), "input is empty"),
        (content(output=[1]), "output is empty"),
        (content(explanation=""), "explanation is empty"),
        (content(explanation="x" * 1_001), "1,001 characters"),
        (content(explanation="a " * 500 + "b"), "501 words"),
        (b"{", "no JSON"),
        (b"[]", "canonical"),
        (content().replace(b'"stage"', b' "stage"'), "canonical"),
    ],
)
def test_the_form_of_any_log(bytes_, words):
    assert any(words in fault for fault in form_faults(bytes_, lambda _text: False))


def test_both_limits_of_an_explanation_hold_at_their_edge():
    assert form_faults(content(explanation="x" * 1_000), lambda _text: False) == ()
    assert form_faults(content(explanation=("a " * 500).strip()), lambda _text: False) == ()


# -- secrets -------------------------------------------------------------------


def in_base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize("secret", [KEY, SECRET, PASSPHRASE, CHAIN, "ab1"])
@pytest.mark.parametrize("place", ["prompt", "explanation", "output", "model text", "audit"])
def test_a_planted_secret_never_passes(secret, place):
    screened = guard(KEY, SECRET, PASSPHRASE, CHAIN, "ab1")
    quoted = f"it was {secret} before"
    made = {
        "prompt": lambda: decision(INPUT | {"prompt": quoted}),
        "explanation": lambda: decision(explanation=quoted),
        "output": lambda: decision(output_json=canonical_json({"thought": {"deep": [quoted]}}), evidence=()),
        "model text": lambda: decision(INPUT | {"note": secret}),
        "audit": lambda: decision(INPUT | {"key": {"x": secret}}),
    }[place]()
    assert "holds a secret" in faults(made, screened)
    assert secret not in faults(made, screened)


@pytest.mark.parametrize("shape", [in_base64(SECRET), SECRET.encode().hex(), quote(SECRET, safe="")])
def test_a_disguised_secret_does_not_pass(shape):
    assert "holds a secret" in faults(decision(INPUT | {"note": shape}), guard(SECRET, KEY))
    assert faults(decision(INPUT | {"note": shape}), guard(KEY)) == ""


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN RSA PRIVATE KEY-----",
        "sk-abcdefghijklmnopqrstuv",
        "Authorization: Bearer abcdefghijklmnop1234",
        "ACCESS-SIGN: x",
    ],
)
def test_what_looks_like_a_key_does_not_pass_even_if_nobody_knows_it(text):
    assert "holds a secret" in faults(decision(INPUT | {"note": text}))


def test_a_secret_of_digits_is_found_as_a_number_and_not_inside_a_time():
    screen = SecretScreen(lambda: ("763123",))
    assert screen.finds("my code is 763123, really")
    assert not screen.finds('{"at_ms":1763123456000,"price":"0.763123"}')


def test_a_secret_entered_later_is_looked_for_from_then_on():
    known = [()]
    screen = SecretScreen(lambda: known[0])
    assert not screen.finds(KEY)
    known[0] = (KEY,)
    assert screen.finds(f"x{KEY}x")


# -- in the program --------------------------------------------------------------


async def drafted(made, **options) -> World:
    world = World(made, **options)
    await world.start()
    await world.clock.advance(3)
    return world


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "made",
    [
        make_decision(model="another model"),
        make_decision(explanation=f"The key is {KEY}"),
        make_decision(evidence=(Evidence("BTC.never_seen", "Never seen", "1", 0.1),)),
        make_decision(simulated=True),
    ],
)
async def test_a_decision_whose_log_fails_is_neither_queued_nor_can_it_become_an_order(made):
    world = await drafted(made, screen=SecretScreen(lambda: (KEY,)))
    assert world.engine.core.outbox.logs == {}
    assert world.disk.of(AiLogFrozen) == []
    assert world.disk.of(DecisionRecorded) == []
    await world.approve_late()
    await world.clock.advance(5)
    assert world.venue.sends == []
    assert said(world, "AI log would not pass")
    assert not said(world, KEY)
    await world.close()


@pytest.mark.asyncio
async def test_a_human_exit_goes_out_even_when_its_log_cannot_pass():
    world = World(make_decision(), screen=SecretScreen(lambda: ("Anna-secret-name",)))
    await world.start()
    await world.approve()
    await world.clock.advance(5)
    world.engine.post(ClosePosition(BTC, PositionSide.LONG, D(1), "Anna-secret-name"))
    await world.clock.advance(5)
    assert len(world.venue.sends) == 2
    assert said(world, "goes without an AI log; the exit itself is not held up")
    await world.close()


def test_a_frozen_log_knows_whether_it_is_about_simulated_trading():
    made = decision(INPUT | {"simulated": True}, simulated=True)
    log = freeze("l", "d1", "c", decision_content(made, make_terms(), AUDIT), AiLogState.WAITING, 1)
    assert log.simulated
    plain = decision_content(decision(), make_terms(), AUDIT)
    assert not freeze("l", "d1", "c", plain, AiLogState.WAITING, 1).simulated
    assert json.loads(plain)["input"]["prompt"] == "Up or down?"
    assert replace(log, simulated=False).is_intact
