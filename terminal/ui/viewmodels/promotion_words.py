"""The promotion gate in words."""

from datetime import UTC, datetime
from typing import Final

from terminal.domain.plain_words import clause
from terminal.domain.promotion import PromotionReport
from terminal.ui.viewmodels.words import sentence

HOW: Final = (
    "Counted is every decision to open that came to its end, at the venue or on paper, after fees and funding. A day "
    "is one observation, and the chance that luck passes holds over all looks together. Random policies make the same "
    "decisions at other moments, on recorded prices; what cannot be compared is not met. Without this record "
    "automatic can only be taken UNPROVEN, with a capped size; it is taken back by itself when something is wrong."
)

HOW_BACK: Final = (
    "An automatic desk goes back to a person by itself when one of these limits is passed, whoever gave it. Bad "
    "results end the record, too: once a person has chosen a mode again it counts anew, as one more version tried."
)


def promotion_headline(report: PromotionReport | None) -> str:
    """Say in one sentence whether an automatic desk is earned; the table says what is missing."""
    if report is None:
        return "What the strategy has earned is not known yet."
    if report.is_earned:
        return "Automatic is earned: every condition is met."
    met = sum(row.ok for row in report.rows)
    return f"Automatic is not earned: {met} of {len(report.rows)} conditions are met."


def promotion_details(report: PromotionReport | None) -> str:
    """Say whose record it is, and whether an override is in force."""
    if report is None:
        return ""
    whose = f"Record of {report.strategy}" if report.strategy else "No model has been fitted yet"
    begun = datetime.fromtimestamp(report.anew_ms / 1_000, UTC)
    anew = f", counted anew since {begun:%Y-%m-%d} (before: {clause(report.ended_by)})" if report.anew_ms else ""
    taken = "; automatic was taken UNPROVEN, with a capped size" if report.override else ""
    return sentence(f"{whose}{anew}{taken}")


def limits_headline(report: PromotionReport | None, *, is_automatic: bool) -> str:
    """Say in one sentence how near an automatic desk is to being taken back."""
    if report is None or not report.watch:
        return "What would take an automatic desk back is not known yet."
    passed = [row for row in report.watch if not row.ok]
    if passed:
        first = "Automatic ends now" if is_automatic else "An automatic desk would end at once"
        return sentence(f"{first}: {clause(passed[0].lacks)}")
    nearest = max(report.watch, key=lambda row: row.share)
    kept = "Automatic goes on" if is_automatic else "Nothing would end an automatic desk now"
    if nearest.share <= 0:
        return f"{kept}: no limit is touched."
    return f"{kept}. Nearest is {nearest.name.lower()}: {nearest.share * 100:.0f} % of its limit is used."


def promotion_tip(report: PromotionReport | None) -> str:
    """Say everything in full, and how it is counted."""
    lacking = sentence(f"Missing: {report.lacking}") if report is not None and report.lacking else ""
    parts = (promotion_headline(report), lacking, promotion_details(report), HOW)
    return "\n".join(part for part in parts if part)
