"""Made-up but sensible domain objects."""

from decimal import Decimal
from typing import Any

from terminal.domain.decision import Action, Decision, Evidence
from terminal.domain.instrument import Instrument, InstrumentId, perpetual
from terminal.domain.market import BookLevel, Candle, Interval, OrderBook, Ticker
from terminal.domain.order import Effect, Order, OrderKind, OrderState, OrderTerms, Origin, Side, TimeInForce

D = Decimal
BTC = perpetual("BTC")
ETH = perpetual("ETH")


def make_instrument(instrument_id: InstrumentId = BTC, **changes: Any) -> Instrument:
    values: dict[str, Any] = {
        "instrument_id": instrument_id,
        "price_step": D("0.1"),
        "size_step": D("0.0001"),
        "min_size": D("0.0001"),
        "max_size": D(1_200),
        "max_position_size": D(10_000),
        "max_market_open_size": D(500),
        "min_leverage": 1,
        "max_leverage": 400,
        "maker_fee": D("0.0002"),
        "taker_fee": D("0.0008"),
        "buy_limit_ratio": D("0.01"),
        "sell_limit_ratio": D("0.01"),
    }
    return Instrument(**(values | changes))


def make_terms(**changes: Any) -> OrderTerms:
    values: dict[str, Any] = {
        "instrument_id": BTC,
        "side": Side.BUY,
        "effect": Effect.OPEN,
        "kind": OrderKind.MARKET,
        "tif": TimeInForce.IOC,
        "size": D("0.0050"),
        "price": None,
        "leverage": 5,
        "stop_price": D("59000.0"),
        "target_price": D("62000.0"),
        "reference_price": D("60001.0"),
    }
    return OrderTerms(**(values | changes))


def make_order(state: OrderState = OrderState.SUBMITTING, **changes: Any) -> Order:
    values: dict[str, Any] = {
        "client_order_id": "c1",
        "terms": make_terms(),
        "origin": Origin.AI,
        "decision_id": "d1",
        "state": state,
        "created_ms": 1_760_000_400_000,
    }
    return Order(**(values | changes))


def make_decision(decision_id: str = "d1", **changes: Any) -> Decision:
    values: dict[str, Any] = {
        "decision_id": decision_id,
        "cycle_id": "cycle",
        "instrument_id": BTC,
        "action": Action.OPEN_LONG,
        "confidence": 0.62,
        "entry_price": None,
        "reference_price": D("60000.0"),
        "stop_price": D("59000.0"),
        "target_price": D("62000.0"),
        "risk_fraction": D("0.005"),
        "horizon_min": 240,
        "expected_value_bp": 14.0,
        "invalidation": "close below 59400",
        "explanation": "Trend up on 15m and 1h, funding neutral.",
        "evidence": (Evidence("BTC.trend", "Trend", "+0.4 %", 0.3),),
        "model": "made-up-model 1",
        "snapshot_sha256": "00" * 32,
        "input_json": '{"close":60000.0,"features":{"trend":0.004}}',
        "output_json": '{"p":0.62}',
        "created_ms": 1_760_000_400_000,
        "simulated": False,
    }
    return Decision(**(values | changes))


def make_ticker(instrument_id: InstrumentId = BTC, price: str = "60000.0", **changes: Any) -> Ticker:
    last = D(price)
    values: dict[str, Any] = {
        "instrument_id": instrument_id,
        "last": last,
        "mark": last,
        "index": last,
        "change_24h": D("0.01"),
        "high_24h": last,
        "low_24h": last,
        "base_volume_24h": D(1_000),
        "quote_volume_24h": D(60_000_000),
        "ts_event_ms": 1,
    }
    return Ticker(**(values | changes))


def make_book(instrument_id: InstrumentId = BTC, price: str = "60000.0", **changes: Any) -> OrderBook:
    mid = D(price)
    values: dict[str, Any] = {
        "instrument_id": instrument_id,
        "bids": (BookLevel(mid - 1, D(5)),),
        "asks": (BookLevel(mid + 1, D(5)),),
        "version": 1,
        "synchronised": True,
        "ts_event_ms": 1,
    }
    return OrderBook(**(values | changes))


def make_candles(
    end_ms: int, count: int = 60, interval: Interval = Interval.M15, price: float = 60_000.0
) -> tuple[Candle, ...]:
    """Bars up to `end_ms`; the last one is forming."""
    newest = end_ms - end_ms % interval.ms
    opens = [newest - interval.ms * back for back in range(count - 1, -1, -1)]
    return tuple(Candle(at, price, price + 5, price - 5, price, 10.0, closed=at != newest) for at in opens)
