"""v2's stream frames. Source: reference sections 8.1 and 9.1."""

from typing import Any

from terminal.sim.exchange.records import AccountEvent, Fill, Order, Position
from terminal.sim.exchange.terms import OrderStatus
from terminal.sim.market.types import BookTif
from terminal.sim.serving.market_view import Bar, DayView, DepthChange, TradeView
from terminal.sim.weex.account_rows import StreamNames, fill_row, order_row, position_row, wallet_row
from terminal.sim.weex.channel_ask import ChannelAsk, ChannelKind
from terminal.sim.weex.dialect import Frame, Trouble, Wish, WishKind, frame_of, wish_kind
from terminal.sim.weex.market_view import STREAM_PRICES
from terminal.sim.weex.v2.names import MARGIN_MODE_NAMES, PAIRS, STREAM_INTERVALS, SYMBOLS

_NAMES = StreamNames(
    coin="coinId",
    symbol="contractId",
    cross_symbol="crossContractId",
    symbols=SYMBOLS,
    margin_modes=MARGIN_MODE_NAMES,
    times_in_force={
        BookTif.GTC: "GOOD_TIL_CANCEL",
        BookTif.POST_ONLY: "POST_ONLY",
        BookTif.FOK: "FILL_OR_KILL",
        BookTif.IOC: "IMMEDIATE_OR_CANCEL",
    },
    statuses={status: status.value for status in OrderStatus},
    wallet_mode="SHARED",
)
_WISHES = {
    "subscribe": WishKind.SUBSCRIBE,
    "unsubscribe": WishKind.UNSUBSCRIBE,
    "ping": WishKind.PING,
    "pong": WishKind.PONG,
}


class StreamsV2:
    """One channel per frame; data travels in an envelope named after its channel."""

    public_path = "/v2/ws/public"
    private_path = "/v2/ws/private"
    trade_snapshot = 0

    def read(self, text: str) -> Wish:
        frame = frame_of(text)
        kind = wish_kind(_WISHES, frame.get("event"))
        if kind in {WishKind.PING, WishKind.PONG}:
            return Wish(kind, token=frame.get("time"))
        channel = frame.get("channel")
        if kind is WishKind.NONSENSE or not isinstance(channel, str):
            return Wish(WishKind.NONSENSE)
        return Wish(kind, (channel,))

    def acknowledge(self, wish: Wish) -> Frame:
        event = "subscribed" if wish.kind is WishKind.SUBSCRIBE else "unsubscribed"
        return {"event": event, "channel": wish.channels[0]}

    def complain(self, _wish: Wish, trouble: Trouble, channel: str) -> Frame:
        return {"event": "error", "channel": channel, "code": "40020", "msg": trouble.value}

    def ping(self, now_ms: int, *, is_private: bool) -> Frame:  # noqa: ARG002 - both streams ping alike here
        return {"event": "ping", "time": str(now_ms)}

    def answer_beat(self, wish: Wish, *, is_private: bool) -> Frame | None:  # noqa: ARG002 - as `ping`
        return {"event": "pong", "time": wish.token} if wish.kind is WishKind.PING else None

    def parse_channel(self, name: str) -> ChannelAsk | None:
        match name.split("."):
            case ["ticker", symbol] if symbol in PAIRS:
                return ChannelAsk(name, ChannelKind.TICKER, PAIRS[symbol])
            case ["trades", symbol] if symbol in PAIRS:
                return ChannelAsk(name, ChannelKind.TRADES, PAIRS[symbol])
            case ["depth", symbol, ("15" | "200") as levels] if symbol in PAIRS:
                return ChannelAsk(name, ChannelKind.DEPTH, PAIRS[symbol], levels=int(levels))
            case ["kline", price, symbol, interval] if (
                price in STREAM_PRICES and symbol in PAIRS and interval in STREAM_INTERVALS
            ):
                minutes = STREAM_INTERVALS[interval]
                return ChannelAsk(
                    *(name, ChannelKind.KLINE, PAIRS[symbol]),
                    interval=minutes,
                    interval_name=interval,
                    price=STREAM_PRICES[price],
                )
        return None

    def ticker(self, ask: ChannelAsk, day: DayView) -> Frame:
        row = {
            "symbol": SYMBOLS[day.pair],
            "priceChange": day.change,
            "priceChangePercent": day.change_fraction,
            "trades": str(day.trades),
            "size": day.base,
            "value": day.quote,
            "high": day.high,
            "low": day.low,
            "lastPrice": day.last,
            "markPrice": day.mark,
            "indexPrice": day.index,
        }
        return _payload(ask, [row])

    def trades(self, ask: ChannelAsk, trades: list[TradeView], now_ms: int, *, is_snapshot: bool) -> Frame:  # noqa: ARG002 - this frame carries neither
        rows = [
            {
                "time": str(trade.time_ms),
                "price": trade.price,
                "size": trade.size,
                "value": trade.value,
                "buyerMaker": trade.buyer_is_maker,
            }
            for trade in trades
        ]
        return _payload(ask, rows)

    def klines(self, ask: ChannelAsk, bars: list[Bar], now_ms: int, *, is_snapshot: bool) -> Frame:  # noqa: ARG002 - no time in this frame
        rows = [
            {
                "symbol": SYMBOLS[ask.pair],
                "klineTime": str(bar.open_ms),
                "size": bar.base,
                "value": bar.quote,
                "high": bar.high,
                "low": bar.low,
                "open": bar.open,
                "close": bar.close,
            }
            for bar in bars
        ]
        return _payload(ask, rows) | {"type": "snapshot" if is_snapshot else "change"}

    def depth(self, ask: ChannelAsk, change: DepthChange, now_ms: int) -> Frame:  # noqa: ARG002 - as `klines`
        row = {
            "startVersion": str(change.first_version),
            "endVersion": str(change.last_version),
            "level": change.levels,
            "depthType": "SNAPSHOT" if change.is_snapshot else "CHANGED",
            "symbol": SYMBOLS[ask.pair],
            "asks": [{"price": price, "size": size} for price, size in change.asks],
            "bids": [{"price": price, "size": size} for price, size in change.bids],
        }
        return _payload(ask, [row])

    def account_event(self, event: AccountEvent) -> Frame:
        key, row = _account_row(event)
        message = {
            "msgEvent": event.cause.value,
            "version": event.version,
            "data": {key: [row]},
            "time": event.time_ms,
        }
        return {"type": "trade-event", "channel": event.kind.value, "event": "payload", "msg": message}


def _payload(ask: ChannelAsk, rows: list[Any]) -> Frame:
    return {"event": "payload", "channel": ask.name, "data": rows}


def _account_row(event: AccountEvent) -> tuple[str, dict[str, Any]]:
    subject = event.subject
    if isinstance(subject, Order):
        return "order", order_row(subject, _NAMES) | {
            "isPositionTpsl": False,
            "isSetOpenTp": subject.preset_take_profit is not None,
            "openTpParam": _open_param(subject.preset_take_profit),
            "isSetOpenSl": subject.preset_stop_loss is not None,
            "openSlParam": _open_param(subject.preset_stop_loss),
        }
    if isinstance(subject, Fill):
        return "orderFillTransaction", fill_row(subject, _NAMES)
    if isinstance(subject, Position):
        return "position", position_row(subject, _NAMES)
    return "collateral", wallet_row(subject, _NAMES)


def _open_param(trigger: Any) -> dict[str, str] | None:
    return None if trigger is None else {"triggerPrice": f"{trigger:f}"}
