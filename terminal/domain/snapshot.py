"""The frozen inputs of one decision cycle: closed bars only, oldest first."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from terminal.domain.decision import Action
from terminal.domain.instrument import Instrument, InstrumentId
from terminal.domain.market import Candle, Interval
from terminal.domain.snapshot_facts import AccountFacts, LimitFacts, Missing, ViewFacts
from terminal.domain.ticket import TicketIdea

SCHEMA: Final = 4
"""Of snapshots made now. Those of schema 1 hold no facts and are hashed without them, those of schema 2
no prices of other venues and no least worth of an order, those of schema 3 not whether shorts can be held."""


@dataclass(frozen=True, slots=True)
class InstrumentView:
    """One instrument's inputs. Missing values are None, never zero.

    `candles` are closed bars, oldest first, without gaps. `quote_age_s` is the age of
    bid and ask on the operator's clock when the snapshot was taken.
    """

    instrument: Instrument
    candles: tuple[Candle, ...]
    last: Decimal
    bid: Decimal
    ask: Decimal
    mark: Decimal | None
    funding_rate: Decimal | None
    quote_age_s: float
    held_long: Decimal
    held_short: Decimal
    facts: ViewFacts | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A person's idea, put to the AI: should this instrument be opened this way now?

    `idea` are the terms the person has in mind: they may narrow the order, never the answer.
    `question_id` comes back in `CycleEnded`.
    """

    action: Action
    asked_by: str
    instrument_id: InstrumentId
    question_id: str = ""
    idea: TicketIdea | None = None


@dataclass(frozen=True, slots=True)
class MarketSnapshot:
    """All inputs of one cycle. Times: Unix ms on the venue's clock.

    `bar_close_ms` is the close time of the newest closed bar of every view.
    `journal_head` anchors the decision in the journal's hash chain. `left_out` are the pairs
    without whole inputs. `clock_offset_ms`: the venue's clock less ours, as last measured.
    `can_short` False: the venue trades spot here, and what is not held cannot be sold.
    """

    snapshot_id: str
    cycle_id: str
    created_ms: int
    bar_close_ms: int
    interval: Interval
    views: tuple[InstrumentView, ...]
    equity: Decimal
    available: Decimal
    journal_seq: int
    journal_head: str
    simulated: bool
    question: Question | None = None
    schema: int = 1
    venue: str = ""
    clock_offset_ms: float | None = None
    account: AccountFacts | None = None
    limits: LimitFacts | None = None
    left_out: tuple[Missing, ...] = ()
    can_short: bool = True
