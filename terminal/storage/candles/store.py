"""Candle files of one venue: a folder for what is simulated, another for what is real, a file a market and interval."""

import re
from pathlib import Path
from typing import Final

from terminal.domain.causes import cause
from terminal.domain.errors import StorageError
from terminal.domain.instrument import InstrumentId
from terminal.domain.market import Candle, Interval
from terminal.storage.candles.layout import Owner, packed, unpacked
from terminal.storage.private_file import write_private

_ODD: Final = re.compile(r"[^A-Za-z0-9-]+")


class CandleFiles:
    """A `CandleStore` in `folder`. Files are replaced whole: a crash leaves the old one or the new one."""

    def __init__(self, folder: Path, venue: str, *, simulated: bool) -> None:
        self._venue = venue
        self._simulated = simulated
        self._folder = folder / ("simulated" if simulated else "real") / _plain(venue)

    def path(self, instrument_id: InstrumentId, interval: Interval) -> Path:
        return self._folder / f"{_plain(instrument_id)}-{interval.label}.bars"

    def read(self, instrument_id: InstrumentId, interval: Interval, newest: int) -> tuple[Candle, ...]:
        """As the port says; no file means no bars."""
        path = self.path(instrument_id, interval)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise StorageError(
                f"The kept bars in {path} cannot be read ({cause(error)}). Give this user read access."
            ) from error
        return unpacked(self._owner(instrument_id, interval), content, newest)

    def write(self, instrument_id: InstrumentId, interval: Interval, bars: tuple[Candle, ...]) -> None:
        """As the port says; the folders are made when they are missing."""
        content = packed(self._owner(instrument_id, interval), bars)
        path = self.path(instrument_id, interval)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(
                f"The folder {path.parent} cannot be made ({cause(error)}). Give this user write access to it."
            ) from error
        write_private(path, content)

    def _owner(self, instrument_id: InstrumentId, interval: Interval) -> Owner:
        return Owner(self._venue, self._simulated, instrument_id, interval)


def _plain(name: str) -> str:
    """A name every file system takes; the file itself says the exact one."""
    return _ODD.sub("-", name).strip("-") or "unnamed"
