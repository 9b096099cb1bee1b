"""The journal file's tables.

`event` is the truth: append-only and chained. Every other table is a projection of it,
kept for its uniqueness rules and for reading back quickly; `seq` columns point to the
event that holds the full record. No column is ever the only place of a fact.

Formats, as `user_version` names them; each step is one transaction, so a program killed in
between leaves the earlier format:

1  the first
2  events can be found by kind: rare ones (switches, stops, accepted positions) lie among
   hundreds of thousands, and a start reads them all back
3  events can be found by the order or AI log they are about: a passport is read while
   others wait to write
"""

from typing import Final

APPLICATION_ID: Final = 0x41444A31  # "ADJ1"
USER_VERSION: Final = 3

_EVENT: Final = """
CREATE TABLE event (
  seq        INTEGER PRIMARY KEY,
  ts_wall_ms INTEGER NOT NULL,
  boot_id    TEXT NOT NULL,
  kind       TEXT NOT NULL,
  body       TEXT NOT NULL,
  prev       BLOB NOT NULL,
  mac        BLOB NOT NULL
)"""

PROJECTIONS: Final[dict[str, str]] = {
    "decision": """
CREATE TABLE decision (
  decision_id     TEXT PRIMARY KEY,
  snapshot_sha256 TEXT NOT NULL,
  seq             INTEGER NOT NULL REFERENCES event(seq)
) WITHOUT ROWID""",
    "review": """
CREATE TABLE review (
  decision_id  TEXT PRIMARY KEY,
  proposal_seq INTEGER REFERENCES event(seq),
  closed_seq   INTEGER REFERENCES event(seq)
) WITHOUT ROWID""",
    "approval": """
CREATE TABLE approval (
  decision_id TEXT PRIMARY KEY REFERENCES decision(decision_id),
  seq         INTEGER NOT NULL REFERENCES event(seq)
) WITHOUT ROWID""",
    "intent": """
CREATE TABLE intent (
  client_order_id TEXT PRIMARY KEY,
  decision_id     TEXT UNIQUE REFERENCES approval(decision_id),
  endpoint        TEXT NOT NULL,
  body            BLOB NOT NULL,
  signed_at_ms    INTEGER NOT NULL,
  seq             INTEGER NOT NULL REFERENCES event(seq)
) WITHOUT ROWID""",
    "orders": """
CREATE TABLE orders (
  client_order_id TEXT PRIMARY KEY,
  state           TEXT NOT NULL,
  first_seq       INTEGER NOT NULL REFERENCES event(seq),
  seq             INTEGER NOT NULL REFERENCES event(seq)
) WITHOUT ROWID""",
    "fill": """
CREATE TABLE fill (
  trade_id TEXT PRIMARY KEY,
  seq      INTEGER NOT NULL REFERENCES event(seq)
) WITHOUT ROWID""",
    "ailog": """
CREATE TABLE ailog (
  log_id         TEXT PRIMARY KEY,
  decision_id    TEXT NOT NULL REFERENCES decision(decision_id),
  client_order_id TEXT NOT NULL,
  stage          TEXT NOT NULL,
  content_sha256 TEXT NOT NULL,
  frozen_seq     INTEGER NOT NULL REFERENCES event(seq),
  venue_order_id TEXT,
  body_sha256    TEXT,
  state          TEXT NOT NULL,
  attempts       INTEGER NOT NULL,
  last_code      TEXT NOT NULL,
  last_message   TEXT NOT NULL,
  accepted_ms    INTEGER NOT NULL,
  UNIQUE (client_order_id, stage)
) WITHOUT ROWID""",
    "ailog_attempt": """
CREATE TABLE ailog_attempt (
  log_id       TEXT NOT NULL REFERENCES ailog(log_id),
  attempt      INTEGER NOT NULL,
  outcome      TEXT,
  seq          INTEGER NOT NULL REFERENCES event(seq),
  answered_seq INTEGER REFERENCES event(seq),
  PRIMARY KEY (log_id, attempt)
) WITHOUT ROWID""",
    "equity": "CREATE TABLE equity (seq INTEGER PRIMARY KEY REFERENCES event(seq))",
    "note": "CREATE TABLE note (seq INTEGER PRIMARY KEY REFERENCES event(seq))",
}

