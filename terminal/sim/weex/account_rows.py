"""The account's records with the field names that both dialects' streams use.

Source: reference section 9. Everything but flags is text. A dialect adds its
own words through `StreamNames`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from terminal.sim.exchange.records import Fill, Order, Position, Wallet
from terminal.sim.exchange.rules import MAKER_FEE, TAKER_FEE
from terminal.sim.exchange.terms import ZERO, Effect, MarginMode, OrderOrigin, OrderStatus
from terminal.sim.market.types import BookTif
from terminal.sim.serving.digits import text

TOTALS = (
    "deposit",
    "withdraw",
    "transfer_in",
    "transfer_out",
    "margin_move_in",
    "margin_move_out",
    "position_open_long",
    "position_open_short",
    "position_close_long",
    "position_close_short",
    "position_fill_fee",
    "position_liquidate_fee",
    "position_funding",
    "order_fill_fee_income",
    "order_liquidate_fee_income",
)
PENDING = ("deposit", "withdraw", "transfer_in", "transfer_out")
COMBINED = {"separatedMode": "COMBINED", "separatedOpenOrderId": "0"}


@dataclass(frozen=True, slots=True)
class StreamNames:
    """Words in which the streams of the dialects differ."""

    coin: str
    symbol: str
    cross_symbol: str
    symbols: Mapping[str, str]
    margin_modes: Mapping[MarginMode, str]
    times_in_force: Mapping[BookTif, str]
    statuses: Mapping[OrderStatus, str]
    wallet_mode: str


def position_figures(position: Position) -> dict[str, str]:
    """Size, values, fees and totals of a position."""
    return {
        "size": text(position.size),
        "openValue": text(position.open_value),
        "openFee": text(position.open_fee),
        "fundingFee": text(position.funding_fee),
        "isolatedMargin": text(position.isolated_margin),
        "cumOpenSize": text(position.cum_open_size),
        "cumOpenValue": text(position.cum_open_value),
        "cumOpenFee": text(position.cum_open_fee),
        "cumCloseSize": text(position.cum_close_size),
        "cumCloseValue": text(position.cum_close_value),
        "cumCloseFee": text(position.cum_close_fee),
        "cumFundingFee": text(position.cum_funding_fee),
        "cumLiquidateFee": text(position.cum_liquidate_fee),
    }


def wallet_totals(wallet: Wallet) -> dict[str, str]:
    """Running totals by their names in snake case."""
    return {name: text(wallet.totals.get(name, ZERO)) for name in TOTALS}


def camel(name: str) -> str:
    """`transfer_in` is `TransferIn`."""
    return "".join(part.capitalize() for part in name.split("_"))


@cache
def snake(name: str) -> str:
    """`cumOpenSize` is `cum_open_size`."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def price_text(price: Decimal | None, nothing: str) -> str:
    return nothing if price is None else f"{price:f}"


def order_row(order: Order, names: StreamNames) -> dict[str, Any]:
    """An order, without the flags for attached stops, which the dialects spell apart."""
    return {
        "id": order.order_id,
        names.coin: "USDT",
        names.symbol: names.symbols[order.pair],
        "marginMode": names.margin_modes[order.margin_mode],
        **COMBINED,
        "positionSide": order.side.value,
        "orderSide": order.book_side.value,
        "price": price_text(order.price, "0"),
        "size": text(order.size),
        "clientOrderId": order.client_oid,
        "type": "MARKET" if order.price is None else "LIMIT",
        "timeInForce": names.times_in_force[order.tif],
        "reduceOnly": order.effect is Effect.CLOSE,
        "triggerPrice": "0",
        "triggerPriceType": "UNKNOWN_PRICE_TYPE",
        "orderSource": "WEB" if order.origin is OrderOrigin.WEB else "API",
        "openTpslParentOrderId": order.plan_id or "0",
        "leverage": text(order.leverage),
        "takerFeeRate": text(TAKER_FEE),
        "makerFeeRate": text(MAKER_FEE),
        "feeDiscount": "1",
        "liquidateFeeRate": "0",
        "status": names.statuses[order.status],
        "triggerTime": "0",
        "triggerPriceTime": "0",
        "triggerPriceValue": "0",
        "cancelReason": order.cancel_reason or "UNKNOWN_ORDER_CANCEL_REASON",
        "latestFillPrice": text(order.latest_price),
        "maxFillPrice": text(order.max_price),
        "minFillPrice": text(order.min_price),
        "cumFillSize": text(order.filled_size),
        "cumFillValue": text(order.filled_value),
        "cumFillFee": text(order.fee),
        "cumLiquidateFee": text(order.liquidate_fee),
        "cumRealizePnl": text(order.realized_pnl),
        "createdTime": str(order.created_ms),
        "updatedTime": str(order.updated_ms),
    }


def fill_figures(fill: Fill) -> dict[str, str]:
    """Sides, figures and role of a fill. No price: price = fillValue / fillSize."""
    return {
        "positionSide": fill.side.value,
        "orderSide": fill.book_side.value,
        "fillSize": text(fill.size),
        "fillValue": text(fill.value),
        "fillFee": text(fill.fee),
        "liquidateFee": text(fill.liquidate_fee),
        "realizePnl": text(fill.realized_pnl),
        "direction": "MAKER" if fill.is_maker else "TAKER",
    }


def fill_row(fill: Fill, names: StreamNames) -> dict[str, Any]:
    return {
        "id": fill.trade_id,
        names.coin: "USDT",
        names.symbol: names.symbols[fill.pair],
        "orderId": fill.order_id,
        "marginMode": names.margin_modes[fill.margin_mode],
        **COMBINED,
        **fill_figures(fill),
        "createdTime": str(fill.created_ms),
        "updatedTime": str(fill.created_ms),
    }


def position_row(position: Position, names: StreamNames) -> dict[str, Any]:
    return {
        "id": position.position_id,
        names.coin: "USDT",
        names.symbol: names.symbols[position.pair],
        "side": position.side.value,
        "marginMode": names.margin_modes[position.margin_mode],
        **COMBINED,
        "leverage": text(position.leverage),
        **position_figures(position),
        "createdMatchSequenceId": str(position.created_sequence),
        "updatedMatchSequenceId": str(position.updated_sequence),
        "createdTime": str(position.created_ms),
        "updatedTime": str(position.updated_ms),
        "autoAppendIsolatedMargin": position.auto_append,
    }


def wallet_row(wallet: Wallet, names: StreamNames) -> dict[str, Any]:
    return {
        names.coin: "USDT",
        "marginMode": names.wallet_mode,
        names.cross_symbol: "0",
        "isolatedPositionId": "0",
        "amount": text(wallet.cash),
        **{f"pending{camel(name)}Amount": "0" for name in PENDING},
        "liquidating": wallet.liquidating,
        "legacyAmount": text(wallet.cash),
        **{f"cum{camel(name)}Amount": total for name, total in wallet_totals(wallet).items()},
        "createdTime": str(wallet.created_ms),
        "updatedTime": str(wallet.updated_ms),
    }
