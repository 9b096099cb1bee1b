"""The exact texts behind each step of a passport, each with the record it stands in."""

from collections.abc import Iterator
from typing import Final

from terminal.domain.instrument import base_of
from terminal.domain.order import OrderEvent
from terminal.domain.order_chain import OrderChain, Sealed, SealedBars
from terminal.domain.passport_messages import Paper
from terminal.domain.plain_words import ORDER_STATE
from terminal.domain.records import (
    AiLogAnswered,
    AiLogAttempted,
    AiLogFrozen,
    AiLogLinked,
    AiLogResolved,
    ApprovalGiven,
    DecisionRecorded,
    FillBooked,
    IntentCommitted,
    OrderMoved,
    ProposalRecorded,
    ReviewClosed,
    RiskChecked,
)
from terminal.services.passport.reading import of_type

E = OrderEvent

_MOVES: Final = {
    E.ACK: "acknowledged by the venue",
    E.OPEN: "working at the venue",
    E.REJECT: "refused by the venue",
    E.NOT_SENT: "not sent",
    E.UNCLEAR: "no clear answer",
    E.ABSENT: "not found at the venue",
    E.FILL: "partly filled",
    E.FILL_ALL: "filled",
    E.CANCEL_REQUEST: "cancel asked for",
    E.CANCEL_REFUSED: "cancel refused",
    E.CANCELED: "cancelled",
    E.VENUE_EXPIRED: "expired at the venue",
}
_MOVE_WORDS: Final = {event.value: words for event, words in _MOVES.items()}
_OF_FILLS: Final = frozenset({E.FILL.value, E.FILL_ALL.value})


def whole(title: str, sealed: Sealed) -> Paper:
    """A record as it was sealed."""
    return Paper(title, sealed.body, sealed.seq, sealed.mac, sealed.at_ms)


def part(title: str, sealed: Sealed, text: str) -> Paper:
    """A text that stands in a record, without the record around it."""
    return Paper(title, text, sealed.seq, sealed.mac, sealed.at_ms, is_part=True)


def of_inputs(chain: OrderChain) -> Iterator[Paper]:
    if chain.snapshot is not None:
        yield whole("Snapshot", chain.snapshot)
        if chain.bars is not None and chain.bars.blocks:
            yield _bars(chain.bars)
    for sealed, recorded in of_type(chain, DecisionRecorded):
        yield part("Input given to the model", sealed, recorded.decision.input_json)


def _bars(bars: SealedBars) -> Paper:
    """The bars of the pair; where they lie in several records, the seal shown is the newest one's."""
    seq, mac, at_ms = bars.blocks[-1]
    where = "record" if len(bars.blocks) == 1 else "records"
    numbers = ", ".join(f"{each:,}" for each, _, _ in bars.blocks)
    title = f"{bars.count:,} bars of {base_of(bars.instrument_id)} ({where} {numbers})"
    return Paper(title, bars.rows, seq, mac, at_ms, is_part=True)


def of_decision(chain: OrderChain) -> Iterator[Paper]:
    for sealed, recorded in of_type(chain, DecisionRecorded):
        yield whole("Decision", sealed)
        yield part("Output of the model", sealed, recorded.decision.output_json)
    for sealed, _ in of_type(chain, ProposalRecorded):
        yield whole("Order made of it, with its first checks", sealed)


def of_approval(chain: OrderChain) -> Iterator[Paper]:
    for sealed, _ in of_type(chain, ApprovalGiven):
        yield whole("Approval", sealed)
    for sealed, _ in of_type(chain, ReviewClosed):
        yield whole("Answer without approval", sealed)


def of_checks(chain: OrderChain) -> Iterator[Paper]:
    for sealed, _ in of_type(chain, RiskChecked):
        yield whole("Checks right before sending", sealed)


def of_request(chain: OrderChain) -> Iterator[Paper]:
    for sealed, intent in of_type(chain, IntentCommitted):
        yield part(f"Body as sent: {intent.endpoint}", sealed, intent.body.decode())
        yield whole("Intent, written before sending", sealed)
    for sealed, moved in of_type(chain, OrderMoved):
        if is_about_request(moved):
            yield whole(f"Order: {move_words(moved)}", sealed)


def of_fills(chain: OrderChain) -> Iterator[Paper]:
    for sealed, booked in of_type(chain, FillBooked):
        yield whole(f"Fill {booked.fill.trade_id}", sealed)
    for sealed, moved in of_type(chain, OrderMoved):
        if not is_about_request(moved):
            yield whole(f"Order: {move_words(moved)}", sealed)


def of_logs(chain: OrderChain) -> Iterator[Paper]:
    for each in chain.records:
        match each.record:
            case AiLogFrozen(log):
                yield part("AI log as frozen", each, log.content.decode())
                yield whole("Frozen log, whole record", each)
            case AiLogLinked(body=body, body_sha256=sha256):
                yield part(f"Body as uploaded, SHA-256 {sha256[:12]}…", each, body.decode())
            case AiLogAttempted(attempt=attempt):
                yield whole(f"Upload {attempt}", each)
            case AiLogAnswered(attempt=attempt):
                yield whole(f"Receipt of upload {attempt}", each)
            case AiLogResolved(who=who):
                yield whole(f"Decided by {who}", each)
            case _:
                pass


def is_about_request(moved: OrderMoved) -> bool:
    """True for what became of the request itself; executions have a step of their own."""
    return moved.event not in _OF_FILLS


def move_words(moved: OrderMoved) -> str:
    """What an order's record tells, e.g. `acknowledged by the venue`."""
    return _MOVE_WORDS.get(moved.event) or ORDER_STATE[moved.order.state]
