"""After a restart the model of the journal decides at once, under its own name, and its decisions can be replayed."""

import shutil
import sqlite3
from contextlib import closing

import pytest

from helpers.step_clock import RealClock
from helpers.store_journal import StoreJournal
from helpers.stored_world import StoredWorld
from terminal.app.audit_replay import replay_one
from terminal.domain.frozen import ModelFitted
from terminal.domain.messages import Level, ModelPhase, ModelStatus, Notice
from terminal.storage.journal.frozen_inputs import frozen_reader

pytestmark = pytest.mark.asyncio


async def run(path, before=None, *, bars=1):
    world = StoredWorld(path, before)
    world.venue.kept = True  # the same market goes on
    await world.run(bars)
    return world


def said(world, words):
    return [each for each in world.events if isinstance(each, Notice) and words in each.text]


def stored(path, kind):
    with closing(sqlite3.connect(path)) as db:
        return db.execute("SELECT count(*) FROM event WHERE kind = ?", (kind,)).fetchone()[0]


async def test_it_goes_on_where_it_stopped(tmp_path):
    path = tmp_path / "journal.sqlite"
    first = await run(path)
    name, fits = first.worker.model_name, stored(path, "model_fitted.1")
    await first.close()
    decisions = stored(path, "decision_recorded.1")

    second = await run(path, first)
    assert (second.worker.model_name, second.worker.fits) == (name, 0)
    ready = [each for each in second.events if isinstance(each, ModelStatus) and each.phase is ModelPhase.READY]
    assert ready[0].model == name
    await second.close()
    assert stored(path, "model_fitted.1") == fits  # the journal has it already
    with frozen_reader(path) as reader:
        later = reader.decision_ids()[decisions:]
        assert later
        for decision_id in later:
            inputs = reader.inputs(decision_id)
            assert inputs.decision.model == name
            assert replay_one(inputs, RealClock()) == ()


async def test_a_changed_text_is_refused_and_said_and_a_quick_fit_decides(tmp_path):
    path = tmp_path / "journal.sqlite"
    first = await run(path)
    await first.close()
    name = first.worker.model_name
    with closing(StoreJournal(path)) as journal:
        kept = (await journal.load()).model
        assert kept.model == name
        broken = ModelFitted(
            kept.model, kept.model_sha256, kept.model_json.replace("0.1", "0.2", 1), kept.policy_json, 7, 1
        )
        journal.write(broken)

    second = await run(path, first, bars=0)
    (notice,) = said(second, "The model of the run before is not used")
    assert notice.level is Level.WARNING
    assert "Its text is not the one that was kept" in notice.text
    assert notice.text.endswith("A new one is fitted now.")
    assert second.worker.fits >= 1
    assert second.worker.model_name
    await second.close()


async def test_the_model_of_a_market_that_is_gone_is_not_used(tmp_path):
    path = tmp_path / "journal.sqlite"
    first = await run(path)
    await first.close()
    first.venue.kept = False
    second = StoredWorld(path, first)
    await second.run(0)
    assert second.worker.fits >= 1
    assert said(second, "The model of the run before") == []  # nothing is wrong with it: its market began anew
    await second.close()


async def test_a_journal_of_an_earlier_version_has_no_forecasts_and_its_model_goes_on(tmp_path):
    path = tmp_path / "journal.sqlite"
    first = await run(path)
    await first.close()
    older = tmp_path / "older.sqlite"
    shutil.copy(path, older)
    with closing(StoreJournal(older)) as journal:
        kept = (await journal.load()).model
        journal.write(
            ModelFitted(kept.model, kept.model_sha256, kept.model_json, kept.policy_json, kept.seed, kept.at_ms)
        )
    second = await run(older, first, bars=0)
    assert (second.worker.model_name, second.worker.fits) == (first.worker.model_name, 0)
    await second.close()
