"""Follows every order of a journal: decision, approval, bytes sent, AI log. Part of the verifier in a judge pack.

Needs Python 3.9 or newer and nothing else.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, Iterable, NamedTuple  # noqa: UP035 - as Python 3.9 has it

_VENUES_OWN = {"VENUE", "EXTERNAL"}  # orders this program did not send


class Event(NamedTuple):
    """One record of the journal; `body` is the record itself, `mac` its seal in hex."""

    seq: int
    kind: str
    body: dict[str, Any]
    mac: str


class Trace(NamedTuple):
    """One order on its way. `missing` names what it lacks, in words; empty for a whole one."""

    client_order_id: str
    venue_order_id: str
    origin: str
    instrument: str
    side: str
    effect: str
    size: str
    filled: str
    leverage: int
    state: str
    decision_id: str
    approved_by: str
    log_id: str
    log_state: str
    missing: tuple[str, ...]


class Story:
    """What the journal tells of orders, collected by their ids."""

    def __init__(self, journal: Iterable[Event]) -> None:
        """Read the whole journal once."""
        self.macs: list[str] = [""]
        self.decisions: dict[str, int] = {}
        self.approvals: dict[str, tuple[int, str]] = {}
        self.closed: dict[str, int] = {}
        self.intents: dict[str, tuple[int, dict[str, Any]]] = {}
        self.orders: dict[str, dict[str, Any]] = {}
        self.logs: dict[str, tuple[int, dict[str, Any]]] = {}
        self.logs_of: dict[str, list[str]] = {}
        self.links: dict[str, tuple[int, dict[str, Any]]] = {}
        self.answers: dict[str, dict[str, Any]] = {}
        self.fills: dict[str, dict[str, Any]] = {}
        for event in journal:
            self.macs.append(event.mac)
            self._take(event)

    def _take(self, event: Event) -> None:
        seq, kind, body = event.seq, event.kind, event.body
        if kind == "decision_recorded":
            self.decisions.setdefault(body["decision"]["decision_id"], seq)
        elif kind == "approval_given":
            self.approvals.setdefault(body["approval"]["decision_id"], (seq, body["approval"]["who"]))
        elif kind == "review_closed":
            self.closed.setdefault(body["decision_id"], seq)
        elif kind in {"intent_committed", "order_moved"}:
            order = body["order"]
            self.orders[order["client_order_id"]] = order
            if kind == "intent_committed":
                self.intents.setdefault(order["client_order_id"], (seq, body))
        elif kind == "fill_booked":
            self.fills.setdefault(body["fill"]["trade_id"], body["fill"])
        elif kind.startswith("ai_log_"):
            self._take_log(seq, kind, body)

    def _take_log(self, seq: int, kind: str, body: dict[str, Any]) -> None:
        if kind == "ai_log_frozen":
            log = body["log"]
            self.logs.setdefault(log["log_id"], (seq, log))
            self.logs_of.setdefault(log["client_order_id"], []).append(log["log_id"])
        elif kind == "ai_log_linked":
            self.links.setdefault(body["log_id"], (seq, body))
        elif kind == "ai_log_answered":
            self.answers[body["log_id"]] = body


def traces(story: Story) -> list[Trace]:
    """Follow every order the venue knows, in the order of the journal, and name what each lacks."""
    return [_trace(story, order) for order in story.orders.values() if order.get("venue_order_id") is not None]


def strangers(story: Story) -> list[str]:
    """Executions of orders the journal does not hold."""
    known = {order.get("venue_order_id") for order in story.orders.values()}
    return [
        f"execution {fill['trade_id']} of order {fill['venue_order_id']} belongs to no order of the journal"
        for fill in story.fills.values()
        if fill["venue_order_id"] not in known
    ]


def _trace(story: Story, order: dict[str, Any]) -> Trace:
    key, terms, decision_id = order["client_order_id"], order["terms"], order.get("decision_id") or ""
    missing = [*_decided(story, order), *_sent(story, order)]
    log_id, log_state, lacks = _logged(story, order)
    return Trace(
        client_order_id=key,
        venue_order_id=order["venue_order_id"],
        origin=order["origin"],
        instrument=terms["instrument_id"],
        side=terms["side"],
        effect=terms["effect"],
        size=terms["size"],
        filled=order["filled_size"],
        leverage=terms["leverage"],
        state=order["state"],
        decision_id=decision_id,
        approved_by=story.approvals.get(decision_id, (0, ""))[1],
        log_id=log_id,
        log_state=log_state,
        missing=(*missing, *lacks),
    )


def _decided(story: Story, order: dict[str, Any]) -> list[str]:
    """A decision and an approval, both before the order; an exit by a person or the venue needs neither."""
    decision_id = order.get("decision_id")
    if decision_id is None:
        exits = order["terms"]["effect"] == "CLOSE" and order["origin"] != "EXTERNAL"
        return [] if exits else ["no decision", "no approval"]
    missing = []
    sent = story.intents.get(order["client_order_id"], (len(story.macs), {}))[0]
    decided = story.decisions.get(decision_id)
    approved = story.approvals.get(decision_id)
    if decided is None:
        missing.append("no decision")
    elif decided > sent:
        missing.append("the decision is younger than the order")
    if approved is None:
        missing.append("no approval")
    elif approved[0] > sent:
        missing.append("the approval is younger than the order")
    elif story.closed.get(decision_id, approved[0]) < approved[0]:
        missing.append("approved after it had been answered with no")
    return missing


def _sent(story: Story, order: dict[str, Any]) -> list[str]:
    known = order["client_order_id"] in story.intents or order["origin"] in _VENUES_OWN
    return [] if known else ["no record of the bytes sent"]


def _logged(story: Story, order: dict[str, Any]) -> tuple[str, str, list[str]]:
    """The order's log (an accepted one first), its state, and what is wrong with it."""
    names = story.logs_of.get(order["client_order_id"], [])
    if not names:
        return "", "", ["no AI log"]
    states = {name: story.answers.get(name, {}).get("outcome", "not answered") for name in names}
    log_id = next((name for name in names if states[name] == "ACCEPTED"), names[0])
    lacks = [] if states[log_id] == "ACCEPTED" else [f"no accepted AI log ({_log_words(states[log_id])})"]
    return log_id, states[log_id], [*lacks, *_log_faults(story, order, log_id)]


