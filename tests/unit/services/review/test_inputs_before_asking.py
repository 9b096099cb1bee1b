"""W1: what the model sees is durable before it is asked, and again whole after a restart."""

import pytest

from helpers.builders import make_decision
from helpers.fake_world import World
from terminal.domain.errors import StorageError
from terminal.domain.frozen import BarsFrozen, ModelFitted, SnapshotFrozen, read_bars
from terminal.domain.records import CycleOpened, DecisionRecorded, SessionOpened

pytestmark = pytest.mark.asyncio


async def test_the_inputs_are_written_in_one_transaction_with_the_cycle():
    world = World(make_decision())
    await world.start()
    await world.proposed()
    (commit,) = [call for call in world.calls if "CycleOpened" in call]
    assert commit == f"commit CycleOpened{' BarsFrozen' * 8} SnapshotFrozen"
    (frozen,) = world.disk.of(SnapshotFrozen)
    seen = world.worker.snapshots[0]
    assert frozen.snapshot.cycle_id == seen.cycle_id
    blocks = {block.instrument_id: block for block in world.disk.of(BarsFrozen)}
    for view, span in zip(seen.views, frozen.spans, strict=True):
        assert tuple(read_bars(blocks[view.instrument.instrument_id].rows)) == view.candles
        assert span.count == len(view.candles)
    kinds = [type(record) for record in world.disk.records]
    assert kinds.index(SnapshotFrozen) < kinds.index(DecisionRecorded)
    await world.close()


async def test_a_model_is_not_asked_about_inputs_that_could_not_be_written():
    world = World(make_decision())
    world.journal.refuse = lambda records: any(isinstance(record, SnapshotFrozen) for record in records)
    await world.start()
    await world.clock.advance(3)
    assert world.worker.snapshots == []
    assert world.disk.of(CycleOpened) == []
    await world.close()


async def test_long_blocks_are_written_one_by_one_before_the_cycle(monkeypatch):
    monkeypatch.setattr("terminal.services.review.decision_cycle.MANY_ROWS", 10)
    world = World(make_decision())
    await world.start()
    await world.proposed()
    commits = [call for call in world.calls if "BarsFrozen" in call or "CycleOpened" in call]
    assert commits == [*["commit BarsFrozen"] * 8, "commit CycleOpened SnapshotFrozen"]
    await world.close()


async def test_a_long_block_that_could_not_be_written_stops_the_question(monkeypatch):
    monkeypatch.setattr("terminal.services.review.decision_cycle.MANY_ROWS", 10)
    world = World(make_decision())
    failing = [StorageError("disk full")]

    def refuse(records):
        if any(isinstance(record, BarsFrozen) for record in records) and failing:
            return bool(failing.pop())
        return False

    world.journal.refuse = refuse
    await world.start()
    await world.clock.advance(3)
    assert world.worker.snapshots == []
    await world.close()


async def test_after_a_restart_the_bars_are_written_whole_again():
    world = World(make_decision())
    await world.start()
    await world.proposed()
    await world.restart()
    await world.clock.advance(5)
    assert len(world.disk.of(BarsFrozen)) == 16
    assert all(block.whole for block in world.disk.of(BarsFrozen))
    await world.close()


async def test_a_fitted_model_is_kept_in_the_journal():
    world = World(make_decision())
    await world.start()
    fitted = ModelFitted("toy/1", "f" * 64, "{}", "{}", 7, 1)
    world.worker.sink(fitted)
    await world.clock.advance(1)
    assert world.disk.of(ModelFitted) == [fitted]
    await world.close()


async def test_the_limits_in_force_are_kept_with_the_session():
    world = World()
    await world.start()
    (session,) = world.disk.of(SessionOpened)
    assert '"max_leverage":' in session.limits_json
    await world.close()
