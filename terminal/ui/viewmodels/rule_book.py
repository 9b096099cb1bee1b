"""The competition's rules as the engine last told them, and this round's settings.

Part of the desk's state. GUI thread only.
"""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from terminal.domain.rule_messages import RuleLights
from terminal.domain.rules import RuleLight
from terminal.domain.season import Season

SaveSeason = Callable[[Season], str]


def _not_offered(_: Season) -> str:
    return "This profile has no season to set."


class RuleShelf(QObject):
    """Newest lights, and the season a person may set.

    Attributes:
        lights: in the order of the book; empty until the desk has started.
        version: of the rules in force.
        season: what was in force at the start, or what was saved since.
        why_fixed: why the season cannot be set here; "" where it can.

    Signals:
        lights_changed: `lights` was replaced.
        season_saved: `season` was written down; it is in force from the next start on.
    """

    lights_changed = Signal()
    season_saved = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lights: tuple[RuleLight, ...] = ()
        self.version = ""
        self.season = Season()
        self.why_fixed = _not_offered(self.season)
        self._save: SaveSeason = _not_offered
        self.handlers: dict[type, Callable[[Any], None]] = {RuleLights: self._on_lights}

    def offer_season(self, season: Season, why_fixed: str, save: SaveSeason) -> None:
        """Say what is in force and who writes changes down; `save` gives "" or why it could not."""
        self.season, self.why_fixed, self._save = season, why_fixed, save

    def save_season(self, season: Season) -> str:
        """Write a season down; gives "" once it is, else why not, in words."""
        if self.why_fixed:
            return self.why_fixed
        trouble = self._save(season)
        if not trouble:
            self.season = season
            self.season_saved.emit()
        return trouble

    def light(self, rule_id: str) -> RuleLight | None:
        return next((light for light in self.lights if light.rule.rule_id == rule_id), None)

    def _on_lights(self, event: RuleLights) -> None:
        self.version, self.lights = event.version, event.lights
        self.lights_changed.emit()
