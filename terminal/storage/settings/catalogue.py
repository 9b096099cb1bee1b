"""Everything a person may set for one profile, page by page; what is fixed says why.

Each path is one of the file's own (`profile_file.KNOWN_PATHS`), each usual value the schema's: a form that
shows this catalogue and the file cannot come apart.
"""

from typing import Any, Final

from terminal.domain.approval import DEFAULT_BAND, DEFAULT_LIFE_S
from terminal.domain.competition import ALLOWED_BASES, MIN_TRADES
from terminal.domain.guardrails import GuardrailLimits
from terminal.domain.notification import USUAL_RULES, NoticeChannel
from terminal.domain.recording import RecordingSettings
from terminal.domain.risk import RiskLimits
from terminal.domain.setting import Setting, SettingKind, Takes
from terminal.domain.venues import SIMULATED_ONLY, VENUES, venue_title
from terminal.net.route import IpFamily
from terminal.storage.paths import DEMO
from terminal.storage.profiles import PAPER_EQUITY, Mode, Profile
from terminal.storage.settings.limit_words import LIMIT_PAGES, Row
from terminal.storage.settings.texts import text_of

K = SettingKind
GENERAL, APPROVAL, NETWORK, SEASON, NOTIFICATIONS = "Profile", "Approval", "Network", "Season", "Notifications"
RECORDING: Final = "Recording"
_WHO_DECIDES: Final = frozenset({"strategy", "ensemble", "model"})
_DEMO_MARKET: Final = frozenset({"connection", "speed", "seed"})
ELSEWHERE: Final = _WHO_DECIDES | _DEMO_MARKET | {"approval.strategies", "notifications.rules"}
"""Paths without a line of their own: who decides is set where it can be tested, a market where it is started."""

_ACCOUNT: Final = (
    "Another mode or venue is another account, with files and a key of its own. Set up a profile for it: "
    "alphadesk account."
)
_BUILT_IN: Final = "The built-in demo is always the same market, so that everybody sees the same."
_RULE: Final = "Under the competition only WEEX may receive an order."
_VENUE_CHOICES: Final = tuple((each, venue_title(each)) for each in VENUES)
_CHANNELS: Final = tuple((each.value, each.title) for each in NoticeChannel)


def settings_of(profile: Profile) -> tuple[Setting, ...]:
    """Give every setting of this profile, in the order of the pages."""
    account = (*_general(profile), *_approval(), *_limits(), *_network(profile), *_season(profile))
    return (*account, *_notifications(), *_recording())


def _general(profile: Profile) -> tuple[Setting, ...]:
    references = tuple(
        (each, title)
        for each, title in _VENUE_CHOICES
        if each != profile.venue and (profile.mode is Mode.DEMO or each not in SIMULATED_ONLY)
    )
    is_paper, is_demo = profile.mode is Mode.PAPER, profile.name == DEMO
    return (
        Setting("reviewer", GENERAL, "Your name", "Stands with each of your answers in the journal.", K.TEXT, "You"),
        *_account(profile),
        Setting(
            "references",
            GENERAL,
            "Compared venues",
            "Their public prices stand beside ours. No key, no orders.",
            K.SEVERAL,
            choices=references,
            fixed="Named at the start: alphadesk demo --references hashkey,woox." if is_demo else "",
        ),
        Setting(
            "paper_equity",
            GENERAL,
            "Paper money",
            "What a paper account begins with. One that has begun keeps its own.",
            K.FIGURE,
            str(PAPER_EQUITY),
            "USDT",
            fixed="" if is_paper else "Only a paper profile begins with money of your choice.",
        ),
    )


def _account(profile: Profile) -> tuple[Setting, ...]:
    """Give what makes it this account and no other."""
    is_demo = profile.name == DEMO
    account = _BUILT_IN if is_demo else _ACCOUNT
    venue = _RULE if profile.mode is Mode.COMPETITION else account
    modes = tuple((each.value, each.value) for each in Mode)
    return (
        Setting("mode", GENERAL, "Mode", "What orders are made of.", K.CHOICE, choices=modes, fixed=account),
        Setting("venue", GENERAL, "Venue", "Where orders go.", K.CHOICE, "weex", choices=_VENUE_CHOICES, fixed=venue),
        Setting("site", GENERAL, "Site", "Which of the venue's sites.", K.TEXT, fixed=account),
        Setting("product", GENERAL, "Product", "Spot or perpetual, where a venue has both.", K.TEXT, fixed=account),
        Setting(
            "api_version",
            GENERAL,
            "WEEX protocol",
            "The dialect spoken with WEEX.",
            K.CHOICE,
            "v2",
            choices=(("v2", "v2"), ("v3", "v3")),
            fixed=_BUILT_IN if is_demo else "" if profile.venue == "weex" else "Only WEEX has two of them.",
        ),
    )


