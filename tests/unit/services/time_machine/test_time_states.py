"""Every kind of day: nothing recorded, one that ended in a crash, one somebody changed; and who decided."""

import json
import sqlite3
from contextlib import closing
from decimal import Decimal

import pytest

from helpers.builders import BTC, make_decision
from helpers.fake_chance import SeededChance
from helpers.fake_clock import ManualClock
from helpers.fake_worker import FakeWorker
from helpers.recorded_day import run
from helpers.store_journal import StoreJournal
from terminal.domain.brain import ModelExchange
from terminal.domain.canonical import canonical_json
from terminal.domain.decision import Evidence
from terminal.domain.fill import Fill
from terminal.domain.order import PositionSide, Side
from terminal.domain.past import DAY_MS
from terminal.domain.records import CycleClosed, DecisionRecorded, EquityMarked, FillBooked, Noted, SessionOpened
from terminal.domain.time_messages import (
    CheckSeals,
    DayOpened,
    DaySealed,
    DecisionThen,
    MarkKind,
    MomentShown,
    OpenDay,
    PastSection,
    ShowDecisionThen,
    ShowMoment,
)
from terminal.services.journal_writer import JournalWriter
from terminal.services.time_machine.desk import NOTHING, TimeMachine

MORNING = 20_000 * DAY_MS + 3_600_000
MINUTE = 60_000
BOUGHT = Fill(
    "t1", "v1", "c1", BTC, Side.BUY, PositionSide.LONG, Decimal(100), Decimal(2), Decimal(0), False, Decimal(0), 1
)
NOBODY = {"proposals": 0, "holds": 0, "at_ms": MORNING}


class Seat:
    """A journal file with a hand on its clock, and a machine that looks at it."""

    def __init__(self, tmp_path):
        self.now_ms = MORNING
        self.path = tmp_path / "journal.db"
        self.file = StoreJournal(self.path, lambda: self.now_ms)
        self.told = []
        clock = ManualClock()
        writer = JournalWriter(self.file, clock, print)
        self.machine = TimeMachine(writer, FakeWorker(), clock, SeededChance(1), emit=self.told.append)

    def write(self, *records, after_min=0):
        self.now_ms += after_min * MINUTE
        return self.file.write(*records).seq

    def change(self, seq, body):
        """Write over a record, as somebody with the file in the hand could."""
        with closing(sqlite3.connect(self.path)) as db, db:
            (guard,) = db.execute("SELECT sql FROM sqlite_schema WHERE name = 'event_no_update'").fetchone()
            db.execute("DROP TRIGGER event_no_update")
            db.execute("UPDATE event SET body = ? WHERE seq = ?", (body, seq))
            db.execute(guard)

    def ask(self, command):
        run(lambda: self.machine.handle(command))
        return self.told[-1]

    def sealed(self):
        return self.ask(CheckSeals())

    def newest(self, kind):
        return next(each for each in reversed(self.told) if isinstance(each, kind))


@pytest.fixture
def seat(tmp_path):
    made = Seat(tmp_path)
    yield made
    made.file.close()


def start(**changes):
    return SessionOpened(**({"version": "1.0", "venue": "weex", "simulated": True, "at_ms": MORNING} | changes))


def test_a_journal_with_nothing_in_it_says_so(seat):
    seat.ask(OpenDay())
    assert seat.newest(DayOpened).problem == NOTHING
    seat.ask(CheckSeals())
    assert not any(isinstance(each, DaySealed | MomentShown) for each in seat.told)


def test_a_day_on_which_nothing_was_decided_opens_all_the_same(seat):
    seat.write(start())
    seat.write(CycleClosed(cycle_id="c1", kind="failed", detail="The server did not answer.", **NOBODY), after_min=15)
    seat.ask(OpenDay())
    day = seat.newest(DayOpened)
    assert [mark.kind for mark in day.marks] == [MarkKind.STATE, MarkKind.CYCLE]
    assert day.marks[1].text == "The AI gave no answer. The server did not answer."
    moment = seat.newest(MomentShown)
    assert (moment.equity, moment.decision_id, moment.positions) == (None, "", ())
    assert seat.sealed().bad_seq is None


def test_a_second_start_of_a_day_says_that_the_program_had_ended_or_died(seat):
    seat.write(start())
    seat.write(DecisionRecorded(make_decision("d1")), after_min=5)
    seat.write(start(), after_min=14)
    seat.ask(OpenDay())
    first, _, second = seat.newest(DayOpened).marks
    assert first.text == "The program started, version 1.0."
    assert second.text == (
        "The program started again, version 1.0. The mark before it is 14 min older: the program had been closed or "
        "had died in between."
    )


