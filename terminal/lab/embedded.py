"""The embedded model in a replay: fitted again and again on what was known by then, asked only about what came after.

Fits, contest between old and new, probabilities, policy and words are the live modules'. What is different from
live is only how often it is fitted, and that inputs and probabilities of all bars are computed in one pass: they
are the same numbers (inputs of a bar look at nothing later, which the fit itself checks).
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import numpy as np

from terminal.domain.canonical import canonical_json, digest
from terminal.domain.decision import Decision
from terminal.domain.errors import ConfigError
from terminal.lab.market import LabMarket
from terminal.lab.strategists import Candidates, Fold, Forecasts, Moment, Progress
from terminal.strategy import features as feat
from terminal.strategy.arrays import DAY_MS, DOWN, TIMEOUT, UP, BoolArray, FloatArray, IntArray
from terminal.strategy.bars import MIN_BARS, BarPanel
from terminal.strategy.labels import triple_barrier
from terminal.strategy.learning.contest import Champion
from terminal.strategy.learning.job import FitJob, FitResult, run_job
from terminal.strategy.model import FittedModel, load_model, model_name
from terminal.strategy.policy import PolicySettings
from terminal.strategy.proposal import Cycle, NamedModel, decided, odds_of, skill_gate, weigh

WINDOW_BARS: Final = 3_000
"""Bars an instrument a fit sees, as many as the live desk keeps."""
_SLACK_BP: Final = 4.0  # what funding received and ticks may add to the expectation at most
_FITTING_SHARE: Final = 0.75  # of the whole run's time

Trainer = Callable[[FitJob], FitResult]


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Bars `low` to `high - 1`, answered by one model."""

    low: int
    high: int
    named: NamedModel
    is_new: bool