def _log_words(state: str) -> str:
    words = {"KEPT": "kept here, never uploaded", "NEEDS_HAND": "refused by the venue", "RETRYING": "not accepted yet"}
    return words.get(state, state.lower().replace("_", " "))


def _log_faults(story: Story, order: dict[str, Any], log_id: str) -> list[str]:
    frozen_seq, log = story.logs[log_id]
    content = log["content"]
    faults = []
    if hashlib.sha256(content.encode()).hexdigest() != log["content_sha256"]:
        faults.append("its AI log is not what was frozen")
    sent = story.intents.get(order["client_order_id"])
    if sent is not None and frozen_seq > sent[0] and order.get("decision_id") is not None:
        faults.append("its AI log is younger than the order")
    if log_id in story.links:
        linked = story.links[log_id][1]
        body = '{"orderId":' + (linked["venue_order_id"] or "null") + "," + content[1:]
        if body != linked["body"] or hashlib.sha256(body.encode()).hexdigest() != linked["body_sha256"]:
            faults.append("the bytes uploaded are not the frozen ones with the order's id")
        if linked["venue_order_id"] != order["venue_order_id"]:
            faults.append("its AI log names another order")
    return faults + _anchor_faults(story, frozen_seq, content)


def _anchor_faults(story: Story, frozen_seq: int, content: str) -> list[str]:
    """The log says where the journal stood: that must be before the log, and be that record's own seal."""
    try:
        audit = json.loads(content)["input"]["audit"]
        seq, head = int(audit["seq"]), str(audit["head16"])
    except (ValueError, KeyError, TypeError):
        return ["its AI log does not say where the journal stood"]
    if not 0 <= seq < frozen_seq or story.macs[seq][: len(head)] != head or (seq > 0 and len(head) < 16):
        return ["its AI log was anchored in another journal than this one"]
    return []
