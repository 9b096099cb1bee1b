"""A plausible seat for window tests: eight markets, three positions, orders, proposals, logs.

Every figure is made up here. `fill_desk(desk)` sends it all through `Desk.apply`.
"""

import math
import random
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from hashlib import sha256

from terminal.domain.account import Balance, LeverageSetting
from terminal.domain.ai_log import AiLog, AiLogState
from terminal.domain.approval import DEFAULT_BAND, PriceBand, fingerprint
from terminal.domain.commands import Command
from terminal.domain.competition import ALLOWED_BASES
from terminal.domain.decision import Action, Decision, Evidence
from terminal.domain.fill import Fill
from terminal.domain.hand_messages import MarginInForce
from terminal.domain.instrument import Instrument, perpetual
from terminal.domain.market import BookLevel, Candle, Funding, Interval, OrderBook, StreamState, Ticker
from terminal.domain.messages import (
    AiLogChanged,
    BalanceChanged,
    CandlesLoaded,
    CycleEnded,
    EquityHistory,
    EquityPoint,
    FillSeen,
    Health,
    InstrumentsLoaded,
    Level,
    ModelPhase,
    ModelStatus,
    Notice,
    OrderChanged,
    Phase,
    PositionsChanged,
    ProposalChanged,
    TradingStateChanged,
)
from terminal.domain.order import (
    Effect,
    Order,
    OrderKind,
    OrderState,
    OrderTerms,
    Origin,
    PositionSide,
    Side,
    TimeInForce,
)
from terminal.domain.position import Position
from terminal.domain.review import Proposal, ReviewState
from terminal.domain.risk import Check, TradingState, Verdict
from terminal.ui.viewmodels.desk import Desk

NOW_MS = 1_763_978_467_000  # 2025-11-24 10:01:07 UTC
NOW_S = 5_000.0

# base: last, tick, step, change of 24 h
MARKETS = {
    "BTC": ("90755.3", "0.1", "0.0001", "0.0047"),
    "ETH": ("3012.44", "0.01", "0.001", "0.0112"),
    "SOL": ("136.92", "0.01", "0.1", "-0.0038"),
    "XRP": ("2.0418", "0.0001", "1", "0.0005"),
    "DOGE": ("0.14672", "0.00001", "100", "-0.0194"),
    "ADA": ("0.4275", "0.0001", "1", "-0.0061"),
    "BNB": ("874.35", "0.01", "0.01", "0.0029"),
    "LTC": ("82.71", "0.01", "0.1", "0.0090"),
}
D = Decimal
PASSED = Verdict(
    (Check("R1", "pair", True, "BTC is one of the eight pairs"), Check("R4", "leverage", True, "5x of 20x"))
)


class FakeClock:
    """Two clocks a test moves by hand."""

    def __init__(self) -> None:
        self.monotonic = NOW_S
        self.unix_ms = NOW_MS

    def forward(self, seconds: float) -> None:
        self.monotonic += seconds
        self.unix_ms += int(seconds * 1_000)


def make_desk(
    clock: FakeClock | None = None, send: Callable[[Command], None] | None = None
) -> tuple[Desk, list[Command]]:
    """Build an empty desk and the list its commands land in."""
    clock = clock or FakeClock()
    sent: list[Command] = []
    desk = Desk(send or sent.append, lambda: clock.monotonic, lambda: clock.unix_ms, who="Mara")
    return desk, sent


def instrument(base: str) -> Instrument:
    _, tick, step, _ = MARKETS[base]
    return Instrument(
        perpetual(base), D(tick), D(step), D(step), D(step) * 100_000, D(step) * 1_000_000, None,
        1, 400, D("0.0002"), D("0.0008"), D("0.02"), D("0.02"),
    )  # fmt: skip


def ticker(base: str, last: str | None = None) -> Ticker:
    text, tick, _, change = MARKETS[base]
    price = D(last or text)
    return Ticker(
        perpetual(base), price, price - D(tick), price + 2 * D(tick), D(change), price * D("1.02"),
        price * D("0.97"), D("12345.6"), D("98765432.1"), NOW_MS,
    )  # fmt: skip


