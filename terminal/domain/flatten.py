"""Flattening: what would be cancelled and closed, what it would cost, and how far it has come."""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from terminal.domain.instrument import InstrumentId, base_of
from terminal.domain.market import BookLevel
from terminal.domain.order import ZERO, PositionSide

LegKey = tuple[InstrumentId, PositionSide]


class FlattenScope(Enum):
    """How much goes. The value is for people."""

    PAIR = "one pair"  # both legs, all orders and triggers of one instrument
    LOSERS = "losing legs"  # the legs below their entry when the plan was made, and their orders
    EVERYTHING = "everything"  # every leg, order and trigger of the account
    HALF = "half of everything"  # half of each leg, rounded down; stops and targets stay


@dataclass(frozen=True, slots=True)
class FlattenTarget:
    """A scope; `instrument_id` narrows it to one pair. PAIR without a pair covers nothing."""

    scope: FlattenScope
    instrument_id: InstrumentId | None = None

    def covers(self, instrument_id: InstrumentId) -> bool:
        if self.instrument_id is None:
            return self.scope is not FlattenScope.PAIR
        return self.instrument_id == instrument_id

    @property
    def text(self) -> str:
        if self.instrument_id is None:
            return self.scope.value
        if self.scope is FlattenScope.PAIR:
            return base_of(self.instrument_id)
        return f"{self.scope.value}, {base_of(self.instrument_id)}"


@dataclass(frozen=True, slots=True)
class ExpectedFill:
    """A market order's likely result. `beyond_book` is the size the visible levels cannot take."""

    price: Decimal
    beyond_book: Decimal


def expected_fill(levels: tuple[BookLevel, ...], size: Decimal) -> ExpectedFill | None:
    """Walk one side of a book, best level first; None without levels or size.

    What the visible book cannot take is priced at its last level: the true price is worse.
    """
    if not levels or size <= 0:
        return None
    left, paid = size, ZERO
    for level in levels:
        taken = min(left, level.size)
        paid += taken * level.price
        left -= taken
        if left == 0:
            break
    return ExpectedFill((paid + left * levels[-1].price) / size, left)


@dataclass(frozen=True, slots=True)
class FlattenLeg:
    """One leg of a plan. Sizes in base coin, money in USDT; None where no live book was there.

    `size` of `held` will be closed. `slip_bp` is the expected price against the book's mid
    price (half the spread is in it), in basis points, positive when it costs; `slip_usdt` the
    same in money. `fee` is the taker fee of this close. `pnl_after` is what the closed part
    brings at the expected price minus that fee; the entry's fee was paid before.
    """

    instrument_id: InstrumentId
    side: PositionSide
    held: Decimal
    size: Decimal
    entry_price: Decimal
    expected_price: Decimal | None
    slip_bp: Decimal | None
    slip_usdt: Decimal | None
    fee: Decimal | None
    pnl_after: Decimal | None
    beyond_book: Decimal
    book_age_s: float | None

    @property
    def key(self) -> LegKey:
        return self.instrument_id, self.side


@dataclass(frozen=True, slots=True)
class PlannedCancel:
    """An order or trigger the plan cancels; `text` describes it for a person."""

    instrument_id: InstrumentId
    client_order_id: str | None
    venue_order_id: str | None
    is_trigger: bool
    text: str


@dataclass(frozen=True, slots=True)
class FlattenPlan:
    """What `Flatten` would do now. Sums are None when a leg's figure is not known.

    `cautions` are plain words about what is uncertain (old book, thin book, no reading).
    `offered_again` marks the plan of a flatten that a restart interrupted: nothing runs
    until a person confirms it again.
    """

    plan_id: str
    target: FlattenTarget
    legs: tuple[FlattenLeg, ...]
    cancels: tuple[PlannedCancel, ...]
    slip_usdt: Decimal | None
    fee: Decimal | None
    pnl_after: Decimal | None
    cautions: tuple[str, ...]
    at_ms: int
    offered_again: bool = False


class FlattenPhase(Enum):
    CANCELLING = "cancelling orders"
    CLOSING = "closing positions"
    CHECKING = "checking with the venue"
    WAITING = "waiting for the venue"  # no answer; it is tried again
    FLAT = "flat"  # proved: end
    STOPPED = "stopped by a person"  # end; entries stay paused


@dataclass(frozen=True, slots=True)
class LegProgress:
    """One leg. `held` is the venue's newest word, None before the first; done once `held` <= `goal`."""

    instrument_id: InstrumentId
    side: PositionSide
    held_at_start: Decimal
    goal: Decimal
    held: Decimal | None
    text: str  # the newest close in words: sent, filled, refused and why

    @property
    def is_done(self) -> bool:
        return self.held is not None and self.held <= self.goal


@dataclass(frozen=True, slots=True)
class OrderProof:
    """The last proof of an order or trigger that still stands in the way."""

    venue_order_id: str | None
    client_order_id: str | None
    instrument_id: InstrumentId
    is_trigger: bool
    text: str
    proved_ms: int


@dataclass(frozen=True, slots=True)
class FlattenProgress:
    """Where a flatten stands; sent after every step, the last with phase FLAT or STOPPED.

    `rounds` counts the tries; `text` is one line for a person.
    """

    flatten_id: str
    plan_id: str
    target: FlattenTarget
    phase: FlattenPhase
    legs: tuple[LegProgress, ...]
    proofs: tuple[OrderProof, ...]
    rounds: int
    text: str
    who: str
    started_ms: int
    at_ms: int

    @property
    def is_over(self) -> bool:
        return self.phase in {FlattenPhase.FLAT, FlattenPhase.STOPPED}
