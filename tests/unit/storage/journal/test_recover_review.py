"""Cycles and shadow trades come back from the real journal: the newest state of each, and a bounded number."""

from dataclasses import replace

import pytest
from journal_records import opened

from helpers.builders import BTC, D
from helpers.funnel_kit import cycle, pair
from helpers.shadow_kit import BEGAN_MS, MINUTE, plan, running, short, waiting
from terminal.domain.decision import Action
from terminal.domain.funnel import FunnelRecorded
from terminal.domain.order import TimeInForce
from terminal.domain.shadow import ShadowExit, ShadowMoved
from terminal.services.shadow.fills import closed, settled
from terminal.storage.journal import recover_review
from terminal.storage.journal.codec import decode, encode

TRADES = (
    waiting(plan(limit=D("99.5"), tif=TimeInForce.GTC)),
    running(short(stop=None)),
    closed(settled(running(), D("0.0001"), D(100), BEGAN_MS + 1), D("101.5"), BEGAN_MS + MINUTE, ShadowExit.HORIZON),
)


@pytest.mark.parametrize("trade", TRADES)
def test_a_trade_reads_back_as_it_was_written(trade):
    record = ShadowMoved(trade, BEGAN_MS)
    assert decode(*encode(record)) == record


def test_a_cycle_reads_back_as_it_was_written():
    record = FunnelRecorded(cycle(1, pair(BTC, "inputs~ signal+ R7_Price_collar- sized!", Action.OPEN_LONG, "d1")))
    assert decode(*encode(record)) == record


async def after_restart(path, *records):
    journal = await opened(path)
    for record in records:
        await journal.commit(record)
    await journal.aclose()
    again = await opened(path, boot_id="boot-2")
    recovered = await again.load()
    await again.aclose()
    return recovered


@pytest.fixture
def path(tmp_path):
    return tmp_path / "journal.sqlite"


@pytest.mark.asyncio
async def test_the_newest_state_of_each_counts(path):
    first, second = waiting(), waiting(plan(decision_id="d2"))
    moved = running()
    recovered = await after_restart(path, *(ShadowMoved(each, 1) for each in (first, second, moved)))
    assert recovered.shadows == (second, moved)
    early, late = cycle(1, pair(BTC, "inputs+")), cycle(2, pair(BTC, "inputs-"))
    again = replace(early, pairs=(pair(BTC, "inputs+ signal-"),))
    recovered = await after_restart(path, *map(FunnelRecorded, (early, late, again)))
    assert sorted(recovered.funnels, key=lambda each: each.at_ms) == [again, late]


@pytest.mark.asyncio
async def test_only_the_last_day_of_cycles_comes_back(path):
    cycles = [cycle(number, pair(BTC, "inputs+")) for number in (0, 1, 97, 98)]
    assert (await after_restart(path, *map(FunnelRecorded, cycles))).funnels == tuple(cycles[2:])


@pytest.mark.asyncio
async def test_only_so_many_trades_come_back(path, monkeypatch):
    monkeypatch.setattr(recover_review, "NEWEST_SHADOWS", 2)
    trades = [waiting(plan(decision_id=f"d{number}")) for number in range(4)]
    recovered = await after_restart(path, *(ShadowMoved(each, 1) for each in trades))
    assert recovered.shadows == tuple(trades[2:])
