"""The AI log the competition asks for: frozen when the decision is made, never edited.

`content` is the canonical JSON object without `orderId`. The upload body is a pure
function of `content` and the order id, so the same log always gives the same bytes.
"""

import json
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256
from typing import Final

KEPT_ON_PAPER: Final = "paper: kept, never sent"  # `last_message` of a log about a simulated order
EVENT_LOG: Final = "evt"  # what ids of logs begin with that are about no order: holds, vetoes, moved stops, fits
PERMISSION_CODES: Final = frozenset({"40021", "40753", "50004", "-1053", "-3236"})
"""The venue's codes for "this account may not upload logs" (WEEX, both dialects)."""


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
class LogTry:
    """One upload. `answered_ms` 0: the answer is not here yet, or never came. Code and words are the venue's own."""

    attempt: int
    at_ms: int
    answered_ms: int = 0
    code: str = ""
    message: str = ""


TRIES_KEPT: Final = 20  # in memory; the journal has every one


@dataclass(frozen=True, slots=True)
class AiLog:
    """One log and its trip through the outbox.

    `client_order_id` is the order's, or `log_id` once more for a log that is about no order;
    `decision_id` is "" where no decision stands behind it (a retraining). `simulated`: what it
    tells of never happened at a real venue, so no real venue may get it.
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
    simulated: bool = False
    tries: tuple[LogTry, ...] = ()
    supersedes: str = ""  # the log of the decision this one of its amended order stands in for

    @property
    def is_about_order(self) -> bool:
        return not is_event_log(self.log_id)

    @property
    def is_permission_refusal(self) -> bool:
        """True while the venue's last word is that this account may not upload logs."""
        return self.last_code in PERMISSION_CODES and (self.is_open or self.state is AiLogState.NEEDS_HAND)

    @property
    def is_intact(self) -> bool:
        """True while the content is still what was frozen."""
        return sha256(self.content).hexdigest() == self.content_sha256

    @property
    def is_shortened(self) -> bool:
        """True when texts of it stand there by their ends only; the journal has them whole."""
        try:
            return json.loads(self.content)["input"].get("truncated") is True
        except (ValueError, LookupError, TypeError, AttributeError):  # damaged: said elsewhere, aloud
            return False

    @property
    def is_on_paper(self) -> bool:
        """True when its order was simulated here: the log stays here too, whatever its order became."""
        return self.state is AiLogState.KEPT and self.last_message == KEPT_ON_PAPER

    @property
    def is_open(self) -> bool:
        return self.state in {AiLogState.WAITING, AiLogState.QUEUED, AiLogState.SENDING, AiLogState.RETRYING}

    @property
    def holds_entries(self) -> bool:
        """True from the venue's final no until it says yes after all, or a person has recorded the gap.

        A missing permission holds them at once, even where the venue may change its mind by itself.
        """
        is_retried = self.is_open and self.resolved_ms > 0
        return self.state is AiLogState.NEEDS_HAND or is_retried or self.is_permission_refusal


def is_event_log(log_id: str) -> bool:
    """True for a log about something other than an order; it is uploaded with `orderId` null."""
    return log_id.startswith(f"{EVENT_LOG}-")


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
