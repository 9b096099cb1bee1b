"""What a report's page is put together from: sections, tables, figures as text. All text is escaped here."""

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np

Rows = Sequence[Sequence[str]]


def section(title: str, body: str) -> str:
    return f"<h2>{escape(title)}</h2>{body}"


def table(heads: Sequence[str], rows: Rows) -> str:
    head = "".join(f"<th>{escape(each)}</th>" for each in heads)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body or '<tr><td>none</td></tr>'}</tbody></table>"


def bullets(words: Sequence[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(each)}</li>" for each in words) + "</ul>"


def soft(words: str) -> str:
    return f'<p class="soft">{escape(words)}</p>'


def counts(found: Mapping[str, int]) -> Rows:
    return [(name, f"{count:,}") for name, count in found.items()]


def bp(value: float | None) -> str:
    return "–" if value is None else f"{value:+.1f} bp"


def span_bp(low: float | None, high: float | None) -> str:
    """The bounds of an interval; a dash where there are too few days for one."""
    return "–" if low is None or high is None else f"{low:+.1f} to {high:+.1f}"


def share(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:,.1f} %"


def money(value: float) -> str:
    return f"{value:,.2f}"


def day(at_ms: int) -> str:
    return str(np.datetime64(at_ms, "ms").astype("datetime64[m]")).replace("T", " ")
