"""A change of settings in the journal, through a whole engine."""

import pytest

from helpers.fake_world import World
from terminal.domain.day_words import words_of
from terminal.domain.messages import Notice
from terminal.domain.past import Stamped
from terminal.domain.setting import NoteSettings, SettingChange, SettingsChanged, SettingsNoted
from terminal.domain.time_messages import MarkKind
from terminal.services.time_machine.day_book import OF_A_DAY
from terminal.services.time_machine.marks import Marker

CHANGE = SettingChange("limits.max_leverage", "Highest leverage", "5 x", "3 x", "No more.", "at the next start")


@pytest.mark.asyncio
async def test_a_change_is_durable_before_it_is_told():
    world = World()
    await world.start()
    await world.engine.handle(NoteSettings("team", (CHANGE,), "ann", "in the window"))
    record = SettingsChanged("team", (CHANGE,), "ann", "in the window", world.clock.now_ms())
    assert world.disk.of(SettingsChanged) == [record]
    assert world.of(SettingsNoted) == [SettingsNoted(record)]
    words = [each.text for each in world.of(Notice) if each.source == "settings"]
    assert words == ["Ann changed Highest leverage in the window: 5 x → 3 x, at the next start."]
    await world.close()


def test_the_time_machine_stops_at_a_change_of_settings():
    record = SettingsChanged("team", (CHANGE,), "ann", "in the window", 7)
    mark = Marker().mark(Stamped(3, 7, record))
    assert mark is not None
    assert (mark.kind, mark.record) == (MarkKind.STATE, record)
    assert SettingsChanged in OF_A_DAY
    assert words_of(record) == "Ann changed settings in the window. Highest leverage: 5 x → 3 x."
