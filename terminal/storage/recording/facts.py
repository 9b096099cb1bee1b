"""Lines of what was read at request: rules, bars, settlements, open interest."""

from dataclasses import fields
from decimal import Decimal
from typing import Any, Final

from terminal.domain.instrument import Instrument, InstrumentId
from terminal.domain.market import Candle, FundingSettled, Interval, OpenInterest
from terminal.domain.recording import BarsRead, Recorded, RulesRead, SettlementsRead

_NUMBERS: Final = frozenset({"min_leverage", "max_leverage"})
_TEXTS: Final = frozenset({"instrument_id"})


def row_of_fact(what: Recorded) -> list[Any]:
    """Give the row of a fact.

    Raises:
        TypeError: it is none.
    """
    match what:
        case RulesRead():
            return ["R", [_rules_row(each) for each in what.instruments]]
        case BarsRead():
            bars = [[bar.open_ms, bar.open, bar.high, bar.low, bar.close, bar.volume, bar.closed] for bar in what.bars]
            return ["H", what.instrument_id, what.interval.value, bars]
        case SettlementsRead():
            return ["F", what.instrument_id, [[str(each.rate), each.ts_event_ms] for each in what.settled]]
        case OpenInterest():
            quote = None if what.quote_value is None else str(what.quote_value)
            return ["o", what.instrument_id, str(what.base_size), quote, what.ts_event_ms]
        case _:
            raise TypeError(f"{what!r} is nothing that is recorded")


def fact_of(kind: str, row: list[Any]) -> Recorded:
    """Read a row.

    Raises:
        ValueError: of no kind known here.
    """
    match kind:
        case "R":
            return RulesRead(tuple(_rules(each) for each in row[0]))
        case "H":
            name, minutes, bars = row
            candles = (Candle(ms, o, h, low, c, v, closed=closed) for ms, o, h, low, c, v, closed in bars)
            return BarsRead(InstrumentId(name), Interval(minutes), tuple(candles))
        case "F":
            name, settled = row
            found = (FundingSettled(InstrumentId(name), Decimal(rate), ms) for rate, ms in settled)
            return SettlementsRead(InstrumentId(name), tuple(found))
        case "o":
            name, base, quote, ms = row
            return OpenInterest(InstrumentId(name), Decimal(base), None if quote is None else Decimal(quote), ms)
        case _:
            raise ValueError(f"a record of the unknown kind {kind!r}")


def _rules_row(rules: Instrument) -> dict[str, Any]:
    found = {each.name: getattr(rules, each.name) for each in fields(Instrument)}
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in found.items()}


def _rules(row: dict[str, Any]) -> Instrument:
    values: dict[str, Any] = {
        name: value if name in _NUMBERS or name in _TEXTS or value is None else Decimal(value)
        for name, value in row.items()
    }
    return Instrument(**values)
