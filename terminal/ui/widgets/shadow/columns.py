"""Columns of the reviewer's tables."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from terminal.domain.instrument import base_of
from terminal.domain.order import PositionSide
from terminal.domain.promotion import GateRow
from terminal.domain.shadow import ShadowTrade
from terminal.ui import formatting as f
from terminal.ui.viewmodels.market_rows import tone_of
from terminal.ui.viewmodels.rows import MISSING, Column
from terminal.ui.viewmodels.shadow_rows import (
    CAUSES,
    NOBODY,
    ScoreRow,
    end_words,
    price_words,
    side_words,
    worth,
    worth_words,
)
from terminal.ui.widgets.trade.columns import time_column


def _count(title: str, sample: str, value: Callable[[ScoreRow], int], *, drop: int = 0) -> Column[ScoreRow]:
    return Column(
        title, lambda r: str(value(r)) if value(r) else f.DASH, lambda r: float(value(r)), sample,
        lambda r: "text" if value(r) else "muted", drop=drop,
    )  # fmt: skip


SCORES: Final[tuple[Column[ScoreRow], ...]] = (
    Column(
        "Name",
        lambda r: r.name,
        lambda r: r.name.lower(),
        "Confidence too low for it",
        tip=lambda r: r.name,
        right=False,
        narrow="Confidence",
        grow=3,
    ),
    _count("Answers", "1,234", lambda r: r.score.answers),
    Column(
        "Saved",
        lambda r: f.money(r.score.saved),
        lambda r: float(r.score.saved),
        "12,345.67",
        lambda r: tone_of(r.score.saved),
    ),
    Column(
        "Cost",
        lambda r: f.money(r.score.cost),
        lambda r: float(r.score.cost),
        "12,345.67",
        lambda r: tone_of(-r.score.cost),
    ),
    Column(
        "Net USDT",
        lambda r: f.money(r.score.net, signed=True),
        lambda r: float(r.score.net),
        "−12,345.67",
        lambda r: tone_of(r.score.net),
    ),
    Column(
        "Net R",
        lambda r: f.number(r.score.net_r, 2, signed=True),
        lambda r: float(r.score.net_r),
        "−12.34",
        lambda r: tone_of(r.score.net_r),
    ),
    _count("Running", "123", lambda r: r.score.running, drop=1),
    _count("No trade", "123", lambda r: r.score.missed, drop=2),
    _count("Unknown", "123", lambda r: r.score.unknown, drop=1),
)

TRADES: Final[tuple[Column[ShadowTrade], ...]] = (
    time_column(lambda t: t.plan.began_ms),
    Column("Pair", lambda t: base_of(t.plan.instrument_id), lambda t: t.plan.instrument_id, "DOGE", right=False),
    Column(
        "Side",
        side_words,
        side_words,
        "Short, as amended",
        lambda t: "rise" if t.plan.side is PositionSide.LONG else "fall",
        right=False,
        narrow="Short",
    ),
    Column("Why", lambda t: CAUSES[t.plan.cause], lambda t: CAUSES[t.plan.cause], "voided at the click", right=False),
    Column("Who", lambda t: t.plan.who or NOBODY, lambda t: t.plan.who, "operator", right=False, drop=2),
    Column(
        "Entry",
        lambda t: price_words(t, t.entry_price),
        lambda t: MISSING if t.entry_price is None else float(t.entry_price),
        "90,755.3",
        drop=3,
    ),
    Column(
        "Exit",
        lambda t: price_words(t, t.exit_price),
        lambda t: MISSING if t.exit_price is None else float(t.exit_price),
        "90,755.3",
        drop=3,
    ),
    Column("End", end_words, end_words, "end of horizon", lambda _: "muted", right=False, drop=1),
    Column(
        "Result",
        lambda t: f.money(t.result, signed=True),
        lambda t: MISSING if t.result is None else float(t.result),
        "−1,234.56",
        lambda t: tone_of(t.result),
    ),
    Column(
        "R",
        lambda t: f.number(t.result_r, 2, signed=True),
        lambda t: MISSING if t.result_r is None else float(t.result_r),
        "−12.34",
        lambda t: tone_of(t.result_r),
    ),
    Column(
        "Answer",
        worth_words,
        lambda t: float(value) if (value := worth(t)) is not None else MISSING,
        "saved 1,234.56",
        lambda t: tone_of(worth(t)),
    ),
)

GATE: Final[tuple[Column[GateRow], ...]] = (
    Column("Condition", lambda r: r.name, lambda r: r.name.lower(), "Random policies", right=False),
    Column(
        "Met",
        lambda r: "✓" if r.ok else "✕",
        lambda r: float(r.ok),
        "Met",
        lambda r: "up" if r.ok else "down",
    ),
    Column("Way", lambda r: f"{r.share * 100:.0f} %", lambda r: r.share, "100 %", drop=1),
    Column(
        "Stands at",
        lambda r: r.stands,
        lambda r: r.stands,
        "+12.3 bp a decision, at least −1.2 bp (look 1: 160 decisions, 14 days)",
        tip=lambda r: r.stands,
        right=False,
        narrow="41 of 150 decisions",
        grow=3,
    ),
    Column(
        "Needed",
        lambda r: r.needed,
        lambda r: r.needed,
        "surely above 0 after costs (5 % luck over all looks)",
        lambda _: "muted",
        tip=lambda r: r.needed,
        right=False,
        narrow="at least 150",
        grow=2,
    ),
)
"""The promotion gate, one row a condition."""

LIMITS: Final[tuple[Column[GateRow], ...]] = (
    Column("Taken back for", lambda r: r.name, lambda r: r.name.lower(), "Calibration drift", right=False),
    Column(
        "Within",
        lambda r: "✓" if r.ok else "✕",
        lambda r: float(r.ok),
        "Within",
        lambda r: "up" if r.ok else "down",
    ),
    Column("Used", lambda r: f"{r.share * 100:.0f} %", lambda r: r.share, "100 %", drop=1),
    *GATE[3:4],
    replace(GATE[4], title="Limit", narrow="at most 8 %"),
)
"""What takes an automatic desk back, one row a limit."""
