"""A language model in a replay: its recorded answers, read again from the exact bytes that were kept. Nobody is asked.

Each answer is checked against the inputs frozen with it, as when it was given, and against the bars of the replay:
an answer about other prices is no answer here. It was given to the account as it stood then; what the replay's own
account holds may differ, so an answer may meet a position it did not know of, and the desk then refuses it.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isclose
from pathlib import Path
from typing import Final

import numpy as np

from terminal.domain.canonical import canonical_json
from terminal.domain.decision import Action, Decided, Decision, Failed
from terminal.domain.errors import ConfigError, ModelUnavailable
from terminal.domain.instrument import InstrumentId, base_of
from terminal.domain.order import PositionSide
from terminal.lab.market import LabMarket
from terminal.lab.strategists import Candidates, Fold, Forecasts, Moment, Progress
from terminal.storage.journal.frozen_inputs import Asked, frozen_reader
from terminal.strategy.arrays import DAY_MS
from terminal.strategy.language.replay import decide_from

_ANSWERED: Final = "answered"  # the outcome of an exchange whose answer was taken
_UNREADABLE: Final = "not readable any more"
_SAME: Final = 0.002  # a bar closed by the desk's clock may lack its last prints
_MINUTE_MS: Final = 60_000
_READING_SHARE: Final = 0.5  # of the whole run's time


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one recorded cycle: decisions, or how it failed (one word or a few).

    `closes` are the newest closes the model was shown. `settings_json`: what it was asked with.
    """

    bar_close_ms: int
    decisions: tuple[Decision, ...]
    failure: str
    closes: tuple[tuple[InstrumentId, float], ...]
    settings_json: str


def read_answers(journal: Path, name: str, from_ms: int, to_ms: int, progress: Progress) -> tuple[Answer, ...]:
    """Read every recorded answer of a language model to the cycles of a time, and check it as when it was given.

    Raises:
        ConfigError: nothing is recorded of that time; the text says what to do.
        StorageError: the journal cannot be read.
    """
    found = []
    with frozen_reader(journal) as reader:
        for asked in reader.asked(name, from_ms, to_ms):
            found.append(_answer(asked))
            done = (found[-1].bar_close_ms - from_ms) / max(1, to_ms - from_ms)
            progress(_READING_SHARE * done, f"reading recorded answers, {len(found):,} so far")
        if found:
            return tuple(found)
        span = reader.asked_span(name)
    raise ConfigError(_nothing_recorded(name, span))


def _nothing_recorded(name: str, span: tuple[int, int] | None) -> str:
    if span is not None:
        first, last = (str(np.datetime64(each, "ms").astype("datetime64[D]")) for each in span)
        return (
            f"No answers of {name} are recorded in that time. There are some from {first} to {last}: choose days "
            "within those."
        )
    return (
        f"No answers of {name} are recorded in this profile, and the lab asks no model anew: what a model says about "
        "days it may have read of proves nothing. Set it up under View, Language models, let it decide for some days "
        "in shadow mode, then replay those days."
    )


def _answer(asked: Asked) -> Answer:
    snapshot, last = asked.snapshot, asked.exchanges[-1]
    closes = tuple((view.instrument.instrument_id, view.candles[-1].close) for view in snapshot.views if view.candles)
    decisions, failure = _decided(asked) if last.outcome == _ANSWERED else ((), last.outcome)
    return Answer(snapshot.bar_close_ms, decisions, failure, closes, last.settings_json)


def _decided(asked: Asked) -> tuple[tuple[Decision, ...], str]:
    try:
        outcome = decide_from(asked.snapshot, asked.exchanges)
    except ModelUnavailable:
        return (), _UNREADABLE
    if isinstance(outcome, Failed):
        return (), outcome.kind.value
    return (outcome.decisions if isinstance(outcome, Decided) else ()), ""


