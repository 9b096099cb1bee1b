"""What a decision card says of an ensemble's votes. Pure functions."""

from terminal.domain.plain_words import ACTION
from terminal.domain.votes import CastVote, VoteSheet
from terminal.ui.formatting import THIN


def votes_line(sheet: VoteSheet) -> tuple[str, str]:
    """Sum the votes up in a line, with the tone to show it in: amber where somebody did not go along."""
    voters = [vote for vote in sheet.votes if not vote.judges]
    parts = [f"{len(sheet.supporters)} of {len(voters)} voters for it: {', '.join(sheet.supporters)}"]
    by_name = {vote.member: vote for vote in voters}
    parts += [f"{name} {_against(by_name[name])}" for name in sheet.dissenters if name in by_name]
    parts += [f"judge {vote.member} {_judged(vote, sheet)}" for vote in sheet.votes if vote.judges]
    if sheet.half_size:
        parts.append("half the size")
    return "; ".join(parts), "amber" if sheet.dissenters or sheet.veto else "text"


def vote_lines(sheet: VoteSheet) -> tuple[tuple[str, str], ...]:
    """Give a line a member for the details, each with its tone: what it said, its weight, its exact model."""
    return tuple((_line(vote, sheet), _tone(vote, sheet)) for vote in sheet.votes)


def _line(vote: CastVote, sheet: VoteSheet) -> str:
    mark = "✓" if vote.member in sheet.supporters else "–" if vote.action is None else "✕"
    if vote.judges:
        mark = "✕" if vote.member == sheet.veto else "✓"
    silent = f"{'failed' if vote.failed else 'abstained'}, {vote.detail}"
    said = silent if vote.action is None else f"{ACTION[vote.action]}, {vote.confidence * 100:.0f}{THIN}%"
    what = "may only stop" if vote.judges else f"weight {vote.weight:.2f}"
    lead = ", its levels are used" if vote.member == sheet.leader else ""
    return f"{mark} {vote.member}: {said}; {what}{lead}\n{vote.model or 'no model yet'}"


def _tone(vote: CastVote, sheet: VoteSheet) -> str:
    if vote.failed or (sheet.veto and vote.member == sheet.veto):
        return "down"
    return "amber" if vote.member in sheet.dissenters else "muted"


def _against(vote: CastVote) -> str:
    if vote.action is not None:
        return f"says {ACTION[vote.action]}"
    short = vote.detail.partition(": ")[0]  # what it was; the details say it whole
    return f"failed ({short})" if vote.failed else f"abstained ({short})"


def _judged(vote: CastVote, sheet: VoteSheet) -> str:
    return "stopped it" if vote.member == sheet.veto else "did not stop it"
