"""A stored decision of an ensemble comes out the same from the journal alone, and what was changed does not hide."""

import asyncio
import json
import re
import sqlite3
from contextlib import closing

import pytest

from helpers import ensemble_kit as kit
from helpers import fake_llm as llm
from helpers.fake_llm import FakeLlm
from helpers.step_clock import RealClock
from helpers.store_journal import StoreJournal
from terminal.app.audit_replay import replay_decisions, replay_one
from terminal.domain.brain import ModelExchange
from terminal.domain.decision import Action, Decided
from terminal.domain.ensemble import MemberSettings
from terminal.domain.errors import ModelUnavailable, StorageError
from terminal.domain.frozen import ModelFitted
from terminal.domain.records import CycleOpened, DecisionRecorded
from terminal.domain.votes import votes_of
from terminal.services.review.input_freezer import InputFreezer, frozen_snapshot
from terminal.storage.journal.frozen_inputs import frozen_reader

POOR = llm.error(402, "Insufficient balance")


async def decided(script, snapshot, members):
    told = []
    async with FakeLlm(*script) as server:
        team, report = kit.built(kit.settings_at(server.base_url, members), told)
        outcome = await team.first.decide(snapshot)
    assert isinstance(outcome, Decided), outcome
    return report, [each for each in told if isinstance(each, ModelExchange)], outcome


def stored(path, script, members=kit.THREE):
    """Keep a cycle as the program keeps it."""
    journal, freezer, snapshot = StoreJournal(path), InputFreezer(), kit.asked_snapshot()
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        report, exchanges, outcome = runner.run(decided(script, snapshot, members))
    fit = (report.model, report.model_sha256, report.model_json, report.policy_json, 5, 1)
    names = tuple(view.instrument.instrument_id for view in snapshot.views)
    opened = CycleOpened(snapshot.cycle_id, "bar closed", names, "ensemble", snapshot.created_ms)
    journal.write(ModelFitted(*fit), *freezer.blocks(snapshot), opened, frozen_snapshot(snapshot), *exchanges)
    journal.write(*(DecisionRecorded(each) for each in outcome.decisions))
    journal.close()
    return outcome.decisions


@pytest.fixture(scope="module")
def journal_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("ensemble") / "journal.sqlite"
    stored(path, [kit.LONG_BTC])
    return path


@pytest.fixture
def copied(journal_file, tmp_path):
    path = tmp_path / "journal.sqlite"
    path.write_bytes(journal_file.read_bytes())
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("DROP TRIGGER event_no_update")
        db.execute("DROP TRIGGER event_no_delete")
        yield path, db


def found(path):
    with frozen_reader(path) as reader:
        (name,) = [each for each in reader.decision_ids() if reader.inputs(each).decision.action.opens]
        return [each.field for each in replay_one(reader.inputs(name), RealClock())]


def rewrite(db, kind, change):
    for seq, body in db.execute("SELECT seq, body FROM event WHERE kind = ?", (kind,)).fetchall():
        db.execute("UPDATE event SET body = ? WHERE seq = ?", (change(body), seq))


def test_every_field_comes_out_the_same_without_asking_anybody(journal_file, capsys):
    assert replay_decisions("all", journal_file, "demo") == 0
    said = capsys.readouterr().out
    assert "0 of them differ" in said
    assert "open long BTC, ensemble[embedded+language:one+language:two]/" in said
    with frozen_reader(journal_file) as reader:
        inputs = reader.inputs(reader.decision_ids()[0])
    assert [each.member for each in inputs.members] == ["embedded", "language:one", "language:two"]
    assert [len(each.exchanges) for each in inputs.members] == [0, 1, 1]


def test_a_cycle_in_which_one_failed_comes_out_the_same(tmp_path, capsys):
    path = tmp_path / "journal.sqlite"
    decisions = stored(path, [kit.LONG_BTC, POOR])
    (failed,) = [
        each for each in json.loads(decisions[0].output_json)["ensemble"]["votes"] if each["state"] == "failed"
    ]
    assert "its account is not paid" in failed["detail"]
    assert replay_decisions("all", path, "demo") == 0
    assert "0 of them differ" in capsys.readouterr().out


def against_the_embedded(facts):
    side = facts["inputs"].get("BTC.embedded_side") or -1
    return llm.answer(facts, llm.opening(facts, "BTC", "short" if side == 1 else "long"))


def test_a_veto_comes_out_the_same(tmp_path, capsys):
    path = tmp_path / "journal.sqlite"
    judged = (MemberSettings("language:one"), MemberSettings("language:two"), MemberSettings("embedded", vetoes=True))
    (decision,) = stored(path, [llm.deciding(against_the_embedded)], judged)
    assert (decision.action, votes_of(decision).veto) == (Action.HOLD, "embedded")
    assert "embedded vetoed it" in decision.explanation
    assert (decision.stop_price, decision.risk_fraction) == (None, 0)
    assert replay_decisions("all", path, "demo") == 0
    assert "0 of them differ" in capsys.readouterr().out


def test_a_changed_vote_is_reported_also_by_the_count_alone(copied):
    path, db = copied
    old, new = '\\"action\\":\\"OPEN_LONG\\",\\"confidence\\":0.62', '\\"action\\":\\"HOLD\\",\\"confidence\\":0.62'
    rewrite(db, "decision_recorded.1", lambda body: body.replace(old, new))
    assert {"votes", "output_json"} <= set(found(path))


def test_a_changed_answer_of_a_member_is_reported(copied):
    path, db = copied
    said = re.compile(r"(confidence\W+)0\.62")
    rewrite(db, "model_exchange.1", lambda body: said.sub(r"\g<1>0.66", body).replace("ce 62 %", "ce 66 %"))
    assert {"decision_id", "confidence", "output_json"} <= set(found(path))
    said = re.compile(r"(confidence\W+)0\.66")
    rewrite(db, "model_exchange.1", lambda body: said.sub(r"\g<1>1.66", body))
    with pytest.raises(ModelUnavailable, match="no answer of the asked form"):
        found(path)


def test_a_changed_action_is_reported(copied):
    path, db = copied
    rewrite(db, "decision_recorded.1", lambda body: body.replace('"action":"OPEN_LONG"', '"action":"OPEN_SHORT"'))
    assert {"action", "votes"} <= set(found(path))


@pytest.mark.parametrize(
    ("kind", "words"), [("model_exchange.1", "every exchange"), ("model_fitted.1", "not in the journal")]
)
def test_what_a_member_answered_from_must_be_there(copied, kind, words):
    path, db = copied
    db.execute("DELETE FROM event WHERE kind = ?", (kind,))
    with frozen_reader(path) as reader, pytest.raises(StorageError, match=words):
        reader.inputs(reader.decision_ids()[0])
