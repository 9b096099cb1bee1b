"""A language model decides in the real window on a real exchange: from its answer to the accepted AI log."""

import json
import os
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from helpers import fake_llm as llm
from helpers.fake_llm import MODEL, served
from helpers.language_kit import KEY
from helpers.loopback import loopback
from helpers.model_seat import use_models
from helpers.seat import at_the_seat, write_profile
from helpers.vault import leaks
from terminal.app.audit_replay import replay_decisions
from terminal.app.session import SessionOptions
from terminal.domain.ai_log import AiLogState
from terminal.domain.brain import Pulse
from terminal.domain.review import ReviewState
from terminal.storage.journal import verify
from terminal.storage.secrets import chain_key
from terminal.ui.widgets.account.form_secret import SecretForm

SERVED = f"{MODEL}-20260115"
LONG_BTC = llm.deciding(lambda f: llm.answer(f, llm.opening(f, "BTC"), llm.hold(f, "ETH")), model=SERVED)


async def approve_what_the_model_wants(seat, told):
    (first, *_rest) = await seat.proposals(1)
    pressed = await seat.press(Qt.Key.Key_A)
    assert pressed == first
    await seat.answered(first, ReviewState.APPROVED)
    await seat.log_accepted(first)
    told["decision"] = seat.desk.proposals[first].decision
    told["health"] = seat.desk.brain.models[0]
    told["logs"] = list(seat.desk.ai_logs.values())
    told["summary"] = seat.run.session.engine.tally.summary()


def test_from_its_answer_to_the_accepted_log(qapp, tmp_path, capsys):
    told = {}
    with loopback(tmp_path) as exchange, served(LONG_BTC) as server:
        write_profile("mind", exchange.link, decision_age_s=120)
        use_models("mind", server.base_url, "tiny", strategist="language:tiny")
        session = at_the_seat(SessionOptions(profile="mind"), lambda seat: approve_what_the_model_wants(seat, told))
        state = exchange.state()
        bodies = {seen.body.decode() for seen in server.asked}

    decision, health = told["decision"], told["health"]
    assert decision.model.startswith(f"language:tiny/{SERVED}@127.0.0.1:")
    assert (health.strategist, health.pulse, health.model) == ("language:tiny", Pulse.WELL, decision.model)
    assert health.tokens_in >= 1_000
    assert told["summary"]["gaps"] == 0
    (order,) = [each for each in state["orders"] if each["origin"] == "API"]
    assert [each for each in state["ai_logs"] if each["order_id"] == order["order_id"]], "the exchange has it"
    (log,) = [each for each in told["logs"] if each.venue_order_id == order["order_id"]]
    assert (log.model, log.state) == (decision.model, AiLogState.ACCEPTED)
    body = json.loads(log.content)
    assert body["model"] == decision.model
    assert body["input"]["prompt"] in bodies, "the log holds the very bytes that were sent"
    assert json.loads(body["output"]["response"])["model"] == SERVED
    names = {each.model for each in told["logs"] if each.stage == "Decision Making"}
    assert names == {decision.model}, "no decision is laid at another model's door"
    assert verify(session.paths.journal, chain_key(session.profile, session.paths)).is_good
    assert replay_decisions(decision.decision_id, session.paths.journal, "mind") == 0
    assert "every field comes out the same" in capsys.readouterr().out


async def wait_for_the_alarm(seat, told):
    await seat.until(seat.desk.brain.changed, lambda: seat.desk.brain.models and seat.desk.brain.models[0].failed)
    told["health"] = seat.desk.brain.models[0]
    told["proposals"] = list(seat.desk.proposals)
    told["notices"] = [each.text for each in seat.desk.notices]
    told["summary"] = seat.run.session.engine.tally.summary()


def test_risk_3_an_empty_balance_is_an_alarm_at_the_first_occurrence_and_no_hold(qapp, tmp_path):
    told = {}
    with loopback(tmp_path) as exchange, served(llm.error(402, "Insufficient balance")) as server:
        write_profile("poor", exchange.link)
        use_models("poor", server.base_url, "tiny", strategist="language:tiny")
        at_the_seat(SessionOptions(profile="poor"), lambda seat: wait_for_the_alarm(seat, told))
    assert told["health"].pulse is Pulse.ALARM
    assert (told["health"].answered, told["proposals"]) == (0, [])
    assert any("its account is not paid" in text for text in told["notices"])
    assert told["summary"]["holds"] == 0


async def give_the_key(seat, told):
    await seat.soon(lambda: form(seat) and form(seat).isVisible())
    told["words"] = form(seat).words.text()
    told["ready"] = seat.desk.phase.ready
    QTest.keyClicks(form(seat).secret, KEY)
    QTest.mouseClick(form(seat).use, Qt.MouseButton.LeftButton)
    await seat.until(seat.desk.cycle_ended, lambda: len(seat.desk.cycles) > 0)
    told["notices"] = [each.text for each in seat.desk.notices if each.source == "model"]


def form(seat):
    return seat.window.findChild(SecretForm)


def test_without_a_vault_the_key_is_asked_for_at_the_start_and_kept_nowhere(qapp, tmp_path):
    told = {}
    hold = llm.deciding(lambda facts: llm.answer(facts, llm.hold(facts, "BTC")))
    with loopback(tmp_path) as exchange, served(hold) as server:
        write_profile("keyed", exchange.link)
        key = ['key_place = "asked"']
        use_models("keyed", server.base_url, "tiny", strategist="language:tiny", of_each=key)
        session = at_the_seat(SessionOptions(profile="keyed"), lambda seat: give_the_key(seat, told))
        sent = {each.headers["authorization"] for each in server.asked}
    assert "no vault for secrets" in told["words"]
    assert (told["ready"], told["notices"]) == (False, [])
    assert sent == {f"Bearer {KEY}"}
    assert leaks([session.paths.root, Path(os.environ["ALPHADESK_HOME"])], KEY) == []