def book(base: str, levels: int = 15) -> OrderBook:
    text, tick, step, _ = MARKETS[base]
    last, tick_size = D(text), D(tick)
    bids = tuple(BookLevel(last - tick_size * index, D(step) * (index + 3)) for index in range(levels))
    asks = tuple(BookLevel(last + tick_size * (index + 1), D(step) * (index + 2)) for index in range(levels))
    return OrderBook(perpetual(base), bids, asks, 1, True, NOW_MS)


def candles(base: str, interval: Interval = Interval.M15, count: int = 400) -> tuple[Candle, ...]:
    """A seeded wandering price that ends near the pair's last price."""
    rng = random.Random(f"{base}{interval.value}")  # noqa: S311 - made-up bars, the same each run
    last = float(MARKETS[base][0])
    closes = [last]
    for _ in range(count):
        closes.append(closes[-1] * math.exp(rng.gauss(-0.00003, 0.0012)))
    closes.reverse()
    open_ms = NOW_MS // interval.ms * interval.ms - (count - 1) * interval.ms
    bars = []
    for index in range(count):
        start, end = closes[index], closes[index + 1]
        high = max(start, end) * (1 + abs(rng.gauss(0, 0.0006)))
        low = min(start, end) * (1 - abs(rng.gauss(0, 0.0006)))
        volume = abs(rng.gauss(40, 25)) + 5
        bars.append(Candle(open_ms + index * interval.ms, start, high, low, end, volume, index < count - 1))
    return tuple(bars)


def terms(base: str, side: Side = Side.BUY, effect: Effect = Effect.OPEN, **changes: object) -> OrderTerms:
    last = D(MARKETS[base][0])
    up = side is Side.BUY
    made = OrderTerms(
        perpetual(base), side, effect, OrderKind.LIMIT, TimeInForce.GTC, D(MARKETS[base][2]) * 59, last, 5,
        instrument(base).floor_price(last * (D("0.99") if up else D("1.01"))) if effect is Effect.OPEN else None,
        instrument(base).floor_price(last * (D("1.02") if up else D("0.98"))) if effect is Effect.OPEN else None,
        last,
    )  # fmt: skip
    return replace(made, **changes)


def decision(base: str, number: int, action: Action = Action.OPEN_LONG, confidence: float = 0.68) -> Decision:
    last = D(MARKETS[base][0])
    sign = -1 if action is Action.OPEN_SHORT else 1
    opens = action.opens
    shape = instrument(base)
    return Decision(
        decision_id=f"d-{number:04d}",
        cycle_id=f"c-{number:04d}",
        instrument_id=perpetual(base),
        action=action,
        confidence=confidence,
        entry_price=shape.floor_price(last * D("0.9994")) if opens else None,
        reference_price=last,
        stop_price=shape.floor_price(last * (1 - sign * D("0.0098"))) if opens else None,
        target_price=shape.floor_price(last * (1 + sign * D("0.0194"))) if opens else None,
        risk_fraction=D("0.0048"),
        horizon_min=240,
        expected_value_bp=14.2,
        invalidation="a 15-minute bar closes beyond the stop",
        explanation="Pullback held the 4-hour trend with rising buy flow; expected move covers both fees and "
        "funding by 14 bp. Fails if a 15-minute bar closes under the stop.",
        evidence=(
            Evidence(f"{base}.dist_ema21_15m", "15m distance to EMA21", "−0.41 ATR", 0.42),
            Evidence(f"{base}.flow_5m", "Trade flow 5m", "+0.37", 0.31),
            Evidence(f"{base}.funding_pctl_30d", "Funding percentile 30d", "91 %", -0.12),
        ),
        model="gbm-ridge 2025-11",
        snapshot_sha256=sha256(base.encode()).hexdigest(),
        input_json="{}",
        output_json="{}",
        created_ms=NOW_MS - number * 60_000,
        simulated=True,
    )  # fmt: skip


def proposal(base: str, number: int, state: ReviewState = ReviewState.PENDING, **changes: object) -> Proposal:
    action = changes.pop("action", Action.OPEN_LONG)
    confidence = changes.pop("confidence", 0.68)
    made_decision = decision(base, number, action, confidence)
    side = Side.SELL if action is Action.OPEN_SHORT else Side.BUY
    asked = terms(base, side, price=made_decision.entry_price or made_decision.reference_price,
                  stop_price=made_decision.stop_price, target_price=made_decision.target_price)  # fmt: skip
    band = PriceBand.around(D(MARKETS[base][0]), DEFAULT_BAND)
    made = Proposal(
        made_decision, asked, f"ad-{number:04d}", state, PASSED, NOW_S - 25, NOW_S + 65,
        band=band, fingerprint=fingerprint(asked, band, "1"),
    )  # fmt: skip
    return replace(made, **changes)


