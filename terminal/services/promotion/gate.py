"""The promotion gate: every condition with what it asks for, how it stands, and how far there is to go. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from terminal.domain.comparison import Comparison, NotCompared
from terminal.domain.plain_words import clause
from terminal.domain.promotion import GateRow, IncidentNoted, PromotionReport, PromotionSettings, Resolved
from terminal.services.promotion.against import NOT_YET, comparison_rows, skill_row
from terminal.services.promotion.figures import calibration_error, drawdown
from terminal.services.promotion.statistic import DAY_MS, Look, by_day, newest_look

NET: Final = "Net result"
_RUN_MARKS: Final = ("train", "sha", "seed")


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything the gate looks at. `results` are those of this strategy only, `versions` how many were ever tried.

    `unlogged` counts orders without an accepted AI log, `cycles` and `failed` decision cycles since yesterday.
    `comparison` is that of the results of whole days.
    """

    strategy: str
    results: tuple[Resolved, ...]
    versions: int
    equity: Decimal
    unlogged: int
    cycles: int
    failed: int
    incidents: tuple[IncidentNoted, ...]
    now_ms: int
    override: str = ""
    comparison: Comparison | NotCompared = NOT_YET


def strategy_of(model: str) -> str:
    """Name the strategy behind a model's name: what changes with every fit (its data's end, hash, seed) is left out."""
    return " ".join(word for word in model.split() if not word.startswith(_RUN_MARKS))


def judge(standing: Standing, settings: PromotionSettings) -> PromotionReport:
    """Give every row of the gate."""
    today = standing.now_ms // DAY_MS
    whole = [each for each in standing.results if each.ended_ms // DAY_MS < today]
    days = by_day(whole)
    look = newest_look(days, settings, standing.versions)
    rows = (
        _count("Decisions", len(standing.results), settings.decisions, "decisions"),
        _count("Days", len(days), settings.days, "days"),
        _net(look, whole, standing.versions, settings),
        *comparison_rows(standing.comparison),
        skill_row(whole, look),
        _drawdown(standing, settings),
        _calibration(standing.results, settings),
        _logs(standing.unlogged),
        _cycles(standing, settings),
        _incidents(standing, settings),
    )
    return PromotionReport(standing.strategy, rows, standing.now_ms, standing.override)


def _count(name: str, has: int, least: int, what: str) -> GateRow:
    stands = f"{has} of {least} {what}"
    return GateRow(name, stands, f"at least {least}", has >= least, min(1.0, has / least), stands)


def _net(look: Look | None, whole: Sequence[Resolved], versions: int, settings: PromotionSettings) -> GateRow:
    shared = "" if versions <= 1 else f", shared by {versions} versions"
    needed = f"surely above 0 after costs ({settings.alpha:.0%} luck over all looks{shared})"
    so_far = sum(each.net_bp for each in whole) / len(whole) if whole else 0.0
    if look is None:
        stands = f"{so_far:+.1f} bp a decision so far, not looked at yet" if whole else "nothing to count yet"
        return GateRow(NET, stands, needed, ok=False, lacks="its net result is not proven")
    over = f"look {look.number}: {look.decisions} decisions, {look.days} days"
    stands = f"{look.mean_bp:+.1f} bp a decision, at least {look.lower_bp:+.1f} bp ({over})"
    share = 1.0 if look.lower_bp > 0 else max(0.0, min(0.99, look.mean_bp / (look.mean_bp - look.lower_bp)))
    return GateRow(NET, stands, needed, look.lower_bp > 0, share, f"only {look.lower_bp:+.1f} bp are sure")


def _drawdown(standing: Standing, settings: PromotionSettings) -> GateRow:
    deepest = drawdown(standing.results, standing.equity)
    stands, needed = f"{deepest * 100:.1f} % of equity", f"at most {settings.drawdown * 100:.0f} %"
    return GateRow("Drawdown", stands, needed, deepest <= settings.drawdown, 1.0, f"a drawdown of {stands}")


def _calibration(results: Sequence[Resolved], settings: PromotionSettings) -> GateRow:
    error, needed = calibration_error(results), f"off by at most {settings.calibration * 100:.0f} points"
    if error is None:
        return GateRow("Calibration", "no claim has come to its end", needed, ok=False, lacks="no calibration yet")
    stands = f"off by {error * 100:.1f} points over {len(results)} claims"
    ok = error <= settings.calibration
    return GateRow("Calibration", stands, needed, ok, 1.0 if ok else settings.calibration / error, f"claims {stands}")


def _logs(unlogged: int) -> GateRow:
    stands = "every order has its AI log" if not unlogged else f"{unlogged} without an accepted AI log"
    return GateRow("AI logs", stands, "all accepted", not unlogged, float(not unlogged), f"AI logs: {stands}")


def _cycles(standing: Standing, settings: PromotionSettings) -> GateRow:
    share = standing.failed / standing.cycles if standing.cycles else 0.0
    stands = f"{standing.failed} of {standing.cycles} cycles failed"
    ok = share <= settings.failed_cycles
    needed = f"at most {settings.failed_cycles * 100:.0f} %"
    return GateRow("Failed cycles", stands, needed, ok, 1.0 if ok else settings.failed_cycles / share, stands)


def _incidents(standing: Standing, settings: PromotionSettings) -> GateRow:
    since_ms = standing.now_ms - settings.quiet_days * DAY_MS
    recent = [each for each in standing.incidents if each.at_ms > since_ms and each.strategy == standing.strategy]
    needed = f"none in {settings.quiet_days} days"
    if not recent:
        return GateRow("Incidents", "none", needed, ok=True, share=1.0)
    last = recent[-1]
    quiet = max(0.0, (standing.now_ms - last.at_ms) / DAY_MS)
    stands = f"{len(recent)}, the last {quiet:.1f} days ago: {clause(last.text)}"
    words = f"{quiet:.0f} of {settings.quiet_days} days without an incident"
    return GateRow("Incidents", stands, needed, ok=False, share=quiet / settings.quiet_days, lacks=words)
