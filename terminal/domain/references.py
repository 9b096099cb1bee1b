"""What other venues say of the same coins, beside our own price."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from terminal.domain.instrument import InstrumentId

FRESH_S: Final = 10.0  # a mid older than that is shown with its age and compared with nothing


@dataclass(frozen=True, slots=True)
class ReferencePrice:
    """One pair at one other venue. `venue` as settings call it (`woox`).

    `listed` is None until the venue has told its pairs. `mid` in quote currency, `spread_bp` of that mid,
    `basis_bp` is the venue's mid less ours, of ours; all None where no whole book is known. `age_s`:
    operator seconds since its book was last heard; a basis is only told while that is young and ours too.
    `bid` and `ask` are the best of that book, `decimals` how many its price step has there.
    """

    venue: str
    listed: bool | None
    mid: Decimal | None = None
    spread_bp: float | None = None
    basis_bp: float | None = None
    age_s: float | None = None
    bid: Decimal | None = None
    ask: Decimal | None = None
    decimals: int | None = None


@dataclass(frozen=True, slots=True)
class ReferenceRow:
    """One pair at all venues. `dispersion_bp`: the widest gap among all fresh mids, ours included, of ours.

    It is None until at least one other venue is fresh.
    """

    instrument_id: InstrumentId
    mid: Decimal | None
    age_s: float | None
    prices: tuple[ReferencePrice, ...]
    dispersion_bp: float | None


@dataclass(frozen=True, slots=True)
class ReferenceLink:
    """How another venue is heard: `title` is its name for a person, `text` plain words."""

    venue: str
    title: str
    connected: bool
    text: str


@dataclass(frozen=True, slots=True)
class ReferencesChanged:
    """The comparison as it is now; told about once a second while there are references."""

    rows: tuple[ReferenceRow, ...]
    links: tuple[ReferenceLink, ...]
    at_ms: int
