"""Two thousand answers a model might make up, read and checked: what is accepted is sound, whatever stood beside it."""

import json
from collections import Counter
from decimal import Decimal
from random import Random

import pytest
from pydantic import ValidationError

from helpers import fake_llm as llm
from helpers.language_kit import snapshot
from terminal.domain.decision import Action, Decision
from terminal.domain.instrument import base_of
from terminal.strategy.language.answer import OPENS_MAX, RISK_MAX, answer_type
from terminal.strategy.language.checks import answer_faults
from terminal.strategy.language.drafting import Exchanges, decisions_of
from terminal.strategy.language.facts import facts_of

ANSWERS = 2_000
SHOT = snapshot()
FACTS = facts_of(SHOT, None)
SHOWN = json.loads(FACTS.text)
SYMBOLS = tuple(base_of(view.instrument.instrument_id) for view in SHOT.views)
FORM = answer_type(SYMBOLS)
EXCHANGES = Exchanges((("x1", "{}", "{}"),), "{}", "language:tiny/m@127.0.0.1:1")
BESIDE = ("leverage", "size", "quantity", "order_type", "callback_url")
ANYTHING = (None, "", "NaN", "Infinity", "-1", 0, -1, 1e308, 10**30, True, [], {}, "open_long", "0.02", "🚀", "1e-9")


def made_up(random: Random) -> dict[str, object]:
    """Draw a sound answer and spoil up to three of its places; four in ten stay as they are but for honest changes."""
    sides = [(symbol, random.choice(("long", "short"))) for symbol in random.sample(SYMBOLS, random.randint(1, 2))]
    answer = llm.answer(SHOWN, *(llm.opening(SHOWN, symbol, side) for symbol, side in sides))
    for decision in answer["decisions"]:
        decision["risk_fraction"] = random.choice(("0.001", "0.005", "0.02"))
    decisions = tuple(answer["decisions"])
    pieces = tuple(piece for decision in decisions for piece in decision["evidence"])
    for _ in range(random.choice((0, 0, 1, 1, 2, 3))):
        spoil(random, answer, random.choice(decisions), random.choice(pieces))
    return answer


def spoil(random: Random, answer: dict[str, object], decision: dict[str, object], piece: dict[str, object]) -> None:
    match random.choice(("field", "level", "evidence", "extra", "twice", "symbol", "risk", "top")):
        case "field":
            decision[random.choice(list(decision))] = random.choice(ANYTHING)
        case "level":
            price = float(SHOWN["inputs"]["BTC.last"]) * random.uniform(0.5, 1.5)
            decision[random.choice(("stop_price", "take_profit_price"))] = f"{price:.6f}"
        case "evidence":
            piece[random.choice(("feature_id", "value", "direction", "weight"))] = random.choice(ANYTHING)
        case "extra":
            decision[random.choice(BESIDE)] = random.choice(ANYTHING)
        case "twice":
            answer["decisions"] = [decision, dict(decision)]
        case "symbol":
            decision["symbol"] = random.choice(("PEPE", "btc", "BTC ", "XAU", "BTCUSDT", *SYMBOLS))
        case "risk":
            decision["risk_fraction"] = random.choice(("0.021", "0.5", "1", "-0.005", "0", "1e3"))
        case _:
            answer[random.choice(("snapshot_id", "decisions", "orders", "tool"))] = random.choice(ANYTHING)


def read(answer: dict[str, object]) -> tuple[tuple[Decision, ...], str]:
    """Give what the strategist would make of an answer, or in one word why nothing."""
    try:
        parsed = FORM.model_validate_json(json.dumps(answer))
    except ValidationError:
        return (), "form"
    if answer_faults(parsed, SHOT, FACTS):
        return (), "fault"
    return decisions_of(parsed, SHOT, FACTS, EXCHANGES), ""


@pytest.fixture(scope="module")
def accepted() -> tuple[list[tuple[dict[str, object], tuple[Decision, ...]]], Counter[str]]:
    random, found, why = Random(3), [], Counter[str]()  # noqa: S311 - the same again
    for _ in range(ANSWERS):
        answer = made_up(random)
        decisions, refusal = read(answer)
        why[refusal] += 1
        if decisions:
            found.append((answer, decisions))
    return found, why


def test_risk_4_every_accepted_answer_is_sound(accepted) -> None:
    found, why = accepted
    assert min(why["form"], why["fault"], why[""]) > 200  # each way out was taken often
    for answer, decisions in found:
        assert set(answer) == {"snapshot_id", "decisions"}
        assert len({each.instrument_id for each in decisions}) == len(decisions)
        assert sum(each.action.opens for each in decisions) <= OPENS_MAX
        for each in decisions:
            is_sound(each)


def is_sound(each: Decision) -> None:
    view = next(view for view in SHOT.views if view.instrument.instrument_id == each.instrument_id)
    assert Decimal(0) <= each.risk_fraction <= RISK_MAX
    assert 0.0 <= each.confidence <= 1.0
    for piece in each.evidence:
        assert str(FACTS.inputs[piece.key]) == piece.value
    if not each.action.opens:
        return
    long = each.action is Action.OPEN_LONG
    entry = view.ask if long else view.bid
    low, high = (each.stop_price, each.target_price) if long else (each.target_price, each.stop_price)
    assert 0 < low < entry < high
    assert view.instrument.is_on_tick(low)
    assert view.instrument.is_on_tick(high)
    assert each.risk_fraction > 0
    assert {piece.supports for piece in each.evidence} == {True, False}


def test_risk_4_what_is_not_in_the_form_is_never_read(accepted) -> None:
    """A leverage or a size beside an answer is refused, not dropped in silence."""
    sound = llm.answer(SHOWN, llm.opening(SHOWN, "BTC"))
    assert read(sound)[1] == ""
    for name in BESIDE:
        beside = {**sound["decisions"][0], name: 5}
        assert read(sound | {"decisions": [beside]})[1] == "form"
    for answer, _decisions in accepted[0]:
        assert not any(set(decision) & set(BESIDE) for decision in answer["decisions"])