class RecordedReplay:
    """Makes the decisions of recorded answers again.

    Args:
        name: as the model is asked under, e.g. `language:local`.
        answers: what was recorded of the time, oldest first.
        is_dated: whether the profile says until when the model may know history.
    """

    def __init__(self, name: str, answers: Sequence[Answer], *, is_dated: bool) -> None:
        self._name = name
        self._answers = answers
        self._is_dated = is_dated
        self._within: list[Answer] = []
        self._decisions: dict[tuple[int, int], Decision] = {}
        self._forecasts: Forecasts | None = None

    @property
    def name(self) -> str:
        return self._name

    def settings_text(self) -> str:
        """What it was asked with, as the exchanges themselves say: other settings are another version."""
        settings = sorted({each.settings_json for each in self._answers})
        return canonical_json({"strategist": self._name, "settings": settings})

    def candidates(self, market: LabMarket, progress: Progress) -> Candidates:
        """Name the bars on which an answer wanted something.

        Raises:
            ConfigError: an answer was given on other prices than these bars.
        """
        del progress
        wished = np.zeros(market.panel.close.shape, dtype=np.int64)
        rows = {name: row for row, name in enumerate(market.instruments)}
        bars = {int(open_ms) + market.interval.ms: bar for bar, open_ms in enumerate(market.panel.open_ms.tolist())}
        for answer in self._answers:
            bar = bars.get(answer.bar_close_ms)
            if bar is None:
                continue
            self._within.append(answer)
            _refuse_other_prices(market, answer, bar, rows)
            for decision in answer.decisions:
                row = rows.get(decision.instrument_id)
                if row is not None and decision.action is not Action.HOLD:
                    self._decisions[bar, row] = decision
                    wished[row, bar] = _side(decision)
        self._forecasts = self._judged(market)
        return Candidates.of(wished, market.first)

    def decide(self, moment: Moment) -> Decision | None:
        """Give what was said then, as if said in this replay's cycle."""
        said = self._decisions[moment.bar, moment.row]
        return replace(said, cycle_id=moment.snapshot.cycle_id, created_ms=moment.snapshot.created_ms)

    def forecasts(self) -> Forecasts | None:
        return self._forecasts

    def folds(self) -> tuple[Fold, ...]:
        return ()

    def notes(self) -> tuple[str, ...]:
        words = [
            (
                f"{len(self._within):,} recorded cycles of {self._name}, read again from the bytes in the journal; "
                "nothing was asked anew. The answers were given to the account as it stood then, which is not this "
                "replay's."
            )
        ]
        failed = Counter(each.failure for each in self._within if each.failure)
        if failed:
            kinds = [f"{kind.replace('_', ' ')} {times:,}" for kind, times in failed.most_common()]
            words.append(f"Failures are no holds: {', '.join(kinds)}.")
        if not self._is_dated:
            words.append(
                "The profile does not say until when this model may know history (contaminated_until). Recorded "
                "answers were given before their outcome, so none is left out here."
            )
        return tuple(words)

    # -- inside ------------------------------------------------------------------

    def _judged(self, market: LabMarket) -> Forecasts | None:
        """Set each claimed chance against what came first, whether or not the desk let it open."""
        found = []
        for (bar, row), decision in self._decisions.items():
            came = None if bar < market.first else _target_came(market, row, bar, decision)
            if came is not None:
                is_long = decision.action is Action.OPEN_LONG
                chance = decision.confidence if is_long else 1.0 - decision.confidence
                found.append((chance, came == is_long, int(market.panel.open_ms[bar]) // DAY_MS))
        if not found:
            return None
        chances, rose, days = zip(*found, strict=True)
        return Forecasts(np.array(chances, dtype=np.float64), np.array(rose, dtype=np.bool_), np.array(days))


def _refuse_other_prices(market: LabMarket, answer: Answer, bar: int, rows: dict[InstrumentId, int]) -> None:
    for name, seen in answer.closes:
        here = float(market.panel.close[rows[name], bar]) if name in rows else seen
        if not isclose(seen, here, rel_tol=_SAME):
            moment = np.datetime64(answer.bar_close_ms, "ms").astype("datetime64[m]")
            raise ConfigError(
                f"The answers were given on other prices than these bars: at {moment} UTC {base_of(name)} stood at "
                f"{seen:g} for the model and stands at {here:g} here. Replay them with --source cache, on the bars "
                "that the profile itself kept."
            )


def _side(decision: Decision) -> int:
    if decision.action is Action.CLOSE:
        return -1 if decision.close_side is PositionSide.LONG else 1
    return 1 if decision.action is Action.OPEN_LONG else -1


def _target_came(market: LabMarket, row: int, bar: int, decision: Decision) -> bool | None:
    """Whether the target was reached before the stop within the horizon; None for neither, or for no opening."""
    stop, target = decision.stop_price, decision.target_price
    if not decision.action.opens or stop is None or target is None:
        return None
    end = bar + 1 + max(1, decision.horizon_min * _MINUTE_MS // market.interval.ms)
    highs, lows = market.panel.high[row, bar + 1 : end], market.panel.low[row, bar + 1 : end]
    is_long = decision.action is Action.OPEN_LONG
    hit = (highs >= float(target)) if is_long else (lows <= float(target))
    lost = (lows <= float(stop)) if is_long else (highs >= float(stop))
    over = np.flatnonzero(hit | lost)
    return bool(hit[over[0]] and not lost[over[0]]) if len(over) else None
