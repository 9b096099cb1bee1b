"""What a run proves, in words nobody can take for more than it is."""

from dataclasses import dataclass

import numpy as np

from terminal.lab.figures import slice_of
from terminal.lab.lock_box import LockBox, locked_words
from terminal.lab.run import LabResult


@dataclass(frozen=True, slots=True)
class LabVerdict:
    """`tone`: good, neutral or bad. `headline` is one sentence, `sentences` are the reasons and the limits of it."""

    tone: str
    headline: str
    sentences: tuple[str, ...]


def verdict_of(result: LabResult) -> LabVerdict:
    """Judge the result: the headline never says more than the lower bound and the gate do."""
    tone, headline = _headline(result)
    return LabVerdict(tone, headline, (*_result_words(result), *_box_words(result), *_caveats(result)))


def _headline(result: LabResult) -> tuple[str, str]:
    low, rows = result.summary.net_bp.low, result.summary.trades
    where = "on this built-in market" if result.market.simulated else "on this history"
    if result.is_contaminated:
        return "bad", "Contaminated: the model may have seen this time in its training, so the result proves nothing."
    if rows == 0:
        return "neutral", "It opened nothing, so there is nothing to prove and nothing was lost."
    if result.gate.is_earned:
        return (
            "good",
            f"After costs it earned more than chance explains, {where}, and every condition of the gate holds.",
        )
    if low > 0:
        return (
            "neutral",
            f"After costs it earned more than chance explains, {where}, but the gate still lacks something.",
        )
    if result.summary.net_bp.mean > 0:
        return "neutral", f"It ended above zero {where}, but that is within what chance gives."
    return "bad", f"It lost after costs {where}."


def _result_words(result: LabResult) -> tuple[str, ...]:
    summary = result.summary
    if summary.trades == 0:
        return ()
    bound = summary.net_bp
    span = (
        f"{bound.low:+.1f} to {bound.high:+.1f} bp (90 %, whole days resampled)"
        if np.isfinite(bound.low)
        else "too few days for an interval"
    )
    words = [
        (
            f"{summary.trades:,} trades on {bound.days:,} days: {bound.mean:+.1f} bp a trade after costs, {span}; "
            f"{summary.gross_bp:+.1f} bp before them."
        ),
    ]
    if summary.hit_rate is not None and summary.needed_hit_rate is not None:
        words.append(
            f"Target before stop in {100 * summary.hit_rate:.1f} % of those that reached one; its own distances and "
            f"costs ask for {100 * summary.needed_hit_rate:.1f} %."
        )
    if result.random_rank is not None:
        words.append(
            f"Better than {100 * result.random_rank:.1f} % of {len(result.random_means):,} random policies with the "
            "same pairs, sides, holding times and costs."
        )
    words.append(_beaten(result))
    if not result.gate.is_earned:
        words.append(f"The promotion gate lacks: {result.gate.lacking}.")
    return tuple(words)


def _beaten(result: LabResult) -> str:
    own = result.summary.growth / result.summary.drawdown if result.summary.drawdown > 0 else 0.0
    better = [each.name for each in result.benchmarks if each.ratio >= own]
    if not better:
        return "Growth against the deepest fall beats every benchmark below."
    return f"Growth against the deepest fall is not better than: {', '.join(better)}."


def _box_words(result: LabResult) -> tuple[str, ...]:
    """Say what the locked end shows, or that it shows nothing yet."""
    box = result.box
    if box is None:
        return ()
    when = locked_words(box)
    if not box.is_open:
        return (f"The newest fifth of the time asked for, {when}, is locked and in no figure here.",)
    inside = [trade for trade in result.record.trades if trade.entry_ms >= box.from_ms]
    found = slice_of("", inside, np.random.default_rng(result.request.seed))
    says = f"{found.trades:,} trades there, {found.net_bp:+.1f} bp each after costs" if inside else "no trade there"
    if np.isfinite(found.low_bp):
        says = f"{says}, {found.low_bp:+.1f} to {found.high_bp:+.1f} bp"
    return (f"The lock-box, {when}, was opened: {says}. {_box_worth(box)}",)


def _box_worth(box: LockBox) -> str:
    words = "By the ledger this version had not seen it before."
    if box.openings:
        before = "once" if box.openings == 1 else f"{box.openings:,} times"
        words = f"It had been opened {before} for this very version before, so it proves less: who looks again, fits."
    if box.seen > box.openings:
        runs = "1 run" if box.seen == 1 else f"{box.seen:,} runs"
        words = f"{words} {runs} before this one had been shown some of that time."
    return words


def _caveats(result: LabResult) -> tuple[str, ...]:
    words = []
    if result.early is not None:
        day = np.datetime64(result.early.to_ms, "ms").astype("datetime64[D]")
        words.append(
            f"What came before {day} is not in these figures: the model may have read of that time. It is shown apart "
            "under Contaminated and counts for nothing."
        )
    if result.market.planted:
        words.append(
            "The prices of this market are made by this program, with a pattern planted on purpose. Finding it shows "
            "that the lab and the model work; it says nothing about real markets."
        )
    elif result.market.simulated:
        words.append(
            "The prices of this market are made by this program and hold nothing to find: profit here is luck."
        )
    else:
        words.append("A past result on one history; nothing here shows that it goes on.")
    versions = result.versions
    if versions > 1 and result.summary.trades:
        sharpe = result.summary.sharpe
        words.append(
            f"{versions:,} versions were tried in all. Allowing for the luckiest of them, the chance that the true "
            f"Sharpe ratio is above 0 is {100 * sharpe.deflated:.0f} %."
        )
    if result.record.falls:
        moment = np.datetime64(result.record.first_fall_ms or 0, "ms").astype("datetime64[m]")
        words.append(
            f"Live, the limit on the fall from the peak would have ended it at {moment} UTC. Here it was armed again "
            f"{result.record.falls} times, so that the record goes on."
        )
    return tuple(words)
