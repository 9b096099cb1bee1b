"""Everything the journal holds about one order, as it was sealed."""

from dataclasses import dataclass

from terminal.domain.instrument import InstrumentId
from terminal.domain.records import Record


@dataclass(frozen=True, slots=True)
class Sealed:
    """One record with its place in the chain.

    `body` is the canonical JSON text exactly as it was sealed, `mac` its seal in hex, `at_ms` the
    wall clock when it was written (Unix ms); `record` is what the text reads as.
    """

    seq: int
    mac: str
    at_ms: int
    kind: str
    body: str
    record: Record


@dataclass(frozen=True, slots=True)
class SealedBars:
    """The closed bars of one instrument a model was shown: a line a bar, `open_ms open high low close volume`.

    `blocks` are the records they were written in, as (seq, mac, at_ms); `wanted` how many the snapshot names.
    """

    instrument_id: InstrumentId
    rows: str
    count: int
    wanted: int
    blocks: tuple[tuple[int, str, int], ...]


@dataclass(frozen=True, slots=True)
class OrderChain:
    """One order's records in the order of writing: its decision's, its own, and those of its AI logs.

    Empty `records` when the journal knows no such order. `snapshot` is what the model was shown, `bars`
    those of the order's own pair; both None without a decision, or where nothing was frozen.
    """

    client_order_id: str
    records: tuple[Sealed, ...]
    snapshot: Sealed | None = None
    bars: SealedBars | None = None
