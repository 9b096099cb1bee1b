"""Gathers, at one moment, what a snapshot holds beside bars and best prices.

A figure declared as a float is made one here, also when its source is a whole number: 3 and 3.0
are two canonical texts, and a snapshot read back from the journal must hash as it did.
"""

from decimal import Decimal
from typing import Final

from terminal.domain.instrument import Instrument, InstrumentId
from terminal.domain.order import ZERO, Effect, PositionSide
from terminal.domain.position import Position
from terminal.domain.references import ReferencePrice
from terminal.domain.snapshot_facts import (
    AccountFacts,
    CostFacts,
    FundingFacts,
    HeldFacts,
    LimitFacts,
    Missing,
    OpenInterestFacts,
    PriceFacts,
    VenueReference,
    ViewFacts,
)
from terminal.services.market.book_facts import book_facts
from terminal.services.market.quote import Quote
from terminal.services.market.references import ReferenceDesk
from terminal.services.risk.facts import RiskFacts

REFERENCE_VENUES: Final = ("hashkey", "woox", "bitz")
_NOT_CONNECTED: Final = "no other venue is connected"
_MINUTE_MS: Final = 60_000


class FactGatherer:
    """Reads the services; keeps nothing. Without `references` nothing is compared."""

    def __init__(self, facts: RiskFacts, references: ReferenceDesk | None = None) -> None:
        self._facts = facts
        self._references = references

    def of(self, rules: Instrument, quote: Quote, now_ms: int) -> ViewFacts:
        """Give an instrument's facts. `quote` has last, bid and ask."""
        name = rules.instrument_id
        book = self._facts.hub.books.get(name)
        probe = self._quote_limit(self._facts.limits.order_notional)
        around = None if book is None or not book.synchronised else book_facts(book, probe)
        funding, interest = self._funding(name, now_ms), self._interest(name, quote)
        working = self._working(name)
        leverage = self._facts.leverage_of(name)
        known = {"book": around, "funding": funding, "open_interest": interest, "leverage": leverage}
        reasons = _WHY if self.can_short else _WHY | _WHY_ON_SPOT
        missing = [Missing(field, why) for field, why in reasons.items() if known[field] is None]
        missing += _price_gaps(quote)
        if around is not None and probe is None:
            missing.append(Missing("slippage", "the equity at the start of the day is not known yet"))
        compared, dispersion_bp, gaps = self._compared(name)
        return ViewFacts(
            prices=self._prices(name, quote),
            book=around,
            cost=_cost(rules, quote),
            funding=funding,
            open_interest=interest,
            positions=tuple(self._held(each) for each in self._facts.portfolio.positions if each.instrument_id == name),
            working_orders=len(working),
            working_quote=sum(working, ZERO),
            leverage=leverage,
            references=compared,
            dispersion_bp=dispersion_bp,
            missing=(*missing, *gaps),
        )

    def account(self) -> AccountFacts | None:
        """Give the account's facts; None before its first reading."""
        portfolio = self._facts.portfolio
        balance, live = portfolio.balance, portfolio.live_equity()
        if balance is None or live is None:
            return None
        held = [(each, self._notional(each)) for each in portfolio.positions]
        gross = sum((worth for _, worth in held), ZERO)
        net = sum((worth if each.side is PositionSide.LONG else -worth for each, worth in held), ZERO)
        start, peak = portfolio.day_start_equity, portfolio.peak_equity
        day = None if start is None else live - start
        read_s = portfolio.read_s
        return AccountFacts(
            live_equity=live,
            unrealized_pnl=balance.unrealized_pnl + live - balance.equity,
            day_start_equity=start,
            day_pnl=day,
            day_pnl_pct=None if day is None or not start else _share(day, start, 100),
            drawdown_pct=None if not peak else max(0.0, _share(peak - live, peak, 100)),
            gross_quote=gross,
            net_quote=net,
            gross_exposure_x=_share(gross, live, 1) if live > 0 else None,
            net_exposure_x=_share(net, live, 1) if live > 0 else None,
            open_positions=len(held),
            working_orders=len(self._facts.ledger.at_venue()),
            account_age_s=_age(self._facts.clock.monotonic_s() - read_s),
        )

    @property
    def can_short(self) -> bool:
        """False where the venue trades spot: what is not held cannot be sold."""
        return self._facts.venue.capabilities.short

    def limits(self) -> LimitFacts:
        limits, portfolio = self._facts.limits, self._facts.portfolio
        gross = self._quote_limit(limits.gross_notional)
        live, start = portfolio.live_equity(), portfolio.day_start_equity
        loss = None if start is None or live is None else max(ZERO, live - start * (1 - limits.daily_loss_halt))
        return LimitFacts(
            trading_state=self._facts.switch.state.value,
            max_leverage=limits.max_leverage,
            risk_per_trade=limits.risk_per_trade,
            order_quote=self._quote_limit(limits.order_notional),
            position_quote=self._quote_limit(limits.position_notional),
            gross_quote=gross,
            gross_left_quote=None if gross is None else max(ZERO, gross - self._facts.gross_notional()),
            day_loss_left_quote=loss,
            quote_age_limit_s=float(limits.quote_age_s),
            stop_required=limits.stop_required,
        )

    # -- parts -----------------------------------------------------------------

    def _compared(self, name: InstrumentId) -> tuple[tuple[VenueReference, ...], float | None, list[Missing]]:
        """Other venues' prices at this moment, how far they lie apart, and what is missing of that."""
        desk = self._references
        if desk is None or not desk.venues:
            gaps = [Missing("references", _NOT_CONNECTED), Missing("dispersion_bp", _NOT_CONNECTED)]
            return tuple(VenueReference(venue, None, None) for venue in REFERENCE_VENUES), None, gaps
        row = desk.row(name)
        found = tuple(
            VenueReference(each.venue, each.basis_bp, each.age_s, each.mid, each.spread_bp, each.listed)
            for each in row.prices
        )
        gaps = [
            Missing(f"references.{each.venue}", _why_no_basis(each)) for each in row.prices if each.basis_bp is None
        ]
        if row.dispersion_bp is None:
            gaps.append(Missing("dispersion_bp", "no other venue's price is fresh"))
        return found, row.dispersion_bp, gaps

    def _quote_limit(self, fraction: Decimal) -> Decimal | None:
        start = self._facts.portfolio.day_start_equity
        return None if start is None else fraction * start

    def _prices(self, name: InstrumentId, quote: Quote) -> PriceFacts:
        ticker = self._facts.hub.tickers.get(name)
        mark, index = quote.mark, quote.index
        return PriceFacts(
            ticker_age_s=_age(quote.ticker_age_s),
            book_age_s=_age(quote.book_age_s),
            index=index,
            change_24h=None if ticker is None else ticker.change_24h,
            high_24h=None if ticker is None else ticker.high_24h,
            low_24h=None if ticker is None else ticker.low_24h,
            base_volume_24h=None if ticker is None else ticker.base_volume_24h,
            quote_volume_24h=None if ticker is None else ticker.quote_volume_24h,
            mark_index_bp=None if mark is None or not index else _share(mark - index, index, 10_000),
        )

    def _funding(self, name: InstrumentId, now_ms: int) -> FundingFacts | None:
        funding = self._facts.hub.fundings.get(name)
        if funding is None:
            return None
        minutes = round((funding.next_ms - now_ms) / _MINUTE_MS, 2)
        return FundingFacts(funding.next_ms, minutes, funding.interval_min, _age(self._facts.hub.funding_age_s(name)))

    def _interest(self, name: InstrumentId, quote: Quote) -> OpenInterestFacts | None:
        interest = self._facts.hub.interests.get(name)
        if interest is None:
            return None
        value = interest.quote_value
        if value is None and quote.mark is not None:
            value = interest.base_size * quote.mark
        return OpenInterestFacts(interest.base_size, value, _age(self._facts.hub.interest_age_s(name)))

    def _working(self, name: InstrumentId) -> list[Decimal]:
        """What each resting opening of the instrument may still add."""
        return [
            order.open_size * order.terms.expected_price
            for order in self._facts.ledger.at_venue()
            if order.terms.instrument_id == name and order.terms.effect is Effect.OPEN
        ]

    def _held(self, position: Position) -> HeldFacts:
        quote = self._facts.hub.quote(position.instrument_id)
        mark = quote.mark or quote.last
        return HeldFacts(
            side=position.side.value,
            size=position.size,
            entry_price=position.entry_price,
            leverage=position.leverage,
            notional_quote=self._notional(position),
            unrealized_pnl=position.unrealized_pnl if mark is None else position.pnl_at(mark),
            liquidation_price=position.liquidation_price,
        )

    def _notional(self, position: Position) -> Decimal:
        quote = self._facts.hub.quote(position.instrument_id)
        return position.size * (quote.mark or quote.last or position.entry_price)


