"""Which stop and target a leg should have: the opening decision's, or what a person tightened them to."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from terminal.domain.flatten import LegKey
from terminal.domain.records import ProtectionSet
from terminal.ports.clock import Clock
from terminal.services.journal_writer import JournalWriter
from terminal.services.orders.ledger import OrderLedger

_IN_FORCE = frozenset({"listed", "unconfirmed"})


@dataclass(frozen=True, slots=True)
class Wish:
    """Prices in quote currency; None where nothing is known."""

    stop: Decimal | None
    target: Decimal | None


OnSet = Callable[[LegKey, Wish, Wish, str, str, tuple[str, ...]], None]


class ProtectionWishes:
    """Remembers what persons set, in the journal too; an opening after it starts anew.

    `on_set(key, before, now, outcome, who, trigger ids)` is told when a stop or target came into force.
    """

    def __init__(self, ledger: OrderLedger, writer: JournalWriter, clock: Clock) -> None:
        self._ledger = ledger
        self._writer = writer
        self._clock = clock
        self._set: dict[LegKey, ProtectionSet] = {}
        self.on_set: OnSet = lambda *_: None

    def restore(self, records: tuple[ProtectionSet, ...]) -> None:
        for record in records:
            if record.outcome in _IN_FORCE:
                self._set[record.instrument_id, record.side] = record

    def of(self, key: LegKey) -> Wish:
        """Give what should protect a leg."""
        entry, own = self._ledger.entry_of(*key), self._set.get(key)
        if own is not None and (entry is None or own.at_ms >= entry.created_ms):
            return Wish(own.stop, own.target)
        return Wish(None, None) if entry is None else Wish(entry.terms.stop_price, entry.terms.target_price)

    def note(self, key: LegKey, wish: Wish, outcome: str, who: str, *, stop_id: str = "", target_id: str = "") -> None:
        """Write down what was asked or what came of it; in force once the venue took it."""
        now_ms, before = self._clock.now_ms(), self.of(key)
        record = ProtectionSet(*key, wish.stop, wish.target, stop_id, target_id, outcome, who, now_ms)
        self._writer.post(record)
        if outcome in _IN_FORCE:
            self._set[key] = record
            if before != wish or stop_id:
                self.on_set(key, before, wish, outcome, who, (stop_id, target_id))

    def forget(self, key: LegKey) -> None:
        """The leg is flat: what was set for it ends with it."""
        self._set.pop(key, None)
