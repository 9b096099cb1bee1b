"""Freezes the inputs of one decision cycle."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from terminal.domain.instrument import InstrumentId, base_of
from terminal.domain.order import ZERO, PositionSide
from terminal.domain.records import ChainHead
from terminal.domain.snapshot import SCHEMA, InstrumentView, MarketSnapshot, Question
from terminal.domain.snapshot_facts import Missing
from terminal.ports.chance import Chance
from terminal.ports.clock import Clock
from terminal.services.ids import fresh_id
from terminal.services.market.hub import MarketHub
from terminal.services.positions.portfolio import Portfolio
from terminal.services.review.snapshot_facts import FactGatherer


@dataclass(frozen=True, slots=True)
class Built:
    """The snapshot (None when nothing can be decided), and in words what is missing from it.

    `left_out` are the pairs without whole inputs, each with why.
    """

    snapshot: MarketSnapshot | None
    missing: tuple[str, ...]
    left_out: tuple[tuple[InstrumentId, str], ...] = ()


class SnapshotBuilder:
    """Builds snapshots of closed bars that all end at the same moment.

    `offset_ms` tells the venue's clock less ours as last measured, None before that.
    """

    def __init__(
        self,
        hub: MarketHub,
        portfolio: Portfolio,
        gather: FactGatherer,
        clock: Clock,
        chance: Chance,
        *,
        venue: str,
        offset_ms: Callable[[], float | None],
        simulated: bool,
    ) -> None:
        self._hub = hub
        self._portfolio = portfolio
        self._gather = gather
        self._venue = venue
        self._offset_ms = offset_ms
        self._clock = clock
        self._chance = chance
        self._simulated = simulated

    def build(
        self, cycle_id: str, wanted: tuple[InstrumentId, ...], head: ChainHead, question: Question | None
    ) -> Built:
        """Take what is known now; an instrument without fresh, complete inputs is left out and named."""
        self._hub.catch_up()
        balance = self._portfolio.balance
        now_ms = self._clock.now_ms()
        close_ms = max((self._hub.series(each).newest_close_ms or 0 for each in wanted), default=0)
        views: list[InstrumentView] = []
        missing: list[str] = []
        left_out: list[tuple[InstrumentId, str]] = []
        for instrument_id in wanted:
            view = self._view(instrument_id, close_ms, now_ms)
            if isinstance(view, InstrumentView):
                views.append(view)
            else:
                missing.append(f"{base_of(instrument_id)}: {view}")
                left_out.append((instrument_id, view))
        if balance is None:
            missing.append("the balance is not known yet")
        if not views or balance is None:
            return Built(None, tuple(missing), tuple(left_out))
        offset_ms = self._offset_ms()
        snapshot = MarketSnapshot(
            snapshot_id=fresh_id("snap", now_ms, self._chance),
            cycle_id=cycle_id,
            created_ms=now_ms,
            bar_close_ms=close_ms,
            interval=self._hub.interval,
            views=tuple(views),
            equity=balance.equity,
            available=balance.available,
            journal_seq=head.seq,
            journal_head=head.mac,
            simulated=self._simulated,
            question=question,
            schema=SCHEMA,
            venue=self._venue,
            clock_offset_ms=None if offset_ms is None else round(float(offset_ms), 1),
            account=self._gather.account(),
            limits=self._gather.limits(),
            left_out=tuple(Missing(name, why) for name, why in left_out),
            can_short=self._gather.can_short,
        )
        return Built(snapshot, tuple(missing), tuple(left_out))

    def _view(self, instrument_id: InstrumentId, close_ms: int, now_ms: int) -> InstrumentView | str:
        rules = self._hub.instruments.get(instrument_id)
        if rules is None:
            return "the venue does not list it"
        series = self._hub.series(instrument_id)
        if series.newest_close_ms != close_ms or close_ms == 0:
            return "its newest bar is missing"
        quote = self._hub.quote(instrument_id)
        if quote.last is None or quote.bid is None or quote.ask is None:
            return "no live price"
        return InstrumentView(
            instrument=rules,
            candles=series.closed,
            last=quote.last,
            bid=quote.bid,
            ask=quote.ask,
            mark=quote.mark,
            funding_rate=self._funding_rate(instrument_id),
            quote_age_s=quote.age_s,
            held_long=self._portfolio.held(instrument_id, PositionSide.LONG),
            held_short=self._portfolio.held(instrument_id, PositionSide.SHORT),
            facts=self._gather.of(rules, quote, now_ms),
        )

    def _funding_rate(self, instrument_id: InstrumentId) -> Decimal | None:
        """None until the venue has told it; on spot nothing is charged, and that is known."""
        funding = self._hub.fundings.get(instrument_id)
        if funding is not None:
            return funding.rate
        return None if self._gather.can_short else ZERO
