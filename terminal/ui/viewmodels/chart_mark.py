"""Where on the chart a piece of evidence was seen. Pure functions.

The model's inputs are named in the snapshot as `PAIR.input_INTERVAL`, e.g. `BTC.dist_ema21_15m`;
they come from closed bars, so each belongs to the last bars before its decision.
"""

import re
from dataclasses import dataclass
from typing import Final

from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.decision import Decision, Evidence
from terminal.domain.instrument import InstrumentId, perpetual
from terminal.domain.market import Interval

_KEY: Final = re.compile(r"(?P<base>[A-Z0-9]{2,12})\.(?P<name>[a-z][a-zA-Z0-9_]*)_(?P<interval>[0-9]{1,2}[mhdw])")
_AVERAGE: Final = re.compile(r"(?P<what>dist|slope)_ema(?P<period>[0-9]{1,3})")
_SPAN: Final = re.compile(r"(?P<btc>btc_)?(?:ret_(?P<ret>[0-9]{1,3})_atr|flow_(?P<flow>[0-9]{1,3}))")
_SLOPE_BARS: Final = 3
_BARS: Final[dict[str, int]] = {
    "rsi14": 14,
    "bb_z20": 20,
    "close_in_range": 1,
    "range_atr": 1,
    "vol_rel": 1,
    "rv_ratio": 16,
    "hour_sin": 1,
    "hour_cos": 1,
}
_INTERVALS: Final = {interval.label: interval for interval in Interval}


@dataclass(frozen=True, slots=True)
class ChartMark:
    """A span of bars to point at: `from_ms` up to `to_ms`, Unix ms, the end not included.

    `average` is the period of an EMA whose value at the last of these bars is meant, else None.
    """

    instrument_id: InstrumentId
    interval: Interval
    from_ms: int
    to_ms: int
    text: str
    average: int | None = None


def place_of(piece: Evidence, decision: Decision) -> ChartMark | str:
    """Give the place on a chart where the value was seen, or the words why it has none."""
    found = _KEY.fullmatch(piece.key)
    interval = _INTERVALS.get(found["interval"]) if found else None
    if found is None or interval is None:
        return f"{piece.label} has no place on a chart: it is not measured on bars."
    name, instrument_id = found["name"], perpetual(found["base"])
    average = _AVERAGE.fullmatch(name)
    span = _SPAN.fullmatch(name)
    if average is not None:
        bars = _SLOPE_BARS if average["what"] == "slope" else 1
    elif span is not None:
        bars = int(span["ret"] or span["flow"])
        instrument_id = perpetual("BTC") if span["btc"] else instrument_id
    elif name in _BARS:
        bars = _BARS[name]
    else:
        return f"{piece.label} has no place on a chart: it is no value of one pair's bars."
    if instrument_id not in ALLOWED_INSTRUMENTS or not bars:
        return f"{piece.label} has no place on a chart: its pair is not followed here."
    end_ms = decision.created_ms // interval.ms * interval.ms  # the bar that ended last when it was decided
    text = f"{piece.label} {piece.value}"
    period = int(average["period"]) if average is not None else None
    return ChartMark(instrument_id, interval, end_ms - bars * interval.ms, end_ms, text, period or None)
