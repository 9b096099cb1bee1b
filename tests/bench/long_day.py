"""One recorded day of 100,000 records with 200 decisions: what a busy desk writes from midnight to midnight."""

from decimal import Decimal
from pathlib import Path

from bench.long_journal import story
from helpers.builders import make_order
from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.frozen import BarsFrozen, bar_rows
from terminal.domain.market import Candle, Interval
from terminal.domain.order import OrderState
from terminal.domain.past import DAY_MS
from terminal.domain.records import EquityMarked, Noted, OrderMoved, Record, SessionOpened
from terminal.storage.journal import open_journal

BEGAN_MS = 20_000 * DAY_MS
RECORDS, DECISIONS = 100_000, 200
_STEP_MS = 10_000  # equity is written down this often
_STEPS = DAY_MS // _STEP_MS
_OLDER_BARS = 1_200
_MOVES = 20_000  # of working orders, besides those of the decisions
_BAR_MS = Interval.M15.ms


async def write_day(path: Path, key: bytes) -> None:
    """Write the day; its records spread evenly over its hours."""
    now_ms = BEGAN_MS
    journal = await open_journal(path, key, now_ms=lambda: now_ms, boot_id="earlier")
    await journal.commit(SessionOpened("bench", "weex", False, BEGAN_MS), *_bars_at_start())
    notes = RECORDS - 1 - len(ALLOWED_INSTRUMENTS) - _STEPS - _MOVES - DECISIONS * 15 - 95 * len(ALLOWED_INSTRUMENTS)
    for step in range(_STEPS):
        now_ms = BEGAN_MS + step * _STEP_MS
        await journal.commit(*_ten_seconds(step, now_ms, notes))
    await journal.aclose()


def _ten_seconds(step: int, now_ms: int, notes: int) -> list[Record]:
    records: list[Record] = [EquityMarked(Decimal(1_000 + step % 50), Decimal(900), now_ms)]
    records.extend(Noted("info", "feed", "the feed was quiet", now_ms) for _ in _share(notes, step))
    records.extend(
        OrderMoved("ACK", make_order(OrderState.ACKED, client_order_id=f"w{number % 40}"), now_ms)
        for number in _share(_MOVES, step)
    )
    for number in _share(DECISIONS, step):
        records.extend(story(number, now_ms))
    if step and step * _STEP_MS % _BAR_MS == 0:
        records.extend(
            _frozen(each, False, (_bar(_OLDER_BARS + step * _STEP_MS // _BAR_MS),)) for each in ALLOWED_INSTRUMENTS
        )
    return records


def _share(total: int, step: int) -> range:
    """Give the numbers of `total` things that fall into a step of the day."""
    return range(total * step // _STEPS, total * (step + 1) // _STEPS)


def _bars_at_start() -> list[Record]:
    bars = tuple(_bar(number) for number in range(_OLDER_BARS))
    return [_frozen(each, True, bars) for each in ALLOWED_INSTRUMENTS]


def _frozen(instrument_id: str, whole: bool, bars: tuple[Candle, ...]) -> BarsFrozen:
    return BarsFrozen(instrument_id, Interval.M15, whole, bar_rows(bars))


def _bar(number: int) -> Candle:
    close = 60_000.0 + number % 37 * 10.25
    open_ms = BEGAN_MS + (number - _OLDER_BARS) * _BAR_MS
    return Candle(open_ms, close - 3.5, close + 12.25, close - 9.75, close, 12.5 + number % 7, closed=True)
