"""Passports from the real journal file of a desk that traded by itself, held against the judge's own reading."""

import asyncio
import json

import pytest

from helpers.store_journal import KEY, StoreJournal
from helpers.stored_world import StoredWorld
from terminal.domain.canonical import digest
from terminal.domain.frozen import SnapshotFrozen
from terminal.domain.passport import STEPS, is_broken, is_whole
from terminal.services.passport.steps import passport_of_chain
from terminal.storage.journal import verify
from terminal.storage.pack.content import PackFacts, pack_content


@pytest.fixture(scope="module")
def traded(tmp_path_factory):
    """The closed journal, and the tally of the engine that wrote it."""
    path = tmp_path_factory.mktemp("traded") / "journal.sqlite"

    async def story():
        world = StoredWorld(path)
        await world.run(2)
        tally = {each.client_order_id: each for each in world.engine.tally.passports()}
        await world.close()
        return tally

    with asyncio.Runner() as runner:
        return path, runner.run(story())


async def read(path, names):
    journal = StoreJournal(path)
    try:
        return {name: await journal.chain_of(name) for name in names}
    finally:
        journal.close()


@pytest.mark.asyncio
async def test_the_journal_the_engine_and_the_judge_agree_on_every_order(traded):
    path, tally = traded
    traces = pack_content(path, PackFacts("demo", "demo", (), 0, sealed=True)).orders
    assert len(traces) >= 3
    chains = await read(path, [trace.client_order_id for trace in traces])
    for trace in traces:
        dots = [step.dot for step in passport_of_chain(chains[trace.client_order_id]).steps]
        assert is_broken(dots) is bool(trace.missing), (dots, trace)
        assert is_whole(dots) is tally[trace.client_order_id].is_whole
    assert any(each.is_whole for each in tally.values())


@pytest.mark.asyncio
async def test_reading_changed_nothing_and_every_seal_is_the_files_own(traded):
    path, tally = traded
    before = verify(path, KEY)
    chains = await read(path, tally)
    assert verify(path, KEY) == before
    assert before.is_good
    for chain in chains.values():
        assert len({each.mac for each in chain.records}) == len(chain.records)


@pytest.mark.asyncio
async def test_the_inputs_are_there_with_every_bar_of_the_pair(traded):
    path, tally = traded
    chains = await read(path, tally)
    for chain in chains.values():
        frozen = chain.snapshot.record
        assert isinstance(frozen, SnapshotFrozen)
        assert chain.bars.count == chain.bars.wanted > 100
        assert len(chain.bars.rows.splitlines()) == chain.bars.count
        steps = passport_of_chain(chain).steps
        inputs = steps[STEPS.index("inputs")]
        assert inputs.papers[0].title == "Snapshot"
        assert inputs.papers[1].text == chain.bars.rows
        assert (inputs.papers[1].seq, inputs.papers[1].mac) == chain.bars.blocks[-1][:2]
        assert all(any(mac in line for line in inputs.lines) for _, mac, _ in chain.bars.blocks)
        uploaded = next(each for each in steps[-1].papers if each.title.startswith("Body as uploaded"))
        assert digest(uploaded.text)[:12] in uploaded.title
        assert json.loads(uploaded.text)["orderId"]
