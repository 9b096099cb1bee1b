"""Other venues' prices as rows: one pair at every venue, and every pair across the venues."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.instrument import InstrumentId, base_of
from terminal.domain.references import FRESH_S, ReferenceLink, ReferencePrice
from terminal.ui import formatting as f
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.market_rows import MarketRow, market_row
from terminal.ui.viewmodels.rows import MISSING, Column

NOT_LISTED: Final = "not listed here"
NO_BOOK: Final = "no price yet"
AWAY: Final = "not connected"
_PUBLIC: Final = "Public prices only: the program has no key there, and nothing can be sent."


@dataclass(frozen=True, slots=True)
class VenueRow:
    """What one venue asks for one pair. `own`: the title of the venue orders go to.

    Prices in quote currency, `basis_bp` in basis points of our own mid. `decimals` of the price step there.
    """

    title: str
    own: str
    base: str
    bid: Decimal | None = None
    ask: Decimal | None = None
    decimals: int | None = None
    basis_bp: float | None = None
    age_s: int | None = None
    stale: bool = True
    listed: bool = True
    connected: bool = True
    heard: str = ""

    @property
    def is_own(self) -> bool:
        return self.title == self.own

    @property
    def mid(self) -> Decimal | None:
        return None if self.bid is None or self.ask is None else (self.bid + self.ask) / 2

    @property
    def spread(self) -> Decimal | None:
        """Spread as a fraction of the mid price; None without both sides."""
        if self.bid is None or self.ask is None or not self.mid:
            return None
        return (self.ask - self.bid) / self.mid

    @property
    def mid_text(self) -> str:
        """One digit more than the step: the middle may lie between two prices."""
        return f.number(self.mid, None if self.decimals is None else self.decimals + 1)

    @property
    def basis_text(self) -> str:
        return f.DASH if self.basis_bp is None else f.bp_text(self.basis_bp, signed=True)

    @property
    def age_text(self) -> str:
        """How old the price is, or why there is none."""
        if not self.listed:
            return NOT_LISTED
        if self.age_s is not None:
            return f.age(self.age_s)
        return NO_BOOK if self.connected else AWAY

    @property
    def tone(self) -> str:
        return "muted" if self.stale else "text"

    @property
    def age_tone(self) -> str:
        return "amber" if self.listed and self.stale and self.age_s is not None else "muted"


@dataclass(frozen=True, slots=True)
class PairRow:
    """One pair across the venues; `others` in the order of the settings."""

    own: VenueRow
    others: tuple[VenueRow, ...]
    dispersion_bp: float | None = None


def links_of(desk: Desk) -> tuple[ReferenceLink, ...]:
    """Give the venues that are compared; none before the first comparison."""
    return () if desk.venues.compared is None else desk.venues.compared.links


def pair_row(desk: Desk, instrument_id: InstrumentId) -> PairRow:
    """Read one pair at every venue, as old as it is now."""
    own = _own_row(desk, market_row(desk, instrument_id))
    compared = desk.venues.row_of(instrument_id)
    prices = {} if compared is None else {each.venue: each for each in compared.prices}
    others = tuple(_other_row(desk, own, link, prices.get(link.venue)) for link in links_of(desk))
    fresh = any(each.basis_bp is not None for each in others)
    return PairRow(own, others, compared.dispersion_bp if compared is not None and fresh else None)


def pair_rows(desk: Desk) -> tuple[tuple[str, PairRow], ...]:
    return tuple((each, pair_row(desk, each)) for each in ALLOWED_INSTRUMENTS)


def _own_row(desk: Desk, row: MarketRow) -> VenueRow:
    title, stream = desk.venues.traded.title, desk.streams.get("public")
    return VenueRow(
        title,
        title,
        base_of(row.instrument_id),
        row.bid,
        row.ask,
        row.decimals,
        age_s=row.age_s,
        stale=row.stale,
        connected=stream is not None and stream.connected,
    )


def _other_row(desk: Desk, own: VenueRow, link: ReferenceLink, price: ReferencePrice | None) -> VenueRow:
    if price is None:
        return VenueRow(link.title, own.title, own.base, connected=link.connected, heard=link.text)
    age_s = desk.venues.age_s(price)
    return VenueRow(
        link.title,
        own.title,
        own.base,
        price.bid,
        price.ask,
        price.decimals,
        desk.venues.basis_bp(price),
        None if age_s is None else int(age_s),
        stale=age_s is None or age_s > FRESH_S,
        listed=price.listed is not False,
        connected=link.connected,
        heard=link.text,
    )


# -- words ------------------------------------------------------------------------


def venue_tip(row: VenueRow) -> str:
    """Say in full what one venue asks for the pair."""
    if row.is_own:
        words = f"{row.title}: your orders go here, and the others are compared with its middle."
        return "\n".join((words, *_book(row)))
    if not row.listed:
        return f"{row.title} does not list {row.base}: there is nothing to compare here."
    if row.age_s is None:
        return f"{row.title}: {row.heard or NO_BOOK}. No whole order book of {row.base} has come from there."
    return "\n".join((f"{row.title}: {row.heard}", *_book(row), _compared(row), _PUBLIC))


def _book(row: VenueRow) -> tuple[str, ...]:
    if row.mid is None:
        return ("No bid and ask: the order book is being loaded or repaired.",)
    return (
        f"bid {f.number(row.bid, row.decimals)}   ask {f.number(row.ask, row.decimals)}",
        f"spread {f.basis_points(row.spread, 2)} bp, heard {f.age(row.age_s)} ago",
    )


def _compared(row: VenueRow) -> str:
    if row.stale:
        return f"Older than {FRESH_S:g} s: shown grey, and compared with nothing."
    if row.basis_bp is None:
        return f"Not compared: {row.own}'s own price is not fresh."
    if row.basis_bp == 0:
        return f"Its middle is the same as {row.own}'s."
    way = "above" if row.basis_bp > 0 else "below"
    return f"Its middle is {f.bp_text(abs(row.basis_bp))} bp {way} {row.own}'s."


def _apart_tip(row: PairRow) -> str:
    if row.dispersion_bp is None:
        return "No other venue's price is fresh: nothing to compare."
    return f"The dearest and the cheapest fresh middle of {row.own.base} lie {f.bp_text(row.dispersion_bp)} bp apart."


# -- columns ----------------------------------------------------------------------


def _sortable(value: Decimal | float | None) -> float:
    return MISSING if value is None else float(value)


VENUE_COLUMNS: Final[tuple[Column[VenueRow], ...]] = (
    Column("Venue", lambda r: r.title, lambda r: r.title, "HashKey", right=False),
    Column("Bid", lambda r: f.number(r.bid, r.decimals), lambda r: _sortable(r.bid), "90,755.30", lambda r: r.tone),
    Column("Ask", lambda r: f.number(r.ask, r.decimals), lambda r: _sortable(r.ask), "90,755.30", lambda r: r.tone),
    Column("Middle", lambda r: r.mid_text, lambda r: _sortable(r.mid), "90,755.305", lambda r: r.tone, drop=2),
    Column(
        "Spread bp",
        lambda r: f.basis_points(r.spread, 2),
        lambda r: _sortable(r.spread),
        "10.25",
        lambda r: r.tone,
        drop=1,
    ),
    Column("Basis bp", lambda r: r.basis_text, lambda r: _sortable(r.basis_bp), "−10.2", lambda r: r.tone),
    Column(
        "Age", lambda r: r.age_text, lambda r: _sortable(r.age_s), NOT_LISTED, lambda r: r.age_tone, narrow="59 min"
    ),
)


def pair_columns(own: str, others: tuple[str, ...]) -> tuple[Column[PairRow], ...]:
    """Give the columns for these venues, by their titles: our own middle, then each venue's, then how far apart."""
    each = [column for at, title in enumerate(others) for column in _columns_at(at, title)]
    return (
        Column("Pair", lambda r: r.own.base, lambda r: r.own.base, "DOGE", right=False),
        Column(
            own, lambda r: r.own.mid_text, lambda r: _sortable(r.own.mid), "90,755.35", lambda r: r.own.tone, drop=1
        ),
        *each,
        Column(
            "Apart bp",
            lambda r: f.DASH if r.dispersion_bp is None else f.bp_text(r.dispersion_bp),
            lambda r: _sortable(r.dispersion_bp),
            "10.2",
            tip=_apart_tip,
        ),
    )


def _columns_at(at: int, title: str) -> tuple[Column[PairRow], ...]:
    def tip(row: PairRow) -> str:
        return venue_tip(row.others[at])

    return (
        Column(
            title,
            lambda r: r.others[at].mid_text,
            lambda r: _sortable(r.others[at].mid),
            "90,755.355",
            lambda r: r.others[at].tone,
            tip,
            drop=4,
        ),
        Column(
            f"{title} spread",
            lambda r: f.basis_points(r.others[at].spread, 2),
            lambda r: _sortable(r.others[at].spread),
            "10.25",
            lambda r: r.others[at].tone,
            tip,
            drop=5,
        ),
        Column(
            f"{title} bp",
            lambda r: r.others[at].basis_text if r.others[at].listed else "not listed",
            lambda r: _sortable(r.others[at].basis_bp),
            "−10.2",
            lambda r: r.others[at].tone,
            tip,
        ),
        Column(
            f"{title} age",
            lambda r: f.age(r.others[at].age_s),
            lambda r: _sortable(r.others[at].age_s),
            "59 min",
            lambda r: r.others[at].age_tone,
            tip,
            drop=3,
        ),
    )
