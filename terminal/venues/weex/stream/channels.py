"""Names of the public channels, as data: each dialect gives its patterns."""

from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class ChannelNames:
    """Patterns of channel names, with `symbol`, `levels` and `interval` to be filled in."""

    ticker: str
    depth: str
    bars: str
    trades: str


class NamedChannels:
    """The part of `PublicGrammar` that names channels."""

    names: ChannelNames

    def ticker_channel(self, symbol: str) -> str:
        return _filled(self.names.ticker, symbol)

    def depth_channel(self, symbol: str, levels: int) -> str:
        return self.names.depth.format(symbol=symbol, levels=levels)

    def bars_channel(self, symbol: str, interval: str) -> str:
        return self.names.bars.format(symbol=symbol, interval=interval)

    def trades_channel(self, symbol: str) -> str:
        return _filled(self.names.trades, symbol)


@lru_cache(maxsize=256)  # asked for with every message
def _filled(pattern: str, symbol: str) -> str:
    return pattern.format(symbol=symbol)
