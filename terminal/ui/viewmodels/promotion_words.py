"""The promotion gate in words."""

from typing import Final

from terminal.domain.promotion import PromotionReport
from terminal.ui.viewmodels.words import sentence

HOW: Final = (
    "Counted is every decision to open that came to its end, at the venue or on paper, after fees and funding. A day "
    "is one observation, and the chance that luck passes holds over all looks together. Without this record "
    "automatic can only be taken UNPROVEN, with a capped size; it is taken back by itself when something is wrong."
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
    taken = "; automatic was taken UNPROVEN, with a capped size" if report.override else ""
    return sentence(f"{whose}{taken}")


def promotion_tip(report: PromotionReport | None) -> str:
    """Say everything in full, and how it is counted."""
    lacking = sentence(f"Missing: {report.lacking}") if report is not None and report.lacking else ""
    parts = (promotion_headline(report), lacking, promotion_details(report), HOW)
    return "\n".join(part for part in parts if part)
