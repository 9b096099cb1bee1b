"""What a journal and an exchange's own books say about the same orders, and where they disagree."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from terminal.domain.ai_log import upload_body
from terminal.domain.recovered import Recovered
from terminal.storage.journal import verify
from terminal.storage.journal.codec import kind_of
from terminal.storage.journal.connection import open_readonly
from terminal.storage.journal.recover import recover
from terminal.storage.paths import ProfilePaths, data_root, profile_paths
from terminal.storage.profiles import load_profile
from terminal.storage.secrets import chain_key

Books = dict[str, Any]


def only_profile() -> ProfilePaths:
    """Give the folder of the one profile this test's home holds."""
    (folder,) = (data_root() / "profiles").iterdir()
    return profile_paths(folder.name)


def read_journal(path: Path) -> Recovered:
    """Read a journal as the next start would, without changing it."""
    db = open_readonly(path)
    try:
        return recover(db)
    finally:
        db.close()


def count_records(path: Path, record: type) -> int:
    """Count the records of one type."""
    db = open_readonly(path)
    try:
        (count,) = db.execute("SELECT count(*) FROM event WHERE kind = ?", (kind_of(record),)).fetchone()
    finally:
        db.close()
    return count


def chain_is_good(paths: ProfilePaths) -> bool:
    return verify(paths.journal, chain_key(load_profile("demo"), paths)).is_good


def our_orders(books: Books) -> list[dict[str, Any]]:
    """Give the orders that came in over the exchange's API."""
    return [order for order in books["orders"] if order["origin"] == "API"]


def uploads_of(books: Books, venue_order_id: str) -> list[dict[str, Any]]:
    return [log for log in books["ai_logs"] if log["order_id"] == venue_order_id]


def order_faults(books: Books, kept: Recovered) -> list[str]:
    """Say in words what is wrong between the orders the exchange took and those the journal knows."""
    intents = {client_order_id for client_order_id, _ in kept.signed_at_ms}
    found = [f"{name} was sent {count} times" for name, count in books["client_oid_counts"].items() if count != 1]
    orphans = [order["order_id"] for order in our_orders(books) if order["client_oid"] not in intents]
    found += [f"order {order_id} is at the exchange, but its intent is not in the journal" for order_id in orphans]
    decided = {order.client_order_id: order.decision_id for order in kept.orders if order.decision_id is not None}
    sent = Counter(decided[name] for name in books["client_oid_counts"] if name in decided)
    found += [f"decision {decision} caused {count} orders" for decision, count in sent.items() if count != 1]
    approved = {approval.decision_id for approval in kept.approvals}
    found += [f"decision {decision} was sent without approval" for decision in sent if decision not in approved]
    return found


def log_faults(books: Books, kept: Recovered, *, owed: set[str], most: int = 1) -> list[str]:
    """Say what is wrong with the AI logs of our orders: each is uploaded once (at most `most` times), unchanged.

    `owed` are the ids of the orders that must be explained by now; for a younger one it may still be on its way.
    """
    found = []
    logs = {log.venue_order_id: log for log in kept.ai_logs if log.venue_order_id is not None}
    for order in our_orders(books):
        order_id = order["order_id"]
        uploads, log = uploads_of(books, order_id), logs.get(order_id)
        if not (order_id in owed) <= len(uploads) <= most:
            found.append(f"order {order_id} has {len(uploads)} AI logs")
        if log is None:
            if uploads or order_id in owed:
                found.append(f"no AI log in the journal is linked to order {order_id}")
            continue
        promised = json.loads(upload_body(log.content, order_id))
        found += [f"an AI log of order {order_id} was changed" for upload in uploads if upload["body"] != promised]
    return found
