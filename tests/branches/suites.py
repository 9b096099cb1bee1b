"""Which modules must have every branch taken, and by which tests.

Safety-critical is what decides which bytes leave, what an answer means, and whether an order may leave at all.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Group:
    """Modules named together in one row; `files` are patterns below the suite's folder, which must find something."""

    title: str
    files: tuple[str, ...]
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suite:
    """One run of tests under coverage: `tests` are folders, `left_out` name patterns of files not run here."""

    name: str
    package: str
    tests: tuple[str, ...]
    groups: tuple[Group, ...]
    left_out: tuple[str, ...] = ()

    @property
    def folder(self) -> str:
        return self.package.replace(".", "/")


def _venue(name: str, title: str, slow: tuple[str, ...], *more: str) -> Suite:
    """Give a venue's suite. What starts an exchange is left out: it would hide what the unit tests leave open."""
    groups = (
        Group(f"{title} signing", ("signing.py",)),
        Group(f"{title} mapper", ("mapper/**/*.py",)),
        Group(f"{title} codes and classify", ("codes.py", "classify.py", *more)),
    )
    left_out = tuple(f"*_{each}.py" for each in slow)
    return Suite(name, f"terminal.venues.{name}", (f"tests/unit/venues/{name}",), groups, left_out)


SUITES: Final = (
    # Streams, pace and polling are about time and connections; what they read goes through the mapper's own tests.
    _venue("weex", "WEEX", ("against_sim", "book", "quick", "pace", "private", "public")),
    _venue("bitz", "Bit-Z", ("polling", "unclear", "placing", "reading")),
    _venue("hashkey", "HashKey", ("against_sim", "expiries", "streams", "book")),
    _venue("woox", "WOO X", ("against_sim", "private_stream", "public_stream", "book"), "errors.py"),
    Suite(
        "risk", "terminal.services.risk", ("tests/unit/services/risk",), (Group("Risk checks and gate", ("**/*.py",)),)
    ),
    Suite(
        "guardrails",
        "terminal.services.guardrails",
        ("tests/unit/services/guardrails",),
        # `desk` joins the checks with the services; engine tests drive it.
        (Group("Guardrails", ("**/*.py",), without=("desk.py",)),),
    ),
)
"""The slowest first: two run at a time."""
