"""The account's records as the venue writes them: text throughout, whole contracts, times in seconds.

Field names beyond the documents' own are those of the venue's programs for contracts.
Source: reference section 5.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from terminal.sim.bitz.contracts import CONTRACT_IDS, SETTLE, contracts_in, pair_name
from terminal.sim.bitz.venue import BitzVenue
from terminal.sim.exchange.records import Fill, Order, Position
from terminal.sim.exchange.rules import ContractRules
from terminal.sim.exchange.terms import ZERO, MarginMode, OrderStatus, PositionSide
from terminal.sim.market.types import BookSide
from terminal.sim.serving.digits import average_price, text

_STATUSES = {
    OrderStatus.PENDING: "0",
    OrderStatus.OPEN: "0",  # a part may be filled
    OrderStatus.FILLED: "1",
    OrderStatus.CANCELED: "-1",
}


@dataclass(frozen=True, slots=True)
class Round:
    """A position from flat to flat; `ended_ms` is None while it is held."""

    round_id: str
    started_ms: int
    ended_ms: int | None
    realized: Decimal


def rounds_of(fills: Sequence[Fill]) -> list[Round]:
    """The rounds of one pair's fills, oldest first. The account nets, so each fill has one side."""
    rounds: list[Round] = []
    held = ZERO
    for fill in fills:
        signed = fill.size if fill.book_side is BookSide.BUY else -fill.size
        if not held:
            rounds.append(Round(fill.trade_id, fill.created_ms, None, ZERO))
        last = rounds[-1]
        held += signed
        rounds[-1] = Round(
            last.round_id,
            last.started_ms,
            None if held else fill.created_ms,
            last.realized + fill.realized_pnl,
        )
    return rounds


def order_row(order: Order, rules: ContractRules) -> dict[str, Any]:
    """`available` is what is not filled, `dealAmount` and `dealPrice` what is."""
    filled = contracts_in(rules, order.filled_size)
    amount = contracts_in(rules, order.size)
    average = average_price(order.filled_value, order.filled_size, Decimal("1E-8"))
    return {
        "orderId": order.order_id,
        "contractId": str(CONTRACT_IDS[order.pair]),
        "pair": pair_name(order.pair),
        "amount": str(amount),
        "price": "0" if order.price is None else f"{order.price:f}",
        "type": "market" if order.price is None else "limit",
        "leverage": text(order.leverage),
        "direction": direction(order.book_side),
        "orderStatus": _STATUSES[order.status],
        "isCross": is_cross(order.margin_mode),
        "available": str(amount - filled),
        "dealAmount": str(filled),
        "dealPrice": text(average),
        "tradeFee": text(order.fee),
        "time": order.created_ms // 1000,
        "updateTime": order.updated_ms // 1000,
    }


def fill_row(fill: Fill, order: Order, rules: ContractRules) -> dict[str, Any]:
    return {
        "tradeId": fill.trade_id,
        "contractId": str(CONTRACT_IDS[fill.pair]),
        "pair": pair_name(fill.pair),
        "price": text(fill.value / fill.size),
        "tradeNum": str(contracts_in(rules, fill.size)),
        "time": fill.created_ms // 1000,
        "orderId": fill.order_id,
        "orderPrice": "0" if order.price is None else f"{order.price:f}",
        "type": "buy" if fill.book_side is BookSide.BUY else "sell",
        "leverage": text(order.leverage),
        "isCross": is_cross(fill.margin_mode),
        "tradeFee": text(fill.fee),
        "rlzPnl": text(fill.realized_pnl),
    }


def position_row(venue: BitzVenue, position: Position, present: Round) -> dict[str, Any]:
    rules, margin = venue.exchange.rules[position.pair], venue.exchange.margin
    price = average_price(position.open_value, position.size, Decimal("1E-8"))
    return {
        "positionId": present.round_id,
        "contractId": str(CONTRACT_IDS[position.pair]),
        "pair": pair_name(position.pair),
        "price": text(price),
        "direction": "1" if position.side is PositionSide.LONG else "-1",
        "amount": str(contracts_in(rules, position.size)),
        "liquidationPrice": text(margin.liquidation_price(position)),
        "rlzPnl": text(present.realized),
        "unrlzPnl": text(margin.unrealized_of(position)),
        "margin": text(position.margin),
        "leverage": text(position.leverage),
        "isCross": is_cross(position.margin_mode),
        "time": position.updated_ms // 1000,
    }


def closed_row(pair: str, ended: Round) -> dict[str, Any]:
    return {
        "positionId": ended.round_id,
        "contractId": str(CONTRACT_IDS[pair]),
        "pair": pair_name(pair),
        "rlzPnl": text(ended.realized),
        "startTime": ended.started_ms // 1000,
        "endTime": (ended.ended_ms or ended.started_ms) // 1000,
    }


def account_row(venue: BitzVenue, now_ms: int) -> dict[str, Any]:
    """The contract wallets; all but the one of USDT are empty."""
    exchange = venue.exchange
    margin = exchange.margin
    bitcoin = exchange.mark("BTC")
    equity = margin.equity()
    held = sum((position.margin for position in exchange.books.held()), ZERO)
    estimates = {
        "estimate_BTC": text((equity / bitcoin).quantize(Decimal("1E-8"))),
        "estimate_USDT": text(equity),
        "estimate_USD": text(equity),
    }
    wallet = {
        "coin": SETTLE,
        "balance": text(max(ZERO, margin.available())),
        "positionMargin": text(held),
        "orderMargin": text(margin.frozen()),
        "unrlzPnl": text(margin.unrealized()),
        "total": text(equity),
        **estimates,
    }
    names = ("balance", "positionMargin", "orderMargin", "unrlzPnl", "total", *estimates)
    empty = [{"coin": coin, **dict.fromkeys(names, "0")} for coin in ("BTC", "ETH")]
    return {"time": now_ms // 1000, **estimates, "balances": [wallet, *empty]}


def direction(side: BookSide) -> str:
    return "1" if side is BookSide.BUY else "-1"


def is_cross(mode: MarginMode) -> str:
    return "1" if mode is MarginMode.CROSS else "-1"
