"""Reads a recorded day out of the journal, on a thread of its own: neither the window nor a commit waits for it."""

import asyncio
from collections.abc import Callable

from terminal.domain.approval import DeskModeSet
from terminal.domain.frozen import BarsFrozen, read_bars
from terminal.domain.instrument import InstrumentId
from terminal.domain.market import Interval
from terminal.domain.past import BarsLearnt, Page, RecordedDay, Stamped
from terminal.domain.records import FillBooked, PositionAccepted, SessionOpened, SwitchSet
from terminal.ports.past import Past
from terminal.services.time_machine.day_book import OF_A_DAY, Before, DayBook
from terminal.services.time_machine.legs import Legs, with_accepted, with_fill

Progress = Callable[[int], bool]
"""Told how many records have been read; False stops the reading: nobody waits for it any more."""


class DayReader:
    """Reads; changes nothing. All methods raise StorageError when the journal cannot be read."""

    def __init__(self, past: Callable[[], Past]) -> None:
        self._past = past

    async def read(self, day: RecordedDay, goes_on: Progress) -> DayBook | None:
        """Read one day; None when it was stopped."""
        book = DayBook(day, await self._before(day))
        loop, going = asyncio.get_running_loop(), True

        def tell(read: int) -> None:
            nonlocal going
            going = going and goes_on(read)

        def take(page: Page) -> bool:
            """On the reading thread, which has the book to itself until it is done."""
            for stamped in page.records:
                book.feed(stamped)
            loop.call_soon_threadsafe(tell, page.read_to - day.first_seq + 1)
            return going

        await self._past().each_page(day.first_seq - 1, day.last_seq, OF_A_DAY, take)
        return book if going else None

    async def _before(self, day: RecordedDay) -> Before:
        past, first = self._past(), day.first_seq
        founded = await self._founded(first)
        orders = await past.orders_open_at(first)
        return Before(
            legs=await self._legs(founded, first - 1),
            orders=orders,
            switch=await past.newest(first, SwitchSet),
            mode=await past.newest(first, DeskModeSet),
        )

    async def _founded(self, before_seq: int) -> int:
        """Give the start at which the account began; 0 when it is as old as the journal."""
        session = await self._past().newest(before_seq, SessionOpened)
        while session is not None:
            if isinstance(session.record, SessionOpened) and session.record.anew:
                return session.seq
            session = await self._past().newest(session.seq, SessionOpened)
        return 0

    async def _legs(self, after: int, last: int) -> Legs:
        """Give what the fills before the day explain; one type at a time, for each has its index."""
        found: list[Stamped] = []
        for kind in (FillBooked, PositionAccepted):
            at = after
            while at < last:
                page = await self._past().page(at, last, (kind,))
                found.extend(page.records)
                at = page.read_to
        legs: Legs = ()
        for stamped in sorted(found, key=lambda each: each.seq):
            record = stamped.record
            if isinstance(record, FillBooked):
                legs = with_fill(legs, record.fill)
            elif isinstance(record, PositionAccepted):
                legs = with_accepted(legs, record)
        return legs

    async def bars(self, day: RecordedDay, instrument_id: InstrumentId) -> tuple[Interval, tuple[BarsLearnt, ...]]:
        """Give which bars of a pair became known when: those known at the day's beginning first.

        Of several intervals the newest one counts.
        """
        blocks = list(await self._past().bars_before(day.first_seq, instrument_id))
        after = day.first_seq - 1
        while after < day.last_seq:
            page = await self._past().page(after, day.last_seq, (BarsFrozen,))
            blocks.extend(
                (stamped.seq, stamped.record)
                for stamped in page.records
                if isinstance(stamped.record, BarsFrozen) and stamped.record.instrument_id == instrument_id
            )
            after = page.read_to
        interval = blocks[-1][1].interval if blocks else Interval.M15
        learnt = tuple(
            BarsLearnt(seq, block.whole, tuple(read_bars(block.rows)))
            for seq, block in blocks
            if block.interval is interval
        )
        return interval, learnt
