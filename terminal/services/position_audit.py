"""Do the fills we booked explain what the venue says we hold? Never repaired by trading."""

from dataclasses import dataclass
from decimal import Decimal

from terminal.domain.fill import Fill
from terminal.domain.instrument import InstrumentId
from terminal.domain.order import ZERO, PositionSide, Side
from terminal.domain.position import Position

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
        return (
            f"the venue holds {self.at_venue} {self.instrument_id} {self.side.value}, our fills explain {self.expected}"
        )


def net_sizes(fills: tuple[Fill, ...]) -> dict[Key, Decimal]:
    """Give what the fills add up to, for each position side."""
    net: dict[Key, Decimal] = {}
    for fill in fills:
        key = (fill.instrument_id, fill.position_side)
        opens = (fill.side is Side.BUY) is (fill.position_side is PositionSide.LONG)
        net[key] = net.get(key, ZERO) + (fill.size if opens else -fill.size)
    return net


class PositionAudit:
    """Compares the venue's positions with our fills, from an accepted starting point on."""

    def __init__(self) -> None:
        self._accepted: dict[Key, Decimal] = {}
        self._suspected: dict[Key, Decimal] = {}

    def accept(self, fills: tuple[Fill, ...], positions: tuple[Position, ...]) -> tuple[Difference, ...]:
        """Take the venue's positions as the starting point; gives what fills did not explain."""
        net = net_sizes(fills)
        held = {(each.instrument_id, each.side): each.size for each in positions}
        found = tuple(
            Difference(*key, net.get(key, ZERO), held.get(key, ZERO))
            for key in sorted(net.keys() | held.keys(), key=str)
            if net.get(key, ZERO) != held.get(key, ZERO)
        )
        self._accepted = {(each.instrument_id, each.side): each.at_venue - each.expected for each in found}
        self._suspected.clear()
        return found

    def compare(
        self, fills: tuple[Fill, ...], positions: tuple[Position, ...], in_flight: frozenset[InstrumentId]
    ) -> tuple[Difference, ...]:
        """Give differences seen in two passes running; instruments with orders in flight are left out."""
        net = net_sizes(fills)
        held = {(each.instrument_id, each.side): each.size for each in positions}
        suspected: dict[Key, Decimal] = {}
        confirmed: list[Difference] = []
        for key in sorted(net.keys() | held.keys() | self._accepted.keys(), key=str):
            expected = net.get(key, ZERO) + self._accepted.get(key, ZERO)
            at_venue = held.get(key, ZERO)
            if expected == at_venue or key[0] in in_flight:
                continue
            suspected[key] = at_venue
            if self._suspected.get(key) == at_venue:
                confirmed.append(Difference(*key, expected, at_venue))
        self._suspected = suspected
        return tuple(confirmed)
