"""The time zone times are written in: the reader's, UTC, or the exchange's day."""

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from enum import Enum
from typing import Final

_EXCHANGE: Final = timezone(timedelta(hours=8), "UTC+8")


class Zone(Enum):
    """Whose clock; the value is what people choose by.

    EXCHANGE is UTC+8, in which WEEX dates its notices (its API documents name no zone). Its bars of a
    day and longer begin at midnight UTC all the same, so those are dated in UTC whatever is chosen.
    """

    LOCAL = "Local time"
    UTC = "UTC"
    EXCHANGE = "Exchange time (UTC+8)"

    @property
    def short(self) -> str:
        """What stands in the corner of the axes."""
        return {Zone.LOCAL: "local", Zone.UTC: "UTC", Zone.EXCHANGE: "UTC+8"}[self]


def moment(at_ms: int, zone: Zone = Zone.LOCAL) -> datetime:
    """Give a time of the zone; `at_ms` is Unix ms."""
    known = datetime.fromtimestamp(at_ms / 1_000, UTC)
    return known.astimezone(_offset(zone))


def unix_ms(wall: datetime, zone: Zone = Zone.LOCAL) -> int:
    """Give the Unix ms of a wall-clock time without a zone of its own, read in `zone`."""
    offset = _offset(zone)
    placed = wall.astimezone() if offset is None else wall.replace(tzinfo=offset)
    return round(placed.timestamp() * 1_000)


def _offset(zone: Zone) -> tzinfo | None:
    """None is the system's own zone, with its summer time."""
    return {Zone.LOCAL: None, Zone.UTC: UTC, Zone.EXCHANGE: _EXCHANGE}[zone]
