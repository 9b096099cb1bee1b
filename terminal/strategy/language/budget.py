"""Money and patience: a daily cap that holds before a request leaves, and a server's wish to be left alone."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Final, TypeVar

from terminal.domain.errors import StorageError, StrategyError
from terminal.domain.language_model import LanguageModel
from terminal.ports.clock import Clock
from terminal.ports.spending import SpendBook

T = TypeVar("T")

BYTES_A_TOKEN: Final = (
    2  # fewer bytes than any tokenizer needs on numbers: a reservation may be too high, never too low
)
REST_DEFAULT_S: Final = 20.0
REST_MAX_S: Final = 3_600.0


class OverBudget(StrategyError):
    """The day's money would not last for another request; nothing was sent."""


class Purse:
    """Reserves what a request may cost at most before it leaves, and settles when the tokens are known.

    An answer that never comes keeps its reservation: the provider may have charged for it.
    """

    def __init__(self, model: LanguageModel, book: SpendBook, now_ms: Callable[[], int]) -> None:
        self._model = model
        self._book = book
        self._now_ms = now_ms
        self._reserved: list[tuple[str, Decimal]] = []

    def reserve(self, request: bytes) -> None:
        """Set money aside.

        Raises:
            OverBudget: the cap would be passed, or the reservation cannot be written down.
        """
        model, day = self._model, self._day()
        most = model.price_table.cost(len(request) // BYTES_A_TOKEN + 1, model.max_tokens)
        cap = model.daily_cap_usd
        try:
            if cap is not None:
                spent = self._book.spent(model.name, day)
                if spent + most > cap:
                    raise OverBudget(_spent_words(model, spent, most, cap))
            if most:
                self._book.add(model.name, day, most)
        except StorageError as error:
            raise OverBudget(f"what {model.name} costs cannot be written down, so it is not asked: {error}") from error
        self._reserved.append((day, most))

    def settle(self, tokens: tuple[int, int] | None) -> Decimal:
        """Put the real cost in place of the oldest reservation; None keeps it. Gives what was charged."""
        day, most = self._reserved.pop(0)
        if tokens is None:
            return most
        cost = self._model.price_table.cost(*tokens)
        if cost != most:
            try:
                self._book.add(self._model.name, day, cost - most)
            except StorageError:
                return max(cost, most)  # the reservation stays written, which is on the safe side
        return cost

    def free(self) -> None:
        """Give the oldest reservation back: nothing was sent."""
        day, most = self._reserved.pop(0)
        if most:
            try:
                self._book.add(self._model.name, day, -most)
            except StorageError:
                return  # stays reserved, which is on the safe side

    def _day(self) -> str:
        return datetime.fromtimestamp(self._now_ms() / 1000, UTC).date().isoformat()


def rest_s(retry_after: str, now_ms: int) -> float:
    """Read a Retry-After header (seconds or a date); a plain rest when there is none, never more than an hour."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        wanted = float(text[:9])
    else:
        try:
            wanted = parsedate_to_datetime(text).timestamp() - now_ms / 1000 if text else REST_DEFAULT_S
        except (ValueError, TypeError):
            wanted = REST_DEFAULT_S
    return min(max(wanted, 1.0), REST_MAX_S)


async def within(clock: Clock, seconds: float, work: "asyncio.Future[T]") -> T:
    """Await `work` on the operator's clock.

    Raises:
        TimeoutError: it did not end in time; it was cancelled, and its end awaited.
    """
    timer = asyncio.ensure_future(clock.sleep(max(0.0, seconds)))
    waits: set[asyncio.Future[object]] = {work, timer}  # type: ignore[arg-type]  # futures of different results
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        if work.done():
            return work.result()
        raise TimeoutError
    finally:
        timer.cancel()
        work.cancel()
        await asyncio.gather(work, timer, return_exceptions=True)


def _spent_words(model: LanguageModel, spent: Decimal, most: Decimal, cap: Decimal) -> str:
    return (
        f"{model.name} has cost {spent:.4f} USD today and the next question may cost {most:.4f}: that passes the cap "
        f"of {cap:f} USD. It is asked again tomorrow (UTC), or raise daily_cap_usd"
    )
