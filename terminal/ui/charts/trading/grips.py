"""What of the account's lines a hand can move."""

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from terminal.domain.instrument import InstrumentId
from terminal.domain.order import PositionSide


class Role(Enum):
    STOP = "stop"
    TARGET = "target"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class Grip:
    """Names the thing behind a line: a leg's stop or target, or a resting order by our id."""

    role: Role
    instrument_id: InstrumentId
    side: PositionSide
    client_order_id: str = ""


class Hand(Protocol):
    """Hears what a person does with a line; the line itself never moves."""

    def grab(self, grip: Grip) -> None:
        """Begin."""

    def drag(self, grip: Grip, price: float) -> None:
        """Show what it would mean at this price."""

    def drop(self, grip: Grip, price: float) -> None:
        """Ask for it."""
