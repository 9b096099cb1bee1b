"""Gives a seat the answered proposals that a start does not read back, page by page."""

from collections.abc import Callable
from typing import Final

from terminal.domain.errors import StorageError
from terminal.domain.messages import Event, Level
from terminal.domain.plain_words import joined, why
from terminal.domain.recovered import Recovered
from terminal.domain.review_messages import OlderReviews
from terminal.services.journal_writer import JournalWriter
from terminal.services.reporter import Reporter

PAGE: Final = 200


class OlderReviewsReader:
    """Reads backwards from the oldest proposal the seat was given. Reads only."""

    def __init__(self, writer: JournalWriter, reporter: Reporter, *, emit: Callable[[Event], None]) -> None:
        self._writer = writer
        self._reporter = reporter
        self._emit = emit
        self._oldest = ""
        self._is_reading = False

    def begin(self, recovered: Recovered) -> None:
        """Start before what the restart gave, and tell whether anything is there."""
        self._oldest = recovered.history[0].decision_id if recovered.history else ""
        self._emit(OlderReviews((), recovered.history_is_all))

    async def show(self) -> None:
        """Read one more page and tell it; a second asking while one is read is the same asking."""
        if self._is_reading:
            return
        self._is_reading = True
        try:
            page = await self._writer.reviews_before(self._oldest, PAGE)
        except StorageError as error:
            words = joined("Older decisions could not be read from the journal", why(error), "Try again")
            self._reporter.notice(Level.WARNING, "review", words)
            return
        finally:
            self._is_reading = False
        if page.proposals:
            self._oldest = page.proposals[0].decision_id
        self._emit(OlderReviews(page.proposals, page.is_all))
