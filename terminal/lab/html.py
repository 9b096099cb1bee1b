"""A report as one self-contained page: inline styles and plots, no script, nothing fetched."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

import numpy as np

from terminal.lab.html_parts import folds_of, lock_box_of, parts_of
from terminal.lab.page_bits import Rows, bp, bullets, counts, day, money, section, share, table
from terminal.lab.report import report_of
from terminal.lab.run import LabResult
from terminal.lab.svg import calibration_plot, equity_plot
from terminal.lab.trades import LabTrade

SHOWN_TRADES: Final = 200
_EXPOSURE: Final = ("mean", "net", "most")
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


def page_of(result: LabResult) -> str:
    """The whole page."""
    report = report_of(result)
    market = report["market"]
    title = f"{report['strategist']} on {market['source']}"
    parts = [
        f"<h1>{escape(title)}</h1>",
        (
            f'<p class="soft">{day(market["from_ms"])} to {day(market["to_ms"])} UTC, {len(market["pairs"])} pairs, '
            f"{market['bars']:,} bars of {market['interval']} each. Run {report['trial']} in the ledger, "
            f"{report['versions_tried']} versions tried in all.</p>"
        ),
        _whole_contaminated(report),
        _verdict(report["verdict"]),
        lock_box_of(report),
        _plots(result),
        section("Summary", table(("", ""), _summary_rows(report))),
        section("Against plain rules", _benchmarks(report)),
        section("The promotion gate on this record", _gate(report)),
        _calibration(result, report),
        folds_of(report),
        parts_of(report),
        _early(report),
        section("What stopped openings", table(("Check", "Openings"), counts(report["refused"]))),
        _unasked(report),
        section("How it was replayed", bullets(report["assumptions"])),
        section("Notes", bullets(report["notes"])) if report["notes"] else "",
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
    until = day(report["contaminated_until_ms"])
    words = (
        f'<p class="soft">The model may know history until {until} UTC, and all of this time lies before that. Nothing '
        "below counts towards a promotion.</p>"
    )
    return section("Contaminated", words)


def _early(report: Mapping[str, Any]) -> str:
    part = report["contaminated_part"]
    if part is None:
        return ""
    words = (
        f'<p class="soft">{day(part["from_ms"])} to {day(part["to_ms"])} UTC: the model may have read of this time. '
        "It was replayed apart, with an account of its own, is in no other figure of this page and counts for "
        "nothing.</p>"
    )
    rows = (
        ("Trades", f"{part['trades']:,}"),
        ("Net a trade, after costs", bp(part["net_bp"])),
        ("90 % interval, whole days resampled", f"{bp(part['low_bp'])} to {bp(part['high_bp'])}"),
        ("Target before stop", share(part["hit_rate"])),
        ("Growth of the account", share(part["growth"])),
        ("Deepest fall from a peak", share(part["drawdown"])),
    )
    return section("Contaminated", words + table(("", ""), rows))


def _plots(result: LabResult) -> str:
    market = result.market
    times = [market.close_ms(bar) for bar in range(market.first, market.bars)]
    plot = equity_plot(times, result.equity, float(result.request.equity))
    return f"<figure>{plot}<figcaption>Equity in USDT, and below it the fall from the peak.</figcaption></figure>"


def _summary_rows(report: Mapping[str, Any]) -> Rows:
    found, sharpe = report["summary"], report["summary"]["sharpe"]
    bound, held = found["net_bp"], found["exposure_of_equity"]
    return (
        ("Trades", f"{found['trades']:,}"),
        ("Net a trade, after costs", bp(bound["mean"])),
        ("90 % interval, whole days resampled", f"{bp(bound['low'])} to {bp(bound['high'])}"),
        ("Gross a trade", bp(found["gross_bp"])),
        ("Net / gross / fees / funding", " / ".join(money(found[k]) for k in ("net", "gross", "fees", "funding"))),
        ("Trades that ended above zero", share(found["wins"])),
        (
            "Target before stop / asked for by distances / with costs",
            " / ".join(share(found[k]) for k in ("hit_rate", "declared_hit_rate", "needed_hit_rate")),
        ),
        (
            "Target reached, of all trades that declared one",
            share(found["reached"]),
        ),
        ("Growth of the account", share(found["growth"])),
        ("Deepest fall from a peak", share(found["drawdown"])),
        ("Time in the market, mean of all pairs", share(found["exposure"])),
        ("Turnover, both ways", money(found["turnover"])),
        ("Open notional of equity, mean / longs less shorts / most", " / ".join(share(held[k]) for k in _EXPOSURE)),
        ("Sharpe ratio a year, as it looks", f"{sharpe['yearly']:.2f}"),
        ("90 % interval, blocks of five days resampled", _sharpe_span(found["sharpe_interval"])),
        (f"Deflated for {sharpe['trials']} versions: chance it is above 0", share(sharpe["deflated"])),
        ("Beta on BTC / what is left a day", f"{found['beta']:.3f} / {bp(found['neutral_bp'])}"),
        ("Pauses by loss limits", f"{report['paused_by_loss_limits']}"),
    )


def _sharpe_span(found: Mapping[str, Any]) -> str:
    return "–" if found["low"] is None else f"{found['low']:.2f} to {found['high']:.2f}"


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
        (name, f"{trades:,}", bp(net), share(growth), share(fall), f"{each:.2f}")
        for name, trades, net, growth, fall, each in rows
    ]
    heads = ("", "Trades", "Net a trade", "Growth", "Deepest fall", "Growth / fall")
    chance = report["random"]
    words = ""
    if chance["rank"] is not None:
        low, middle, high = (bp(chance[name]) for name in ("p05_bp", "p50_bp", "p95_bp"))
        words = (
            f'<p class="soft">Of {chance["draws"]:,} random policies with the same pairs, sides, holding times and '
            f"costs the middle one made {middle} a trade, nine in ten lay between {low} and {high}; "
            f"{share(chance['rank'])} did worse than this run.</p>"
        )
    return table(heads, cells) + words


def _gate(report: Mapping[str, Any]) -> str:
    rows = [(r["name"], r["stands"], r["needed"], "holds" if r["ok"] else "lacks") for r in report["gate"]]
    earned = "Every condition holds." if report["gate_earned"] else "Not earned: nothing may act without a person."
    note = "Only a forward record counts for promotion; this shows how far a replayed one is."
    return table(("Condition", "Stands", "Needed", ""), rows) + f'<p class="soft">{earned} {note}</p>'


def _calibration(result: LabResult, report: Mapping[str, Any]) -> str:
    found = result.calibration
    if found is None:
        return section("Calibration", '<p class="soft">A fixed rule claims no probabilities.</p>')
    words = (
        f"{found.rows:,} out-of-sample forecasts of direction. Error {share(found.error)}, Brier {found.brier:.4f} "
        f"against {found.base_brier:.4f} of the base rate: direction skill {share(report['direction_skill'])}. "
        f"Log-loss {found.log_loss:.4f} against {found.base_log_loss:.4f}."
    )
    plot = f"<figure style='max-width:460px'>{calibration_plot(found.bins)}<figcaption>{words}</figcaption></figure>"
    return section("Calibration", plot)


def _unasked(report: Mapping[str, Any]) -> str:
    if not report["not_asked"]:
        return ""
    rows = counts(report["not_asked"])
    words = '<p class="soft">Moments that were not looked at, because nothing could be opened then anyhow.</p>'
    return words + table(("Because of", "Moments"), rows)


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
    rows = table(heads, [_trade_cells(trade) for trade in shown])
    return section("Trades", f'<p class="soft">{which}.</p><div class="wide">{rows}</div>')


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
