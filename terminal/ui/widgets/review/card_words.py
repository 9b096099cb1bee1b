"""What a decision card says in words. Pure functions."""

from typing import Final

from terminal.domain.approval import DeskMode
from terminal.domain.decision import Decision
from terminal.domain.ensemble import ENSEMBLE
from terminal.domain.language_model import EMBEDDED
from terminal.domain.review import Proposal, ReviewState
from terminal.ui.viewmodels.mode_words import MODE_LOOK
from terminal.ui.widgets.plain_text import one_line, tooltip
from terminal.ui.widgets.review.close_terms import is_close
from terminal.ui.widgets.review.evidence_list import real_minus

PAPER: Final = frozenset({DeskMode.SHADOW, DeskMode.ADVISORY})


def mode_of_card(made_in: DeskMode, now: DeskMode) -> DeskMode:
    """Give what becomes of a card: paper stays paper; code approves only what was proposed to it.

    A card that waited for a person before the desk became automatic still does, and one that waited
    for code waits for a person once automatic has ended.
    """
    for mode in (made_in, now):
        if mode in PAPER:
            return mode
    return DeskMode.AUTO if made_in is now is DeskMode.AUTO else DeskMode.SEMI_AUTO


def approve_words(waits: bool | None, mode: DeskMode, account: str, key: str) -> str:
    """Give the words of the approving button; `waits` is None while the order is being sent, False when time is up."""
    if waits is None:
        return "Sending…"
    return (MODE_LOOK[mode].button or f"Approve · {account}  {key}") if waits else "Time is up"


def confidence_tip(model: str) -> str:
    """Say on hover what the confidence is: only the embedded model's was ever held against outcomes."""
    if model.startswith(EMBEDDED):
        return "Calibrated probability that the direction is right"
    if model.startswith(ENSEMBLE):
        return "What those who want it claim, by the weight of their votes; not calibrated as a whole"
    return "The model's own claim; it has not been calibrated"


def approve_tip(proposal: Proposal, mode: DeskMode, key: str) -> str:
    """Say on hover what the approving button does and its key, or why it does nothing."""
    if mode is not DeskMode.SEMI_AUTO:
        return tooltip(MODE_LOOK[mode].says)
    if not proposal.fingerprint:
        return "This card has no fingerprint, so nothing could be sent. It comes from an earlier version."
    return f"Price, margin, position and limits are checked again at the click; outside the band it is void ({key})."


def amend_tip(proposal: Proposal, key: str) -> str:
    """Say on hover what may be amended."""
    if is_close(proposal):
        return "A close is approved or rejected as it is: a smaller one would leave more at risk."
    return f"Make it tighter: a smaller size, a nearer stop, a lower leverage ({key})."


def sends_in_s(proposal: Proposal, now_s: float) -> float:
    """Give the seconds until an approved order leaves; 0 when it has left or none is about to."""
    if proposal.state is not ReviewState.APPROVED or proposal.sends_at_s is None:
        return 0.0
    return max(0.0, proposal.sends_at_s - now_s)


def main_reason(decision: Decision) -> str:
    """Give the heaviest piece of evidence for the decision in a line; its explanation when there is none."""
    supporting = [piece for piece in decision.evidence if piece.supports]
    if not supporting:
        return one_line(decision.explanation)
    heaviest = max(supporting, key=lambda piece: abs(piece.contribution))
    return one_line(f"▲ {heaviest.label} {real_minus(heaviest.value)}")
