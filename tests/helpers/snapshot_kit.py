"""Snapshots of the newest schema, every fact filled in."""

from dataclasses import replace
from decimal import Decimal

from helpers import market_paths
from terminal.domain.snapshot import SCHEMA, MarketSnapshot
from terminal.domain.snapshot_facts import (
    AccountFacts,
    BookFacts,
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

D = Decimal


def view_facts(**changes) -> ViewFacts:
    fields = {
        "prices": PriceFacts(0.2, 0.1, D(100), D("0.012"), D(104), D(96), D(5_000), D(500_000), 1.25),
        "book": BookFacts(0.8, 15, 15, 0.2, -0.1, D(90_000), D(80_000), 0.05, D(5_000), 0.4, 0.5),
        "cost": CostFacts(2.0, 8.0, 4.0, 16.8),
        "funding": FundingFacts(1_760_428_800_000, 210.5, 480, 12.0),
        "open_interest": OpenInterestFacts(D(12_000), D(1_200_000), 33.0),
        "positions": (HeldFacts("LONG", D("0.5"), D(99), 5, D(50), D("0.5"), D(80)),),
        "working_orders": 1,
        "working_quote": D(25),
        "leverage": 5,
        "references": (VenueReference("hashkey", None, None),),
        "dispersion_bp": None,
        "missing": (Missing("references", "no other venue is connected"),),
    }
    return ViewFacts(**(fields | changes))


def account_facts(**changes) -> AccountFacts:
    fields = {
        "live_equity": D(10_000),
        "unrealized_pnl": D("0.5"),
        "day_start_equity": D(9_900),
        "day_pnl": D(100),
        "day_pnl_pct": 1.0101,
        "drawdown_pct": 0.0,
        "gross_quote": D(50),
        "net_quote": D(50),
        "gross_exposure_x": 0.005,
        "net_exposure_x": 0.005,
        "open_positions": 1,
        "working_orders": 1,
        "account_age_s": 1.5,
    }
    return AccountFacts(**(fields | changes))


def limit_facts(**changes) -> LimitFacts:
    fields = {
        "trading_state": "ACTIVE",
        "max_leverage": 5,
        "risk_per_trade": D("0.005"),
        "order_quote": D(4_950),
        "position_quote": D(19_800),
        "gross_quote": D(49_500),
        "gross_left_quote": D(49_425),
        "day_loss_left_quote": D(694),
        "quote_age_limit_s": 5.0,
        "stop_required": True,
    }
    return LimitFacts(**(fields | changes))


def full_snapshot(panel, **changes) -> MarketSnapshot:
    plain = market_paths.snapshot(panel)
    fields = {
        "views": tuple(replace(view, facts=view_facts()) for view in plain.views),
        "schema": SCHEMA,
        "venue": "weex",
        "clock_offset_ms": 3.0,
        "account": account_facts(),
        "limits": limit_facts(),
    }
    return replace(plain, **(fields | changes))
