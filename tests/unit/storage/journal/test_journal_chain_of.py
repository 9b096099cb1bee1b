"""One order's records out of many: all of its own, none of the others', found without reading them."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from decimal import Decimal

import pytest
import pytest_asyncio
from journal_records import (
    BTC,
    KEY,
    approved,
    closed,
    decided,
    decision,
    filled,
    frozen,
    intended,
    log,
    note,
    opened,
    order,
    proposed,
    sent,
)

from terminal.domain.ai_log import AiLogState, LogResolution
from terminal.domain.canonical import canonical_json
from terminal.domain.frozen import BarsFrozen, BarSpan, SnapshotFrozen, bar_rows
from terminal.domain.instrument import Instrument, perpetual
from terminal.domain.market import Candle, Interval
from terminal.domain.order import Effect, OrderState, Origin, Side
from terminal.domain.records import (
    AiLogAnswered,
    AiLogAttempted,
    AiLogFrozen,
    AiLogLinked,
    AiLogResolved,
    DecisionRecorded,
    FillBooked,
    IntentCommitted,
    OrderMoved,
    RiskChecked,
)
from terminal.domain.snapshot import InstrumentView, MarketSnapshot
from terminal.storage.journal import verify
from terminal.storage.journal.order_chain import OF_LOG, OF_ORDER

pytestmark = pytest.mark.asyncio
ETH = perpetual("ETH")


@pytest_asyncio.fixture
async def journal(tmp_path):
    made = await opened(tmp_path / "j.sqlite")
    yield made
    await made.aclose()


def moved(name, event, state):
    return OrderMoved(event, replace(order(name, state), venue_order_id="77"), 5)


def fill_of(trade_id, name):
    booked = filled(trade_id)
    return FillBooked(replace(booked.fill, client_order_id=f"order-{name}"))


def uploaded(name):
    return (
        AiLogLinked(f"log-{name}", f"7{name[1:]}", b'{"orderId":77,"stage":"decision"}', "ab" * 32, 6),
        AiLogAttempted(f"log-{name}", 1, 7),
        AiLogAnswered(f"log-{name}", 1, AiLogState.NEEDS_HAND.value, "40015", "no", 8),
        AiLogResolved(f"log-{name}", LogResolution.UNMENDABLE, "no use", "cd" * 32, "40015", "Ada", 9),
    )


def kinds(chain):
    return [type(each.record).__name__ for each in chain.records]


async def whole_life(journal, name):
    await journal.commit(decided(name), frozen(name), proposed(name))
    await journal.commit(*sent(name))
    await journal.commit(moved(name, "ACK", OrderState.ACKED), note("something else"))
    await journal.commit(fill_of(f"t-{name}", name), moved(name, "FILL_ALL", OrderState.FILLED))
    for record in uploaded(name):
        await journal.commit(record)


async def test_a_whole_life_comes_back_in_order_with_seals_and_exact_texts(journal, tmp_path):
    await whole_life(journal, "d1")
    await whole_life(journal, "d2")
    chain = await journal.chain_of("order-d2")
    assert kinds(chain) == [
        "DecisionRecorded", "AiLogFrozen", "ProposalRecorded", "ApprovalGiven", "RiskChecked", "IntentCommitted",
        "OrderMoved", "FillBooked", "OrderMoved", "AiLogLinked", "AiLogAttempted", "AiLogAnswered", "AiLogResolved",
    ]  # fmt: skip
    assert "d1" not in "".join(each.body for each in chain.records)
    assert [each.seq for each in chain.records] == sorted(each.seq for each in chain.records)
    with closing(sqlite3.connect(tmp_path / "j.sqlite")) as db:
        for each in chain.records:
            found = db.execute("SELECT body, hex(mac), kind, ts_wall_ms FROM event WHERE seq = ?", (each.seq,))
            body, mac, kind, at_ms = found.fetchone()
            assert (each.body, each.mac, each.kind, each.at_ms) == (body, mac.lower(), kind, at_ms)
            assert each.body == canonical_json(each.record)
    assert verify(tmp_path / "j.sqlite", KEY).is_good


async def test_an_answer_with_no_belongs_to_the_chain(journal):
    await journal.commit(decided("d1"), proposed("d1"))
    await journal.commit(closed("d1"))
    assert kinds(await journal.chain_of("order-d1")) == ["DecisionRecorded", "ProposalRecorded", "ReviewClosed"]


async def test_an_exit_does_not_claim_the_decision_its_log_names(journal):
    """The log of a person's close names the decision the position came from; that is another order's."""
    await journal.commit(decided("d1"), frozen("d1"), proposed("d1"))
    await journal.commit(*sent("d1"))
    terms = replace(order("d1").terms, side=Side.SELL, effect=Effect.CLOSE)
    close = replace(order("x1"), terms=terms, origin=Origin.HUMAN_EXIT, decision_id=None)
    exit_log = log("x1", decision_id="d1", stage="exit")
    await journal.commit(
        AiLogFrozen(exit_log),
        RiskChecked("order-x1", proposed("d1").verdict, 4),
        IntentCommitted(close, "POST /order", b"{}", 4),
    )
    assert kinds(await journal.chain_of("order-x1")) == ["AiLogFrozen", "RiskChecked", "IntentCommitted"]


@pytest.mark.parametrize("name", ["", "order-none", "order-d", "log-d1", "%", "d1"])
async def test_what_is_no_order_here_has_no_records(journal, name):
    await whole_life(journal, "d1")
    chain = await journal.chain_of(name)
    assert (chain.records, chain.snapshot, chain.bars) == ((), None, None)


async def test_ids_that_need_escaping_are_found_and_texts_that_look_like_keys_deceive_nobody(journal):
    odd = "venue a\\c–d\n"
    strange = replace(order("d9"), client_order_id=odd, decision_id=None, origin=Origin.EXTERNAL, reason='"log_id":"x"')
    await journal.commit(OrderMoved("ADOPTED", strange, 1))
    own = replace(order("d8"), decision_id=None, origin=Origin.HUMAN_EXIT)
    await journal.commit(IntentCommitted(own, "POST /order", b'{"client_order_id":"order-d9","x":"\\""}', 4))
    assert kinds(await journal.chain_of(odd)) == ["OrderMoved"]
    assert kinds(await journal.chain_of("order-d8")) == ["IntentCommitted"]
    assert kinds(await journal.chain_of("order-d9")) == []


# -- inputs ---------------------------------------------------------------------


def bar(number):
    price = 100.0 + number
    return Candle(number * Interval.M15.ms, price, price + 1, price - 1, price, 5.0, closed=True)


def view(instrument_id):
    rules = Instrument(
        instrument_id, Decimal("0.1"), Decimal("0.001"), Decimal("0.001"), Decimal(100), Decimal(1000), None,
        1, 400, Decimal("0.0002"), Decimal("0.0008"), Decimal("0.02"), Decimal("0.02"),
    )  # fmt: skip
    price = Decimal(100)
    return InstrumentView(rules, (), price, price, price, None, None, 0.1, Decimal(0), Decimal(0))


def snapshot(cycle_id, *spans):
    taken = MarketSnapshot(
        f"snap-{cycle_id}", cycle_id, 1, 2, Interval.M15, (view(BTC), view(ETH)), Decimal(1000), Decimal(900),
        1, "ab", simulated=True,
    )  # fmt: skip
    return SnapshotFrozen(taken, spans)


def span(first, last):
    return BarSpan(first * Interval.M15.ms, last * Interval.M15.ms, last - first + 1)


async def test_the_inputs_are_the_snapshot_of_its_cycle_and_the_bars_of_its_pair(journal, tmp_path):
    def bars(instrument_id, numbers, *, whole):
        return BarsFrozen(instrument_id, Interval.M15, whole=whole, rows=bar_rows(map(bar, numbers)))

    await journal.commit(bars(BTC, range(50, 60), whole=True))  # an earlier run's: no longer counts
    await journal.commit(bars(BTC, range(10), whole=True), bars(ETH, range(10), whole=True))
    await journal.commit(snapshot("other", span(0, 9), span(0, 9)))
    await journal.commit(bars(BTC, [10], whole=False))
    await journal.commit(snapshot("cycle-1", span(3, 10), span(0, 9)))
    await journal.commit(decided("d1"), proposed("d1"))
    await journal.commit(bars(BTC, [11], whole=False), snapshot("later", span(3, 11), span(0, 9)))
    chain = await journal.chain_of("order-d1")
    assert chain.snapshot.record.snapshot.cycle_id == "cycle-1"
    assert json.loads(chain.snapshot.body)["snapshot"]["cycle_id"] == "cycle-1"
    assert chain.bars.rows == bar_rows(map(bar, range(3, 11)))
    assert (chain.bars.instrument_id, chain.bars.count, chain.bars.wanted) == (BTC, 8, 8)
    assert [seq for seq, _, _ in chain.bars.blocks] == [2, 5]
    with closing(sqlite3.connect(tmp_path / "j.sqlite")) as db:
        written = db.execute("SELECT seq, lower(hex(mac)), ts_wall_ms FROM event WHERE seq IN (2, 5)").fetchall()
    assert chain.bars.blocks == tuple(written)


async def test_bars_that_are_not_there_are_counted(journal):
    await journal.commit(snapshot("cycle-1", span(0, 4), span(0, 4)))
    await journal.commit(DecisionRecorded(decision("d1")), proposed("d1"))
    chain = await journal.chain_of("order-d1")
    assert (chain.bars.count, chain.bars.wanted, chain.bars.blocks) == (0, 5, ())


# -- the way to them --------------------------------------------------------------


@pytest.mark.parametrize(("query", "index"), [(OF_ORDER, "event_order"), (OF_LOG, "event_log")])
async def test_the_records_are_found_through_an_index(journal, tmp_path, query, index):
    await journal.commit(note("one"))
    with closing(sqlite3.connect(tmp_path / "j.sqlite")) as db:
        plan = " ".join(row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {query}", ("order-d1",)))
    assert f"USING INDEX {index}" in plan
    assert "SCAN" not in plan
    assert "TEMP B-TREE" not in plan


async def test_reading_between_commits_changes_nothing(journal):
    await whole_life(journal, "d1")
    before = journal.head
    await journal.chain_of("order-d1")
    assert journal.head == before
    assert (await journal.commit(decided("d2"))).seq == before.seq + 1
    await journal.commit(approved("d2"), intended("d2"))
    assert "IntentCommitted" in kinds(await journal.chain_of("order-d2"))
