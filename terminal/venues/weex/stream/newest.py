"""What has come of the public channels and waits to be handed on: of each channel the newest alone.

A screen shows some fifty states a second and nothing below it needs more, while a market sends
thousands. So tickers and bars are kept as they came and read when their turn comes: what was
overtaken by a newer one is never read at all. A forming bar is overtaken only by itself, for the
last word on a bar is the only one that says how it closed.
"""

from collections.abc import Hashable

from terminal.venues.weex.stream.frames import PublicData


class Newest:
    """Messages by channel. Books are not kept here: each of their changes counts."""

    def __init__(self) -> None:
        self._tickers: dict[str, PublicData] = {}
        self._bars: dict[str, list[tuple[Hashable, PublicData]]] = {}

    def keep_ticker(self, data: PublicData) -> None:
        self._tickers[data.channel] = data

    def keep_bars(self, data: PublicData, opened: Hashable) -> None:
        """Keep a message of bars; `opened` names the open time of a single bar, None where there are several."""
        kept = self._bars.setdefault(data.channel, [])
        if kept and opened is not None and kept[-1][0] == opened:
            kept[-1] = (opened, data)
        else:
            kept.append((opened, data))

    def take(self) -> tuple[list[PublicData], list[PublicData]]:
        """Give the messages of tickers and of bars that wait, and forget them; bars in the order they came."""
        tickers, self._tickers = self._tickers, {}
        bars, self._bars = self._bars, {}
        return list(tickers.values()), [data for kept in bars.values() for _, data in kept]
