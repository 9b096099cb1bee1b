"""How fast we have been going: sends, cancels, entries, rejects and fills of the last minutes."""

from collections import deque
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from terminal.domain.instrument import InstrumentId
from terminal.domain.order import OrderTerms, Side
from terminal.ports.clock import Clock

_DAY_S: Final = 86_400.0
_MIN_S: Final = 60.0
_RECENT: Final = 20


@dataclass(frozen=True, slots=True)
class PaceFigures:
    """Counts at one moment for one instrument and side; ages in seconds, operator clock."""

    orders_last_s: int
    calls_last_s: int  # orders and cancels together: the venue counts both
    orders_last_min: int
    orders_last_day: int
    rejects_last_min: int
    filled_orders_last_min: int  # same instrument and side; one order counts once
    entry_age_s: float | None  # since the newest entry of this instrument
    recent: tuple[tuple[OrderTerms, float], ...]  # newest orders of this instrument with their ages


class PaceBook:
    """Remembers when things happened, at most a day."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sends: deque[tuple[float, OrderTerms]] = deque()
        self._cancels: deque[float] = deque(maxlen=100)
        self._rejects: deque[float] = deque(maxlen=1_000)
        self._fills: deque[tuple[float, InstrumentId, Side, str]] = deque(maxlen=5_000)

    def sent(self, terms: OrderTerms) -> None:
        self._sends.append((self._clock.monotonic_s(), terms))

    def cancel_sent(self) -> None:
        self._cancels.append(self._clock.monotonic_s())

    def rejected(self) -> None:
        self._rejects.append(self._clock.monotonic_s())

    def rejects_last_min(self) -> int:
        now_s = self._clock.monotonic_s()
        return sum(now_s - at_s <= 60 for at_s in self._rejects)

    def filled(self, instrument_id: InstrumentId, side: Side, client_order_id: str) -> None:
        self._fills.append((self._clock.monotonic_s(), instrument_id, side, client_order_id))

    def figures(self, instrument_id: InstrumentId, side: Side) -> PaceFigures:
        now_s = self._clock.monotonic_s()
        self._forget(now_s)
        last_s, last_min = self._sent_within(now_s, 1.0), self._sent_within(now_s, _MIN_S)
        here = [(terms, now_s - at_s) for at_s, terms in self._sends if terms.instrument_id == instrument_id]
        entries = (age_s for terms, age_s in reversed(here) if terms.effect.value == "OPEN")
        orders = {key for _, where, way, key in self._fills if (where, way) == (instrument_id, side)}
        return PaceFigures(
            orders_last_s=last_s,
            calls_last_s=last_s + sum(now_s - at_s <= 1 for at_s in self._cancels),
            orders_last_min=last_min,
            orders_last_day=len(self._sends),
            rejects_last_min=self.rejects_last_min(),
            filled_orders_last_min=len(orders),
            entry_age_s=next(entries, None),
            recent=tuple(here[-_RECENT:]),
        )

    def _forget(self, now_s: float) -> None:
        """Drop what no figure counts any more: they are asked for many times a second all day long."""
        while self._sends and now_s - self._sends[0][0] > _DAY_S:
            self._sends.popleft()
        while self._fills and now_s - self._fills[0][0] > _MIN_S:
            self._fills.popleft()

    def _sent_within(self, now_s: float, seconds: float) -> int:
        return sum(1 for _ in takewhile(lambda sent: now_s - sent[0] <= seconds, reversed(self._sends)))
