"""Equity and drawdown as recorded: nothing is interpolated."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

from terminal.domain.canonical import decimal_text

_HEAD: Final = "at_ms,equity,available,peak,drawdown_pct"
_HUNDREDTH: Final = Decimal("0.0001")


def equity_csv(marks: Iterable[dict[str, Any]]) -> str:
    """Write one line a recorded mark. Money in USDT; drawdown in % below the highest equity so far."""
    lines, peak = [_HEAD], Decimal(0)
    for mark in marks:
        equity = Decimal(mark["equity"])
        peak = max(peak, equity)
        fall = (peak - equity) / peak * 100 if peak > 0 else Decimal(0)
        texts = (mark["equity"], mark["available"], decimal_text(peak), decimal_text(fall.quantize(_HUNDREDTH)))
        lines.append(",".join((str(mark["at_ms"]), *texts)))
    return "\n".join(lines) + "\n"