def _approval() -> tuple[Setting, ...]:
    return (
        Setting(
            "approval.life_s",
            APPROVAL,
            "Life of a card",
            "A proposal nobody answers by then expires. Nobody there means no.",
            K.SECONDS,
            f"{DEFAULT_LIFE_S:g}",
            "s",
        ),
        Setting(
            "approval.band",
            APPROVAL,
            "Band of an approval",
            "An approval is void when the price has moved further.",
            K.SHARE,
            text_of(K.SHARE, DEFAULT_BAND),
            "% of price",
        ),
        Setting(
            "approval.undo_s",
            APPROVAL,
            "Time to undo",
            "An approved order waits so long and can be taken back. 0 sends at once.",
            K.SECONDS,
            "0",
            "s",
        ),
    )


def _limits() -> tuple[Setting, ...]:
    plain: dict[str, Any] = {"limits": RiskLimits(), "guardrails": GuardrailLimits()}
    return tuple(_limit(page, table, row, plain[table]) for page, table, rows in LIMIT_PAGES for row in rows)


def _limit(page: str, table: str, row: Row, usual: Any) -> Setting:
    name, title, what, kind, unit = row
    return Setting(f"{table}.{name}", page, title, what, kind, text_of(kind, getattr(usual, name)), unit)


def _network(profile: Profile) -> tuple[Setting, ...]:
    fixed = "The built-in exchange is on this machine." if profile.mode is Mode.DEMO else ""
    families = tuple((each.value, each.name if each is not IpFamily.ANY else "any") for each in IpFamily)
    return (
        Setting(
            "proxy",
            NETWORK,
            "Proxy",
            "The only proxy ever used, such as http://host:3128. The system's are ignored.",
            K.TEXT,
            fixed=fixed,
        ),
        Setting(
            "ip_family",
            NETWORK,
            "Kind of address",
            "One kind keeps the address a key is bound to.",
            K.CHOICE,
            IpFamily.ANY.value,
            choices=families,
            fixed=fixed,
        ),
    )


def _season(profile: Profile) -> tuple[Setting, ...]:
    fixed = "" if profile.mode is Mode.COMPETITION else "Only a competition profile has a season."
    bases = tuple((each, each) for each in ALLOWED_BASES)
    return (
        Setting("season_start", SEASON, "Begins", "First moment of the round.", K.MOMENT, unit="UTC", fixed=fixed),
        Setting("season_end", SEASON, "Ends", "Last moment of the round.", K.MOMENT, unit="UTC", fixed=fixed),
        Setting(
            "start_equity",
            SEASON,
            "Start equity",
            "What the account began with; results are measured from it.",
            K.FIGURE,
            unit="USDT",
            fixed=fixed,
        ),
        Setting(
            "min_trades",
            SEASON,
            "Least number of trades",
            f"The rules ask for {MIN_TRADES}; a team may ask for more.",
            K.WHOLE,
            str(MIN_TRADES),
            fixed=fixed,
        ),
        Setting(
            "pairs",
            SEASON,
            "May be opened",
            "Others can only be closed. The list itself is the competition's.",
            K.SEVERAL,
            ", ".join(ALLOWED_BASES),
            choices=bases,
            fixed=fixed,
        ),
    )


def _notifications() -> tuple[Setting, ...]:
    rules = tuple(
        Setting(
            f"notifications.rules.{kind.value}",
            NOTIFICATIONS,
            kind.title,
            "Alarm: passes quiet hours." if kind.is_alarm else "Silent in quiet hours.",
            K.SEVERAL,
            ", ".join(each.value for each in channels),
            choices=_CHANNELS,
            takes=Takes.AT_ONCE,
        )
        for kind, channels in USUAL_RULES
    )
    return (
        *rules,
        Setting(
            "notifications.quiet",
            NOTIFICATIONS,
            "Quiet hours",
            "Local time, such as 22:00-07:00. Alarms pass.",
            K.TEXT,
            takes=Takes.AT_ONCE,
        ),
        Setting(
            "notifications.telegram_chat",
            NOTIFICATIONS,
            "Telegram chat",
            "Number or @name of the chat the bot writes to.",
            K.TEXT,
            takes=Takes.AT_ONCE,
        ),
    )


def _recording() -> tuple[Setting, ...]:
    usual = RecordingSettings()
    return (
        Setting(
            "recording.enabled",
            RECORDING,
            "Record market data",
            "Keeps each day's public prices, so that it can be traded again: alphadesk replay DAY.",
            K.YES_NO,
            text_of(K.YES_NO, usual.enabled),
        ),
        Setting(
            "recording.budget_mb",
            RECORDING,
            "Disk for recordings",
            "All recorded days together. The oldest go first.",
            K.WHOLE,
            text_of(K.WHOLE, usual.budget_mb),
            "MB",
        ),
    )
