"""What the packaged program did, read from the journal it writes: nothing here trusts a picture."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Evidence:
    """A profile's folder; its journal may be in use."""

    profile: Path

    def records(self, kind: str) -> list[dict[str, Any]]:
        """Give the bodies of all records of a kind, oldest first; none while there is no journal."""
        journal = self.profile / "journal.sqlite"
        if not journal.exists():
            return []
        try:
            with closing(sqlite3.connect(f"file:{journal}?mode=ro", uri=True, timeout=5)) as db:
                rows = db.execute("SELECT body FROM event WHERE kind LIKE ? ORDER BY seq", (f"{kind}.%",)).fetchall()
        except sqlite3.OperationalError:  # the table is just being made
            return []
        return [json.loads(body) for (body,) in rows]

    def count(self, kind: str) -> int:
        return len(self.records(kind))

    @property
    def refusals(self) -> str:
        """Say why proposals ended without approval, newest last."""
        reasons = [str(each["reason"]) for each in self.records("review_closed")]
        return f"ended without approval: {'; '.join(reasons) or 'none'}"

    @property
    def waiting(self) -> int:
        """How many proposals nobody has answered yet."""
        answered = {each["decision_id"] for each in self.records("review_closed")}
        answered |= {each["approval"]["decision_id"] for each in self.records("approval_given")}
        return len({each["decision_id"] for each in self.records("proposal_recorded")} - answered)
