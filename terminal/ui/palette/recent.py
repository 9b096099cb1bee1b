"""What was chosen from the palette lately, newest first; kept with the other settings."""

from typing import Final

from terminal.ui.palette.entries import Entry
from terminal.ui.palette.search import LOOSE, score
from terminal.ui.viewmodels.preferences import Preferences

SECTION: Final = "palette"
KEPT: Final = 12
_BONUS: Final = 6.0  # what having been chosen just now is worth; less for each place further back


class Recent:
    """Keys of entries."""

    def __init__(self, preferences: Preferences) -> None:
        self._preferences = preferences

    @property
    def keys(self) -> tuple[str, ...]:
        kept = self._preferences.section(SECTION).get("recent", [])
        return tuple(key for key in kept if isinstance(key, str))[:KEPT] if isinstance(kept, list) else ()

    def note(self, key: str) -> None:
        keys = [key, *(each for each in self.keys if each != key)]
        self._preferences.put(SECTION, {"recent": keys[:KEPT]})


def found(query: str, entries: list[Entry], recent: tuple[str, ...]) -> list[Entry]:
    """Give what fits the query, best first; recent ones go before others, and without a query before all.

    What fits by letters only is left out as soon as anything fits by words.
    """
    place = {key: at for at, key in enumerate(recent)}
    rated: list[tuple[float, int, Entry]] = []
    for at, entry in enumerate(entries):
        rating = score(query, f"{entry.title} {entry.kind}")
        if rating is not None:
            rated.append((rating, at, entry))
    if any(rating >= LOOSE for rating, _, _ in rated):
        rated = [each for each in rated if each[0] >= LOOSE]  # stray letters are not worth a line beside words

    def order(each: tuple[float, int, Entry]) -> tuple[float, int]:
        rating, at, entry = each
        back = place.get(entry.key)
        return -rating - (0.0 if back is None else _BONUS * (1 - back / (2 * KEPT))), at

    return [entry for _, _, entry in sorted(rated, key=order)]
