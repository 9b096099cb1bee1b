"""A demo with other venues beside it: their built-in exchanges show the same market, and end with it."""

import asyncio
import os

import pytest

from helpers.event_sink import Events
from terminal.app.session import Session, SessionOptions
from terminal.domain.errors import ConfigError
from terminal.domain.instrument import perpetual
from terminal.domain.references import ReferencesChanged

BTC, SOL = perpetual("BTC"), perpetual("SOL")
OTHERS = ("hashkey",)


def row_of(event, name=BTC):
    return next(row for row in event.rows if row.instrument_id == name)


def is_whole(event):
    return all(price.basis_bp is not None for price in row_of(event).prices)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_demo_compares_another_venue_and_leaves_nothing_running():
    async def work() -> list[int]:
        session, events = Session(SessionOptions(references=OTHERS, speed=1.0)), Events(limit_s=90)
        try:
            await session.start(events)
            whole = await events.first(ReferencesChanged, is_whole)
            references = session.engine.core.references
            assert references.venues == OTHERS
            prices = {price.venue: price for price in row_of(whole).prices}
            assert set(prices) == set(OTHERS)
            for price in prices.values():
                assert abs(price.basis_bp) < 60  # one market, a few basis points apart
                assert price.age_s < 10
            assert 0 < row_of(whole).dispersion_bp < 120
            assert {price.venue: price.listed for price in row_of(whole, SOL).prices}["hashkey"] is False
            assert all(link.connected for link in whole.links)
            return [process.pid for process in _processes(session)]
        finally:
            await session.aclose()

    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        pids = runner.run(work())
    assert len(pids) == len(OTHERS)
    assert not any(map(is_alive, pids))


def _processes(session):
    """The exchanges of the references, found by who made them."""
    opener = session.engine.core.references._heard[0].open
    venues = next(cell.cell_contents for cell in opener.__closure__ if hasattr(cell.cell_contents, "_processes"))
    return tuple(venues._processes.values())


def test_the_venue_orders_go_to_is_not_compared_with_itself():
    with pytest.raises(ConfigError, match="Orders go to WEEX already"):
        Session(SessionOptions(references=("weex",)))


@pytest.mark.parametrize(
    ("asked", "own", "compared"),
    [
        (None, "weex", ("hashkey", "woox")),
        ((), "weex", ()),
        (("bitz",), "weex", ("bitz",)),
        (None, "woox", ("hashkey",)),
    ],
)
def test_a_demo_compares_its_usual_venues_unless_told_otherwise(tmp_path, monkeypatch, asked, own, compared):
    started = []
    monkeypatch.setattr("terminal.app.session.ExchangeProcess", lambda **options: started.append(options["venue"]))
    folder = tmp_path / "config" / "profiles"
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text(f'mode = "demo"\nvenue = "{own}"\n')
    monkeypatch.setenv("ALPHADESK_HOME", str(tmp_path))
    session = Session(SessionOptions(profile="mine", references=asked, beside=("hashkey", "woox")))
    try:
        assert session.references == compared
        assert started == [own]
    finally:
        session._exchange = None
        session.abandon()
