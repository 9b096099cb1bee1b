"""What is wrong with the funnel itself."""

from helpers.builders import BTC, ETH
from helpers.funnel_kit import cycle, gates, pair
from terminal.domain.decision import Action
from terminal.domain.funnel import INPUTS, SIGNAL, FlagKind
from terminal.services.funnel.counts import GATES, ORDER, Digests, counts_of, digest
from terminal.services.funnel.flags import flags_of
from terminal.services.risk.gate import OPENING

LONG = Action.OPEN_LONG
OTHERS = tuple(key for key in GATES if key != "R7 Price collar")


def judged(number, failed=("R7 Price collar",), passed=OTHERS, action=LONG):
    return cycle(number, pair(BTC, f"inputs+ signal+ free+ sized+ {gates(passed, failed)}", action))


def flags(cycles):
    return flags_of([digest(each) for each in cycles])


def kinds(cycles):
    return [(flag.kind, flag.key, flag.instrument_id) for flag in flags(cycles)]


def test_a_gate_that_stopped_everything_is_named_with_what_to_do():
    six = [judged(number) for number in range(6)]
    assert kinds(six) == [(FlagKind.STOPS_ALL, "R7 Price collar", None)]
    [flag] = flags(six)
    assert flag.text == "R7 Price collar stopped everything in the last 6 cycles that came to it; last: because"
    assert "limit in the profile" in flag.todo


def test_five_cycles_or_one_that_passed_are_no_flag():
    assert kinds([judged(number) for number in range(5)]) == []
    passed = [*(judged(number) for number in range(5)), judged(5, failed=(), passed=GATES)]
    assert kinds(passed) == []


def test_old_passes_do_not_hide_that_everything_is_stopped_now():
    cycles = [judged(0, failed=(), passed=GATES), *(judged(number) for number in range(1, 7))]
    assert (FlagKind.STOPS_ALL, "R7 Price collar", None) in kinds(cycles)


def test_a_gate_that_never_ran_is_found_once_proposals_came_to_the_gate():
    silent = [judged(number, failed=(), passed=OTHERS) for number in range(3)]
    assert kinds(silent) == [(FlagKind.NEVER_RAN, "R7 Price collar", None)]
    assert kinds(silent[:2]) == []


def test_closes_do_not_count_as_having_missed_the_gate():
    closes = [cycle(number, pair(BTC, "inputs+ signal+ R2_Allowed_pair+", Action.CLOSE)) for number in range(9)]
    assert kinds(closes) == []


def test_a_gate_that_broke_down_once_is_found():
    broken = cycle(0, pair(BTC, "inputs+ signal+ free+ sized+ R9_Quote_age!", LONG))
    assert kinds([broken])[0] == (FlagKind.CRASHED, "R9 Quote age", None)
    assert "Nothing opens while it does" in flags([broken])[0].todo


def test_a_pair_without_inputs_is_named_while_others_have_theirs():
    cycles = [cycle(number, pair(BTC, "inputs-"), pair(ETH, "inputs+ signal-")) for number in range(3)]
    assert kinds(cycles) == [(FlagKind.STOPS_ALL, INPUTS, BTC)]
    assert flags(cycles)[0].text.startswith("BTC had no inputs in its last 3 cycles")


def test_inputs_missing_everywhere_are_one_flag():
    cycles = [cycle(number, pair(BTC, "inputs-"), pair(ETH, "inputs-")) for number in range(3)]
    assert kinds(cycles) == [(FlagKind.STOPS_ALL, INPUTS, None)]


def test_inputs_that_always_lack_a_part_are_found():
    cycles = [cycle(number, pair(BTC, "inputs~ signal-"), pair(ETH, "inputs+ signal-")) for number in range(3)]
    assert kinds(cycles) == [(FlagKind.PARTIAL, INPUTS, BTC)]


def test_holds_are_answers_for_a_day():
    holds = [cycle(number, pair(BTC, "inputs+ signal-", Action.HOLD)) for number in range(96)]
    assert kinds(holds[:95]) == []
    assert kinds(holds) == [(FlagKind.STOPS_ALL, SIGNAL, None)]


def test_a_model_that_only_ever_wants_one_side_is_found():
    taken = "inputs+ signal+ free+ sized+ " + gates(GATES) + " written+ approved+ sent+ filled+"
    longs = [cycle(number, pair(BTC, taken, LONG)) for number in range(40)]
    assert kinds(longs) == [(FlagKind.ONE_SIDED, SIGNAL, None)]
    assert flags(longs)[0].text == "The model wanted 40 times to open long in 24 h and never short"
    both = [*longs, cycle(41, pair(ETH, taken, Action.OPEN_SHORT))]
    assert kinds(both) == []


def test_counts_of_an_hour_and_a_day_leave_out_what_waits():
    cycles = [
        cycle(0, pair(BTC, "inputs+ signal-")),
        cycle(9, pair(BTC, "inputs+ signal+ free+ sized+ approved?"), pair(ETH, "inputs-")),
    ]
    counts = {
        (count.key, count.instrument_id): count
        for count in counts_of([digest(each) for each in cycles], cycles[-1].at_ms + 1)
    }
    signal = counts["signal", BTC]
    assert (signal.hour.reached, signal.hour.stopped) == (1, 0)
    assert (signal.day.reached, signal.day.passed) == (2, 1)
    assert counts["inputs", ETH].day.stopped == 1
    assert ("approved", BTC) not in counts


def test_the_order_of_steps_has_every_check_of_the_gate_once():
    assert len(set(ORDER)) == len(ORDER)
    assert len(GATES) == len(OPENING)


def test_a_cycle_is_read_again_only_when_it_is_another_one():
    first, second = cycle(0, pair(BTC, "inputs+")), cycle(1, pair(BTC, "inputs+"))
    digests = Digests()
    before = digests.of((first, second))
    changed = cycle(1, pair(BTC, "inputs-"))
    after = digests.of((first, changed))
    assert after[0] is before[0]
    assert after[1].cycle is changed
    assert digests.of((changed,))[0] is after[1]
