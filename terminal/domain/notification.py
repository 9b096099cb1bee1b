"""What a person is called for, where, and when not. Texts never carry a secret."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

DAY_MIN: Final = 24 * 60


class NoticeKind(Enum):
    """What may happen that a person wants to hear of; the value is its name in the profile."""

    DECISION_WAITS = "decision_waits"
    FILLED = "filled"
    ORDER_REFUSED = "order_refused"
    STOP_MISSING = "stop_missing"
    TRADING_STOPPED = "trading_stopped"
    LOSS_LIMIT = "loss_limit"
    GUARDRAIL = "guardrail"
    AI_LOG_REFUSED = "ai_log_refused"
    LINK_DOWN = "link_down"
    MODEL_FAILED = "model_failed"
    PAIR_FROZEN = "pair_frozen"
    JOURNAL_FAILED = "journal_failed"

    @property
    def title(self) -> str:
        return _TITLES[self]

    @property
    def is_alarm(self) -> bool:
        """True for what passes quiet hours: money is unprotected, or the program cannot go on."""
        return self in _ALARMS


K = NoticeKind
_TITLES: Final = {
    K.DECISION_WAITS: "A decision waits for an answer",
    K.FILLED: "An order was filled",
    K.ORDER_REFUSED: "The venue refused an order",
    K.STOP_MISSING: "A position is without its stop",
    K.TRADING_STOPPED: "Trading was stopped",
    K.LOSS_LIMIT: "A loss limit was reached",
    K.GUARDRAIL: "Checks stopped a proposal",
    K.AI_LOG_REFUSED: "An AI log was refused",
    K.LINK_DOWN: "A connection is down",
    K.MODEL_FAILED: "The model does not answer",
    K.PAIR_FROZEN: "A position is not explained",
    K.JOURNAL_FAILED: "The journal cannot be written",
}
_ALARMS: Final = frozenset(
    {K.STOP_MISSING, K.TRADING_STOPPED, K.LOSS_LIMIT, K.AI_LOG_REFUSED, K.LINK_DOWN, K.PAIR_FROZEN, K.JOURNAL_FAILED}
)


class NoticeChannel(Enum):
    """Where it is said; the value is its name in the profile."""

    TOAST = "toast"
    TRAY = "tray"
    SOUND = "sound"
    WEBHOOK = "webhook"
    TELEGRAM = "telegram"

    @property
    def title(self) -> str:
        return _CHANNEL_TITLES[self]

    @property
    def is_remote(self) -> bool:
        """True when what is said leaves this machine."""
        return self in {NoticeChannel.WEBHOOK, NoticeChannel.TELEGRAM}


C = NoticeChannel
_CHANNEL_TITLES: Final = {
    C.TOAST: "Toast",
    C.TRAY: "Tray",
    C.SOUND: "Sound",
    C.WEBHOOK: "Webhook",
    C.TELEGRAM: "Telegram",
}


@dataclass(frozen=True, slots=True)
class Notification:
    """One call. `key` tells what it is about: the same kind and key is not said twice in a row.

    `headline` stands in place of the kind's own title.
    """

    kind: NoticeKind
    text: str
    key: str
    at_ms: int
    headline: str = ""

    @property
    def title(self) -> str:
        return self.headline or self.kind.title


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From and until, in minutes after local midnight; it may pass midnight."""

    from_min: int
    until_min: int

    def __post_init__(self) -> None:
        """Refuse what is no time of day.

        Raises:
            ValueError: the text says how it is written.
        """
        if not (0 <= self.from_min < DAY_MIN and 0 <= self.until_min < DAY_MIN) or self.from_min == self.until_min:
            raise ValueError("quiet hours are written 22:00-07:00: two different times of the day")

    def holds(self, minute: int) -> bool:
        """Tell whether this minute of the local day is quiet."""
        if self.from_min < self.until_min:
            return self.from_min <= minute < self.until_min
        return minute >= self.from_min or minute < self.until_min

    @property
    def text(self) -> str:
        return f"{_clock(self.from_min)}-{_clock(self.until_min)}"


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


NoticeRules = tuple[tuple[NoticeKind, tuple[NoticeChannel, ...]], ...]
_LOUD: Final = (C.TOAST, C.TRAY, C.SOUND)
USUAL_RULES: Final[NoticeRules] = (
    (K.DECISION_WAITS, (C.TRAY,)),
    (K.FILLED, ()),
    (K.ORDER_REFUSED, (C.TOAST, C.TRAY)),
    (K.STOP_MISSING, _LOUD),
    (K.TRADING_STOPPED, _LOUD),
    (K.LOSS_LIMIT, _LOUD),
    (K.GUARDRAIL, ()),
    (K.AI_LOG_REFUSED, _LOUD),
    (K.LINK_DOWN, (C.TOAST, C.TRAY)),
    (K.MODEL_FAILED, (C.TRAY,)),
    (K.PAIR_FROZEN, _LOUD),
    (K.JOURNAL_FAILED, _LOUD),
)


@dataclass(frozen=True, slots=True)
class NotifySettings:
    """Which kind is said where. `telegram_chat` is the chat's number or @name; tokens lie in the vault, never here."""

    rules: NoticeRules = USUAL_RULES
    quiet: QuietHours | None = None
    telegram_chat: str = ""

    def __post_init__(self) -> None:
        """Refuse what could not be sent.

        Raises:
            ValueError: the text names the setting.
        """
        kinds = [kind for kind, _ in self.rules]
        if len(set(kinds)) != len(kinds):
            raise ValueError("rules names a kind of notification twice")
        chat = self.telegram_chat
        is_number = chat.removeprefix("-").isdecimal() and chat.isascii()
        is_name = chat.startswith("@") and chat[1:].replace("_", "").isalnum() and chat.isascii()
        if chat and (len(chat) > _CHAT_CHARS or not (is_number or is_name)):
            raise ValueError("telegram_chat is the number of a chat, such as -1001234567890, or its @name")
        if not chat and any(C.TELEGRAM in channels for _, channels in self.rules):
            raise ValueError("telegram_chat is not set, but a rule names telegram; set the chat, or take telegram out")

    def channels_of(self, kind: NoticeKind) -> tuple[NoticeChannel, ...]:
        return dict(self.rules).get(kind, ())

    def uses(self, channel: NoticeChannel) -> bool:
        return any(channel in channels for _, channels in self.rules)


_CHAT_CHARS: Final = 64


@dataclass(frozen=True, slots=True)
class NotificationRaised:
    """Event: a person is called. `channels` are those of this machine that the window serves."""

    notification: Notification
    channels: tuple[NoticeChannel, ...]