class EmbeddedReplay:
    """Walk-forward: a fit every `retrain_bars`, champion and challenger as live.

    Args:
        seed: of the fits.
        retrain_bars: bars between two fits.
        settings: the policy's numbers.
        trainer: computes a fit; in this process by default.
        name: `embedded`, or `ridge` for a trainer that leaves the trees out.
    """

    def __init__(
        self,
        seed: int,
        retrain_bars: int,
        settings: PolicySettings | None = None,
        trainer: Trainer = run_job,
        name: str = "embedded",
    ) -> None:
        self._seed = seed
        self._retrain_bars = retrain_bars
        self._settings = settings or PolicySettings()
        self._trainer = trainer
        self._name = name
        self._stretches: list[_Stretch] = []
        self._fits: list[str] = []
        self._values: FloatArray = np.empty((0, 0, 0))
        self._atr: FloatArray = np.empty((0, 0))
        self._chance: FloatArray = np.empty((0, 0, 3))
        self._forecasts: Forecasts | None = None
        self._folds: tuple[Fold, ...] = ()

    @property
    def name(self) -> str:
        return self._name

    def settings_text(self) -> str:
        return canonical_json(
            {
                "strategist": self._name,
                "seed": self._seed,
                "retrain_bars": self._retrain_bars,
                "window_bars": WINDOW_BARS,
                "policy": self._settings,
                "features": [feature.key for feature in feat.CATALOGUE],
            }
        )

    def candidates(self, market: LabMarket, progress: Progress) -> Candidates:
        """Fit along the history and name the bars whose expectation might pass.

        Raises:
            ConfigError: too little history before the first decision.
        """
        if market.first < MIN_BARS:
            raise ConfigError(
                f"A model needs {MIN_BARS} bars before its first decision and there are {market.first}. "
                "Begin later, or give a longer history"
            )
        self._values = feat.compute(market.panel)
        self._atr = feat.average_true_range(market.panel)
        self._fit_along(market, progress)
        self._predict(market)
        self._judge(market)
        return self._screened(market)

    def decide(self, moment: Moment) -> Decision | None:
        """As live, only the words and the exact texts of the AI log are left out: nobody reads them here."""
        snapshot, view = moment.snapshot, moment.snapshot.views[0]
        cycle = Cycle(snapshot, "", self._model_at(moment.bar), self._settings)
        odds = odds_of(self._chance[moment.row, moment.bar])
        choice = weigh(cycle, view, odds, float(self._atr[moment.row, moment.bar]))
        number = f"{self._name}-{snapshot.bar_close_ms}-{view.instrument.instrument_id}"
        return decided(cycle, view, choice, number)

    def forecasts(self) -> Forecasts | None:
        return self._forecasts

    def folds(self) -> tuple[Fold, ...]:
        return self._folds

    def notes(self) -> tuple[str, ...]:
        models = len({stretch.named.sha256 for stretch in self._stretches})
        silent = sum(not skill_gate(stretch.named.model).passed for stretch in self._stretches)
        count = len(self._stretches)
        fits = "1 fit" if count == 1 else f"{count} fits"
        mute = f"In {silent} of the {count} stretches no skill was proven, so nothing was opened." if silent else ""
        first = (
            f"{fits} on the newest bars before each, {WINDOW_BARS:,} at most, judged in a purged walk-forward of its "
            f"own; {models} accepted. {mute or 'Each of them proved skill.'}"
        )
        aged = "Live, the model is fitted every 96 bars; here it grows older between two fits, which does not help it."
        return (first, aged, *self._fits)

    # -- fitting -----------------------------------------------------------------

    def _fit_along(self, market: LabMarket, progress: Progress) -> None:
        starts = range(market.first, market.bars, self._retrain_bars)
        champion: Champion | None = None
        named: NamedModel | None = None
        for number, low in enumerate(starts):
            progress(_FITTING_SHARE * number / len(starts), f"fitting {number + 1} of {len(starts)}")
            panel = _cut(market.panel, max(0, low - WINDOW_BARS), low)
            fee = float(max(rules.taker_fee for rules in market.rules))
            result = self._trainer(FitJob(panel, fee, market.simulated, self._seed, champion))
            if named is None or result.verdict.accepted:
                champion, named = Champion(result.text, result.forecasts), _named(result.text)
            high, is_new = min(low + self._retrain_bars, market.bars), result.verdict.accepted
            self._stretches.append(_Stretch(low, high, named, is_new))
            self._fits.append(_fit_words(market, low, named, result))

    def _model_at(self, bar: int) -> NamedModel:
        return self._stretches[(bar - self._stretches[0].low) // self._retrain_bars].named

    # -- one pass over all bars --------------------------------------------------------

    def _rows(self, model: FittedModel, instruments: IntArray, bars: IntArray) -> FloatArray:
        """Model inputs of instruments (n,) at bars (n,)."""
        values = self._values[instruments, bars]
        return feat.design_rows(values, instruments, len(model.instruments))[:, model.columns]

    def _predict(self, market: LabMarket) -> None:
        self._chance = np.full((*market.panel.close.shape, 3), np.nan)
        count = len(market.rules)
        for stretch in self._stretches:
            span = np.arange(stretch.low, stretch.high)
            instruments, bars = np.repeat(np.arange(count), len(span)), np.tile(span, count)
            rows = self._rows(stretch.named.model, instruments, bars)
            self._chance[instruments, bars] = stretch.named.model.probabilities(rows)

    def _judge(self, market: LabMarket) -> None:
        """Set the probabilities against what came first; windows that are not over at the end are left out."""
        labels = triple_barrier(market.panel, self._atr)
        resolved = (labels.classes >= 0) & (labels.classes != TIMEOUT) & np.isfinite(self._chance[:, :, UP])
        self._forecasts = self._those(market, resolved, labels.classes)
        folds = []
        for each in self._stretches:
            inside = resolved & _between(market, each)
            told = self._those(market, inside, labels.classes)
            folds.append(Fold(each.low, each.high, each.named.name, each.is_new, told))
        self._folds = tuple(folds)

    def _those(self, market: LabMarket, places: BoolArray, classes: IntArray) -> Forecasts:
        """Forecasts at places (pairs, bars), and what came."""
        rows = self._chance[places]
        day = np.broadcast_to(market.panel.open_ms // DAY_MS, places.shape)[places]
        return Forecasts(rows[:, UP] / (rows[:, UP] + rows[:, DOWN]), classes[places] == UP, day)

    def _screened(self, market: LabMarket) -> Candidates:
        """Leave out bars whose expectation cannot reach the margin; the policy decides about the others."""
        lead = self._chance[:, :, UP] - self._chance[:, :, DOWN]
        width_bp = self._settings.barrier_atr * self._atr / market.panel.close * 1e4
        fees_bp = np.array([2e4 * float(rules.taker_fee) for rules in market.rules])[:, None]
        ticks_bp = np.array([float(rules.price_step) for rules in market.rules])[:, None] / market.panel.close * 1e4
        least = self._settings.margin_bp + fees_bp - _SLACK_BP - ticks_bp
        wished = np.where(np.abs(lead) * width_bp > least, np.sign(lead), 0.0)
        for stretch in self._stretches:
            if not skill_gate(stretch.named.model).passed:
                wished[:, stretch.low : stretch.high] = 0.0
        return Candidates.of(np.nan_to_num(wished), market.first)


def _between(market: LabMarket, stretch: _Stretch) -> BoolArray:
    """The bars of a stretch, (bars,)."""
    bars = np.arange(market.bars)
    return np.asarray((bars >= stretch.low) & (bars < stretch.high))


def _cut(panel: BarPanel, low: int, high: int) -> BarPanel:
    columns = (panel.open, panel.high, panel.low, panel.close, panel.volume)
    opened, top, bottom, close, volume = (each[:, low:high] for each in columns)
    return BarPanel(panel.instruments, panel.interval, panel.open_ms[low:high], opened, top, bottom, close, volume)


def _named(text: str) -> NamedModel:
    model = load_model(text)
    return NamedModel(model, text, digest(text), model_name(model, text))


def _fit_words(market: LabMarket, low: int, named: NamedModel, result: FitResult) -> str:
    record = named.model.validation
    moment = np.datetime64(market.close_ms(low - 1), "ms").astype("datetime64[m]")
    verdict = "accepted" if result.verdict.accepted else "not accepted, the one before stays"
    skill = f"{Decimal(str(round(100 * record.skill, 2)))} %"
    return f"{moment} UTC: {verdict}; in use {named.name}, direction skill in its own walk-forward {skill}."
