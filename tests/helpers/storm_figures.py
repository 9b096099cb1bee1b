"""The storm's figures: of one chunk, and summed up over all chunks, whichever process ran them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulation.storm import Outcome
    from simulation.whole_day import Day

OTHER_VENUES = ("hashkey", "woox", "woox spot", "bitz")
_KIND = "kind of fault: "
PROMISES = ("lost", "doubled", "illegal", "breach")


def figures_of(outcomes: "Sequence[Outcome]", kinds: Iterable[str] = ()) -> dict[str, int]:
    """Count what some runs did and which promises they broke, in plain numbers that travel between processes.

    Faults are counted by kind, too; those of `kinds` that never came with a 0.
    """
    injected = sum((outcome.faults for outcome in outcomes), Counter())
    broken = Counter(text.partition(":")[0] for outcome in outcomes for text in outcome.violations)
    return {
        "runs": len(outcomes),
        "decisions": sum(outcome.decisions for outcome in outcomes),
        "orders": sum(outcome.orders for outcome in outcomes),
        "faults": injected.total(),
        "crashes": sum(outcome.crashes for outcome in outcomes),
        **{name: broken[name] for name in PROMISES},
        "other": broken.total() - sum(broken[name] for name in PROMISES),
        **{f"{_KIND}{kind}": injected[kind] for kind in {*kinds, *injected}},
    }


def never_injected(figures: dict[str, int]) -> list[str]:
    """Give the kinds of fault that were wanted and did not come."""
    return sorted(name.removeprefix(_KIND) for name, count in figures.items() if name.startswith(_KIND) and not count)


def storm_line(chunks: Iterable[dict[str, int]], venue: str = "") -> str:
    """Say the sum in one line, and what was injected in a second; empty when no chunk ran."""
    total: Counter[str] = Counter()
    for chunk in chunks:
        total.update(chunk)
    if not total["runs"]:
        return ""
    where = f" on {venue}" if venue else ""
    return (
        f"storm{where}: {total['runs']} runs, {total['decisions']} decisions, {total['orders']} orders, "
        f"{total['faults']} faults injected, {total['crashes']} crashes; lost {total['lost']}, "
        f"doubled {total['doubled']}, illegal {total['illegal']}, breaches {total['breach']}, other {total['other']}"
        f"\n  {_by_kind(total)}"
    )


def _by_kind(total: Counter[str]) -> str:
    """Say how often each kind of fault was injected, the rarest first."""
    found = {name.removeprefix(_KIND): count for name, count in total.items() if name.startswith(_KIND)}
    rarest = sorted(found.items(), key=lambda item: (item[1], item[0]))
    return f"{len(found)} kinds: " + ", ".join(f"{kind} {count}" for kind, count in rarest)


def day_figures_of(day: "Day") -> dict[str, int]:
    """Count what one whole day had in it, in plain numbers that travel between processes."""
    core, books = day.world.engine.core, day.world.exchange.books
    return {
        "days": 1,
        "decisions": len(core.archive.decisions),
        "orders": len(books.orders),
        "fills": len(books.fills),
        "logs": len(books.ai_logs),
        "events": day.done.total(),
        "restarts": day.restarts,
        "crashes": day.crashes,
        "violations": len(day.world.violations),
    }


def day_line(days: Iterable[dict[str, int]]) -> str:
    """Say the sum of the whole days in one line; empty when none ran."""
    total: Counter[str] = Counter()
    for day in days:
        total.update(day)
    if not total["days"]:
        return ""
    return (
        f"whole day: {total['decisions']} decisions, {total['orders']} venue orders, {total['fills']} fills, "
        f"{total['logs']} AI logs accepted, {total['events']} planned events, {total['restarts']} restarts, "
        f"{total['crashes']} crash; {total['violations']} promises broken"
    )
