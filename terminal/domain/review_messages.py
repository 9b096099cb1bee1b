"""Commands and events of approval: several at once, taking one back, the desk's mode, a click that was voided.

They belong to the same two unions as those in `messages`, where `Approve` and `Reject` are.
"""

from dataclasses import dataclass

from terminal.domain.approval import DeskMode, RecheckRow
from terminal.domain.review import Proposal

# -- commands -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ApproveMany:
    """Approve several cards of one cycle, one after the other, each with its own fresh checks.

    `cards` are pairs of decision id and the fingerprint its card showed. The first card that
    cannot be sent ends it; those after it stay as they are.
    """

    cycle_id: str
    cards: tuple[tuple[str, str], ...]
    who: str
    how: str


@dataclass(frozen=True, slots=True)
class UndoApproval:
    """Take an approval back while its order has not left: before `Proposal.sends_at_s`."""

    decision_id: str
    who: str


@dataclass(frozen=True, slots=True)
class SetDeskMode:
    """Change what becomes of the AI's decisions; `typed` must be the mode's own word, e.g. "AUTO".

    An automatic mode that the strategy's record has not earned needs `UNPROVEN_WORD` typed behind it.
    """

    mode: DeskMode
    typed: str
    who: str


@dataclass(frozen=True, slots=True)
class ShowOlderReviews:
    """Read more answered proposals out of the journal, those before the oldest shown; `OlderReviews` answers."""


# -- events -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OlderReviews:
    """Answered proposals of earlier days, oldest first; `is_all` once nothing older is on record.

    Sent at the start without any, to tell whether there are more than those restored.
    """

    proposals: tuple[Proposal, ...]
    is_all: bool


@dataclass(frozen=True, slots=True)
class ApprovalVoided:
    """A fresh check at the click failed and nothing was sent; asking again makes a new decision.

    `rows` has every line of the check, passed or not; `text` is the first cause in plain words.
    """

    decision_id: str
    rows: tuple[RecheckRow, ...]
    text: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class DeskModeChanged:
    """The mode now in force, who set it and why; sent at the start, too. `override` as in `DeskModeSet`."""

    mode: DeskMode
    who: str
    reason: str
    at_ms: int
    override: str = ""
