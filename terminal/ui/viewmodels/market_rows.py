"""Market watch as rows: one per allowed pair, updated in place from the desk."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.instrument import InstrumentId, base_of
from terminal.domain.market import Funding, Ticker
from terminal.ui import formatting as f
from terminal.ui.theme.look import LOOK
from terminal.ui.theme.tokens import TINT_MS
from terminal.ui.viewmodels import elsewhere as e
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.price_trail import WORDS as TRAIL_WORDS
from terminal.ui.viewmodels.price_trail import PriceTrail
from terminal.ui.viewmodels.rows import MISSING, Column, RowsModel

AGE_TICK_MS: Final = 1_000
_MILLION: Final = Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class Tint:
    """Digits from `start` on changed, upwards or down."""

    start: int
    up: bool


@dataclass(frozen=True, slots=True)
class MarketRow:
    """What one pair shows. Prices in quote currency; None where the venue sent nothing."""

    instrument_id: InstrumentId
    decimals: int | None = None
    ticker: Ticker | None = None
    bid: Decimal | None = None
    ask: Decimal | None = None
    funding: Funding | None = None
    age_s: int | None = None
    stale: bool = True
    tint: Tint | None = None
    trail: tuple[float, ...] = ()
    funding_left_s: int | None = None
    elsewhere: e.Elsewhere | None = None
    product: str = "perpetual"

    @property
    def last(self) -> Decimal | None:
        return self.ticker.last if self.ticker else None

    @property
    def change(self) -> Decimal | None:
        return self.ticker.change_24h if self.ticker else None

    @property
    def mark(self) -> Decimal | None:
        return self.ticker.mark if self.ticker else None

    @property
    def spread(self) -> Decimal | None:
        """Spread as a fraction of the mid price; None without both sides."""
        if self.bid is None or self.ask is None or self.bid + self.ask == 0:
            return None
        return 2 * (self.ask - self.bid) / (self.bid + self.ask)

    @property
    def basis(self) -> Decimal | None:
        """Mark above the index as a fraction; None without both."""
        index = self.ticker.index if self.ticker else None
        return None if self.mark is None or not index else self.mark / index - 1

    @property
    def volume_millions(self) -> Decimal | None:
        """Turnover of 24 h in millions of quote currency."""
        volume = self.ticker.quote_volume_24h if self.ticker else None
        return None if volume is None else volume / _MILLION

    @property
    def trail_change(self) -> Decimal | None:
        """Change over the trail as a fraction; None before its second price."""
        if len(self.trail) < 2 or not self.trail[0]:
            return None
        return Decimal(str(self.trail[-1] / self.trail[0] - 1))

    def price(self, value: Decimal | None) -> str:
        return f.number(value, self.decimals)


def market_row(
    desk: Desk, instrument_id: InstrumentId, tint: Tint | None = None, trail: tuple[float, ...] = ()
) -> MarketRow:
    """Read one pair's row from the desk; `tint` and `trail` are not the desk's to know."""
    shape = desk.instruments.get(instrument_id)
    book = desk.books.get(instrument_id)
    bid = book.best_bid if book and book.synchronised else None
    ask = book.best_ask if book and book.synchronised else None
    age_s = desk.quote_age_s(instrument_id)
    return MarketRow(
        instrument_id,
        shape.price_decimals if shape else None,
        desk.tickers.get(instrument_id),
        bid.price if bid else None,
        ask.price if ask else None,
        desk.funding.get(instrument_id),
        None if age_s is None else int(age_s),
        stale=age_s is None or age_s > desk.limits.quote_age_s,
        tint=tint,
        trail=trail,
        funding_left_s=_left_s(desk, desk.funding.get(instrument_id)),
        elsewhere=e.elsewhere_of(desk, instrument_id),
        product=desk.venues.product_word,
    )


def _left_s(desk: Desk, funding: Funding | None) -> int | None:
    """Seconds of the market's clock until funding is paid; None when no time is known."""
    if funding is None or not funding.next_ms:
        return None
    return max(0, (funding.next_ms - desk.now_ms()) // 1_000)


def tone_of(value: Decimal | None, *, stale: bool = False) -> str:
    """Palette role of a signed figure: rise, fall, or muted when stale, missing or zero."""
    if stale or value is None or value == 0:
        return "muted"
    return "rise" if value > 0 else "fall"


def _price_tone(row: MarketRow) -> str:
    return "muted" if row.stale else "text"


def _age_tone(row: MarketRow) -> str:
    return "amber" if row.stale and row.age_s is not None else "muted"


def _sortable(value: Decimal | None) -> float:
    return MISSING if value is None else float(value)


def _low(row: MarketRow) -> Decimal | None:
    return row.ticker.low_24h if row.ticker else None


def _high(row: MarketRow) -> Decimal | None:
    return row.ticker.high_24h if row.ticker else None


def _tip(row: MarketRow) -> str:
    name = f"{base_of(row.instrument_id)} {row.product}"
    ticker, funding = row.ticker, row.funding
    if ticker is None:
        return f"{name}\nNo quote yet: the market stream has not delivered this pair."
    lines = [
        f"{name}, quote {f.age(row.age_s)} old" + (": stale, the market stream is silent" if row.stale else ""),
        f"bid {row.price(row.bid)}   ask {row.price(row.ask)}   spread {f.basis_points(row.spread, 2)} bp",
        f"mark {row.price(row.mark)}   index {row.price(ticker.index)}",
        f"24 h range {row.price(ticker.low_24h)} to {row.price(ticker.high_24h)}",
        f"24 h volume {f.number(ticker.quote_volume_24h, 0)} USDT",
    ]
    if funding is not None:
        lines.append(f"funding {f.percent(funding.rate, 4, signed=True)}, next {f.both_times(funding.next_ms)}")
    if row.bid is None:
        lines.append("No bid and ask: the order book is being loaded or repaired.")
    return "\n".join(lines)


COLUMNS: Final[tuple[Column[MarketRow], ...]] = (
    Column("Pair", lambda r: base_of(r.instrument_id), lambda r: base_of(r.instrument_id), "DOGE", right=False),
    Column(
        "Last", lambda r: r.price(r.last), lambda r: _sortable(r.last), "90,755.3", _price_tone, paints=lambda r: r.tint
    ),
    Column(
        "24 h",
        lambda r: f.percent(r.change, signed=True),
        lambda r: _sortable(r.change),
        "−10.00 %",
        lambda r: tone_of(r.change, stale=r.stale),
    ),
    Column(
        "Trend",
        lambda r: f.percent(r.trail_change, signed=True),
        lambda r: _sortable(r.trail_change),
        "0000000",
        lambda r: tone_of(r.trail_change, stale=r.stale),
        lambda _: TRAIL_WORDS,
        paints=lambda r: r.trail,
        drop=2,
        narrow="0000",
    ),
    Column("Bid", lambda r: r.price(r.bid), lambda r: _sortable(r.bid), "90,755.3", _price_tone, drop=6),
    Column("Ask", lambda r: r.price(r.ask), lambda r: _sortable(r.ask), "90,755.3", _price_tone, drop=6),
    Column(
        "Spread bp", lambda r: f.basis_points(r.spread, 2), lambda r: _sortable(r.spread), "10.25", _price_tone, drop=3
    ),
    Column("Mark", lambda r: r.price(r.mark), lambda r: _sortable(r.mark), "90,755.3", _price_tone, drop=5),
    Column(
        "Funding",
        lambda r: f.percent(r.funding.rate if r.funding else None, 4, signed=True),
        lambda r: _sortable(r.funding.rate if r.funding else None),
        "+0.0100 %",
        _price_tone,
        drop=4,
    ),
    Column(
        "Next",
        lambda r: f.DASH if r.funding_left_s is None else f.countdown(r.funding_left_s),
        lambda r: MISSING if r.funding_left_s is None else r.funding_left_s,
        "7:59:59",
        lambda _: "muted",
        drop=4,
    ),
    Column(
        "Basis bp",
        lambda r: f.basis_points(r.basis, 1, signed=True),
        lambda r: _sortable(r.basis),
        "−10.2",
        _price_tone,
        drop=7,
    ),
    Column("Low 24 h", lambda r: r.price(_low(r)), lambda r: _sortable(_low(r)), "90,755.3", _price_tone, drop=8),
    Column("High 24 h", lambda r: r.price(_high(r)), lambda r: _sortable(_high(r)), "90,755.3", _price_tone, drop=8),
    Column(
        "Vol M",
        lambda r: f.number(r.volume_millions, 1),
        lambda r: _sortable(r.volume_millions),
        "1,234.5",
        _price_tone,
        drop=7,
    ),
    Column(
        e.BASIS_TITLE,
        lambda r: e.widest_text(r.elsewhere),
        lambda r: e.widest_sort(r.elsewhere),
        "−10.2",
        _price_tone,
        lambda r: e.elsewhere_tip(r.elsewhere),
        drop=1,
    ),
    Column(
        e.AGE_TITLE,
        lambda r: e.oldest_text(r.elsewhere),
        lambda r: e.oldest_sort(r.elsewhere),
        "59 min",
        lambda r: e.age_tone(r.elsewhere),
        lambda r: e.elsewhere_tip(r.elsewhere),
        drop=6,
    ),
    Column(
        "Age",
        lambda r: f.age(r.age_s),
        lambda r: MISSING if r.age_s is None else r.age_s,
        "59 min",
        _age_tone,
    ),
)


TREND_COLUMN: Final = next(at for at, column in enumerate(COLUMNS) if column.title == "Trend")


class MarketModel(RowsModel[MarketRow]):
    """Eight rows that follow the desk; only rows that changed are announced.

    Signals:
        live_changed: another number of quotes is fresh.
    """

    live_changed = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(COLUMNS, parent, row_tip=_tip)
        self._desk = desk
        self._trail = PriceTrail(desk, self)
        self._trail.sampled.connect(self.refresh_all)
        self._fade = QTimer(self)
        self._fade.setSingleShot(True)
        self._fade.setInterval(TINT_MS)
        self._fade.timeout.connect(self._clear_tints)
        self._ages = QTimer(self)
        self._ages.setInterval(AGE_TICK_MS)
        self._ages.timeout.connect(self.refresh_all)
        self._ages.start()
        self.replace((item, market_row(desk, item)) for item in ALLOWED_INSTRUMENTS)
        self._live = self.live_count
        desk.quotes_changed.connect(self.refresh)
        desk.funding_changed.connect(self._on_funding)
        desk.instruments_changed.connect(self.refresh_all)

    @property
    def live_count(self) -> int:
        return sum(not row.stale for row in self.rows)

    def _on_funding(self, funding: Funding) -> None:
        self.refresh({funding.instrument_id})

    def refresh_all(self) -> None:
        self.refresh(ALLOWED_INSTRUMENTS)

    def refresh(self, instruments: Iterable[InstrumentId]) -> None:
        """Read these pairs again; those outside the eight are not shown."""
        for item in instruments:
            before = self.row(item)
            if before is None:
                continue
            after = market_row(self._desk, item, before.tint, self._trail.of(item))
            tint = changed_digits(before, after) if LOOK.choice.flash else None
            if tint is not None:
                after = replace(after, tint=tint)
                if not self._fade.isActive():
                    self._fade.start()
            self.put(item, after)
        if self.live_count != self._live:
            self._live = self.live_count
            self.live_changed.emit()

    def _clear_tints(self) -> None:
        for row in self.rows:
            if row.tint is not None:
                self.put(row.instrument_id, replace(row, tint=None))


def changed_digits(before: MarketRow, after: MarketRow) -> Tint | None:
    """Find where the shown last price begins to differ; None when it does not."""
    if before.last is None or after.last is None or before.last == after.last:
        return None
    old, new = before.price(before.last), after.price(after.last)
    start = next((at for at, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    return Tint(start, up=after.last > before.last)
