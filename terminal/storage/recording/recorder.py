"""The thread that writes recordings, and the queue that leads to it.

Whoever hands over a record never waits: packing, writing and flushing to disk happen here. The
recording is a convenience: when the disk fails or is full it ends, says so, and trading goes on.
"""

from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Final

from terminal.domain.causes import cause
from terminal.domain.recording import Moment, Recorded, RecordedFrom, RecordingSettings
from terminal.ports.clock import Clock
from terminal.storage.recording.known import Known
from terminal.storage.recording.room import make_room
from terminal.storage.recording.take_writer import TakeWriter, day_of

MOST_WAITING: Final = 100_000  # records; more means that the disk does not keep up
SYNC_BEATS: Final = 30  # flushes between two that wait for the disk itself
_MEGABYTE: Final = 1_000_000


class _Beat:
    """Flush now."""


class _Stop:
    """Close the file and end."""


_BEAT: Final = _Beat()
_STOP: Final = _Stop()


class Recorder:
    """Records one run into `folder`, a file for each day. Every method may be called from any thread.

    Attributes:
        trouble: why recording has ended, in words for a person; "" while all is well.
        left_out: how many records were dropped because the disk did not keep up.
    """

    def __init__(self, folder: Path, source: RecordedFrom, settings: RecordingSettings, clock: Clock) -> None:
        """Start the thread; the first file is made with the first record."""
        self._folder = folder
        self._source = source
        self._budget = settings.budget_mb * _MEGABYTE
        self._clock = clock
        self._queue: SimpleQueue[Moment | _Beat | _Stop] = SimpleQueue()
        self._known = Known()
        self._take: TakeWriter | None = None
        self._beats = 0
        self.trouble = ""
        self.left_out = 0
        self._thread = Thread(target=self._run, name="recording", daemon=True)
        self._thread.start()

    def take(self, what: Recorded) -> None:
        """Keep what has come just now."""
        if self.trouble:
            return
        if self._queue.qsize() >= MOST_WAITING:
            self.left_out += 1
            return
        self._queue.put(Moment(self._clock.now_ms(), what))

    def beat(self) -> None:
        """Hand everything so far to the system: it then survives the end of this program."""
        self._queue.put(_BEAT)

    def close(self) -> None:
        """Write what waits and end the thread; waits for the disk. Safe to call twice."""
        self._queue.put(_STOP)
        self._thread.join()

    # -- on the thread ------------------------------------------------------------

    def _run(self) -> None:
        while not isinstance(item := self._queue.get(), _Stop):
            if not self.trouble:
                self._guarded(item)
        if self._take is not None:
            try:
                self._take.close()
            except OSError as error:
                self._end(error)

    def _guarded(self, item: Moment | _Beat) -> None:
        try:
            if isinstance(item, Moment):
                self._add(item)
            elif self._take is not None:
                self._flush(self._take)
        except OSError as error:
            self._end(error)

    def _add(self, moment: Moment) -> None:
        if self._take is None or day_of(moment.at_ms) != self._take.day:
            self._begin(moment.at_ms)
        self._known.learn(moment.what)
        if self._take is not None:
            self._take.add(moment)

    def _begin(self, at_ms: int) -> None:
        """Open the day's file; it starts with all that is known."""
        if self._take is not None:
            self._take.close()
            self._take = None
        if not make_room(self._folder, self._budget, keep=day_of(at_ms)):
            self._full()
            return
        self._take = TakeWriter(self._folder, self._source, at_ms, self._known.newest)
        for known in self._known.moments(at_ms):
            self._take.add(known)

    def _flush(self, take: TakeWriter) -> None:
        take.flush()
        self._beats += 1
        if self._beats % SYNC_BEATS == 0:
            take.sync()
            if not make_room(self._folder, self._budget, keep=take.day):
                self._full()

    def _full(self) -> None:
        self.trouble = (
            f"Recording has ended: today's market data fill the {self._budget // _MEGABYTE:,} MB that recordings may "
            "take. Allow more with budget_mb under [recording] in the settings. Trading goes on"
        )

    def _end(self, error: OSError) -> None:
        self.trouble = (
            f"Recording has ended: {self._folder} cannot be written ({cause(error)}). Free the disk or give this user "
            "write access, then start again. Trading goes on"
        )
