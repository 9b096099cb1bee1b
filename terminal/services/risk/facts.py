"""Gathers what the gate looks at, all at one moment."""

from dataclasses import dataclass, field
from decimal import Decimal

from terminal.domain.account import LeverageSetting
from terminal.domain.capabilities import TradedVenue
from terminal.domain.instrument import InstrumentId
from terminal.domain.order import ZERO, Effect, OrderTerms
from terminal.domain.risk import RiskLimits
from terminal.domain.season import Season
from terminal.ports.clock import Clock
from terminal.services.ai_logs.outbox import AiLogOutbox
from terminal.services.market.hub import MarketHub
from terminal.services.orders.ledger import OrderLedger
from terminal.services.pace import PaceBook
from terminal.services.positions.portfolio import Portfolio
from terminal.services.risk.context import DecisionFacts, RiskContext, RiskStage
from terminal.services.trading_switch import TradingSwitch


@dataclass(frozen=True, slots=True)
class RiskFacts:
    """The services the gate's facts come from. `leverage` holds what was read back."""

    limits: RiskLimits
    clock: Clock
    switch: TradingSwitch
    hub: MarketHub
    portfolio: Portfolio
    ledger: OrderLedger
    outbox: AiLogOutbox
    pace: PaceBook
    leverage: dict[InstrumentId, LeverageSetting]
    season: Season = field(default_factory=Season)
    venue: TradedVenue = field(default_factory=TradedVenue)

    def leverage_of(self, instrument_id: InstrumentId) -> int | None:
        if not self.venue.capabilities.leverage:
            return 1  # bought with what is there
        setting = self.leverage.get(instrument_id)
        return None if setting is None else setting.in_force

    def gross_notional(self) -> Decimal:
        """Positions at live prices plus what working openings may still add."""
        waiting = sum(
            (
                order.open_size * order.terms.expected_price
                for order in self.ledger.at_venue()
                if order.terms.effect is Effect.OPEN
            ),
            ZERO,
        )
        return self.portfolio.positions_notional() + waiting

    def context(self, terms: OrderTerms, stage: RiskStage, decision: DecisionFacts | None) -> RiskContext:
        """Freeze everything one check may look at."""
        instrument_id = terms.instrument_id
        unknown = self.ledger.unknown()
        return RiskContext(
            stage=stage,
            terms=terms,
            limits=self.limits,
            state=self.switch.state,
            state_reason=self.switch.reason,
            pause=self.switch.pause_of(instrument_id),
            decision=decision,
            now_ms=self.clock.now_ms(),
            instrument=self.hub.instruments.get(instrument_id),
            quote=self.hub.quote(instrument_id),
            balance=self.portfolio.balance,
            positions=self.portfolio.positions,
            working=self.ledger.at_venue(),
            gross_notional=self.gross_notional(),
            leverage=self.leverage_of(instrument_id),
            pace=self.pace.figures(instrument_id, terms.side),
            unknown_orders=len(unknown),
            unknown_here=any(order.terms.instrument_id == instrument_id for order in unknown),
            day_start_equity=self.portfolio.day_start_equity,
            peak_equity=self.portfolio.peak_equity,
            log_overdue_s=self.outbox.overdue_s(),
            logs_needing_hand=self.outbox.needing_hand(),
            is_frozen=instrument_id in self.switch.frozen,
            season_pairs=self.season.pairs,
            venue=self.venue,
            positions_fresh=self.portfolio.read_s >= self.ledger.filled_s.get(instrument_id, float("-inf")),
        )
