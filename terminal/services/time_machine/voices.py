"""Who spoke in a decision: the votes of an ensemble, and what passed between here and a language model."""

from typing import Final

from terminal.domain.brain import ModelExchange
from terminal.domain.order_chain import Sealed
from terminal.domain.plain_words import ACTION, sentence
from terminal.domain.time_messages import PastCell, PastPart
from terminal.domain.votes import CastVote, VoteSheet
from terminal.services.time_machine.input_rows import Row

_VOTES: Final = ("Member", "Said", "Sure", "Weight", "Model")
_BYTES: Final = "The exact request and answer are in the journal, and in the order's passport."


def votes_part(sealed: Sealed, sheet: VoteSheet) -> PastPart:
    """Give all votes as a table, and what they came to in words."""
    lines = [sentence(sheet.reason)] if sheet.reason else []
    if sheet.veto:
        lines.append(f"{sheet.veto} stopped it.")
    if sheet.half_size:
        lines.append("The votes were divided: half the size.")
    if sheet.leader:
        lines.append(f"Its levels are those of {sheet.leader}.")
    rows = tuple(_vote_row(vote, sheet) for vote in sheet.votes)
    return PastPart(sealed.seq, sealed.at_ms, "Votes", tuple(lines), _VOTES if rows else (), rows)


def _vote_row(vote: CastVote, sheet: VoteSheet) -> Row:
    if vote.action is not None:
        said, sure = ACTION[vote.action], f"{vote.confidence * 100:.0f} %"
    else:
        said, sure = f"{'no answer' if vote.failed else 'abstained'}: {vote.detail}".rstrip(": "), ""
    apart = vote.failed or vote.member == sheet.veto
    tone = "down" if apart else "amber" if vote.member in sheet.dissenters else "text"
    weight = "judges" if vote.judges else f"{vote.weight:.2f}"
    return (
        PastCell(vote.member, "muted"),
        PastCell(said, tone),
        PastCell(sure),
        PastCell(weight),
        PastCell(vote.model or "not named", "muted"),
    )


def exchange_part(seq: int, exchange: ModelExchange) -> PastPart:
    """Give what one exchange with a language model took and cost; its bytes are too long for a table."""
    rows = (
        ("Asked for", exchange.asked_model),
        ("Answered by", exchange.model or "the answer named no model"),
        ("Served by", exchange.served_by or "not told"),
        ("Ended", exchange.outcome.replace("_", " ")),
        ("Took", f"{exchange.latency_ms:,.0f} ms"),
        ("Tokens in and out", f"{exchange.tokens_in:,} and {exchange.tokens_out:,}"),
        ("Cost", f"{exchange.cost_usd:f} USD"),
    )
    cells = tuple((PastCell(name, "muted"), PastCell(value)) for name, value in rows)
    return PastPart(seq, exchange.at_ms, "Exchange with the language model", (_BYTES,), ("Term", "Value"), cells)