_EVENT_KIND: Final = "CREATE INDEX event_kind ON event (kind)"

_ORDER_KINDS: Final = (
    "proposal_recorded.1",
    "ai_log_frozen.1",
    "risk_checked.1",
    "intent_committed.1",
    "order_moved.1",
    "fill_booked.1",
)
_LOG_KINDS: Final = ("ai_log_linked.1", "ai_log_attempted.1", "ai_log_answered.1", "ai_log_resolved.1")


def _value_of(key: str) -> str:
    """SQL for the text under a key; '' where there is none.

    No JSON functions: a schema that is not trusted may not use them. None are needed: inside a JSON
    string quotes are escaped, so `"key":"` in a canonical text is that key and nothing else, and the
    kinds indexed have it once.
    """
    mark = f'"{key}":"'
    rest = f"substr(body, instr(body, '{mark}') + {len(mark)})"
    return f"CASE WHEN instr(body, '{mark}') > 0 THEN substr({rest}, 1, instr({rest}, '\"') - 1) ELSE '' END"


def _one_of(kinds: tuple[str, ...]) -> str:
    return f"kind IN ({', '.join(map(repr, kinds))})"


# What an event is about, and the condition under which the index knows it: a query must spell both alike.
ORDER_OF: Final = _value_of("client_order_id")
HAS_ORDER: Final = _one_of(_ORDER_KINDS)
LOG_OF: Final = _value_of("log_id")
HAS_LOG: Final = _one_of(_LOG_KINDS)
_EVENT_ORDER: Final = f"CREATE INDEX event_order ON event ({ORDER_OF}) WHERE {HAS_ORDER}"
_EVENT_LOG: Final = f"CREATE INDEX event_log ON event ({LOG_OF}) WHERE {HAS_LOG}"
_INDEXES: Final = ("CREATE UNIQUE INDEX ailog_order ON ailog (venue_order_id, stage) WHERE venue_order_id IS NOT NULL",)


def _frozen(table: str, columns: str = "") -> tuple[str, str]:
    of = f" OF {columns}" if columns else ""
    refuse = f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are never changed'); END"
    return (
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE{of} ON {table} {refuse}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
    )


# The order id and the body that goes with it are written once.
_LINKED_ONCE: Final = """
CREATE TRIGGER ailog_linked_once BEFORE UPDATE OF venue_order_id, body_sha256 ON ailog
WHEN OLD.body_sha256 IS NOT NULL BEGIN SELECT RAISE(ABORT, 'an AI log is linked once'); END"""

# A person's no, or nobody's answer in time, is final.
ANSWERED: Final = "the decision was answered already"
_ANSWERED_ONCE: Final = """
CREATE TRIGGER approval_after_answer BEFORE INSERT ON approval
WHEN EXISTS (SELECT 1 FROM review WHERE decision_id = NEW.decision_id AND closed_seq IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'the decision was answered already'); END"""

_TRIGGERS: Final = (
    *_frozen("event"),
    *_frozen("decision"),
    *_frozen("approval"),
    *_frozen("intent"),
    *_frozen("fill"),
    *_frozen("ailog", "log_id, decision_id, client_order_id, stage, content_sha256, frozen_seq"),
    _LINKED_ONCE,
    _ANSWERED_ONCE,
)

CREATE_PROJECTIONS: Final = (*PROJECTIONS.values(), *_INDEXES)
_FIRST_FORMAT: Final = (_EVENT, *CREATE_PROJECTIONS, *_TRIGGERS)
CREATE_ALL: Final = (*_FIRST_FORMAT, _EVENT_KIND, _EVENT_ORDER, _EVENT_LOG)

# What leads to each format from the one before. Each only adds what can be made anew from the records.
STEPS: Final[dict[int, tuple[str, ...]]] = {2: (_EVENT_KIND,), 3: (_EVENT_ORDER, _EVENT_LOG)}


def statements_of(version: int) -> tuple[str, ...]:
    """Give everything a file of this format was made with."""
    later = tuple(statement for step in range(2, version + 1) for statement in STEPS[step])
    return (*_FIRST_FORMAT, *later)
