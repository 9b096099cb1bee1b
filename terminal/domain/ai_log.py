"""The AI log the competition asks for: frozen when the decision is made, never edited.

`content` is the canonical JSON object without `orderId`. The upload body is a pure
function of `content` and the order id, so the same log always gives the same bytes.
"""

from dataclasses import dataclass
from enum import Enum
from hashlib import sha256
from typing import Final

KEPT_ON_PAPER: Final = "paper: kept, never sent"  # `last_message` of a log about a simulated order


class AiLogState(Enum):
    KEPT = "KEPT"  # no order came of it: kept in the journal, not uploaded
    WAITING = "WAITING"  # the order has no venue id yet
    QUEUED = "QUEUED"
    SENDING = "SENDING"
    ACCEPTED = "ACCEPTED"
    RETRYING = "RETRYING"
    NEEDS_HAND = "NEEDS_HAND"  # refused for good; a person must act
    GAP = "GAP"  # a person recorded that it will never be accepted, and why


class LogResolution(Enum):
    """What a person decides about a log the venue refused for good. The text is never changed."""

    RETRY = "RETRY"  # upload the same bytes again
    UNMENDABLE = "UNMENDABLE"  # record the gap with a reason


@dataclass(frozen=True, slots=True)
class AiLog:
    """One log and its trip through the outbox.

    `content_sha256` was taken when the content was frozen and must match at every upload.
    `last_code` and `last_message` are the venue's words at the newest attempt. The `resolved_...`
    fields say what a person last decided about a refusal; "" and 0 when nobody had to.
    """

    log_id: str
    decision_id: str
    client_order_id: str
    stage: str
    model: str
    content: bytes
    content_sha256: str
    state: AiLogState
    created_ms: int
    venue_order_id: str | None = None
    attempts: int = 0
    last_code: str = ""
    last_message: str = ""
    accepted_ms: int = 0
    resolved_by: str = ""
    resolved_reason: str = ""
    resolved_ms: int = 0

    @property
    def is_intact(self) -> bool:
        """True while the content is still what was frozen."""
        return sha256(self.content).hexdigest() == self.content_sha256

    @property
    def is_on_paper(self) -> bool:
        """True when its order was simulated here: the log stays here too, whatever its order became."""
        return self.state is AiLogState.KEPT and self.last_message == KEPT_ON_PAPER

    @property
    def is_open(self) -> bool:
        return self.state in {AiLogState.WAITING, AiLogState.QUEUED, AiLogState.SENDING, AiLogState.RETRYING}

    @property
    def holds_entries(self) -> bool:
        """True from the venue's final no until it says yes after all, or a person has recorded the gap."""
        return self.state is AiLogState.NEEDS_HAND or (self.is_open and self.resolved_ms > 0)


def upload_body(content: bytes, venue_order_id: str | None) -> bytes:
    """Give the exact bytes to upload: the frozen content with the order id in front.

    The venue wants `orderId` as a JSON integer or null.

    Raises:
        ValueError: the content is no JSON object or the id is not made of digits.
    """
    if not content.startswith(b"{") or len(content) <= len(b"{}"):
        raise ValueError("AI-log content must be a non-empty JSON object")
    if venue_order_id is not None and not (venue_order_id.isascii() and venue_order_id.isdigit()):
        raise ValueError(f"venue order id {venue_order_id!r} is not a number")
    order_id = b"null" if venue_order_id is None else venue_order_id.encode()
    return b'{"orderId":' + order_id + b"," + content[1:]
