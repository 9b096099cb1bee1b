"""Keeps the model fitted: at once on the newest bars, again on a longer history, then as time goes on.

The model of the run before goes on where it still fits, so that decisions can be made at once and a new fit has to
be better. Without one the first fit takes one request an instrument, so that the first proposal does not wait.
The longer history comes from the bars kept by earlier runs, else by pages within the request
budget, and makes the better model.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from terminal.domain.errors import VenueError
from terminal.domain.frozen import ModelFitted
from terminal.domain.instrument import InstrumentId
from terminal.domain.messages import Level, ModelPhase, ModelStatus
from terminal.domain.plain_words import clause, joined
from terminal.ports.clock import Clock
from terminal.ports.strategy import KeptModel, StrategyWorker, TrainingSet
from terminal.services.market.bar_history import BarHistory
from terminal.services.market.hub import MarketHub
from terminal.services.reporter import Reporter

HISTORY_BARS: Final = 2_000
FIRST_BARS: Final = 1_000
"""The first fit takes the newest of them only: it is a quick one, and the first proposal waits for it."""
REFIT_AFTER_BARS: Final = 96
_TRY_AGAIN_S: Final = 5.0
_ANSWERS: Final = frozenset({ModelPhase.READY, ModelPhase.IDLE, ModelPhase.FAILED})


class ModelKeeper:
    """Decides when the worker fits and on what; `on_fitted` is called after each fit that ended well.

    `kept` is the model of the run before, None where there is none or its market is gone; set before `begin`.
    """

    def __init__(
        self,
        hub: MarketHub,
        worker: StrategyWorker,
        clock: Clock,
        reporter: Reporter,
        instruments: tuple[InstrumentId, ...],
        *,
        simulated: bool,
        on_fitted: Callable[[str], None],
        history: BarHistory | None = None,
    ) -> None:
        self._hub = hub
        self._worker = worker
        self._clock = clock
        self._reporter = reporter
        self._ids = instruments
        self._simulated = simulated
        self._on_fitted = on_fitted
        self._history = history
        self._fitting: str = ""
        self._bars_since_fit = 0
        self._left_out = False  # the first fit did not take all the bars there were
        self._is_first = True
        self._is_asked = False  # the worker was asked to take up the kept model
        self._went_on = False
        self.kept: ModelFitted | None = None
        self.is_fitted = False

    def begin(self) -> None:
        """Go on with the model of the run before; without one fit at once on the newest bars."""
        if self.kept is None:
            self.fit("start")
            return
        self._is_asked = True
        self._worker.take_up(KeptModel(self.kept, self._ids, self._hub.interval, self._simulated))

    def fit(self, reason: str) -> None:
        """Ask the worker for a fit on all closed bars, or the newest of them; `reason` names the cycle that follows."""
        series = tuple((each, self._hub.series(each).closed) for each in self._ids if self._hub.is_listed(each))
        if self._is_first:
            self._is_first, self._left_out = False, any(len(bars) > FIRST_BARS for _, bars in series)
            series = tuple((each, bars[-FIRST_BARS:]) for each, bars in series)
        fees = [float(rules.taker_fee) for rules in self._hub.instruments.values()]
        self._fitting = reason
        self._bars_since_fit = 0
        self._worker.fit(TrainingSet(self._hub.interval, series, max(fees, default=0.0), self._simulated))

    def on_status(self, status: ModelStatus) -> None:
        """Hear the worker; a fit has ended well when it is ready again."""
        if self._is_asked and status.latency_ms is None and status.phase in _ANSWERS:
            self._is_asked = False
            self._on_taken_up(status)
        elif status.phase is ModelPhase.READY and self._fitting:
            reason, self._fitting = self._fitting, ""
            self.is_fitted = True
            self._on_fitted(reason)
        elif status.phase in {ModelPhase.FAILED, ModelPhase.IDLE}:
            if self._fitting and status.phase is ModelPhase.FAILED:
                self._bars_since_fit = REFIT_AFTER_BARS - 1  # tried again when the next bar has closed
            self._fitting = ""

    def _on_taken_up(self, status: ModelStatus) -> None:
        if status.phase is not ModelPhase.READY or self.kept is None:
            words = joined("The model of the run before is not used", clause(status.detail), "A new one is fitted now")
            self._reporter.notice(Level.WARNING, "model", words, keep=True)
            self.fit("start")
            return
        self._is_first, self._went_on, self.is_fitted = False, True, True
        self._left_out = self.kept.quick and any(len(self._hub.series(each).closed) > FIRST_BARS for each in self._ids)
        self._bars_since_fit = (self._clock.now_ms() - self.kept.at_ms) // self._hub.interval.ms
        self._on_fitted("start")

    def on_bar_closed(self) -> None:
        """Count a closed bar; every 96 of them the model is fitted again."""
        self._bars_since_fit += 1
        if self._bars_since_fit >= REFIT_AFTER_BARS and not self._fitting:
            self.fit("new model")

    async def recall(self) -> None:
        """Put the bars kept by earlier runs in front of those just loaded, as far as the venue confirms them."""
        if self._history is not None:
            await self._history.recall()

    async def run(self) -> None:
        """Fetch the longer history and, when there is one, fit on it once; then keep what there is, until cancelled."""
        is_longer = any(await asyncio.gather(*(self._deepen(each) for each in self._ids)))
        if self._went_on:
            is_longer = is_longer and self.kept is not None and self.kept.quick
            is_longer = is_longer or self._bars_since_fit >= REFIT_AFTER_BARS
        if is_longer or self._left_out:
            self.fit("longer history")
        if self._history is not None:
            await self._history.keep()
            await self._history.run()

    async def _deepen(self, instrument_id: InstrumentId) -> int:
        added = 0
        while len(self._hub.series(instrument_id).closed) < HISTORY_BARS:
            try:
                more = await self._hub.load_older(instrument_id)
            except VenueError as error:
                self._reporter.failing("older bars", "Older bars could not be loaded", error)
                await self._clock.sleep(_TRY_AGAIN_S)
                continue
            self._reporter.works("older bars")
            if more == 0:
                break
            added += more
        return added