def test_quiet_notes_are_no_marks_and_loud_ones_are(seat):
    seat.write(start(), *(Noted(level, "feed", f"a {level}", MORNING) for level in ("info", "warning", "error")))
    seat.ask(OpenDay())
    assert [mark.tone for mark in seat.newest(DayOpened).marks] == ["accent", "amber", "down"]


@pytest.mark.parametrize("anew", [False, True])
def test_what_is_held_outlives_a_restart_unless_the_account_began_anew(seat, anew):
    seat.write(start(anew=True), FillBooked(BOUGHT))
    seat.write(start(anew=anew), after_min=10)
    seat.ask(OpenDay())
    held = [(leg.instrument_id, leg.size) for leg in seat.newest(MomentShown).positions]
    assert held == ([] if anew else [(BTC, Decimal(2))])


@pytest.mark.parametrize("anew", [False, True])
def test_what_is_held_overnight_is_held_in_the_morning_unless_the_account_began_anew(seat, anew):
    seat.write(start(anew=True), FillBooked(BOUGHT))
    seat.write(start(anew=anew), after_min=10)
    seat.write(start(), after_min=24 * 60)
    seat.ask(OpenDay())
    held = [(leg.instrument_id, leg.size) for leg in seat.newest(MomentShown).positions]
    assert held == ([] if anew else [(BTC, Decimal(2))])


def test_equity_is_that_of_the_moment_and_its_age_by_the_clock(seat):
    seat.write(start())
    first = seat.write(EquityMarked(Decimal(1_000), Decimal(900), MORNING))
    later = seat.write(Noted("info", "feed", "x", MORNING), after_min=2)
    second = seat.write(EquityMarked(Decimal(990), Decimal(900), MORNING), after_min=1)
    seat.ask(OpenDay())
    assert [mark.kind for mark in seat.newest(DayOpened).marks] == [MarkKind.STATE], "equity is no mark"
    assert seat.newest(DayOpened).times == tuple(
        (seq, ms)
        for seq, ms in zip(
            (1, first, later, second), (MORNING, MORNING, MORNING + 2 * MINUTE, MORNING + 3 * MINUTE), strict=True
        )
    )
    moment = seat.ask(ShowMoment(later))
    assert (moment.equity, moment.equity_age_s, moment.at_ms) == (Decimal(1_000), 120.0, MORNING + 2 * MINUTE)
    assert seat.ask(ShowMoment(second)).equity == Decimal(990)
    assert seat.ask(ShowMoment(1)).equity is None


# -- a day somebody changed ---------------------------------------------------------


def test_a_changed_record_is_named_in_clear_words(seat):
    seat.write(start())
    changed = seat.write(DecisionRecorded(make_decision("d1", confidence=0.62)))
    seat.write(Noted("warning", "feed", "later", MORNING))
    seat.change(changed, canonical_json(DecisionRecorded(make_decision("d1", confidence=0.99))))
    seat.ask(OpenDay())
    sealed = seat.sealed()
    assert sealed.bad_seq == changed
    assert sealed.words.startswith(f"Record {changed} is not as it was written: its content does not match its seal.")
    assert "alphadesk verify" in sealed.words
    assert seat.newest(DayOpened).day is not None, "it can be looked at"


def test_a_record_changed_beyond_reading_is_named_too(seat):
    seat.write(start())
    changed = seat.write(Noted("warning", "feed", "later", MORNING))
    seat.change(changed, '{"level":7}')
    seat.ask(OpenDay())
    day = seat.newest(DayOpened)
    assert day.day is None
    assert day.problem.startswith(f"Record {changed} is not as it was written")


def test_a_day_that_fits_its_seals_says_so_and_days_before_it_do_not_matter(seat):
    changed = seat.write(start(), Noted("warning", "feed", "yesterday", MORNING))
    seat.write(start(), after_min=24 * 60)
    seat.change(changed, canonical_json(Noted("info", "feed", "yesterday", MORNING)))
    seat.ask(OpenDay())
    assert seat.sealed().bad_seq is None
    seat.ask(OpenDay(first_seq=1))
    assert seat.sealed().bad_seq == changed


# -- who decided --------------------------------------------------------------------


def parts(seat, decision_id="d1"):
    seat.ask(ShowDecisionThen(decision_id))
    return {part.title: part for part in seat.newest(DecisionThen).parts(PastSection.DECISION)}


