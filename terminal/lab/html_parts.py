"""The page's tables of a result in parts: folds, lock-box, pair, side, regime, month and how trades ended."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from terminal.lab.page_bits import bp, day, money, section, share, soft, span_bp, table

_HEADS: Final = ("Trades", "Net a trade", "90 % interval, bp", "Gross a trade", "Above zero", "Net")
_PARTS: Final = (
    ("by_pair", "Pair"),
    ("by_side", "Side"),
    ("by_regime", "Regime"),
    ("by_month", "Month"),
    ("by_end", "How it ended"),
)


def parts_of(report: Mapping[str, Any]) -> str:
    """All slices of the trades; "" without any."""
    tables = [table((title, *_HEADS), _rows(report[key])) for key, title in _PARTS if report[key]]
    if not tables:
        return ""
    often = report["trend_share"]
    words = report["regime_rule"]
    if often is not None:
        words = f"{words} The pairs were in a trend for {share(often)} of this time."
    return section("In parts", "<br>".join(tables) + soft(words))


def folds_of(report: Mapping[str, Any]) -> str:
    """The walk-forward step by step; "" for what is not fitted."""
    folds = report["by_fold"]
    if not folds:
        return ""
    rows = [
        (
            f"{day(each['from_ms'])[:10]} to {day(each['to_ms'])[:10]}",
            "new" if each["is_new"] else "kept from before",
            share(each["direction_skill"]),
            f"{each['forecasts']:,}",
            *_row(each)[1:4],
            money(each["net"]),
        )
        for each in folds
    ]
    heads = ("Answered", "Fit", "Direction skill", "Forecasts", *_HEADS[:3], "Net")
    words = "Each fit knew nothing of the days it answered. Skill is that of its forecasts on those days."
    return section("Fold by fold", table(heads, rows) + soft(words))


def lock_box_of(report: Mapping[str, Any]) -> str:
    """The locked end of the time asked for: what it shows, or that it is not in the report."""
    box = report["lock_box"]
    if box is None:
        return ""
    when = f"{day(box['from_ms'])} up to {day(box['to_ms'])} UTC"
    if not box["is_open"]:
        words = (
            f"{when} is locked and in no figure of this page. Open it once, when this version is final: tick Lock-box "
            "in the lab, or add --open-lock-box to the command. Each opening is counted."
        )
        return section("Lock-box", soft(words))
    if box["openings"]:
        words = f"{when}, opened for this version before: {box['openings']:,}. It proves less each time."
    else:
        words = f"{when}, opened for this version for the first time."
    rows = _rows(report["by_lock_box"])
    return section("Lock-box", soft(words) + (table(("Opened", *_HEADS), rows) if rows else ""))


def _rows(found: Sequence[Mapping[str, Any]]) -> list[tuple[str, ...]]:
    return [_row(each) for each in found]


def _row(each: Mapping[str, Any]) -> tuple[str, ...]:
    has_any = each["trades"] > 0
    return (
        each["name"],
        f"{each['trades']:,}",
        bp(each["net_bp"] if has_any else None),
        span_bp(each["low_bp"], each["high_bp"]),
        bp(each["gross_bp"] if has_any else None),
        share(each["wins"] if has_any else None),
        money(each["net"]),
    )
