"""A fit's out-of-sample forecasts as a short text, so that after a restart a new fit still has to beat them.

Only what a contest looks at is kept: which row, and P(up | a barrier is reached) in steps of 1/65535.
"""

import base64
import binascii
import zlib
from typing import Final

import numpy as np

from terminal.domain.errors import ModelUnavailable
from terminal.strategy.arrays import DOWN, UP
from terminal.strategy.learning.contest import Forecasts
from terminal.strategy.skill import up_share

_STEPS: Final = 65_535
_MOST_ROWS: Final = 2_000_000  # a text that asks for more is not one of ours
_ROW: Final = np.dtype([("minute", "<u4"), ("instrument", "u1"), ("up", "<u2")])
_MINUTE_MS: Final = 60_000


def forecasts_text(said: Forecasts) -> str:
    """Write forecasts down; the same ones give the same text."""
    rows = np.zeros(len(said.open_ms), dtype=_ROW)
    rows["minute"] = said.open_ms // _MINUTE_MS
    rows["instrument"] = said.instrument
    rows["up"] = np.rint(up_share(said.chance) * _STEPS)
    columns = b"".join(rows[name].tobytes() for name in rows.dtype.names or ())  # alike beside alike packs best
    return base64.b64encode(zlib.compress(columns, 9)).decode("ascii")


def read_forecasts(text: str) -> Forecasts:
    """Read them back; timeouts are not kept, so each row's chance is all up or down.

    Raises:
        ModelUnavailable: not a text of this kind.
    """
    if not text:  # kept by a version that kept none: only what came after the fit can be compared
        return Forecasts(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros((0, 3)))
    reader = zlib.decompressobj()
    try:
        columns = reader.decompress(base64.b64decode(text, validate=True), _MOST_ROWS * _ROW.itemsize)
    except (binascii.Error, zlib.error, ValueError) as error:
        raise ModelUnavailable("the stored model's forecasts cannot be read; fit a new one") from error
    count, rest = divmod(len(columns), _ROW.itemsize)
    if rest or not reader.eof:
        raise ModelUnavailable("the stored model's forecasts are cut short; fit a new one")
    minute, instrument, up = (
        np.frombuffer(columns, kind, count, offset)
        for kind, offset in (("<u4", 0), ("u1", 4 * count), ("<u2", 5 * count))
    )
    chance = np.zeros((count, 3))
    chance[:, UP] = up / _STEPS
    chance[:, DOWN] = 1.0 - chance[:, UP]
    return Forecasts(minute.astype(np.int64) * _MINUTE_MS, instrument.astype(np.int64), chance)
