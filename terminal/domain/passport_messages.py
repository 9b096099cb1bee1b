"""The passport of an order, a fill or a position, asked for by a seat and read from the journal.

They belong to the same two unions as those in `messages`.
"""

from dataclasses import dataclass

from terminal.domain.instrument import InstrumentId
from terminal.domain.order import PositionSide
from terminal.domain.passport import Dot


@dataclass(frozen=True, slots=True)
class OrderSubject:
    client_order_id: str


@dataclass(frozen=True, slots=True)
class FillSubject:
    trade_id: str


@dataclass(frozen=True, slots=True)
class PositionSubject:
    """A position: its passports are those of the orders that built it."""

    instrument_id: InstrumentId
    side: PositionSide


PassportSubject = OrderSubject | FillSubject | PositionSubject


@dataclass(frozen=True, slots=True)
class ShowPassport:
    """Ask for a passport out of the journal; changes nothing. `PassportChain` answers."""

    subject: PassportSubject


@dataclass(frozen=True, slots=True)
class Paper:
    """One text of a passport, exactly as it is on record.

    `seq` and `mac` (hex) name the journal record it is, or was taken from; `is_part` tells which.
    """

    title: str
    text: str
    seq: int
    mac: str
    at_ms: int
    is_part: bool = False


@dataclass(frozen=True, slots=True)
class PassportStep:
    """One of the seven steps: its dot, more about it in words (a line each), and the papers behind it."""

    dot: Dot
    lines: tuple[str, ...]
    papers: tuple[Paper, ...]


@dataclass(frozen=True, slots=True)
class OrderPassport:
    """The seven steps of one order. `title` says in words what it is, `origin` who caused it."""

    client_order_id: str
    title: str
    origin: str
    steps: tuple[PassportStep, ...]


@dataclass(frozen=True, slots=True)
class PassportChain:
    """The answer to `ShowPassport`: the orders, oldest first, and what could not be told, in words.

    `problem` is "" when all was read. `left_out` older orders of a position were not read.
    """

    subject: PassportSubject
    passports: tuple[OrderPassport, ...]
    problem: str
    left_out: int = 0
