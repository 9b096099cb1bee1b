"""A recorded day, read back: which days there are, what is on record, and which bars were known when.

Everything here is a fact of the journal or a pure function of such facts.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from terminal.domain.ai_log import AiLog
from terminal.domain.brain import ModelExchange
from terminal.domain.decision import Decision
from terminal.domain.frozen import ModelFitted
from terminal.domain.market import Candle
from terminal.domain.records import ProposalRecorded, Record
from terminal.domain.snapshot import MarketSnapshot

DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class RecordedDay:
    """A stretch of the journal within one UTC day: records `first_seq` to `last_seq`, both included.

    `from_ms` and `to_ms` are the wall clock at its first and last record (Unix ms). Two stretches may have the
    same date: the built-in exchange can begin the same day anew.
    """

    first_seq: int
    last_seq: int
    from_ms: int
    to_ms: int

    @property
    def day_ms(self) -> int:
        """Midnight UTC before its first record."""
        return self.from_ms // DAY_MS * DAY_MS

    def holds(self, seq: int) -> bool:
        return self.first_seq <= seq <= self.last_seq


@dataclass(frozen=True, slots=True)
class Stamped:
    """One record with its place in the journal and the wall clock when it was written (Unix ms)."""

    seq: int
    at_ms: int
    record: Record


@dataclass(frozen=True, slots=True)
class Page:
    """Records in the order of writing. `read_to` is the last record looked at: ask for what comes after it."""

    records: tuple[Stamped, ...]
    read_to: int


@dataclass(frozen=True, slots=True)
class StoredModel:
    """A model kept in the journal, without its text."""

    model: str
    sha256: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class MemberInputs:
    """What one member of an ensemble answered from; `fitted` and `exchanges` as in `FrozenInputs`."""

    member: str
    fitted: ModelFitted
    exchanges: tuple[ModelExchange, ...] = ()


@dataclass(frozen=True, slots=True)
class FrozenInputs:
    """A stored decision with all it was made from, and the order and log made of it (None where there is none)."""

    decision: Decision
    snapshot: MarketSnapshot
    fitted: ModelFitted
    proposal: ProposalRecorded | None
    log: AiLog | None
    exchanges: tuple[ModelExchange, ...] = ()  # with a language model, where one decided
    members: tuple[MemberInputs, ...] = ()  # that answered, where an ensemble decided


@dataclass(frozen=True, slots=True)
class BarsLearnt:
    """Closed bars of one pair that became known with record `seq`; `whole`: nothing learnt before counts any more."""

    seq: int
    whole: bool
    bars: tuple[Candle, ...]


def bars_known(learnt: Iterable[BarsLearnt], seq: int) -> tuple[Candle, ...]:
    """Give the bars known at record `seq`, oldest first, as they were known then; never a later one."""
    known: dict[int, Candle] = {}
    for block in learnt:
        if block.seq > seq:
            break
        if block.whole:
            known.clear()
        known.update((bar.open_ms, bar) for bar in block.bars)
    return tuple(known[open_ms] for open_ms in sorted(known))


def bars_after(learnt: Iterable[BarsLearnt], seq: int, known: tuple[Candle, ...]) -> tuple[Candle, ...]:
    """Give the bars of the rest of the day that follow the newest of `known`: what came after, not known then."""
    newest = known[-1].open_ms if known else -1
    later: dict[int, Candle] = {}
    for bar in _from(learnt, seq):
        if bar.open_ms > newest:
            later[bar.open_ms] = bar
    return tuple(later[open_ms] for open_ms in sorted(later))


def _from(learnt: Iterable[BarsLearnt], seq: int) -> Iterator[Candle]:
    for block in learnt:
        if block.seq > seq:
            yield from block.bars
