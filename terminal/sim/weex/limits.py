"""WEEX's rate limits: weights per 10 s, order calls per second, stream handshakes.

Source: reference section 2.
"""

from collections.abc import Callable

from terminal.sim.serving.limits import SlidingWindow


class RateLimits:
    """The IP bucket, the independent UID bucket and the order-call limit."""

    def __init__(self, weight_per_10s: int, orders_per_s: int, real_s: Callable[[], float]) -> None:
        self._ip = SlidingWindow(weight_per_10s, 10.0, real_s)
        self._uid = SlidingWindow(weight_per_10s, 10.0, real_s)
        self._orders = SlidingWindow(orders_per_s, 1.0, real_s)
        self._handshakes = SlidingWindow(300, 300.0, real_s)

    def take_ip(self, weight: int) -> bool:
        return self._ip.take(weight)

    def take_uid(self, weight: int) -> bool:
        return self._uid.take(weight)

    def take_order_call(self) -> bool:
        return self._orders.take(1)

    def take_handshake(self) -> bool:
        """A WebSocket connection attempt: 300 per 5 minutes."""
        return self._handshakes.take(1)
