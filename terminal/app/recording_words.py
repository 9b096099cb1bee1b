"""Recorded days as lines of text."""

from terminal.domain.recorded_words import gap_words, length_words, size_words, utc_second
from terminal.domain.recording import RecordedDayRow, TakeRow


def day_lines(days: tuple[RecordedDayRow, ...]) -> list[str]:
    """Give a table: a line a day, and below it one a take where there is more than one."""
    rows: list[tuple[str, ...]] = [("DAY (UTC)", "FROM", "TO", "RECORDED", "SIZE", "MARKET, GAPS")]
    for day in days:
        hours = (utc_second(day.from_ms), utc_second(day.to_ms), length_words(day.recorded_ms))
        rows.append((day.day, *hours, size_words(day.size_bytes), _about(day)))
        if len(day.takes) > 1:
            rows += [_take_row(take) for take in day.takes]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    return ["  ".join([*(f"{row[at]:<{widths[at]}}" for at in range(5)), row[5]]) for row in rows]


def _take_row(take: TakeRow) -> tuple[str, ...]:
    hours = (utc_second(take.from_ms), utc_second(take.to_ms), length_words(take.to_ms - take.from_ms))
    return (f"  take {take.number}", *hours, size_words(take.size_bytes), gap_words(take.gaps))


def _about(day: RecordedDayRow) -> str:
    market = f"{day.source.venue}, simulated" if day.source.is_simulated else day.source.venue
    takes = f", {len(day.takes)} takes" if len(day.takes) > 1 else ""
    return f"{market}{takes}, {gap_words(day.gaps)}"