def order(base: str, number: int, state: OrderState, **changes: object) -> Order:
    side = changes.pop("side", Side.BUY)
    effect = changes.pop("effect", Effect.OPEN)
    asked = terms(base, side, effect)
    done = state is OrderState.FILLED
    made = Order(
        f"ad-{number:04d}", asked, Origin.AI if effect is Effect.OPEN else Origin.HUMAN_EXIT,
        f"d-{number:04d}" if effect is Effect.OPEN else None, state, NOW_MS - number * 60_000,
        venue_order_id=f"59610462{number:04d}", filled_size=asked.size if done else D(0),
        average_price=asked.price if done else None, fee_paid=D("0.214") if done else D(0),
        updated_ms=NOW_MS - number * 50_000,
    )  # fmt: skip
    return replace(made, **changes)


def ai_log(base: str, number: int, state: AiLogState, **changes: object) -> AiLog:
    content = f'{{"explanation":"{base} pullback held","model":"gbm-ridge"}}'.encode()
    made = AiLog(
        f"log-{number:04d}", f"d-{number:04d}", f"ad-{number:04d}", "Order Execution", "gbm-ridge 2025-11", content,
        sha256(content).hexdigest(), state, NOW_MS - number * 60_000, venue_order_id=f"59610462{number:04d}",
    )  # fmt: skip
    return replace(made, **changes)


def position(
    base: str, side: PositionSide, size: str, entry: str, leverage: int, margin: str, liquidation: str | None
) -> Position:
    return Position(
        perpetual(base), side, D(size), D(entry), leverage, D(margin), None,
        None if liquidation is None else D(liquidation), NOW_MS,
    )  # fmt: skip


def fill(base: str, number: int, side: Side, **changes: object) -> Fill:
    made = Fill(
        f"t-{number:04d}", f"59610462{number:04d}", f"ad-{number:04d}", perpetual(base), side, PositionSide.LONG,
        D(MARKETS[base][0]), D(MARKETS[base][2]) * 59, D("0.2142"), False, D(0), NOW_MS - number * 61_000,
    )  # fmt: skip
    return replace(made, **changes)


def equity_points(count: int = 600) -> tuple[EquityPoint, ...]:
    rng = random.Random(11)  # noqa: S311 - a made-up curve, the same each run
    value, points = 1000.0, []
    for index in range(count):
        value += rng.gauss(0.08, 1.1)
        points.append(EquityPoint(NOW_MS - (count - index) * 60_000, D(f"{value:.2f}")))
    return tuple(points)


def market_events(desk: Desk) -> None:
    desk.apply(InstrumentsLoaded(tuple(instrument(base) for base in ALLOWED_BASES)))
    for index, base in enumerate(ALLOWED_BASES):
        desk.apply(ticker(base))
        desk.apply(book(base))
        desk.apply(Funding(perpetual(base), D("0.0001") * (index - 2), NOW_MS + 8_049_000, 480))
        desk.apply(CandlesLoaded(perpetual(base), Interval.M15, candles(base)))


