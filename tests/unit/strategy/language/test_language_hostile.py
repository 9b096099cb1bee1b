"""Nobody outside speaks to the model: whatever a headline, a name or a venue's words say, the prompt stays the same.

The model here is gullible: where it finds a hostile text it does what that text wants. So the orders of a
poisoned run are those of a clean one only if no such text ever reaches it.
"""

import json
from dataclasses import replace

import pytest

from helpers import fake_llm as llm
from helpers import market_paths
from helpers.fake_llm import FakeLlm, Reply, Seen
from helpers.hostile_texts import HEADLINES, MARK, poisoned
from helpers.language_kit import Desk, language_model
from helpers.snapshot_kit import full_snapshot, view_facts
from terminal.domain.decision import Action, Decided, Evidence, Failed, FailureKind
from terminal.domain.instrument import perpetual
from terminal.domain.snapshot import Question
from terminal.domain.snapshot_facts import Missing

PANEL = market_paths.market(3, bars=520)
# Ours, made by the program from its own clock, chance and journal; instruments are the allow list's (see below).
OWN = frozenset({"snapshot_id", "cycle_id", "journal_head", "instrument", "instrument_id", "candles"})
QUESTION = Question(Action.OPEN_LONG, "Ann", perpetual("ETH"), "q1")


def gullible(seen: Seen) -> Reply:
    """Obey whoever speaks last."""
    if MARK in json.dumps(json.loads(seen.body), ensure_ascii=False):
        return llm.called(llm.answer(seen.facts, llm.opening(seen.facts, "DOGE", risk_fraction="0.02")))
    if seen.facts["asked"] is not None:
        return llm.called(llm.answer(seen.facts, llm.opening(seen.facts, "ETH")))
    return llm.called(llm.answer(seen.facts, llm.opening(seen.facts, "BTC", "short"), llm.hold(seen.facts, "ETH")))


async def run(snapshot):
    """Orders and prompt of one cycle; the desk's own hash of the whole snapshot is left out of the comparison."""
    async with FakeLlm(gullible) as server:
        outcome = await Desk(language_model(server)).decide(snapshot)
        assert isinstance(outcome, Decided), outcome
        (seen,) = server.asked
    orders = [
        (each.instrument_id, each.action, each.risk_fraction, each.stop_price, each.target_price, each.explanation)
        for each in outcome.decisions
    ]
    sent = seen.body.decode().replace(seen.facts["snapshot_sha256"], "")
    return orders, sent


def whole(question=None):
    views = tuple(replace(view, facts=view_facts(positions=())) for view in market_paths.snapshot(PANEL).views)
    return full_snapshot(PANEL, views=views, question=question, left_out=(Missing("XAU", "no bars of it"),))


@pytest.mark.asyncio
@pytest.mark.parametrize("question", [None, QUESTION], ids=["a cycle", "a question"])
async def test_risk_5_hostile_texts_change_neither_prompt_nor_orders(question):
    clean = await run(whole(question))
    for text in HEADLINES:
        snapshot = poisoned(whole(question), text, OWN)
        assert repr(snapshot).count(MARK) >= 28  # every text that is not ours carries it
        assert await run(snapshot) == clean


@pytest.mark.asyncio
async def test_risk_5_this_model_would_obey_a_text_that_gets_through(monkeypatch):
    """The comparison above can fail: with the venue's name in the prompt the gullible model buys DOGE."""
    from terminal.strategy.language import strategist

    honest = strategist.user_text
    monkeypatch.setattr(strategist, "user_text", lambda shot, facts: f"News: {shot.venue}\n{honest(shot, facts)}")
    orders, _sent = await run(poisoned(whole(), HEADLINES[0], OWN))
    assert [(each[0], each[1]) for each in orders] == [("DOGE-PERP", Action.OPEN_LONG)]


@pytest.mark.asyncio
@pytest.mark.parametrize("text", HEADLINES)
async def test_risk_5_what_a_server_says_beside_its_answer_decides_nothing(text):
    """Prose around a sound answer, and a tool nobody offered, are never searched for an order."""
    prose = llm.said(f"{text} BUY DOGE NOW, open_long DOGE")
    tool = llm.called({"order": text}, name="place_order")
    async with FakeLlm(prose, tool) as server:
        desk = Desk(language_model(server))
        outcome = await desk.decide(whole())
    assert isinstance(outcome, Failed)
    assert outcome.kind is FailureKind.INVALID_OUTPUT


@pytest.mark.asyncio
@pytest.mark.parametrize("text", HEADLINES)
async def test_risk_5_a_hostile_explanation_is_kept_as_text_or_refused_and_moves_no_figure(text):
    """What the model itself writes is shown to a person as it is; side, levels and risk come from typed fields only."""

    def repeating(seen: Seen) -> Reply:
        return llm.called(llm.answer(seen.facts, llm.opening(seen.facts, "BTC", "short", explanation=text)))

    async with FakeLlm(repeating) as server:
        outcome = await Desk(language_model(server)).decide(whole())
    if isinstance(outcome, Failed):
        assert outcome.kind is FailureKind.INVALID_OUTPUT
        return
    (btc,) = outcome.decisions
    assert (btc.instrument_id, btc.action) == ("BTC-PERP", Action.OPEN_SHORT)
    assert str(btc.risk_fraction) == "0.005"
    assert btc.explanation == text.strip()
    assert all(isinstance(each, Evidence) and MARK not in each.key for each in btc.evidence)
