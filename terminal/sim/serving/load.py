"""The load mode: a steady number of market messages a second, whatever the market does.

For measuring windows and clients. The messages are of the channels somebody listens to and keep their
rules (versions chain, sizes return to what they are); orders, trades and prices of the engine do not change.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from terminal.sim.serving.streams import Speaker

_BEAT_S: Final = 0.005
_MOST_AT_ONCE_S: Final = 0.1  # after a stall, no more than this is caught up: the outboxes must hold it


class LoadDriver:
    """Tops the public stream up to `rate` messages a second, counted over all listeners.

    Args:
        hub: whose channels speak.
        rate: messages a second in total, the market's own included.
        real_s: monotonic seconds.
    """

    def __init__(self, hub: Speaker, rate: int, real_s: Callable[[], float]) -> None:
        self._hub = hub
        self._rate = rate
        self._real_s = real_s
        self._owed = 0.0
        self._seen_s = real_s()
        self._seen_sent = hub.sent

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(_BEAT_S)
            self.beat()

    def beat(self) -> None:
        """Send what is owed for the time since the last beat."""
        now_s = self._real_s()
        own = self._hub.sent - self._seen_sent
        self._owed += (now_s - self._seen_s) * self._rate - own
        self._owed = min(self._owed, _MOST_AT_ONCE_S * self._rate)
        self._seen_s = now_s
        if self._owed >= 1.0:
            self._owed -= self._hub.send_again(int(self._owed))
        self._seen_sent = self._hub.sent
