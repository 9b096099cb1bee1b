"""Time inside a replay: it stands still until the replay moves it."""


class VirtualClock:
    """Both kinds of time of the `Clock` port, moved by hand. Nothing sleeps here: waiting costs no time."""

    def __init__(self, start_ms: int) -> None:
        self._now_ms = start_ms

    def now_ms(self) -> int:
        return self._now_ms

    def monotonic_s(self) -> float:
        return self._now_ms / 1000.0

    async def sleep(self, seconds: float) -> None:
        self._now_ms += round(seconds * 1000.0)

    def move_to(self, now_ms: int) -> None:
        """Go to a time.

        Raises:
            ValueError: it lies in the past.
        """
        if now_ms < self._now_ms:
            raise ValueError(f"a replay cannot go back from {self._now_ms} to {now_ms}")
        self._now_ms = now_ms


class FixedChance:
    """Ids in a fixed order, so that two runs of one replay are the same."""

    def __init__(self) -> None:
        self._count = 0

    def token(self, length: int) -> str:
        self._count += 1
        return f"{self._count:0{length}d}"[-length:]

    def fraction(self) -> float:
        return 0.5
