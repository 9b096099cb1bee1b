"""Recorded days read back: which there are, page by page, and what was open when one began."""

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest

from bench.long_journal import story
from helpers.builders import BTC, ETH, make_order
from helpers.store_journal import StoreJournal
from terminal.domain.asked_again import AskedAgain
from terminal.domain.errors import StorageError
from terminal.domain.frozen import BarsFrozen, ModelFitted, bar_rows
from terminal.domain.market import Candle, Interval
from terminal.domain.order import OrderState
from terminal.domain.past import DAY_MS, RecordedDay
from terminal.domain.records import DecisionRecorded, EquityMarked, FillBooked, Noted, OrderMoved, SessionOpened
from terminal.storage.journal import open_journal
from terminal.storage.journal.past import MODELS_SHOWN, PAGE_ROWS

MORNING = 20_000 * DAY_MS + 3_600_000
HOUR = 3_600_000


class Kept:
    """A journal file whose clock a test sets."""

    def __init__(self, tmp_path):
        self.now_ms = MORNING
        self.file = StoreJournal(tmp_path / "journal.db", lambda: self.now_ms)

    @property
    def past(self):
        return self.file.past

    def write(self, *records, at_ms=None):
        self.now_ms = self.now_ms if at_ms is None else at_ms
        return self.file.write(*records).seq

    def note(self, at_ms=None):
        return self.write(Noted("info", "test", "a note", 0), at_ms=at_ms)

    def start(self, at_ms=None):
        return self.write(SessionOpened("1", "weex", True, 0), at_ms=at_ms)


@pytest.fixture
def kept(tmp_path):
    made = Kept(tmp_path)
    yield made
    made.file.close()


def get(work):
    with asyncio.Runner() as runner:
        return runner.run(work)


def days(kept):
    return get(kept.past.days())


def test_an_empty_journal_has_no_day(kept):
    assert days(kept) == ()


def test_a_run_over_midnight_makes_two_days(kept):
    kept.start()
    for hour in range(1, 40):
        kept.note(MORNING + hour * HOUR)
    first, second = days(kept)
    assert (first.first_seq, second.last_seq) == (1, 40)
    assert first.last_seq + 1 == second.first_seq
    assert first.to_ms < second.day_ms <= second.from_ms
    assert second.day_ms - first.day_ms == DAY_MS


def test_two_runs_of_one_day_are_one_day(kept):
    kept.start()
    kept.note(MORNING + HOUR)
    kept.start(MORNING + 2 * HOUR)
    assert days(kept) == (RecordedDay(1, 3, MORNING, MORNING + 2 * HOUR),)


def test_a_day_begun_anew_stands_for_itself(kept):
    kept.start(MORNING + 5 * HOUR)
    kept.note(MORNING + 6 * HOUR)
    kept.start(MORNING)  # the built-in exchange begins at its own start again
    assert [(each.first_seq, each.last_seq) for each in days(kept)] == [(1, 2), (3, 3)]


def test_what_stands_before_the_first_session_is_a_day_too(kept):
    kept.note()
    kept.start(MORNING + DAY_MS)
    assert [(each.first_seq, each.last_seq) for each in days(kept)] == [(1, 1), (2, 2)]


@pytest.mark.parametrize("kinds", [(Noted,), (Noted, SessionOpened)])
def test_pages_give_every_record_once(kept, kinds):
    kept.start()
    kept.write(*(Noted("info", "test", f"note {number}", 0) for number in range(2 * PAGE_ROWS + 7)))
    found, at = [], 0
    while at < kept.file.head.seq:
        page = get(kept.past.page(at, kept.file.head.seq, kinds))
        assert len(page.records) <= PAGE_ROWS
        found += page.records
        at = page.read_to
    texts = [each.record.text for each in found if isinstance(each.record, Noted)]
    assert texts == [f"note {number}" for number in range(2 * PAGE_ROWS + 7)]
    assert len(found) == len({each.seq for each in found})


def test_a_page_ends_where_it_was_told_to(kept):
    kept.start()
    kept.write(*(Noted("info", "test", str(number), 0) for number in range(9)))
    page = get(kept.past.page(3, 6, (Noted,)))
    assert [each.seq for each in page.records] == [4, 5, 6]
    assert page.read_to == 6


