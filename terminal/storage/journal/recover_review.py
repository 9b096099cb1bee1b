"""Reads back how cycles went and what the shadow ledger follows: the newest state of each, a bounded number."""

import sqlite3
from typing import Final

from terminal.domain.funnel import CycleFunnel, FunnelRecorded
from terminal.domain.shadow import ShadowMoved, ShadowTrade
from terminal.storage.journal.codec import Undecodable, decode, kind_of

NEWEST_CYCLES: Final = 1_500  # a day of one-minute bars
NEWEST_SHADOWS: Final = 1_000
SHADOW_ROWS: Final = 6_000  # a running trade is written down every few minutes
_DAY_MS: Final = 86_400_000
_OF_KIND: Final = "SELECT kind, body FROM event WHERE kind = ? ORDER BY seq DESC"


def recover_funnels(db: sqlite3.Connection) -> tuple[CycleFunnel, ...]:
    """Give the cycles of the journal's last day, oldest first.

    Raises:
        Undecodable: a record this version cannot read.
    """
    found: dict[str, CycleFunnel] = {}
    for kind, body in db.execute(_OF_KIND, (kind_of(FunnelRecorded),)):
        record = decode(kind, body)
        if not isinstance(record, FunnelRecorded):
            raise Undecodable(f"a {kind} record stands where a cycle's funnel belongs")
        cycle = record.cycle
        newest_ms = next(iter(found.values())).at_ms if found else cycle.at_ms
        if len(found) == NEWEST_CYCLES or newest_ms - cycle.at_ms > _DAY_MS:
            break
        found.setdefault(cycle.cycle_id, cycle)
    return tuple(reversed(found.values()))


def recover_shadows(db: sqlite3.Connection) -> tuple[ShadowTrade, ...]:
    """Give the newest state of the newest trades, in the order they last moved.

    Raises:
        Undecodable: a record this version cannot read.
    """
    found: dict[str, ShadowTrade] = {}
    for kind, body in db.execute(f"{_OF_KIND} LIMIT {SHADOW_ROWS:d}", (kind_of(ShadowMoved),)):
        record = decode(kind, body)
        if not isinstance(record, ShadowMoved):
            raise Undecodable(f"a {kind} record stands where a shadow trade belongs")
        found.setdefault(record.trade.key, record.trade)
        if len(found) == NEWEST_SHADOWS:
            break
    return tuple(reversed(found.values()))
