"""Do the fills we booked explain what the venue says we hold? Never repaired by trading.

What they do not explain stays a difference until fills that do arrive, or until a person
accepts the venue's position; what was accepted is part of what we expect from then on.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from terminal.domain.fill import Fill
from terminal.domain.instrument import InstrumentId
from terminal.domain.order import ZERO, PositionSide, Side
from terminal.domain.plain_words import figure, leg_words
from terminal.domain.position import Position
from terminal.domain.records import PositionAccepted

Key = tuple[InstrumentId, PositionSide]


@dataclass(frozen=True, slots=True)
class Difference:
    """One position that our fills do not explain. Sizes in base coin."""

    instrument_id: InstrumentId
    side: PositionSide
    expected: Decimal
    at_venue: Decimal

    @property
    def text(self) -> str:
        where = leg_words(self.instrument_id, self.side)
        return f"the venue holds {figure(self.at_venue)} {where}, our fills explain {figure(self.expected)}"


def net_sizes(fills: Iterable[Fill]) -> dict[Key, Decimal]:
    """Give what the fills add up to, for each position side; a fee taken in the coin itself is gone from it."""
    net: dict[Key, Decimal] = {}
    for fill in fills:
        key = (fill.instrument_id, fill.position_side)
        opens = (fill.side is Side.BUY) is (fill.position_side is PositionSide.LONG)
        net[key] = net.get(key, ZERO) + (fill.size if opens else -fill.size) - fill.base_fee
    return net


def one_net(sizes: Mapping[Key, Decimal]) -> dict[Key, Decimal]:
    """Give what long and short come to where they are one position: the side that is left, and its size."""
    net: dict[InstrumentId, Decimal] = {}
    for (instrument_id, side), size in sizes.items():
        net[instrument_id] = net.get(instrument_id, ZERO) + (size if side is PositionSide.LONG else -size)
    return {
        (instrument_id, PositionSide.LONG if size > 0 else PositionSide.SHORT): abs(size)
        for instrument_id, size in net.items()
        if size
    }


class PositionAudit:
    """Compares the venue's positions with our fills and what was accepted on top of them.

    `open` are the differences two readings in a row have shown and nobody has accepted. `dust_of` gives
    what a holding may differ by: on spot less than the least order is no position; 0 elsewhere. Without
    `hedge_mode` a fill of one side takes from the other, whoever traded it.
    """

    def __init__(self, dust_of: Callable[[InstrumentId], Decimal] = lambda _: ZERO, *, hedge_mode: bool = True) -> None:
        self._dust_of = dust_of
        self._hedge_mode = hedge_mode
        self._accepted: dict[Key, Decimal] = {}
        self._suspected: dict[Key, Decimal] = {}
        self.open: dict[Key, Difference] = {}

    def restore(self, accepted: tuple[PositionAccepted, ...]) -> None:
        """Take in what persons accepted in earlier runs."""
        for each in accepted:
            key = (each.instrument_id, each.side)
            self._accepted[key] = self._accepted.get(key, ZERO) + each.at_venue - each.explained

    def differences(self, fills: Iterable[Fill], positions: tuple[Position, ...]) -> tuple[Difference, ...]:
        """Give every position that is not what we expect, at this moment."""
        known = net_sizes(fills)
        for key, size in self._accepted.items():
            known[key] = known.get(key, ZERO) + size
        expected = known if self._hedge_mode else one_net(known)
        held = {(each.instrument_id, each.side): each.size for each in positions}
        found = (
            Difference(*key, expected.get(key, ZERO), held.get(key, ZERO))
            for key in sorted(expected.keys() | held.keys(), key=str)
        )
        return tuple(each for each in found if abs(each.expected - each.at_venue) > self._dust_of(each.instrument_id))

    def begin_anew(self, fills: Iterable[Fill], positions: tuple[Position, ...]) -> tuple[Difference, ...]:
        """Take the venue's positions as they are: the built-in exchange forgot everything."""
        found = self.differences(fills, positions)
        for each in found:
            self._take(each)
        self._suspected.clear()
        return found

    def compare(
        self,
        fills: Iterable[Fill],
        positions: tuple[Position, ...],
        in_flight: frozenset[InstrumentId],
        *,
        at_once: bool = False,
    ) -> tuple[Difference, ...]:
        """Give differences seen in two passes running, or `at_once`; instruments with orders in flight are left out.

        A difference that is gone leaves `open` by itself.
        """
        now = {(each.instrument_id, each.side): each for each in self.differences(fills, positions)}
        self.open = {key: now.get(key, old) for key, old in self.open.items() if key in now or key[0] in in_flight}
        suspected = {key: each.at_venue for key, each in now.items() if key[0] not in in_flight}
        confirmed = [now[key] for key, size in suspected.items() if at_once or self._suspected.get(key) == size]
        self._suspected = suspected
        self.open.update(((each.instrument_id, each.side), each) for each in confirmed)
        return tuple(confirmed)

    @property
    def is_suspicious(self) -> bool:
        """True while a difference was seen once only."""
        return bool(self._suspected.keys() - self.open.keys())

    def accept(self, instrument_id: InstrumentId) -> tuple[Difference, ...]:
        """A person takes the venue's word for the open differences of one instrument; gives them."""
        taken = tuple(each for each in self.open.values() if each.instrument_id == instrument_id)
        for each in taken:
            self._take(each)
            del self.open[(each.instrument_id, each.side)]
        return taken

    def _take(self, difference: Difference) -> None:
        key = (difference.instrument_id, difference.side)
        self._accepted[key] = self._accepted.get(key, ZERO) + difference.at_venue - difference.expected
