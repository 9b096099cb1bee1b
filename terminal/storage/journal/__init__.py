"""The durable memory of the program: a hash-chained SQLite file with one writer thread."""

from terminal.storage.journal.sqlite_journal import SqliteJournal, open_journal
from terminal.storage.journal.verify import VerifyResult, verify

__all__ = ["SqliteJournal", "VerifyResult", "open_journal", "verify"]
