"""What both dialects show of the market in WEEX's own way, before they name it."""

from dataclasses import replace
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from terminal.sim.exchange.rules import MAX_LEVERAGE, MIN_LEVERAGE, ContractRules
from terminal.sim.market.candles import WEEK
from terminal.sim.market.types import PriceKind, Print
from terminal.sim.serving import market_view as shared
from terminal.sim.serving.digits import text
from terminal.sim.serving.market_view import TradeView

FUNDING_CYCLE_MINUTES = 480
PRICE_TYPES = {"LAST": PriceKind.LAST, "MARK": PriceKind.MARK, "INDEX": PriceKind.INDEX}
STREAM_PRICES = {"LAST_PRICE": PriceKind.LAST, "MARK_PRICE": PriceKind.MARK}
REST_INTERVALS = {
    "1m": 1,
    "5m": 5,
    "15m": 15,
    "30m": 30,
    "1h": 60,
    "4h": 240,
    "12h": 720,
    "1d": 1_440,
    "1w": WEEK,
}
_MINUTE_MS = 60_000


def history_end_ms(interval: int, limit: int, start_ms: int | None, end_ms: int | None) -> int | None:
    """Where a page of old candles ends: the end time wins over the start time."""
    if end_ms is None and start_ms is not None:
        return start_ms + limit * interval * _MINUTE_MS
    return end_ms


def trade_view(rules: ContractRules, trade: Print) -> TradeView:
    """The tape's ids are UUIDs here; they follow from the engine's."""
    return replace(shared.trade_view(rules, trade), trade_id=str(uuid5(NAMESPACE_OID, trade.trade_id)))


def contract_terms(rules: ContractRules) -> dict[str, Any]:
    """The fields of a contract that both dialects spell alike; figures as text."""
    ratio = text(rules.price_ratio)
    return {
        "delivery": ["00:00:00", "08:00:00", "16:00:00"],
        "forwardContractFlag": True,
        "minLeverage": MIN_LEVERAGE,
        "maxLeverage": MAX_LEVERAGE,
        "buyLimitPriceRatio": ratio,
        "sellLimitPriceRatio": ratio,
        "makerFeeRate": text(rules.maker_fee),
        "takerFeeRate": text(rules.taker_fee),
        "minOrderSize": text(rules.min_size),
        "maxOrderSize": text(rules.max_order_size),
        "maxPositionSize": text(rules.max_position_size),
        "marketOpenLimitSize": text(rules.market_open_limit),
    }
