"""An ensemble decides in the real window: votes on the card, all models in the log, a replay that recounts."""

import json

from PySide6.QtCore import Qt

from helpers import fake_llm as llm
from helpers.asked_llm import answering, own_levels, willing
from helpers.fake_llm import MODEL, served
from helpers.loopback import loopback
from helpers.model_seat import ask, use_models
from helpers.seat import at_the_seat, write_profile
from terminal.app.audit_replay import replay_decisions
from terminal.app.session import SessionOptions
from terminal.domain.ai_log import AiLogState
from terminal.domain.brain import Part, Pulse
from terminal.domain.instrument import perpetual
from terminal.domain.review import ReviewState
from terminal.domain.votes import votes_of
from terminal.storage.journal import verify
from terminal.storage.secrets import chain_key

SOL = perpetual("SOL")
SERVED = f"{MODEL}-20260115"
TABLES = (
    "[ensemble]",
    'members = ["embedded", "language:one", "language:two"]',
    "[ensemble.weights]",
    *(f'"{name}" = 1.0' for name in ("embedded", "language:one", "language:two")),
)

WITH_A_POOR_ONE = ("[ensemble]", 'members = ["language:one", "language:two", "language:poor"]')


def to_bar(facts):
    return own_levels(facts, *willing(facts))


def to_question(facts, side, symbol):
    return own_levels(facts, symbol, side)


async def approve(seat, told):
    first = await seat.listens()
    card = seat.window.review.selected_card
    told["votes"] = card.votes.text
    assert card.votes.isVisible()
    assert await seat.press(Qt.Key.Key_A) == first
    await seat.answered(first, ReviewState.APPROVED)
    await seat.log_accepted(first)
    told["decision"] = seat.desk.proposals[first].decision
    number = await ask(seat, SOL)
    await seat.until(seat.desk.cycle_ended, lambda: number in seat.desk.answers)
    told["answer"] = seat.desk.answers[number]
    told["asked"] = seat.desk.proposals[told["answer"].decision_id].decision
    told["health"] = {each.strategist: each for each in seat.desk.brain.models}
    told["logs"] = list(seat.desk.ai_logs.values())


def test_from_the_votes_to_the_accepted_log(qapp, tmp_path, capsys):
    told = {}
    with loopback(tmp_path) as exchange, served(answering(to_question, to_bar, model=SERVED)) as server:
        write_profile("together", exchange.link, decision_age_s=120)
        use_models("together", server.base_url, "one", "two", strategist="ensemble", more=TABLES)
        session = at_the_seat(SessionOptions(profile="together"), lambda seat: approve(seat, told))
        state = exchange.state()

    decision, health = told["decision"], told["health"]
    sheet = votes_of(decision)
    assert decision.model.startswith("ensemble[embedded+language:one+language:two]/")
    assert {"language:one", "language:two"} <= set(sheet.supporters)
    assert told["votes"].startswith(f"{len(sheet.supporters)} of 3 voters for it: ")
    (order,) = [each for each in state["orders"] if each["origin"] == "API"]
    (log,) = [each for each in told["logs"] if each.venue_order_id == order["order_id"]]
    assert (log.model, log.state) == (decision.model, AiLogState.ACCEPTED)
    (held,) = [each["body"] for each in state["ai_logs"] if each["order_id"] == order["order_id"]]
    assert held["model"] == decision.model, "the exchange has the same words"
    exact = {vote.member: vote.model for vote in sheet.votes}
    assert exact["language:one"].startswith(f"language:one/{SERVED}@127.0.0.1:")
    assert all(name in held["model"] for name in exact.values())
    votes = json.loads(log.content)["output"]["ensemble"]["votes"]
    assert {each["member"]: each["model"] for each in votes} == exact

    asked = told["asked"]
    assert (asked.instrument_id, told["answer"].question_id != "") == (SOL, True)
    assert json.loads(asked.input_json)["question"] == {"action": "OPEN_LONG", "instrument_id": SOL}
    assert {"language:one", "language:two"} <= set(votes_of(asked).supporters)
    assert asked.model == decision.model

    assert next(iter(health)) == "ensemble"
    assert {name: each.part for name, each in health.items() if name != "ensemble"} == dict.fromkeys(exact, Part.VOTES)
    assert all(health[name].pulse is Pulse.WELL and health[name].answered for name in ("language:one", "language:two"))
    assert verify(session.paths.journal, chain_key(session.profile, session.paths)).is_good
    assert replay_decisions("all", session.paths.journal, "together") == 0
    assert "0 of them differ" in capsys.readouterr().out


async def wait_for_the_member_s_alarm(seat, told):
    await seat.noticed("goes on without language:poor until a person acts", "account is not paid")
    (first, *_rest) = await seat.proposals(1)
    told["decision"] = seat.desk.proposals[first].decision
    told["health"] = {each.strategist: each for each in seat.desk.brain.models}


def by_model(seen):
    if seen.json["model"] == "poor-1":
        return llm.error(402, "Insufficient balance")
    return answering(to_question, to_bar)(seen)


def test_a_member_s_empty_account_is_an_alarm_though_the_others_decide(qapp, tmp_path):
    told = {}
    with loopback(tmp_path) as exchange, served(by_model) as server:
        write_profile("alarmed", exchange.link, decision_age_s=120)
        poor = ["[model.poor]", f'base_url = "{server.base_url}"', 'model = "poor-1"']
        use_models("alarmed", server.base_url, "one", "two", strategist="ensemble", more=(*WITH_A_POOR_ONE, *poor))
        at_the_seat(SessionOptions(profile="alarmed"), lambda seat: wait_for_the_member_s_alarm(seat, told))
    assert told["health"]["language:poor"].pulse is Pulse.ALARM
    assert told["health"]["ensemble"].pulse is Pulse.WELL
    assert "language:poor failed" in told["decision"].explanation
