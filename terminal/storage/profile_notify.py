"""The `[notifications]` tables of a profile file: what a person is called for, where, and when not.

[notifications]
quiet = "22:00-07:00"                # local time; alarms pass
telegram_chat = "-1001234567890"     # or "@name"; the bot's token lies in the vault

[notifications.rules]                # toast, tray, sound, webhook, telegram; [] for nothing
decision_waits = ["tray", "telegram"]
filled = ["toast"]

The webhook's address and the bot's token let anybody who has them write to you: neither stands in a file.
"""

import json
import re
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, model_validator

from terminal.domain.notification import (
    USUAL_RULES,
    NoticeChannel,
    NoticeKind,
    NoticeRules,
    NotifySettings,
    QuietHours,
)

_QUIET: Final = re.compile(r"([0-2]?\d):([0-5]\d)\s*(?:-|–|to)\s*([0-2]?\d):([0-5]\d)")


class NotifyTable(BaseModel):
    """The table as written; a kind that is not named is said where it usually is."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    quiet: str = ""
    telegram_chat: str = ""
    rules: dict[NoticeKind, tuple[NoticeChannel, ...]] = {}

    @model_validator(mode="after")
    def _can_be_sent(self) -> Self:
        self.settings()
        return self

    def settings(self) -> NotifySettings:
        """Give the settings.

        Raises:
            ValueError: it names what cannot be.
        """
        rules: NoticeRules = tuple(
            (kind, tuple(dict.fromkeys(self.rules.get(kind, usual)))) for kind, usual in USUAL_RULES
        )
        return NotifySettings(rules, _quiet(self.quiet), self.telegram_chat.strip())


def notify_lines(settings: NotifySettings) -> list[str]:
    """Write the tables' lines; none for the defaults."""
    lines = []
    if settings.quiet is not None:
        lines.append(f"quiet = {json.dumps(settings.quiet.text)}")
    if settings.telegram_chat:
        lines.append(f"telegram_chat = {json.dumps(settings.telegram_chat)}")
    usual = dict(USUAL_RULES)
    own = [(kind, channels) for kind, channels in settings.rules if channels != usual[kind]]
    rules = [f"{kind.value} = {json.dumps([each.value for each in channels])}" for kind, channels in own]
    head = ["", "[notifications]", *lines] if lines else []
    return [*head, "", "[notifications.rules]", *rules] if rules else head


def _quiet(text: str) -> QuietHours | None:
    if not text.strip():
        return None
    found = _QUIET.fullmatch(text.strip())
    if found is None:
        raise ValueError("quiet is written 22:00-07:00, in local time; leave it empty for none")
    hour, minute, until_hour, until_minute = map(int, found.groups())
    return QuietHours(hour * 60 + minute, until_hour * 60 + until_minute)
