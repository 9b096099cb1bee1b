"""A report as one self-contained page: inline styles and plots, no script, nothing fetched."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

import numpy as np

from terminal.lab.report import report_of
from terminal.lab.run import LabResult
from terminal.lab.svg import calibration_plot, equity_plot
from terminal.lab.trades import LabTrade

SHOWN_TRADES: Final = 200
_STYLE: Final = """
:root{color-scheme:light dark;--ink:#1b2330;--soft:#5b6675;--line:#d5dbe3;--paper:#fff;--accent:#2f6feb;
--good:#14804a;--bad:#c0362c}
@media(prefers-color-scheme:dark){:root{--ink:#e4e9f0;--soft:#98a4b3;--line:#2c3644;--paper:#10161f;
--accent:#6ea3ff;--good:#4cc38a;--bad:#ff7a6e}}
body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:900px;margin:2em auto;
padding:0 16px}h1{font-size:1.5em;margin-bottom:0}h2{font-size:1.1em;margin-top:2em}
.soft,figcaption{color:var(--soft)}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;
font-size:13px}th,td{border-bottom:1px solid var(--line);padding:3px 8px;text-align:right;white-space:nowrap}
th:first-child,td:first-child{text-align:left}.words td{white-space:normal;text-align:left}
.verdict{border-left:5px solid var(--soft);padding:4px 14px;margin:1.2em 0}.verdict.good{border-color:var(--good)}
.verdict.bad{border-color:var(--bad)}.verdict p:first-child{font-weight:600;font-size:1.1em}
svg{width:100%;height:auto}svg text{font-size:11px;fill:var(--soft)}.grid{stroke:var(--line)}
.line{fill:none;stroke:var(--accent);stroke-width:1.6}.fall{fill:var(--bad);opacity:.45}
.even{stroke:var(--soft);stroke-dasharray:4 4}.bar{stroke:var(--accent)}.dot{fill:var(--accent)}.wide{overflow-x:auto}
"""
_Rows = Sequence[Sequence[str]]


def page_of(result: LabResult) -> str:
    """The whole page."""
    report = report_of(result)
    market = report["market"]
    title = f"{report['strategist']} on {market['source']}"
    parts = [
        f"<h1>{escape(title)}</h1>",
        (
            f'<p class="soft">{_day(market["from_ms"])} to {_day(market["to_ms"])} UTC, {len(market["pairs"])} pairs, '
            f"{market['bars']:,} bars of {market['interval']} each. Run {report['trial']} in the ledger, "
            f"{report['versions_tried']} versions tried in all.</p>"
        ),
        _whole_contaminated(report),
        _verdict(report["verdict"]),
        _plots(result),
        _section("Summary", _table(("", ""), _summary_rows(report))),
        _section("Against plain rules", _benchmarks(report)),
        _section("The promotion gate on this record", _gate(report)),
        _calibration(result, report),
        _slices(report),
        _early(report),
        _section("What stopped openings", _table(("Check", "Openings"), _counts(report["refused"]))),
        _unasked(report),
        _section("How it was replayed", _list(report["assumptions"])),
        _section("Notes", _list(report["notes"])) if report["notes"] else "",
        _trades(result),
    ]
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
    body = "\n".join(part for part in parts if part)
    return (
        f'<!doctype html>\n<html lang="en"><head>{head}<title>{escape(title)}</title><style>{_STYLE}</style></head>'
        f"<body>\n{body}\n</body></html>\n"
    )


def _verdict(found: Mapping[str, Any]) -> str:
    words = "".join(f"<p>{escape(each)}</p>" for each in (found["headline"], *found["sentences"]))
    return f'<div class="verdict {escape(found["tone"])}">{words}</div>'


def _whole_contaminated(report: Mapping[str, Any]) -> str:
    if not report["contaminated"]:
        return ""
    until = _day(report["contaminated_until_ms"])
    words = (
        f'<p class="soft">The model may know history until {until} UTC, and all of this time lies before that. Nothing '
        "below counts towards a promotion.</p>"
    )
    return _section("Contaminated", words)


def _early(report: Mapping[str, Any]) -> str:
    part = report["contaminated_part"]
    if part is None:
        return ""
    words = (
        f'<p class="soft">{_day(part["from_ms"])} to {_day(part["to_ms"])} UTC: the model may have read of this time. '
        "It was replayed apart, with an account of its own, is in no other figure of this page and counts for "
        "nothing.</p>"
    )
    rows = (
        ("Trades", f"{part['trades']:,}"),
        ("Net a trade, after costs", _bp(part["net_bp"])),
        ("90 % interval, whole days resampled", f"{_bp(part['low_bp'])} to {_bp(part['high_bp'])}"),
        ("Target before stop", _share(part["hit_rate"])),
        ("Growth of the account", _share(part["growth"])),
        ("Deepest fall from a peak", _share(part["drawdown"])),
    )
    return _section("Contaminated", words + _table(("", ""), rows))


def _plots(result: LabResult) -> str:
    market = result.market
    times = [market.close_ms(bar) for bar in range(market.first, market.bars)]
    plot = equity_plot(times, result.equity, float(result.request.equity))
    return f"<figure>{plot}<figcaption>Equity in USDT, and below it the fall from the peak.</figcaption></figure>"


def _summary_rows(report: Mapping[str, Any]) -> _Rows:
    found, sharpe = report["summary"], report["summary"]["sharpe"]
    bound = found["net_bp"]
    return (
        ("Trades", f"{found['trades']:,}"),
        ("Net a trade, after costs", _bp(bound["mean"])),
        ("90 % interval, whole days resampled", f"{_bp(bound['low'])} to {_bp(bound['high'])}"),
        ("Gross a trade", _bp(found["gross_bp"])),
        ("Net / gross / fees / funding", " / ".join(_money(found[k]) for k in ("net", "gross", "fees", "funding"))),
        ("Trades that ended above zero", _share(found["wins"])),
        (
            "Target before stop / asked for by distances / with costs",
            " / ".join(_share(found[k]) for k in ("hit_rate", "declared_hit_rate", "needed_hit_rate")),
        ),
        (
            "Target reached, of all trades that declared one",
            _share(found["reached"]),
        ),
        ("Growth of the account", _share(found["growth"])),
        ("Deepest fall from a peak", _share(found["drawdown"])),
        ("Time in the market, mean of all pairs", _share(found["exposure"])),
        ("Turnover, both ways", _money(found["turnover"])),
        ("Sharpe ratio a year, as it looks", f"{sharpe['yearly']:.2f}"),
        (f"Deflated for {sharpe['trials']} versions: chance it is above 0", _share(sharpe["deflated"])),
        ("Beta on BTC / what is left a day", f"{found['beta']:.3f} / {_bp(found['neutral_bp'])}"),
        ("Pauses by loss limits", f"{report['paused_by_loss_limits']}"),
    )


def _benchmarks(report: Mapping[str, Any]) -> str:
    own = report["summary"]
    ratio = own["growth"] / own["drawdown"] if own["drawdown"] else 0.0
    rows = [
        (
            f"{report['strategist']} (this run)",
            own["trades"],
            own["net_bp"]["mean"],
            own["growth"],
            own["drawdown"],
            ratio,
        )
    ]
    rows += [
        (b["name"], b["trades"], b["net_bp"], b["growth"], b["drawdown"], b["ratio"]) for b in report["benchmarks"]
    ]
    cells = [
        (name, f"{trades:,}", _bp(net), _share(growth), _share(fall), f"{each:.2f}")
        for name, trades, net, growth, fall, each in rows
    ]
    heads = ("", "Trades", "Net a trade", "Growth", "Deepest fall", "Growth / fall")
    chance = report["random"]
    words = ""
    if chance["rank"] is not None:
        low, middle, high = (_bp(chance[name]) for name in ("p05_bp", "p50_bp", "p95_bp"))
        words = (
            f'<p class="soft">Of {chance["draws"]:,} random policies with the same pairs, sides, holding times and '
            f"costs the middle one made {middle} a trade, nine in ten lay between {low} and {high}; "
            f"{_share(chance['rank'])} did worse than this run.</p>"
        )
    return _table(heads, cells) + words


def _gate(report: Mapping[str, Any]) -> str:
    rows = [(r["name"], r["stands"], r["needed"], "holds" if r["ok"] else "lacks") for r in report["gate"]]
    earned = "Every condition holds." if report["gate_earned"] else "Not earned: nothing may act without a person."
    note = "Only a forward record counts for promotion; this shows how far a replayed one is."
    return _table(("Condition", "Stands", "Needed", ""), rows) + f'<p class="soft">{earned} {note}</p>'


def _calibration(result: LabResult, report: Mapping[str, Any]) -> str:
    found = result.calibration
    if found is None:
        return _section("Calibration", '<p class="soft">A fixed rule claims no probabilities.</p>')
    words = (
        f"{found.rows:,} out-of-sample forecasts of direction. Error {_share(found.error)}, Brier {found.brier:.4f} "
        f"against {found.base_brier:.4f} of the base rate: direction skill {_share(report['direction_skill'])}. "
        f"Log-loss {found.log_loss:.4f} against {found.base_log_loss:.4f}."
    )
    plot = f"<figure style='max-width:460px'>{calibration_plot(found.bins)}<figcaption>{words}</figcaption></figure>"
    return _section("Calibration", plot)


def _slices(report: Mapping[str, Any]) -> str:
    parts = []
    for key, title in (("by_pair", "Pair"), ("by_side", "Side"), ("by_month", "Month"), ("by_end", "How it ended")):
        rows = [
            (r["name"], f"{r['trades']:,}", _bp(r["net_bp"]), _bp(r["gross_bp"]), _share(r["wins"]), _money(r["net"]))
            for r in report[key]
        ]
        if rows:
            parts.append(_table((title, "Trades", "Net a trade", "Gross a trade", "Above zero", "Net"), rows))
    return _section("In parts", "<br>".join(parts)) if parts else ""


def _unasked(report: Mapping[str, Any]) -> str:
    if not report["not_asked"]:
        return ""
    rows = _counts(report["not_asked"])
    words = '<p class="soft">Moments that were not looked at, because nothing could be opened then anyhow.</p>'
    return words + _table(("Because of", "Moments"), rows)


def _trades(result: LabResult) -> str:
    trades = result.record.trades
    if not trades:
        return ""
    shown = trades[-SHOWN_TRADES:]
    heads = (
        "Opened UTC",
        "Pair",
        "Side",
        "Size",
        "Entry",
        "Exit",
        "End",
        "Gross bp",
        "Fees",
        "Funding",
        "Net",
        "Net bp",
        "P",
    )
    which = "All"
    if len(trades) > len(shown):
        which = f"The last {len(shown)} of {len(trades):,}; the command writes all of them to trades.csv"
    table = _table(heads, [_trade_cells(trade) for trade in shown])
    return _section("Trades", f'<p class="soft">{which}.</p><div class="wide">{table}</div>')


def _trade_cells(trade: LabTrade) -> Sequence[str]:
    chance = f"{trade.chance:.3f}" if np.isfinite(trade.chance) else "–"
    return (
        str(np.datetime64(trade.entry_ms, "ms").astype("datetime64[m]")).replace("T", " "),
        trade.instrument_id,
        "long" if trade.side > 0 else "short",
        f"{trade.size:g}",
        f"{trade.entry_price:.10g}",
        f"{trade.exit_price:.10g}",
        trade.how,
        f"{trade.gross_bp:+.1f}",
        f"{trade.fees:.3f}",
        f"{trade.funding:+.3f}",
        f"{trade.net:+.3f}",
        f"{trade.net_bp:+.1f}",
        chance,
    )


def _section(title: str, body: str) -> str:
    return f"<h2>{escape(title)}</h2>{body}"


def _table(heads: Sequence[str], rows: _Rows) -> str:
    head = "".join(f"<th>{escape(each)}</th>" for each in heads)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body or '<tr><td>none</td></tr>'}</tbody></table>"


def _list(words: Sequence[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(each)}</li>" for each in words) + "</ul>"


def _counts(counts: Mapping[str, int]) -> _Rows:
    return [(name, f"{count:,}") for name, count in counts.items()]


def _bp(value: float | None) -> str:
    return "–" if value is None else f"{value:+.1f} bp"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:,.1f} %"


def _money(value: float) -> str:
    return f"{value:,.2f}"


def _day(at_ms: int) -> str:
    return str(np.datetime64(at_ms, "ms").astype("datetime64[m]")).replace("T", " ")
