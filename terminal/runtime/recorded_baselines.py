"""Compares records with chance and simple rules in a thread, on bars of this run and those kept by earlier ones."""

import asyncio
from typing import Final

from terminal.domain.causes import cause
from terminal.domain.comparison import Comparison, NotCompared
from terminal.domain.errors import StorageError
from terminal.domain.instrument import InstrumentId
from terminal.domain.market import Candle
from terminal.ports.baselines import ComparisonRequest
from terminal.ports.candle_store import CandleStore
from terminal.services.market.bar_history import merged

_SPARE_BARS: Final = 500  # before the record: what averages need, and what joins the two sources


class RecordedBaselines:
    """`terminal.ports.baselines.Baselines` on a store of kept bars."""

    def __init__(self, store: CandleStore) -> None:
        self._store = store

    async def compare(self, request: ComparisonRequest) -> Comparison | NotCompared:
        """As the port says; reading and computing take part of a second, in a thread."""
        return await asyncio.to_thread(self._compare, request)

    def _compare(self, request: ComparisonRequest) -> Comparison | NotCompared:
        from terminal.lab.comparison import begin_ms, compare  # noqa: PLC0415 - the lab is not needed for a start

        since_ms = begin_ms(request)
        try:
            bars = {name: self._bars(request, name, newest, since_ms) for name, newest in request.newest}
        except StorageError as error:
            return NotCompared(f"the kept bars cannot be read: {cause(error)}")
        return compare(request, bars)

    def _bars(
        self, request: ComparisonRequest, instrument_id: InstrumentId, newest: tuple[Candle, ...], since_ms: int
    ) -> tuple[Candle, ...]:
        """Bars back to the record's beginning; kept ones are used only where they agree with those of this run."""
        if not newest or newest[0].open_ms <= since_ms:
            return newest
        wanted = (newest[-1].open_ms - since_ms) // request.interval.ms + _SPARE_BARS
        return merged(self._store.read(instrument_id, request.interval, wanted), newest)
