"""One fit as a value in and a value out, so that it can run in another process.

The trainer gets bars as arrays and gives back the model as text: nothing else crosses.
"""

from collections.abc import Callable
from dataclasses import dataclass

from terminal.domain.errors import StrategyError
from terminal.strategy.bars import BarPanel
from terminal.strategy.learning.contest import Champion, Forecasts, Verdict, contest, first_fit
from terminal.strategy.model import load_model, model_text
from terminal.strategy.training import learn


class TrainingFailed(StrategyError):
    """The fit did not end: its process crashed, was killed, or took too long. The present model stays."""


@dataclass(frozen=True, slots=True)
class FitJob:
    """Everything a fit needs. `taker_fee` is a fraction a side; `champion` None for the first fit."""

    panel: BarPanel
    taker_fee: float
    simulated: bool
    seed: int
    champion: Champion | None = None


@dataclass(frozen=True, slots=True)
class FitResult:
    """The fitted model's text, its out-of-sample forecasts, and whether it replaces the champion."""

    text: str
    forecasts: Forecasts
    verdict: Verdict


Trainer = Callable[[FitJob], FitResult]
"""Runs a job. Blocks until it is done; raises `StrategyError` when it is refused or does not end."""


def run_job(job: FitJob) -> FitResult:
    """Fit, validate and compare, in this process.

    Raises:
        TooFewBars: not enough labelled rows.
        TooGoodToBeTrue: the fit knows what it cannot know.
    """
    learned = learn(job.panel, taker_fee=job.taker_fee, simulated=job.simulated, seed=job.seed)
    text = model_text(learned.model)
    if job.champion is None:
        return FitResult(text, learned.forecasts, first_fit())
    champion = load_model(job.champion.text)
    verdict = contest(champion, job.champion.forecasts, learned.model, learned.forecasts, learned.answers)
    return FitResult(text, learned.forecasts, verdict)
