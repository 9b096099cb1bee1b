"""A person's idea is put to a language model in the real window: it answers with its own levels, and may disagree."""

import json
from decimal import Decimal

from PySide6.QtCore import Qt

from helpers import fake_llm as llm
from helpers.asked_llm import answering, own_levels
from helpers.fake_llm import MODEL, served
from helpers.loopback import loopback
from helpers.model_seat import ask, ready_to_ask, use_models
from helpers.seat import at_the_seat, write_profile
from terminal.app.audit_replay import replay_decisions
from terminal.app.session import SessionOptions
from terminal.domain.ai_log import AiLogState
from terminal.domain.decision import Action
from terminal.domain.instrument import perpetual
from terminal.domain.review import ReviewState
from terminal.services.ai_logs.content import STAGE_DECISION

ETH, SOL = perpetual("ETH"), perpetual("SOL")
SERVED = f"{MODEL}-20260115"
TYPED = Decimal("0.05")


def to_question(facts, side, symbol):
    """Go along with ETH; be of the other opinion about everything else."""
    if symbol == "ETH":
        return own_levels(facts, symbol, side)
    return own_levels(facts, symbol, "short" if side == "long" else "long")


async def ask_twice(seat, told):
    await ready_to_ask(seat)
    await ask(seat, ETH, TYPED)
    (first,) = await seat.proposals(1)
    told["decision"] = seat.desk.proposals[first].decision
    told["terms"] = seat.desk.proposals[first].terms
    assert await seat.press(Qt.Key.Key_A) == first
    await seat.answered(first, ReviewState.APPROVED)
    await seat.log_accepted(first)
    number = await ask(seat, SOL)
    await seat.until(seat.desk.cycle_ended, lambda: number in seat.desk.answers)
    told["answer"] = seat.desk.answers[number]
    await seat.soon(lambda: about(seat, SOL))
    told["disagreed"] = about(seat, SOL)[0]
    told["shown"] = seat.window.ticket.answer.text
    told["proposed"] = [each.decision.instrument_id for each in seat.desk.proposals.values()]
    told["logs"] = list(seat.desk.ai_logs.values())


def about(seat, instrument_id):
    """Give the accepted logs of answers that speak of a pair."""
    logs = [each for each in seat.desk.ai_logs.values() if each.stage == STAGE_DECISION]
    return [each for each in logs if each.state is AiLogState.ACCEPTED and instrument_id in each.content.decode()]


def test_a_question_is_answered_with_own_levels_or_with_no_and_both_are_logged(qapp, tmp_path, capsys):
    told = {}
    script = answering(to_question, lambda facts: llm.hold(facts, "BTC"), model=SERVED)
    with loopback(tmp_path) as exchange, served(script) as server:
        write_profile("asked", exchange.link, decision_age_s=120)
        use_models("asked", server.base_url, "tiny", strategist="language:tiny")
        session = at_the_seat(SessionOptions(profile="asked"), lambda seat: ask_twice(seat, told))
        state = exchange.state()

    decision, terms = told["decision"], told["terms"]
    assert (decision.instrument_id, decision.action) == (ETH, Action.OPEN_LONG)
    assert decision.model.startswith(f"language:tiny/{SERVED}@127.0.0.1:")
    assert terms.size <= TYPED
    assert terms.stop_price == decision.stop_price, "the levels are the model's own"
    assert terms.target_price == decision.target_price
    given = json.loads(decision.input_json)
    assert given["question"] == {"action": "OPEN_LONG", "instrument_id": ETH}
    assert "A person asks whether to open long ETH now" in given["prompt"]
    (order,) = [each for each in state["orders"] if each["origin"] == "API"]
    (log,) = [each for each in told["logs"] if each.venue_order_id == order["order_id"]]
    assert (log.model, log.state) == (decision.model, AiLogState.ACCEPTED)

    answer, no = told["answer"], told["disagreed"]
    assert (answer.agreed, answer.instrument_id) == (False, SOL)
    assert "the model would open short" in answer.text
    assert "open short" in told["shown"]
    assert SOL not in told["proposed"], "an answer for the other side is no order"
    assert no.model == decision.model
    assert "open_short" in json.dumps(json.loads(no.content)).lower()
    assert replay_decisions("all", session.paths.journal, "asked") == 0
    assert "0 of them differ" in capsys.readouterr().out