def test_orders_stand_as_they_did_when_the_day_began(kept):
    working = make_order(OrderState.WORKING)
    kept.write(OrderMoved("OPEN", working, 0))
    kept.write(OrderMoved("OPEN", replace(working, client_order_id="done"), 0))
    kept.write(OrderMoved("CANCELED", replace(working, client_order_id="done", state=OrderState.CANCELED), 0))
    begins = kept.start()
    kept.write(OrderMoved("FILL_ALL", replace(working, state=OrderState.FILLED), 0))
    kept.write(OrderMoved("OPEN", replace(working, client_order_id="later"), 0))
    assert [(each.client_order_id, each.state) for each in get(kept.past.orders_open_at(begins))] == [
        ("c1", OrderState.WORKING)
    ]


def test_the_newest_of_a_kind_before_a_record(kept):
    kept.write(EquityMarked(Decimal(5), Decimal(4), 1))
    seq = kept.write(EquityMarked(Decimal(6), Decimal(5), 2))
    kept.write(EquityMarked(Decimal(7), Decimal(6), 3))
    assert get(kept.past.newest(seq + 1, EquityMarked)).record.equity == 6
    assert get(kept.past.newest(1, EquityMarked)) is None


def bars(base, opens, *, whole):
    candles = [Candle(each, 1.0, 1.0, 1.0, 1.0, 1.0, closed=True) for each in opens]
    return BarsFrozen(base, Interval.M15, whole, bar_rows(candles))


def test_bars_begin_with_the_newest_whole_block(kept):
    kept.write(bars(BTC, [0, 1], whole=True))
    kept.write(bars(BTC, [2, 3], whole=True), bars(ETH, [2], whole=True), bars(BTC, [4], whole=False))
    later = kept.write(bars(BTC, [5], whole=False))
    found = get(kept.past.bars_before(later, BTC))
    assert [(seq, block.whole) for seq, block in found] == [(2, True), (4, False)]


def test_a_decision_is_found_with_its_order_and_by_it(kept):
    kept.write(*story(7, MORNING))
    chain = get(kept.past.decision("d000007"))
    kinds = {type(each.record) for each in chain.records}
    assert {DecisionRecorded, FillBooked, OrderMoved} <= kinds
    assert {each.record.fill.client_order_id for each in chain.records if isinstance(each.record, FillBooked)} == {
        "open000007"
    }
    assert get(kept.past.order_decision("open000007"))[1] == "d000007"
    assert get(kept.past.order_decision("shut000007"))[1] == ""
    assert get(kept.past.order_decision("nobody")) == (0, "")
    assert get(kept.past.decision("dnone")) is None


def test_models_are_listed_newest_first_and_read_by_their_hash(kept):
    fitted = [ModelFitted(f"m/{n}", f"{n:064x}", "{}", "{}", 1, n) for n in range(MODELS_SHOWN + 3)]
    kept.write(*fitted)
    names = get(kept.past.models())
    assert [each.model for each in names] == [each.model for each in reversed(fitted[3:])]
    assert get(kept.past.model(fitted[0].model_sha256)) == fitted[0], "also one that is not listed"
    assert get(kept.past.model("00")) is None


def test_what_was_not_frozen_cannot_be_asked_again(kept):
    kept.write(*story(1, MORNING))
    with pytest.raises(StorageError, match="not frozen"):
        get(kept.past.question("d000001"))


def test_an_answer_asked_later_is_read_back_and_is_no_decision(kept):
    asked = AskedAgain("a1", "d000001", "00", "embedded", "m/1", "abstained", "No view.", None, 3.0, "ann", 5)
    kept.write(*story(1, MORNING))
    kept.write(asked)
    page = get(kept.past.page(0, kept.file.head.seq, (AskedAgain,)))
    assert [each.record for each in page.records] == [asked]
    recovered = get(kept.file.load())
    assert [each.decision_id for each in recovered.decisions] == ["d000001"]
    assert len(recovered.ai_logs) == 1


def test_the_journals_own_thread_answers_between_commits(tmp_path):
    async def work():
        journal = await open_journal(tmp_path / "j.db", bytes(range(32)), now_ms=lambda: MORNING, boot_id="b")
        await journal.commit(SessionOpened("1", "weex", True, 0))
        page, head = await asyncio.gather(
            journal.past.page(0, 1, (SessionOpened,)), journal.commit(Noted("info", "test", "meanwhile", 0))
        )
        (day,) = await journal.past.days()
        assert (len(page.records), head.seq, day.last_seq) == (1, 2, 2)
        await journal.aclose()
        with pytest.raises(StorageError, match="closed"):
            await journal.past.days()

    get(work())
