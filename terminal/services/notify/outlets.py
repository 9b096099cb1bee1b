"""How a notification is written for a webhook and for a Telegram bot, and what their answers mean."""

import json
import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from terminal.domain.errors import ConfigError
from terminal.domain.language_model import is_loopback
from terminal.domain.notification import NoticeChannel, Notification

TELEGRAM_BASE: Final = "https://api.telegram.org"
MOST_CHARS: Final = 1_000  # Telegram takes 4096; a call is no report
_TOKEN: Final = re.compile(r"\d{5,20}:[A-Za-z0-9_-]{20,100}")
_MOST_URL: Final = 2_000


@dataclass(frozen=True, slots=True)
class RemoteKeys:
    """What must be known to write to the outside; each lets its holder write to you, so neither is ever shown."""

    webhook_url: str = field(default="", repr=False)
    telegram_token: str = field(default="", repr=False)
    telegram_base: str = TELEGRAM_BASE

    def of(self, channel: NoticeChannel) -> str:
        return self.webhook_url if channel is NoticeChannel.WEBHOOK else self.telegram_token


@dataclass(frozen=True, slots=True)
class Letter:
    """One message ready to leave."""

    url: str = field(repr=False)
    body: bytes


def checked_key(channel: NoticeChannel, text: str) -> str:
    """Give a webhook's address or a bot's token back when it can be one.

    Raises:
        ConfigError: the text says what is expected and does not repeat what was typed.
    """
    text = text.strip()
    if channel is NoticeChannel.TELEGRAM:
        if not _TOKEN.fullmatch(text):
            raise ConfigError("That is no bot token. BotFather gives one such as 123456789:AA… : paste all of it.")
        return text
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(text))
    if not host or not is_safe or parts.username is not None or not text.isascii() or len(text) > _MOST_URL:
        raise ConfigError("That is no address of a webhook. It begins with https:// (http:// on this machine only).")
    return text


def letter(
    channel: NoticeChannel, notification: Notification, keys: RemoteKeys, chat: str, desk: str, more: int = 0
) -> Letter:
    """Write one message. `desk` names the profile; `more` counts what was left out before it."""
    also = f"\n({more} more since the last one: see the event log)" if more else ""
    line = f"{notification.title} ({desk})\n{notification.text}"[:MOST_CHARS] + also
    if channel is NoticeChannel.TELEGRAM:
        body: dict[str, object] = {"chat_id": chat, "text": line}
        if not notification.kind.is_alarm:
            body["disable_notification"] = True
        url = f"{keys.telegram_base}/bot{keys.telegram_token}/sendMessage"
        return Letter(url, _json(body))
    return Letter(
        keys.webhook_url,
        _json(
            {
                "text": line,  # what Slack and Mattermost show
                "content": line,  # what Discord shows
                "kind": notification.kind.value,
                "alarm": notification.kind.is_alarm,
                "at_ms": notification.at_ms,
                "desk": desk,
            }
        ),
    )


def answer_words(channel: NoticeChannel, status: int) -> str:
    """Say why an answer means that nothing was taken; "" when it was."""
    if 200 <= status < 300:
        return ""
    is_telegram = channel is NoticeChannel.TELEGRAM
    if status in {401, 403, 404}:
        if is_telegram and status == 403:
            return "the bot may not write to this chat; add it there, or write to it first"
        return (
            "the token is not right; get it from BotFather again"
            if is_telegram
            else f"it refused the address (HTTP {status}); enter the address again"
        )
    if status == 400 and is_telegram:
        return "there is no such chat for this bot; check the chat's number"
    if status == 429:
        return "it was written to too often; later messages wait"
    return f"it answered with HTTP {status}; try again later"


def _json(body: dict[str, object]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()
