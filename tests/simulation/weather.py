"""What goes wrong, drawn from the seed: for each request, each answer and each stream frame.

Kinds of requests (catalogue id in brackets; "after" means the venue has carried it out):

    refused, pool, dns [N1]      nothing leaves this machine
    lost, lost_after [N2, O1]    no answer, ever
    slow_body [N3]               the answer drips for longer than anyone waits
    late [N4]                    the answer comes seconds after the stream told it all
    429_wait [N5], 429 [N6, N7]  too many requests, with and without Retry-After
    500 502 503 504 [N8, N9], 500_after
    521 [N10]                    our address is not welcome
    tls [N12]                    somebody sits in between
    html, redirect [N13]         a captive portal
    truncated [N14]              half an answer, delivered as a whole one
    cut, cut_after [N15]         the pooled connection was dead, or dies now
    strange [3.0]                a code nobody documents
    null_id [O22]                an answer without our client id

A venue adds kinds of its own; those whose name ends in `_after` the venue has carried out.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

IDS = {
    "refused": "N1",
    "pool": "N1",
    "dns": "N1",
    "lost": "N2",
    "lost_after": "N2",
    "slow_body": "N3",
    "late": "N4",
    "429_wait": "N5",
    "429": "N6",
    "500": "N8",
    "502": "N8",
    "503": "N8",
    "504": "N8",
    "500_after": "N8",
    "521": "N10",
    "tls": "N12",
    "html": "N13",
    "redirect": "N13",
    "truncated": "N14",
    "cut": "N15",
    "cut_after": "N15",
    "strange": "3.0",
    "null_id": "O22",
}
ARRIVES = frozenset({"lost_after", "slow_body", "late", "500_after", "truncated", "cut_after", "null_id", "strange"})
_ON_ORDERS = dict.fromkeys(IDS, 1.0) | {
    "lost": 4.0,
    "lost_after": 6.0,
    "cut_after": 4.0,
    "500_after": 3.0,
    "late": 3.0,
    "429_wait": 0.4,
    "429": 0.4,
    "521": 0.2,
    "tls": 0.3,
    "strange": 2.0,
}
_ON_READS = {kind: 1.0 for kind in IDS if kind not in {"null_id", "strange"}} | {
    "429_wait": 0.3,
    "429": 0.3,
    "521": 0.15,
    "tls": 0.3,
    "lost": 0.4,
    "lost_after": 0.4,
    "slow_body": 0.3,
}


def arrives(kind: str) -> bool:
    """Tell whether a request gets through to the venue in spite of this."""
    return kind in ARRIVES or kind.endswith("_after")


_FRAME = "frame "
_BEST = 2
FRAME_KINDS = ("drop", "repeat", "swap", "delay", "garble")


@dataclass
class Weather:
    """How bad the day is. `calm` switches everything off; `script` and what is `due` come before chance."""

    random: Random
    on_orders: float = 0.0
    on_writes: float = 0.0
    on_reads: float = 0.0
    on_private: float = 0.0
    on_public: float = 0.0
    slow_s: tuple[float, float] = (0.005, 0.06)
    script: list[tuple[str, str]] = field(default_factory=list)  # (part of the path, kind), each used once
    own_kinds: Mapping[str, float] = field(default_factory=dict)  # of the venue, on writes: kind and weight
    injected: Counter[str] = field(default_factory=Counter)
    due: str = ""  # a kind of request or "frame ..." that must come once
    patience: int = 2  # of what is due: 2 waits for the best occasion, 1 for a fair one, 0 takes any

    @classmethod
    def drawn(cls, random: Random, own_kinds: Mapping[str, float] | None = None) -> "Weather":
        """A day: mostly bad for orders, sometimes calm here and there."""
        return cls(
            random,
            on_orders=random.choice((0.1, 0.3, 0.5)),
            on_writes=random.choice((0.0, 0.1, 0.3)),
            on_reads=random.choice((0.0, 0.04, 0.12)),
            on_private=random.choice((0.0, 0.05, 0.2)),
            on_public=random.choice((0.0, 0.02)),
            own_kinds=own_kinds or {},
        )

    def calm(self) -> None:
        self.on_orders = self.on_writes = self.on_reads = self.on_private = self.on_public = 0.0
        self.script.clear()
        self.due = ""

    def request(self, path: str, *, is_order: bool, is_write: bool) -> str | None:
        """Draw what happens to one request; None when nothing does."""
        for planned in self.script:
            if planned[0] in path:
                self.script.remove(planned)
                self.injected[planned[1]] += 1
                return planned[1]
        if self.due and not self.due.startswith(_FRAME) and self.patience <= is_order + is_write:
            return self._taken()
        chance = self.on_orders if is_order else self.on_writes if is_write else self.on_reads
        if not chance or self.random.random() >= chance:
            return None
        table = _ON_ORDERS | self.own_kinds if is_write else _ON_READS
        kind = self.random.choices(list(table), weights=list(table.values()))[0]
        self.injected[kind] += 1
        return kind

    def frame(self, *, is_private: bool) -> str | None:
        """Draw what happens to one stream frame."""
        if self.due.startswith(_FRAME) and (is_private or self.patience < _BEST):
            return self._taken().removeprefix(_FRAME)
        chance = self.on_private if is_private else self.on_public
        if not chance or self.random.random() >= chance:
            return None
        kind = self.random.choice(FRAME_KINDS)
        self.injected[_FRAME + kind] += 1
        return kind

    def _taken(self) -> str:
        kind, self.due = self.due, ""
        self.injected[kind] += 1
        return kind

    def note(self, kind: str) -> None:
        """Count a fault somebody else injected."""
        self.injected[kind] += 1

    def latency_s(self) -> float:
        return self.random.uniform(*self.slow_s)
