"""Closed bars kept between two runs, of one venue."""

from typing import Protocol

from terminal.domain.instrument import InstrumentId
from terminal.domain.market import Candle, Interval


class CandleStore(Protocol):
    """Blocking calls; a service makes them in a thread. What is read is a help, never the truth."""

    def read(self, instrument_id: InstrumentId, interval: Interval, newest: int) -> tuple[Candle, ...]:
        """Give at most `newest` of the kept bars, oldest first, closed and without gaps; none when there are none.

        Raises:
            StorageError: what is there cannot be read or is damaged; it must not be used.
        """
        ...

    def write(self, instrument_id: InstrumentId, interval: Interval, bars: tuple[Candle, ...]) -> None:
        """Replace the kept bars, whole or not at all.

        Raises:
            StorageError: not written; what was kept before is still there.
            ValueError: an open bar, or a gap among them.
        """
        ...