_WHY: Final = {
    "book": "the order book is being repaired",
    "funding": "the venue has not told the funding rate yet",
    "open_interest": "the venue has not told the open interest yet",
    "leverage": "the leverage in force has not been read back yet",
}

_WHY_ON_SPOT: Final = {
    "funding": "spot pays no funding",
    "open_interest": "spot has no open contracts",
}


def _why_no_basis(price: ReferencePrice) -> str:
    if price.listed is False:
        return "the pair is not listed there"
    if price.mid is None:
        return "no whole order book has come from there yet"
    return f"its price is {price.age_s:.0f} s old, or ours is"


def _price_gaps(quote: Quote) -> list[Missing]:
    given = {"mark": quote.mark, "index": quote.index}
    return [Missing(name, "the venue's ticker does not carry it") for name, value in given.items() if value is None]


def _cost(rules: Instrument, quote: Quote) -> CostFacts:
    maker, taker = (round(1e4 * float(fee), 4) for fee in (rules.maker_fee, rules.taker_fee))
    spread = quote.spread
    through = None if spread is None else round(2 * taker + 1e4 * float(spread), 4)
    return CostFacts(maker, taker, round(2 * maker, 4), through)


def _share(part: Decimal, whole: Decimal, scale: int) -> float:
    return round(float(part / whole * scale), 4)


def _age(seconds: float) -> float:
    return round(float(seconds), 3)
