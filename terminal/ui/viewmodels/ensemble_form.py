"""What a person chooses about an ensemble, and the settings it makes."""

from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from terminal.domain.ensemble import ENSEMBLE, EnsembleSettings, MemberSettings, VoteMode
from terminal.domain.language_model import EMBEDDED, StrategySettings


class MemberPart(Enum):
    """What one model has to do with the ensemble."""

    NONE = "none"
    VOTES = "votes"
    JUDGES = "judges"


PARTS: Final = {
    MemberPart.NONE: ("Not asked", "It has no part in the ensemble."),
    MemberPart.VOTES: ("Votes", "Its answer counts by its weight."),
    MemberPart.JUDGES: (
        "May only stop",
        "No opening without its consent; its vote causes none. When it fails, nothing opens.",
    ),
}
VOTE_MODES: Final = {
    VoteMode.MAJORITY: ("More than half of the weight", "Who does not go along is shown, and halves the size."),
    VoteMode.UNANIMOUS: ("Every voter", "One that says otherwise, abstains or fails is enough to hold."),
}


class NotAnEnsemble(ValueError):
    """What was chosen makes no ensemble; the text says what to correct."""


@dataclass(frozen=True, slots=True)
class MemberEntry:
    """One row; `weight` "" counts by measured skill."""

    strategist: str
    part: MemberPart = MemberPart.NONE
    weight: str = ""


@dataclass(frozen=True, slots=True)
class EnsembleEntry:
    members: tuple[MemberEntry, ...]
    quorum: int = 2
    mode: VoteMode = VoteMode.MAJORITY
    decides: bool = False


def ensemble_entry(settings: StrategySettings) -> EnsembleEntry:
    """Write the settings into the rows: the embedded model first, then the language models in their order."""
    names = (EMBEDDED, *(model.strategist for model in settings.models))
    ensemble = settings.ensemble
    if ensemble is None:
        return EnsembleEntry(tuple(MemberEntry(name) for name in names))
    known = {each.strategist: each for each in ensemble.members}
    rows = tuple(_row(known[name]) if name in known else MemberEntry(name) for name in names)
    return EnsembleEntry(rows, ensemble.quorum, ensemble.mode, settings.strategist == ENSEMBLE)


def with_ensemble(settings: StrategySettings, entry: EnsembleEntry) -> StrategySettings:
    """Read the rows.

    Raises:
        NotAnEnsemble: something has to be corrected.
    """
    try:
        members = tuple(_member(row) for row in entry.members if row.part is not MemberPart.NONE)
        ensemble = EnsembleSettings(members, entry.quorum, entry.mode)
    except NotAnEnsemble:
        raise
    except ValueError as error:
        raise NotAnEnsemble(f"{str(error)[:1].upper()}{str(error)[1:]}.") from error
    decided = EMBEDDED if settings.strategist == ENSEMBLE else settings.strategist
    return replace(settings, strategist=ENSEMBLE if entry.decides else decided, ensemble=ensemble)


def without_ensemble(settings: StrategySettings) -> StrategySettings:
    """Take the ensemble away; the embedded model decides again if it did."""
    strategist = EMBEDDED if settings.strategist == ENSEMBLE else settings.strategist
    return replace(settings, strategist=strategist, ensemble=None)


def _row(member: MemberSettings) -> MemberEntry:
    part = MemberPart.JUDGES if member.vetoes else MemberPart.VOTES
    return MemberEntry(member.strategist, part, "" if member.weight is None else f"{member.weight:g}")


def _member(row: MemberEntry) -> MemberSettings:
    if row.part is MemberPart.JUDGES:
        return MemberSettings(row.strategist, vetoes=True)
    text = row.weight.strip()
    try:
        weight = float(text) if text else None
    except ValueError as error:
        raise NotAnEnsemble(f"The weight of {row.strategist} is no number.") from error
    return MemberSettings(row.strategist, weight)
