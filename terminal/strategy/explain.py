"""Words and evidence for a decision, made from the model's own attributions.

Nothing here is written by a language model and nothing is invented: every figure is one
the decision was made from.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Final

from terminal.domain.decision import Action, Evidence
from terminal.strategy.arrays import FloatArray
from terminal.strategy.features import Feature
from terminal.strategy.model import FittedModel, Validation
from terminal.strategy.policy import Arithmetic, Odds

MAX_CHARS: Final = 1_000
MAX_WORDS: Final = 500
FOR_COUNT: Final = 4
AGAINST_COUNT: Final = 2
_NOTICEABLE: Final = 0.0005  # log-odds; smaller terms would read as 0.000


@dataclass(frozen=True, slots=True)
class Attribution:
    """Why the chosen side: one term a feature, `constant`, and their sum in log-odds."""

    features: tuple[Feature, ...]
    values: FloatArray
    terms: FloatArray
    constant: float

    @property
    def total(self) -> float:
        return float(self.terms.sum()) + self.constant


def attribute(model: FittedModel, raw: FloatArray, chosen: int, other: int) -> Attribution:
    """Attribute the log-odds of class `chosen` against `other` for one input row (f,)."""
    terms, constant = model.contributions(raw, chosen, other)
    return Attribution(model.features, raw, terms, constant)


def top_evidence(attribution: Attribution, prefix: str, interval_label: str) -> tuple[Evidence, ...]:
    """The four strongest terms for the side, then the two strongest against it."""
    ranked = sorted(
        (
            Evidence(
                key=f"{prefix}.{feature.key}_{interval_label}",
                label=feature.label,
                value=feature.text(float(value)),
                contribution=round(float(term), 6),
            )
            for feature, value, term in zip(attribution.features, attribution.values, attribution.terms, strict=True)
            if abs(term) >= _NOTICEABLE and isfinite(value)  # a missing input is no evidence
        ),
        key=lambda item: -abs(item.contribution),
    )
    supporting = [item for item in ranked if item.supports][:FOR_COUNT]
    opposing = [item for item in ranked if not item.supports][:AGAINST_COUNT]
    return (*supporting, *opposing)


@dataclass(frozen=True, slots=True)
class Story:
    """What an explanation is made of. `headline` says what is proposed, `exits` how it ends."""

    headline: str
    odds: Odds
    base_rates: FloatArray
    horizon_bars: int
    horizon_min: int
    side: Action
    arithmetic: Arithmetic
    margin_bp: float
    evidence: Sequence[Evidence]
    total: float
    validation: Validation
    exits: str


def explanation(story: Story) -> str:
    """At most 1,000 characters and 500 words, cut by whole sentences, least needed first."""
    supporting = [e for e in story.evidence if e.supports]
    opposing = [e for e in story.evidence if not e.supports]
    sentences = [  # (how soon it may go, text); 0 stays longest
        (0, story.headline),
        (3, f"For: {_terms(supporting)}." if supporting else "No input speaks for this side."),
        (4, f"Against: {_terms(opposing)}." if opposing else ""),
        (1, _odds_text(story)),
        (1, _value_text(story)),
        (5, f"Log-odds of this side over the other {story.total:+.2f}."),
        (1, record_text(story.validation)),
        (2, story.exits),
        (0, "Written by code from the model's attributions."),
    ]
    return fitted_text([(rank, plain_text(text)) for rank, text in sentences if text])


def record_text(record: Validation) -> str:
    """The out-of-sample record in a sentence."""
    if record.direction_rows == 0:
        return "Out of sample: no record yet."
    if record.has_interval:
        interval = (
            f"90 % interval {100 * record.skill_low:+.1f} to {100 * record.skill_high:+.1f} %, whole days resampled"
        )
    else:
        interval = "too few days for an interval"
    return (
        f"Out of sample: direction skill {100 * record.skill:+.1f} % ({interval}), n = {record.direction_rows} "
        f"over {record.days} days, hit rate {100 * record.hit_rate:.1f} %."
    )


def fitted_text(sentences: Sequence[tuple[int, str]]) -> str:
    """Join sentences; while too long, drop the one of the highest rank that stands last."""
    kept = list(sentences)
    while _too_long(_joined(kept)) and any(rank > 0 for rank, _ in kept):
        worst = max(range(len(kept)), key=lambda i: (kept[i][0], i))
        del kept[worst]
    text = _joined(kept)
    return text if not _too_long(text) else " ".join(text.split()[: MAX_WORDS - 1])[: MAX_CHARS - 1].rstrip() + "…"


def plain_text(text: str) -> str:
    """One line without control or direction marks, whatever a name may contain."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _odds_text(story: Story) -> str:
    odds, base = story.odds, [f"{100 * float(share):.0f}" for share in story.base_rates]
    return (
        f"Next {story.horizon_bars} bars ({story.horizon_min} min): up {100 * odds.up:.1f} %, "
        f"neither {100 * odds.timeout:.1f} %, down {100 * odds.down:.1f} %; base rates {base[2]}/{base[1]}/{base[0]} %."
    )


def _value_text(story: Story) -> str:
    sums = story.arithmetic
    name = "long" if story.side is Action.OPEN_LONG else "short"
    funding = f"{'−' if sums.funding_bp >= 0.0 else '+'} funding {abs(sums.funding_bp):.1f}"
    return (
        f"EV {name} = {sums.win:.3f} × {sums.target_bp:.1f} − {sums.loss:.3f} × {sums.stop_bp:.1f} "
        f"− fees {sums.fees_bp:.1f} − spread {sums.spread_bp:.1f} {funding} "
        f"= {sums.ev_bp:+.1f} bp (needs more than {story.margin_bp:.1f}); target before stop "
        f"{100 * sums.first:.1f} %, break-even {100 * sums.break_even:.1f} %."
    )


def _terms(items: Sequence[Evidence]) -> str:
    return "; ".join(f"{e.label} {e.value} ({e.contribution:+.2f})" for e in items)


def _joined(sentences: Sequence[tuple[int, str]]) -> str:
    return " ".join(text for _, text in sentences)


def _too_long(text: str) -> bool:
    return len(text) > MAX_CHARS or len(text.split()) > MAX_WORDS