def trade_events(desk: Desk) -> None:
    for made in (
        proposal("ETH", 1),
        proposal("SOL", 2, action=Action.OPEN_SHORT, confidence=0.57),
        proposal("BTC", 3, ReviewState.APPROVED, reviewer="Mara", reviewed_ms=NOW_MS - 170_000),
        proposal("SOL", 4, ReviewState.APPROVED, action=Action.OPEN_SHORT, reviewer="Mara", reviewed_ms=NOW_MS),
        proposal("DOGE", 5, ReviewState.APPROVED, reviewer="Mara", reviewed_ms=NOW_MS - 290_000),
        proposal("XRP", 6, ReviewState.REJECTED, reviewer="Mara", reason="news soon", reviewed_ms=NOW_MS - 350_000),
        proposal("ADA", 7, ReviewState.EXPIRED, reason="nobody answered in 90 s"),
        proposal("LTC", 8, ReviewState.APPROVED, reviewer="Mara", reviewed_ms=NOW_MS - 470_000),
    ):  # fmt: skip
        desk.apply(ProposalChanged(made))
    for made in (
        order("BTC", 3, OrderState.FILLED),
        order("SOL", 4, OrderState.FILLED, side=Side.SELL),
        order("DOGE", 5, OrderState.FILLED),
        order("LTC", 8, OrderState.WORKING),
        order("BTC", 9, OrderState.CANCELED, reason="cancelled by Mara"),
        order("ADA", 10, OrderState.REJECTED, reason="40015: price beyond the collar of 2 %"),
        order("BTC", 11, OrderState.UNKNOWN, side=Side.SELL, effect=Effect.CLOSE, reason="no answer within 5 s"),
    ):
        desk.apply(OrderChanged(made))
    for number, base, side in ((3, "BTC", Side.BUY), (4, "SOL", Side.SELL), (5, "DOGE", Side.BUY)):
        held = PositionSide.LONG if side is Side.BUY else PositionSide.SHORT
        desk.apply(FillSeen(fill(base, number, side, position_side=held)))
    desk.apply(
        FillSeen(fill("BTC", 12, Side.SELL, realized_pnl=D("12.4155"), is_maker=True, client_order_id="ad-0012"))
    )
    for log in (
        ai_log("BTC", 3, AiLogState.ACCEPTED, accepted_ms=NOW_MS - 160_000),
        ai_log("SOL", 4, AiLogState.ACCEPTED, accepted_ms=NOW_MS - 200_000),
        ai_log("DOGE", 5, AiLogState.SENDING, attempts=1),
        ai_log("LTC", 8, AiLogState.NEEDS_HAND, attempts=3, last_code="40753", last_message="order not found"),
        ai_log("XRP", 6, AiLogState.KEPT, venue_order_id=None),
    ):
        desk.apply(AiLogChanged(log))
    desk.apply(
        PositionsChanged(
            (
                position("BTC", PositionSide.LONG, "0.0059", "90612.4", 5, "107.1", "73120.5"),
                position("SOL", PositionSide.SHORT, "2.4", "138.05", 3, "110.4", "181.30"),
                position("DOGE", PositionSide.LONG, "1400", "0.14860", 4, "52.0", None),
            )
        )
    )


def account_events(desk: Desk) -> None:
    desk.apply(EquityHistory(equity_points()))
    last = desk.equity[-1].equity
    desk.apply(BalanceChanged(Balance(last, D("812.09"), D("41.2"), D("0.04"), NOW_MS)))


def health_events(desk: Desk) -> None:
    desk.apply(Phase("Ready", ready=True))
    desk.apply(TradingStateChanged(TradingState.ACTIVE, "all checks passed"))
    desk.apply(ModelStatus(ModelPhase.READY, "gbm-ridge", "trained on 20,000 bars", 3.1, 0.8, 5.2, 20_000, 4.0))
    desk.apply(StreamState("public", True, "8 pairs"))
    desk.apply(StreamState("private", True, "orders, fills, positions"))
    desk.apply(Health(12.0, 38.0, 41, 400, 18_204, journal_ok=True))
    desk.apply(CycleEnded("c-0001", "BTC bar closed: 1 proposal (ETH), 7 holds", Level.INFO, NOW_MS - 60_000))
    for level, source, text, minutes in (
        (Level.INFO, "session", "Alpha Desk started on the built-in exchange", 30),
        (Level.GOOD, "orders", "BTC buy 0.0059 filled at 90,755.3; AI log queued", 3),
        (Level.WARNING, "market", "LTC quotes are 14 s old; resubscribing", 2),
        (Level.ERROR, "AI logs", "Upload for LTC refused (40753: order not found); open AI logs and decide", 1),
    ):
        desk.apply(Notice(level, source, text, NOW_MS - minutes * 60_000))


def fill_desk(desk: Desk) -> None:
    """Put a whole plausible session on the desk, and announce it."""
    market_events(desk)
    account_events(desk)
    trade_events(desk)
    health_events(desk)
    for base in MARKETS:
        desk.apply(margin_in_force(base))
    desk.flush()


def margin_in_force(
    base: str, leverage: int = 5, *, is_isolated: bool = False, is_settled: bool = True
) -> MarginInForce:
    """What the venue shows for one pair."""
    setting = LeverageSetting(perpetual(base), leverage, leverage, leverage, is_isolated=is_isolated)
    return MarginInForce(setting, is_settled, NOW_MS)