def test_an_ensembles_decision_shows_every_vote(seat):
    def vote(member, action, state, **changes):
        stored = {"member": member, "model": f"{member}/1", "action": action, "confidence": 0.7, "weight": 1.0}
        return stored | {"detail": "", "state": state, "vetoes": False} | changes

    sheet = {
        "votes": [
            vote("embedded", "OPEN_LONG", "voted"),
            vote("language:local", "HOLD", "voted"),
            vote("language:far", None, "failed", detail="its account is not paid", model=""),
            vote("language:judge", "OPEN_LONG", "voted", vetoes=True, weight=0.0),
        ],
        "leader": "embedded",
        "supporters": ["embedded"],
        "dissenters": ["language:local"],
        "veto": None,
        "half_size": True,
        "reason": "one of two voters is for it",
    }
    decision = make_decision("d1", output_json=json.dumps({"ensemble": sheet}))
    seat.write(start(), DecisionRecorded(decision))
    votes = parts(seat)["Votes"]
    assert votes.lines == (
        "One of two voters is for it.",
        "The votes were divided: half the size.",
        "Its levels are those of embedded.",
    )
    rows = {row[0].text: [cell.text for cell in row[1:]] for row in votes.rows}
    assert rows["embedded"] == ["open long", "70 %", "1.00", "embedded/1"]
    assert rows["language:far"] == ["no answer: its account is not paid", "", "1.00", "not named"]
    assert rows["language:judge"][2] == "judges"
    tones = {row[0].text: row[1].tone for row in votes.rows}
    assert (tones["language:local"], tones["language:far"]) == ("amber", "down")


def test_a_language_models_decision_shows_what_passed_between(seat):
    exchange = ModelExchange(
        exchange_id="e1",
        cycle_id="cycle",
        strategist="language:local",
        asked_model="qwen3",
        model="qwen3-2507",
        served_by="ollama",
        request="{}",
        response="{}",
        response_form="text",
        status=200,
        latency_ms=1_234.0,
        tokens_in=2_000,
        tokens_out=300,
        cost_usd=Decimal("0.0012"),
        outcome="answered",
        settings_json="{}",
        at_ms=MORNING,
    )
    decision = make_decision("d1", model="language:local/qwen3-2507", input_json='{"exchange_ids":["e1"]}')
    seat.write(start(), exchange, DecisionRecorded(decision))
    shown = parts(seat)["Exchange with the language model"]
    rows = {row[0].text: row[1].text for row in shown.rows}
    assert rows["Answered by"] == "qwen3-2507"
    assert rows["Took"] == "1,234 ms"
    assert rows["Cost"] == "0.0012 USD"
    assert shown.seq == 3, "not before the decision"


def test_a_decision_whose_exchange_is_lost_is_not_shown_as_if_it_were_whole(seat):
    seat.write(start(), DecisionRecorded(make_decision("d1", input_json='{"exchange_ids":["e1"]}')))
    seat.ask(ShowDecisionThen("d1"))
    assert "does not hold every exchange" in seat.newest(DecisionThen).problem


def test_one_models_decision_has_neither(seat):
    seat.write(start(), DecisionRecorded(make_decision("d1", instrument_id=BTC)))
    assert set(parts(seat)) == {"Open long BTC", "What it weighed"}


def test_a_decisions_figures_line_up_and_nothing_is_said_twice(seat):
    weighed = (Evidence("BTC.flow", "Flow", "-0.378", 0.2), Evidence("BTC.dist", "Distance", "+1.03 ATR", -0.1))
    terms = {"stop_price": Decimal("878.80"), "reference_price": Decimal("873.92"), "evidence": weighed}
    said = "Up. Void if the bar closes below 59400."
    seat.write(
        start(),
        DecisionRecorded(make_decision("d1", explanation=said, invalidation="the bar closes below 59400.", **terms)),
        DecisionRecorded(make_decision("d2", explanation="Up.", invalidation="the bar closes below 59400.", **terms)),
    )
    shown = parts(seat)
    decision = shown["Open long BTC"]
    rows = {row[0].text: row[1].text for row in decision.rows}
    assert (rows["Stop"], rows["Reference price"], rows["Entry"]) == ("878.80", "873.92", "at the market")
    assert [[cell.text for cell in row[2:]] for row in shown["What it weighed"].rows] == [
        ["−0.378", "+0.200"],
        ["+1.03 ATR", "−0.100"],
    ]
    assert " ".join(decision.lines).count("Void if") == 1
    assert " ".join(parts(seat, "d2")["Open long BTC"].lines).count("Void if") == 1
