"""Stored decisions come out the same; a changed input, model or policy does not go unseen."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from decimal import Decimal

import pytest

from helpers import market_paths
from helpers.step_clock import RealClock
from helpers.store_journal import StoreJournal
from terminal.app.audit_replay import replay_decisions, replay_one
from terminal.domain.canonical import canonical_json, digest
from terminal.domain.decision import Action
from terminal.domain.errors import ModelUnavailable, StorageError
from terminal.domain.frozen import ModelFitted, read_bars
from terminal.domain.records import CycleOpened, DecisionRecorded
from terminal.domain.snapshot import Question
from terminal.domain.ticket import TicketIdea
from terminal.services.review.input_freezer import InputFreezer, frozen_snapshot
from terminal.storage.journal.frozen_inputs import frozen_reader
from terminal.strategy.embedded import EmbeddedStrategist
from terminal.strategy.replay import decide_again, read_policy

CYCLES = 25
SEED = 5


@pytest.fixture(scope="module")
def panel():
    return market_paths.market(11, bars=900, strength=0.45)


@pytest.fixture(scope="module")
def journal_file(panel, tmp_path_factory):
    """A seeded run: every decision of 25 cycles stored as the program stores them, with one refit on the way."""
    path = tmp_path_factory.mktemp("replay") / "journal.sqlite"
    journal, freezer, strategist = StoreJournal(path), InputFreezer(), EmbeddedStrategist(RealClock())
    for number in range(CYCLES):
        if number in {0, 12}:
            report = strategist.fit(market_paths.training_set(panel.first(700 + number)), SEED + number)
            fit = (report.model, report.model_sha256, report.model_json, report.policy_json, SEED + number, number)
            journal.write(ModelFitted(*fit))
        asked = number % 4 == 3
        snapshot = market_paths.snapshot(
            panel.first(700 + number),
            cycle_id=f"c-{number}",
            snapshot_id=f"s-{number}",
            question=question(panel, number) if asked else None,
        )
        blocks = tuple(freezer.blocks(snapshot))
        names = tuple(view.instrument.instrument_id for view in snapshot.views)
        opened = CycleOpened(f"c-{number}", "bar closed", names, report.model, snapshot.created_ms)
        journal.write(*blocks, opened, frozen_snapshot(snapshot))
        freezer.hold(snapshot, *blocks)
        decisions = strategist.decide(snapshot).decisions
        if asked:  # the same cycle without the question, so that all pairs are there
            free = replace(snapshot, question=None, cycle_id=f"f-{number}")
            journal.write(frozen_snapshot(free))
            decisions += strategist.decide(free).decisions
        journal.write(*(DecisionRecorded(each) for each in decisions))
    journal.close()
    return path


def question(panel, number):
    idea = TicketIdea(size_value=Decimal("0.5"))
    return Question(Action.OPEN_LONG, "Ann", panel.instruments[number % 8], f"q-{number}", idea)


@pytest.fixture
def copied(journal_file, tmp_path):
    """The journal for a test to spoil."""
    path = tmp_path / "journal.sqlite"
    path.write_bytes(journal_file.read_bytes())
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("DROP TRIGGER event_no_update")
        yield path, db


def change(db, kind, old, new, at=0):
    """Rewrite one record of a kind: `old` becomes `new` in its text."""
    seq, body = db.execute(
        "SELECT seq, body FROM event WHERE kind = ? ORDER BY seq LIMIT 1 OFFSET ?", (kind, at)
    ).fetchone()
    assert old in body
    db.execute("UPDATE event SET body = ? WHERE seq = ?", (body.replace(old, new, 1), seq))


def last_decision(path):
    with frozen_reader(path) as reader:
        return reader.decision_ids()[-1]


def fields_of(path, decision_id):
    with frozen_reader(path) as reader:
        return [each.field for each in replay_one(reader.inputs(decision_id), RealClock())]


def test_two_hundred_decisions_come_out_the_same(journal_file, capsys):
    assert replay_decisions("all", journal_file, "demo") == 0
    said = capsys.readouterr().out
    assert said.splitlines()[-1] == "206 decisions replayed, 0 of them differ."
    assert said.count("every field comes out the same") == 206
    assert all(f"({action} " in said for action in ("open long", "open short", "hold"))
    assert "OPEN_" not in said
    assert "-PERP" not in said


def test_the_snapshot_comes_back_exactly(journal_file, panel):
    with frozen_reader(journal_file) as reader:
        for name in (reader.decision_ids()[0], reader.decision_ids()[-1], reader.decision_ids()[40]):
            inputs = reader.inputs(name)
            bars = 700 + int(inputs.decision.cycle_id[2:])
            views = market_paths.snapshot(panel.first(bars)).views
            assert inputs.snapshot.views == views


def test_a_changed_bar_is_reported(copied):
    path, db = copied
    (body,) = db.execute("SELECT body FROM event WHERE kind = 'bars_frozen.1' ORDER BY seq LIMIT 1").fetchone()
    bar = read_bars(json.loads(body)["rows"])[500]
    change(db, "bars_frozen.1", repr(bar.close), repr(bar.close * 1.001))
    found = fields_of(path, last_decision(path))
    assert "snapshot_sha256" in found
    assert "decision_id" in found


def test_a_changed_quote_is_reported(copied, capsys):
    path, db = copied
    bid = json.loads(db.execute("SELECT body FROM event WHERE kind = 'snapshot_frozen.1'").fetchone()[0])
    text = bid["snapshot"]["views"][0]["bid"]
    change(db, "snapshot_frozen.1", f'"bid":"{text}"', '"bid":"1.00"')
    with frozen_reader(path) as reader:
        first = reader.decision_ids()[0]
    assert replay_decisions(first, path, "demo") == 1
    said = capsys.readouterr().out
    assert "snapshot_sha256" in said
    assert "stored:" in said


def test_a_changed_weight_is_reported(copied):
    path, db = copied
    (body,) = db.execute("SELECT body FROM event WHERE kind = 'model_fitted.1' ORDER BY seq DESC").fetchone()
    record = json.loads(body)
    model = json.loads(record["model_json"])
    model["ridge"]["weights"][0][0] += 0.001
    record["model_json"] = canonical_json(model)
    db.execute("UPDATE event SET body = ? WHERE body = ?", (canonical_json(record), body))
    found = fields_of(path, last_decision(path))
    assert {"model", "decision_id", "input_json", "output_json"} <= set(found)


def test_another_policy_is_reported(copied):
    path, db = copied
    db.execute("UPDATE event SET body = replace(body, '\\\"margin_bp\\\":5.0', '\\\"margin_bp\\\":6.0')")
    found = fields_of(path, last_decision(path))
    assert {"decision_id", "output_json"} <= set(found)


def test_a_changed_answer_is_reported(copied):
    path, db = copied
    name = last_decision(path)
    change(db, "decision_recorded.1", '"horizon_min":240', '"horizon_min":241', at=205)
    assert fields_of(path, name) == ["horizon_min"]


@pytest.mark.parametrize(
    ("kind", "words"),
    [("bars_frozen.1", "of the 7"), ("snapshot_frozen.1", "not frozen"), ("model_fitted.1", "not in the journal")],
)
def test_what_is_missing_is_said(copied, kind, words):
    path, db = copied
    name = last_decision(path)
    db.execute("DROP TRIGGER event_no_delete")
    db.execute("DELETE FROM event WHERE kind = ?", (kind,))
    with pytest.raises(StorageError, match=words):
        replay_decisions(name, path, "demo")


def test_an_unknown_decision_is_said(journal_file):
    with pytest.raises(StorageError, match="no decision dnone"):
        replay_decisions("dnone", journal_file, "demo")


def test_what_does_not_come_about_again_differs_as_a_whole(journal_file):
    with frozen_reader(journal_file) as reader:
        inputs = reader.inputs(reader.decision_ids()[0])
    silent = tuple(replace(view, bid=Decimal(0)) for view in inputs.snapshot.views)
    (found,) = replay_one(replace(inputs, snapshot=replace(inputs.snapshot, views=silent)), RealClock())
    assert (found.field, found.stored) == ("decision", inputs.decision.action.value)
    assert "no_quote" in found.again


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"margin_bp":1}', '{"barrier_atr":2.0,"margin_bp":5.0,"risk_fraction":"x"}']
)
def test_a_policy_that_does_not_read_is_said(journal_file, text):
    with pytest.raises(ModelUnavailable, match="policy"):
        read_policy(text)
    with frozen_reader(journal_file) as reader:
        inputs = reader.inputs(reader.decision_ids()[0])
    with pytest.raises(ModelUnavailable):
        decide_again(inputs.snapshot, replace(inputs.fitted, policy_json=text), RealClock())


def test_the_model_is_named_by_its_hash(journal_file):
    with frozen_reader(journal_file) as reader:
        for name in reader.decision_ids()[::50]:
            inputs = reader.inputs(name)
            assert digest(inputs.fitted.model_json) == inputs.fitted.model_sha256
            assert json.loads(inputs.decision.input_json)["model_sha256"] == inputs.fitted.model_sha256
