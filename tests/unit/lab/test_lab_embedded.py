"""The embedded model in the lab: it finds what is planted, nothing where nothing is, and decides as live does."""

import asyncio
from dataclasses import replace

import numpy as np
import pytest

from helpers.lab_history import END_MS, history
from terminal.domain.decision import Decided
from terminal.domain.errors import ConfigError
from terminal.domain.guardrails import GuardrailLimits
from terminal.domain.risk import RiskLimits
from terminal.domain.snapshot import MarketSnapshot
from terminal.lab.clock import VirtualClock
from terminal.lab.desk import DeskSettings, LabDesk
from terminal.lab.embedded import EmbeddedReplay
from terminal.lab.figures import calibration
from terminal.lab.market import LabMarket
from terminal.lab.replay import Replay, ReplayRecord, ReplaySettings
from terminal.lab.ridge_trainer import ridge_job
from terminal.lab.strategists import Moment
from terminal.strategy.embedded import EmbeddedStrategist
from terminal.strategy.learning.job import FitJob, FitResult

SETTINGS = ReplaySettings(DeskSettings(RiskLimits(), GuardrailLimits()))
RETRAIN = 96 * 10


def _ridge() -> EmbeddedReplay:
    return EmbeddedReplay(7, RETRAIN, trainer=ridge_job, name="ridge")


def _replayed(market: LabMarket, strategist: EmbeddedReplay) -> ReplayRecord:
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        return runner.run(Replay(market, strategist, SETTINGS, lambda *_: None).run())


@pytest.fixture(scope="module")
def signal() -> LabMarket:
    return history(16, pattern=1.5, training=900, pairs=4)


def test_honesty_a_planted_signal_is_found(signal: LabMarket) -> None:
    strategist = _ridge()
    record = _replayed(signal, strategist)
    found = calibration(strategist.forecasts())
    assert found is not None
    assert found.skill > 0.02
    assert len(record.trades) > 60
    assert float(np.mean([trade.net_bp for trade in record.trades])) > 5.0


def test_honesty_nothing_is_found_where_nothing_is() -> None:
    strategist = _ridge()
    record = _replayed(history(16, pattern=0.0, training=900, pairs=4), strategist)
    found = calibration(strategist.forecasts())
    assert found is not None
    assert found.skill < 0.02
    assert len(record.trades) < 10


def test_it_decides_as_the_live_strategist_does(signal: LabMarket) -> None:
    """One pass over all bars or a snapshot of each moment: action, levels and probability are the same."""
    lab, live = _ridge(), EmbeddedStrategist(VirtualClock(END_MS))
    found = lab.candidates(signal, lambda *_: None)
    desk = LabDesk(signal, SETTINGS.desk)
    places = np.flatnonzero(found.bar < signal.first + RETRAIN)[::80]
    live.load(lab._stretches[0].named.text)  # the very model of that stretch
    assert len(places) > 3
    for place in places:
        bar, row, side = int(found.bar[place]), int(found.row[place]), int(found.side[place])
        desk.mark(bar)
        short = desk.snapshot(bar, row)
        assert short is not None
        whole = _whole_snapshot(signal, desk, bar, row)
        own = lab.decide(Moment(bar, row, side, short))
        answer = live.decide(whole)
        assert isinstance(answer, Decided)
        theirs = next(each for each in answer.decisions if each.instrument_id == signal.instruments[row])
        assert own is not None
        assert (own.action, own.stop_price, own.target_price) == (
            theirs.action,
            theirs.stop_price,
            theirs.target_price,
        )
        assert own.confidence == pytest.approx(theirs.confidence, abs=1e-6)


def test_risk_1_no_fit_sees_the_bars_it_answers(signal: LabMarket) -> None:
    seen: list[int] = []

    def note(job: FitJob) -> FitResult:
        seen.append(job.panel.newest_close_ms)
        return ridge_job(job)

    strategist = EmbeddedReplay(7, RETRAIN, trainer=note)
    strategist.candidates(signal, lambda *_: None)
    starts = [signal.close_ms(signal.first + RETRAIN * number - 1) for number in range(len(seen))]
    assert seen == starts


def test_too_little_history_is_said(plain_market: LabMarket) -> None:
    with pytest.raises(ConfigError, match="500 bars"):
        _ridge().candidates(plain_market, lambda *_: None)


def _whole_snapshot(market: LabMarket, desk: LabDesk, bar: int, row: int) -> MarketSnapshot:
    """The snapshot a live desk would have had: all pairs with all their bars."""
    views = []
    base = None
    for other in range(len(market.rules)):
        snapshot = desk.snapshot(bar, other)
        assert snapshot is not None
        base = snapshot if other == row else base
        views.append(replace(snapshot.views[0], candles=market.candles(other, 0, bar + 1)))
    assert base is not None
    return replace(base, views=tuple(views))
