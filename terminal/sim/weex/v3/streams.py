"""v3's stream frames. Source: reference sections 8.2 and 9.2."""

import re
from typing import Any

from terminal.sim.exchange.records import AccountEvent, Fill, Order, Position
from terminal.sim.market.types import BookTif, PriceKind
from terminal.sim.serving.market_view import Bar, DayView, DepthChange, TradeView
from terminal.sim.weex.account_rows import StreamNames, fill_row, order_row, position_row, wallet_row
from terminal.sim.weex.channel_ask import ChannelAsk, ChannelKind
from terminal.sim.weex.dialect import Frame, Trouble, Wish, WishKind, frame_of, wish_kind
from terminal.sim.weex.market_view import STREAM_PRICES
from terminal.sim.weex.v3.names import MARGIN_TYPE_NAMES, PAIRS, STATUSES, STREAM_INTERVALS, SYMBOLS

_DAY_MS = 86_400_000
_TICKER_GRID_MS = 3_600_000  # the ticker's window ends on hours here
_NAMES = StreamNames(
    coin="coin",
    symbol="symbol",
    cross_symbol="crossSymbol",
    symbols=SYMBOLS,
    margin_modes=MARGIN_TYPE_NAMES,
    times_in_force={tif: tif.value for tif in BookTif},
    statuses=STATUSES,
    wallet_mode="CROSSED",
)
_WISHES = {"SUBSCRIBE": WishKind.SUBSCRIBE, "UNSUBSCRIBE": WishKind.UNSUBSCRIBE, "PONG": WishKind.PONG}
_KLINE = re.compile(r"kline_(\w+?)_(LAST_PRICE|MARK_PRICE)")


class StreamsV3:
    """Many channels per frame; data frames are flat with one-letter keys."""

    public_path = "/v3/ws/public"
    private_path = "/v3/ws/private"
    trade_snapshot = 50

    def read(self, text: str) -> Wish:
        frame = frame_of(text)
        kind, token = wish_kind(_WISHES, frame.get("method")), frame.get("id")
        channels = frame.get("params")
        if kind is WishKind.PONG:
            return Wish(kind, token=token)
        if not isinstance(channels, list) or not channels or not all(isinstance(name, str) for name in channels):
            return Wish(WishKind.NONSENSE, token=token)
        return Wish(kind, tuple(channels), token)

    def acknowledge(self, wish: Wish) -> Frame:
        return {"result": True, "id": wish.token}

    def complain(self, wish: Wish, trouble: Trouble, channel: str) -> Frame:
        if trouble is Trouble.NO_SUCH_CHANNEL:
            what = "channel" if channel.partition("@")[0] in PAIRS else "symbol"
            message = f"invalid {what} : {channel}"
        else:
            message = trouble.value
        return {"result": False, "id": wish.token, "msg": f"INVALID_ARGUMENT: {message}"}

    def ping(self, now_ms: int, *, is_private: bool) -> Frame:
        return {"type" if is_private else "event": "ping", "time": str(now_ms)}

    def answer_beat(self, wish: Wish, *, is_private: bool) -> Frame | None:
        """The public stream acknowledges a pong, the private one does not."""
        return None if is_private else {"id": wish.token, "method": "PONG"}

    def parse_channel(self, name: str) -> ChannelAsk | None:
        symbol, _, topic = name.partition("@")
        if symbol not in PAIRS:
            return None
        pair = PAIRS[symbol]
        match topic:
            case "ticker":
                return ChannelAsk(name, ChannelKind.TICKER, pair)
            case "trade":
                return ChannelAsk(name, ChannelKind.TRADES, pair)
            case "depth15" | "depth200":
                return ChannelAsk(name, ChannelKind.DEPTH, pair, levels=int(topic.removeprefix("depth")))
        kline = _KLINE.fullmatch(topic)
        if kline is None or kline[1] not in STREAM_INTERVALS:
            return None
        return ChannelAsk(
            *(name, ChannelKind.KLINE, pair),
            interval=STREAM_INTERVALS[kline[1]],
            interval_name=kline[1],
            price=STREAM_PRICES[kline[2]],
        )

    def ticker(self, ask: ChannelAsk, day: DayView) -> Frame:
        close_ms = day.time_ms // _TICKER_GRID_MS * _TICKER_GRID_MS
        row = {
            "p": day.change,
            "P": day.change_fraction,
            "w": day.average,
            "c": day.last,
            "o": day.open,
            "h": day.high,
            "l": day.low,
            "v": day.base,
            "q": day.quote,
            "O": close_ms - _DAY_MS,
            "C": close_ms,
            "n": day.trades,
            "m": day.mark,
            "i": day.index,
        }
        return _frame("ticker", ask, day.time_ms) | {"d": [row]}

    def trades(self, ask: ChannelAsk, trades: list[TradeView], now_ms: int, *, is_snapshot: bool) -> Frame:
        rows = [
            {
                "T": trade.time_ms,
                "t": trade.trade_id,
                "p": trade.price,
                "q": trade.size,
                "v": trade.value,
                "m": trade.buyer_is_maker,
            }
            for trade in trades
        ]
        return _frame("tradeSnapshot" if is_snapshot else "trade", ask, now_ms) | {"d": rows}

    def klines(self, ask: ChannelAsk, bars: list[Bar], now_ms: int, *, is_snapshot: bool) -> Frame:
        rows = [
            {
                "t": bar.open_ms,
                "T": bar.close_ms,
                "s": SYMBOLS[ask.pair],
                "i": ask.interval_name,
                "o": bar.open,
                "c": bar.close,
                "h": bar.high,
                "l": bar.low,
                "v": bar.base,
                "n": bar.trades,
                "q": bar.quote,
                "V": bar.buy_base,
                "Q": bar.buy_quote,
            }
            for bar in bars
        ]
        head = _frame("klineSnapshot" if is_snapshot else "kline", ask, now_ms)
        return head | {"p": "MARK_PRICE" if ask.price is PriceKind.MARK else "LAST_PRICE", "d": rows}

    def depth(self, ask: ChannelAsk, change: DepthChange, now_ms: int) -> Frame:
        return _frame("depthSnapshot" if change.is_snapshot else "depth", ask, now_ms) | {
            "U": change.first_version,
            "u": change.last_version,
            "l": change.levels,
            "d": "SNAPSHOT" if change.is_snapshot else "CHANGED",
            "b": change.bids,
            "a": change.asks,
        }

    def account_event(self, event: AccountEvent) -> Frame:
        return {
            "e": event.kind.value,
            "E": event.time_ms,
            "v": event.version,
            "msgEvent": event.cause.value,
            "d": [_account_row(event)],
        }


def _frame(event: str, ask: ChannelAsk, now_ms: int) -> Frame:
    return {"e": event, "E": now_ms, "s": SYMBOLS[ask.pair]}


def _account_row(event: AccountEvent) -> dict[str, Any]:
    subject = event.subject
    if isinstance(subject, Order):
        return order_row(subject, _NAMES) | {
            "positionTpsl": False,
            "setOpenTp": subject.preset_take_profit is not None,
            "setOpenSl": subject.preset_stop_loss is not None,
        }
    if isinstance(subject, Fill):
        return fill_row(subject, _NAMES)
    if isinstance(subject, Position):
        return position_row(subject, _NAMES)
    return wallet_row(subject, _NAMES)
