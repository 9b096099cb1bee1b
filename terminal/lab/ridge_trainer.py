"""The fit without trees, as on a machine where LightGBM cannot be loaded."""

from terminal.strategy.learning.contest import contest, first_fit
from terminal.strategy.learning.job import FitJob, FitResult
from terminal.strategy.model import load_model, model_text
from terminal.strategy.training import learn


def ridge_job(job: FitJob) -> FitResult:
    """Fit, validate and compare the ridge half alone.

    Raises:
        TooFewBars: not enough labelled rows.
        TooGoodToBeTrue: the fit knows what it cannot know.
    """
    learned = learn(job.panel, taker_fee=job.taker_fee, simulated=job.simulated, seed=job.seed, trees=False)
    text = model_text(learned.model)
    if job.champion is None:
        return FitResult(text, learned.forecasts, first_fit())
    champion = load_model(job.champion.text)
    verdict = contest(champion, job.champion.forecasts, learned.model, learned.forecasts, learned.answers)
    return FitResult(text, learned.forecasts, verdict)
