"""Makes a judge pack's files from a journal: read at one moment, in use or not, changed in nothing."""

import csv
import io
import json
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import asdict, dataclass
from hashlib import sha256
from importlib.resources import files as package_files
from pathlib import Path
from typing import Any, Final

from terminal.domain.canonical import canonical_json
from terminal.domain.causes import cause
from terminal.domain.errors import StorageError
from terminal.storage.journal.chain import row_text
from terminal.storage.journal.connection import open_readonly
from terminal.storage.journal.faults import translate
from terminal.storage.pack.equity import equity_csv
from terminal.storage.pack.judge_orders import Event, Story, Trace, strangers, traces
from terminal.storage.pack.judge_verify import FORMAT, JOURNAL, MANIFEST, Damaged, events, next_chain, pack_line
from terminal.storage.pack.readme import readme
from terminal.storage.pack.rules import RuleResult, report_text, rule_report

_VERIFIER: Final = (("verify.py", "judge_verify.py"), ("verify_orders.py", "judge_orders.py"))
# Python leaves out a script's own folder when it is asked to stand alone (-I), as careful people do.
_BESIDE: Final = "sys.path.insert(0, str(Path(__file__).resolve().parent))\nfrom verify_orders import"
_ROWS: Final = "SELECT seq, ts_wall_ms, boot_id, kind, body, prev, mac FROM event ORDER BY seq"
_DECIDED: Final = frozenset({"decision_recorded", "proposal_recorded"})
_ANSWERED: Final = frozenset({"approval_given", "review_closed"})


@dataclass(frozen=True, slots=True)
class PackFacts:
    """What a pack says of its maker. `sealed` True: the seals were checked with the key before packing."""

    profile: str
    mode: str
    versions: tuple[tuple[str, str], ...]
    made_ms: int
    sealed: bool


@dataclass(frozen=True, slots=True)
class PackContent:
    """Every file by its name, and what is worth saying about them."""

    files: dict[str, bytes]
    records: int
    orders: tuple[Trace, ...]
    strangers: tuple[str, ...]
    rules: tuple[RuleResult, ...]


def pack_content(path: Path, facts: PackFacts) -> PackContent:
    """Read a journal once and make all files of its pack.

    Raises:
        StorageError: the journal cannot be read, or a record is not what its kind wants.
        JournalDamaged: not a journal, or one whose pages are broken.
    """
    journal, chain = _journal_lines(path)
    try:
        records = list(events(journal))
        story = Story(records)
        orders = tuple(traces(story))
        rules = rule_report(story, orders)
        files = _files(records, orders, rules, facts)
    except Damaged as damage:
        raise StorageError(f"The journal {path} is not whole ({damage}). Run 'alphadesk verify' on it.") from damage
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise StorageError(
            f"The journal {path} holds what this version cannot pack: {cause(error)}. Use the version it was "
            "written with."
        ) from error
    files[JOURNAL] = journal
    head = {"seq": len(records), "mac": records[-1].mac if records else "", "chain": chain.hex()}
    files[MANIFEST] = _manifest(files, head, facts)
    return PackContent(files, len(records), orders, tuple(strangers(story)), rules)


def _journal_lines(path: Path) -> tuple[bytes, bytes]:
    """Give journal.jsonl and the head of its chain."""
    lines: list[bytes] = []
    chain = b""
    with closing(open_readonly(path)) as db:
        try:
            for seq, ts_wall_ms, boot_id, kind, body, prev, mac in db.execute(_ROWS):
                text = row_text(ts_wall_ms, boot_id, kind, body.encode())
                chain = next_chain(chain, seq, text, mac)
                lines.append(pack_line(seq, text, prev, mac, chain))
        except sqlite3.Error as error:
            raise translate(error, path) from error
        except (AttributeError, TypeError, UnicodeError) as error:
            raise StorageError(f"The journal {path} is not whole. Run 'alphadesk verify' on it.") from error
    return b"".join(b"%b\n" % line for line in lines), chain


def _files(
    records: list[Event], orders: tuple[Trace, ...], rules: tuple[RuleResult, ...], facts: PackFacts
) -> dict[str, bytes]:
    newest = {
        event.body["order"]["client_order_id"]: event.seq
        for event in records
        if event.kind in {"intent_committed", "order_moved"}
    }
    last = set(newest.values())
    texts = {
        "README.txt": readme(facts.mode, len(records), orders, facts.made_ms),
        "decisions.jsonl": _selection(records, lambda event: event.kind in _DECIDED),
        "approvals.jsonl": _selection(records, lambda event: event.kind in _ANSWERED),
        "orders.jsonl": _selection(records, lambda event: event.kind == "intent_committed" or event.seq in last),
        "fills.jsonl": _selection(records, lambda event: event.kind == "fill_booked"),
        "ai_logs.jsonl": _selection(records, lambda event: event.kind.startswith("ai_log_")),
        "orders.csv": _orders_csv(orders),
        "rules.json": json.dumps([{**asdict(each), "kept": each.kept} for each in rules], indent=1) + "\n",
        "rules.txt": report_text(rules),
        "equity.csv": equity_csv(event.body for event in records if event.kind == "equity_marked"),
        "versions.json": _versions(records, facts),
    }
    return {name: text.encode() for name, text in texts.items()} | verifier()


def verifier() -> dict[str, bytes]:
    """Give the verifier's own files: the very modules this program checks packs with, made to stand alone."""
    own = {}
    for name, module in _VERIFIER:
        text = package_files("terminal.storage.pack").joinpath(module).read_text("utf-8")
        own[name] = text.replace("from terminal.storage.pack.judge_orders import", _BESIDE).encode()
    return own


def _selection(records: Iterable[Event], wanted: Callable[[Event], bool]) -> str:
    chosen = ({"kind": each.kind, "record": each.body, "seq": each.seq} for each in records if wanted(each))
    return "".join(f"{canonical_json(each)}\n" for each in chosen)


def _orders_csv(orders: Iterable[Trace]) -> str:
    """Write one line an order, for a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(Trace._fields)
    writer.writerows((*each[:-1], "; ".join(each.missing)) for each in orders)
    return text.getvalue()


def _versions(records: Iterable[Event], facts: PackFacts) -> str:
    sessions = [{"seq": each.seq, **each.body} for each in records if each.kind == "session_opened"]
    models = [
        {"seq": each.seq, "model": each.body["model"], "model_sha256": each.body["model_sha256"]}
        for each in records
        if each.kind == "model_fitted"
    ]
    packed = {"packed_with": dict(facts.versions), "sessions": sessions, "models": models}
    return json.dumps(packed, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _manifest(files: dict[str, bytes], head: dict[str, Any], facts: PackFacts) -> bytes:
    listed = {
        name: {"bytes": len(content), "sha256": sha256(content).hexdigest()} for name, content in sorted(files.items())
    }
    manifest = {
        "format": FORMAT,
        "profile": facts.profile,
        "mode": facts.mode,
        "made_ms": facts.made_ms,
        "seals_checked_before_packing": facts.sealed,
        "head": head,
        "files": listed,
    }
    return (json.dumps(manifest, indent=1, ensure_ascii=False) + "\n").encode()
