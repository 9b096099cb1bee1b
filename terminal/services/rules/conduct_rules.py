"""Measures of how the desk is run: decisions, logs, keys, hosts, records, the organiser's hand (R5-R7, R10-R14)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from terminal.domain.instrument import base_of
from terminal.domain.plain_words import clause
from terminal.domain.rules import RuleState, Seat
from terminal.net.hosts import ALL_OFFICIAL, LOOPBACK_HOSTS
from terminal.services.journal_writer import JournalWriter
from terminal.services.recovery.other_terminal import OtherTerminal
from terminal.services.risk.facts import RiskFacts
from terminal.services.rules.counts import Counts
from terminal.services.rules.measured import NEAR_FROM, Measured, not_known, some

_ROUND_RECORDS: Final = 100  # the journal grows all the time; the light need not flicker with it


@dataclass(frozen=True, slots=True)
class ConductRules:
    """One method a rule. Reads; changes nothing. `refusals` gives how often the venue refused our address."""

    facts: RiskFacts
    others: OtherTerminal
    writer: JournalWriter
    seat: Seat
    refusals: Callable[[], int]

    def decided(self, counts: Counts) -> Measured:
        """R5."""
        distance = f"{counts.explained} of {some(counts.openings, 'opening')}"
        if counts.unexplained:
            newest = counts.unexplained[-1]
            what = f"{base_of(newest.terms.instrument_id)}, the venue's order {newest.venue_order_id}"
            words = f"{some(len(counts.unexplained), 'opening order')} without a decision and an approval, last: {what}"
            return Measured(RuleState.BROKEN, words, distance)
        words = "each opening order follows a decision and an approval" if counts.openings else "no opening order yet"
        return Measured(RuleState.OK, words, distance)

    def logged(self, counts: Counts) -> Measured:
        """R6."""
        outbox, limit_s = self.facts.outbox, self.facts.limits.log_overdue_s
        late_s, hand = outbox.overdue_s(), outbox.needing_hand()
        distance = f"AI logs {counts.with_log} of {counts.owing_log} accepted"
        if hand:
            return Measured(RuleState.BROKEN, f"{some(hand, 'log')} refused; see AI logs", distance)
        if late_s > limit_s:
            return Measured(RuleState.BROKEN, f"a log is overdue by more than {limit_s:.0f} s; see AI logs", distance)
        if counts.lost_logs:
            words = f"{some(counts.lost_logs, 'order')} will never have a log: made elsewhere, or the gap is on record"
            return Measured(RuleState.BROKEN, words, distance)
        if counts.waiting_logs:
            state = RuleState.NEAR if late_s >= NEAR_FROM * limit_s else RuleState.OK
            return Measured(state, f"{some(counts.waiting_logs, 'log')} on the way", distance)
        return Measured(RuleState.OK, "none owed" if counts.owing_log else "no order yet", distance)

    @staticmethod
    def unchanged(counts: Counts) -> Measured:
        """R7."""
        kept = counts.logs - counts.changed_logs
        distance = f"{kept} of {some(counts.logs, 'log')} as frozen"
        if counts.changed_logs:
            words = f"{some(counts.changed_logs, 'log')} no longer as frozen; not uploaded"
            return Measured(RuleState.BROKEN, words, distance)
        return Measured(RuleState.OK, "every log hashes as it did when its decision was made", distance)

    def one_seat(self) -> Measured:
        """R10."""
        seen = self.others.seen
        if seen:
            words = f"{some(seen, 'order')} on this account made by another terminal"
            return Measured(RuleState.BROKEN, words, "shared account")
        where = f"key kept in {self.seat.key_place}" if self.seat.key_place else "no key of a real account in use"
        return Measured(RuleState.OK, f"no other terminal seen on this account; {where}", "1 seat")

    def official(self) -> Measured:
        """R11."""
        if not self.seat.hosts:
            return not_known("which hosts are used")
        strange = [host for host in self.seat.hosts if host not in ALL_OFFICIAL | LOOPBACK_HOSTS]
        if strange:
            return Measured(RuleState.BROKEN, f"not the venue's: {', '.join(strange)}", f"{len(strange)} strange")
        own = all(host in LOOPBACK_HOSTS for host in self.seat.hosts)
        words = "the built-in exchange on this machine" if own else f"connected to {', '.join(self.seat.hosts)}"
        return Measured(RuleState.OK, words, "0 other hosts")

    def records(self) -> Measured:
        """R12."""
        if not self.writer.is_ok:
            return Measured(RuleState.BROKEN, "the journal cannot be written; nothing opens", "not written")
        count = self.writer.head.seq // _ROUND_RECORDS * _ROUND_RECORDS
        more = f"more than {count:,} records" if count else "records"
        return Measured(RuleState.OK, f"{more} in one chain, which verified when it was opened", "0 changed")

    def organiser(self) -> Measured:
        """R13."""
        switch = self.facts.switch
        frozen = sorted(switch.frozen)
        if not frozen:
            return Measured(RuleState.OK, "our fills explain every position", "0 unexplained")
        why = f"{base_of(frozen[0])}: {clause(switch.pause_of(frozen[0]))}"
        return Measured(RuleState.NEAR, f"{why}; look at the venue, then accept its position", f"{len(frozen)} waiting")

    def address(self, since_s: float | None) -> Measured:
        """R14; `since_s` is the age of the newest refusal the lights have seen, None without one."""
        count = self.refusals()
        if not count:
            return Measured(RuleState.OK, "the venue accepts this machine's address", "0 refused")
        words = f"the venue said {some(count, 'time')} that our address is not on its list"
        recent = since_s is not None and since_s < _RECENT_S
        words += "" if recent else ", not within the last ten minutes"
        return Measured(RuleState.BROKEN if recent else RuleState.NEAR, words, f"{count} refused")


_RECENT_S: Final = 600.0
