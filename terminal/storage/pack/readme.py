"""The README.txt of a judge pack."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from terminal.storage.pack.judge_orders import Trace

_MODES: Final = {
    "demo": "A demo: prices, fills and money were made by the built-in exchange.",
    "paper": "Paper trading: live prices, simulated fills, no real money.",
    "replay": "A replay: prices were recorded earlier and played back, fills and money were simulated.",
    "live": "Live trading on a real account.",
    "competition": "The competition account.",
}

_TEXT: Final = """\
JUDGE PACK OF ALPHA DESK

{mode}
Packed {when}: {records} records, {orders} orders at the venue, {traced} of them traced from the
frozen inputs to the accepted AI log.

CHECK IT YOURSELF

    python3 verify.py

needs Python 3.9 or newer and nothing else. It derives the hash chain again, compares every
file with the manifest, compares what was taken out of the journal with the journal, and
follows every order: decision, approval, bytes sent, AI log frozen before the order, the exact
bytes uploaded, the venue's acceptance. It names each order that lacks something.
It ends with 0 (all well), 1 (damaged or changed) or 2 (unchanged, but orders lack something).

    python3 verify.py --key FILE

checks the seals as well. Ask the team for the file: it is their chain key, not the key of an account.

WHAT IS INSIDE

journal.jsonl    every record, one a line, oldest first; "row" is the record exactly as it was sealed
decisions.jsonl  what the AI proposed, and the order code made of it
approvals.jsonl  who answered, what, when and at which price
orders.jsonl     the exact bytes of every order, and how it ended
fills.jsonl      executions as the venue reported them
ai_logs.jsonl    each AI log: frozen content, exact bytes uploaded, every try and the venue's answer
orders.csv       one line an order with its way, for a spreadsheet
rules.txt        the competition's rules checked against the records (rules.json: the same for programs)
equity.csv       equity and drawdown as recorded
versions.json    program, models and sessions
manifest.json    size and SHA-256 of every file
verify.py        the check (with verify_orders.py)

HOW THE CHAIN WORKS

    chain_n = SHA-256(chain_(n-1) + n as 8 bytes, big endian + row_n + mac_n)
    mac_n   = HMAC-SHA256(key, mac_(n-1) + n as 8 bytes, big endian + row_n)

Anybody can derive chain again; it shows damage to this pack. The seals (mac) were written with
each record at the time. Each AI log the venue received names, under input.audit, the number and
the first 16 digits of the seal of the record that was newest when the log was frozen. Compare
the venue's own copies with journal.jsonl: a journal rewritten later does not have those seals.

WHAT THIS DOES NOT PROVE

That nothing was left out which never reached the venue, that a clock was right, or that the
model is any good. Without the key, the seals cannot be derived from the rows; with the key,
whoever holds it could have written other rows, but not ones that fit the seals the venue received.
"""


def readme(mode: str, records: int, orders: Sequence[Trace], made_ms: int) -> str:
    when = datetime.fromtimestamp(made_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")
    traced = sum(not each.missing for each in orders)
    words = _MODES.get(mode, "Which kind of account this was is not known.")
    return _TEXT.format(mode=words, when=when, records=records, orders=len(orders), traced=traced)
