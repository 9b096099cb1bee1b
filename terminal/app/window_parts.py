"""The window and its state, built in two steps: what the first paint needs, and the rest."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from terminal.app.guide import GuideSeat, install_guide
from terminal.app.lab_runner import ProcessRunner, open_page
from terminal.app.model_tester import ModelTester
from terminal.app.replay_seat import install_replay
from terminal.app.rules import SeasonKeeper, why_season_is_fixed
from terminal.app.settings_keeper import SettingsKeeper
from terminal.app.signs import DesktopSigns
from terminal.domain.commands import Command
from terminal.domain.venues import COMPETITION_VENUE, SITES, product_at, venue_title
from terminal.storage.profiles import Mode, Profile
from terminal.ui.actions.book import ActionBook
from terminal.ui.main_window import MainWindow
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.lab_book import LabBook
from terminal.ui.viewmodels.mode import WindowMode
from terminal.ui.widgets.lab.door import LabDoor

if TYPE_CHECKING:
    from terminal.app.replay_run import ReplayRun
    from terminal.app.session import Session
    from terminal.ui.charts.chart_panel import ChartPanel

# Each mode's word, kind, colour and story; no two may be mistaken for each other.
_LOOKS: Final = {
    Mode.PAPER: (
        "PAPER",
        "live prices, simulated fills",
        "muted",
        (
            "Prices come from the venue. Fills, fees, funding and money are simulated by this program, "
            "pessimistically, and nothing can be sent: there is no key."
        ),
    ),
    Mode.LIVE: ("LIVE", "real money", "up", "Orders go to the venue and move real money."),
    Mode.COMPETITION: (
        "COMPETITION",
        "real account, its rules",
        "ai",
        (
            "Orders go to the competition's account. Its rules are enforced: eight pairs, 20x at most, an AI log for "
            "every order, no purely manual opening."
        ),
    ),
    Mode.REPLAY: (
        "REPLAY",
        "recorded prices, simulated fills",
        "amber",
        (
            "Prices were recorded earlier and are played back. Fills, fees, funding and money are simulated by this "
            "program, pessimistically, and nothing can be sent: there is no key. The journal is this replay's own."
        ),
    ),
}


@dataclass(slots=True)
class WindowParts:
    """The view-model, the window on it, the way into its lab and its guide, and the chart once it is there."""

    desk: Desk
    window: MainWindow
    lab: LabDoor
    guide: GuideSeat
    pictures: Path  # the folder pictures of the charts go to
    chart: "ChartPanel | None" = None
    signs: DesktopSigns | None = None  # the tray and the sound, there with the rest


def build_window(session: "Session", send: Callable[[Command], None]) -> WindowParts:
    """Build what is in sight at first, but the chart; `complete` brings the rest after the first paint."""
    desk = Desk(
        send,
        session.clock.monotonic_s,
        session.clock.now_ms,
        who=session.reviewer,
        limits=session.profile.limits,
    )
    profile = session.profile
    keeper = SettingsKeeper(session, desk.settings)
    desk.rules.offer_season(profile.season, why_season_is_fixed(profile), SeasonKeeper(profile, keeper.note).save)
    ModelTester(session, desk.models)
    window = MainWindow(desk, window_mode(session), session.paths.window, lazy=True)
    lab = install_lab(session, window, desk.actions)
    install_replay(session, window, desk)
    return WindowParts(desk, window, lab, install_guide(session, window, desk), session.paths.root / "pictures")


def install_lab(session: "Session", window: MainWindow, actions: ActionBook) -> LabDoor:
    """Put the lab into the View menu; a run that is under way ends with the window."""
    book = LabBook(window)
    runner = ProcessRunner(session, book, window)
    book.use(runner)
    window.close_requested.connect(runner.abandon)
    return LabDoor(book, window, window.top_bar.menu, window.panic_keys.also_in, open_page, actions)


def complete(parts: WindowParts) -> None:
    """Build what the first paint did without, before any event: tabs, sheets, and the chart with its library."""
    parts.window.build_rest()
    parts.signs = DesktopSigns(parts.desk, parts.window, parts.window.windowIcon(), parts.window.windowTitle())
    install_chart(parts)


def install_chart(parts: WindowParts) -> None:
    """Build the chart and the panels of depth and put them in their places; importing their library takes a while."""
    from terminal.ui.charts.chart_panel import ChartPanel
    from terminal.ui.window.depth_panels import install_depth

    parts.chart = ChartPanel(parts.desk, pictures=parts.pictures)
    parts.window.install_chart(parts.chart)
    parts.window.review.proposal_selected.connect(parts.chart.show_proposal)
    parts.chart.card_asked.connect(parts.window.show_card)
    install_depth(parts.desk, parts.window.ticket, parts.window.docks)


def window_mode(session: "Session") -> WindowMode:
    """Say what kind of account this is, in a word and a colour of its own."""
    if session.replay is not None:
        return replay_mode(session.replay)
    return _demo_mode(session) if session.is_demo else venue_mode(session.profile)


def replay_mode(replay: "ReplayRun") -> WindowMode:
    """Give the look of a recorded day."""
    word, kind, role, details = _LOOKS[Mode.REPLAY]
    source = replay.recording.source
    market = f"{source.venue}, simulated then too" if source.is_simulated else source.venue
    return WindowMode(
        word, f"{replay.day} · {kind} · {market}", role, simulated=True, details=details, account=replay.profile.name
    )


def venue_mode(profile: Profile) -> WindowMode:
    """Give the look of a mode with a venue behind it."""
    word, kind, role, details = _LOOKS[profile.mode]
    subtitle, through = f"{kind} · {_where(profile)}", ""
    if profile.proxy is not None:
        subtitle += " · by proxy"
        through = f" Everything goes through the proxy {profile.proxy}."
    return WindowMode(
        word, subtitle, role, simulated=profile.mode.is_simulated, details=details + through, account=profile.name
    )


def _where(profile: Profile) -> str:
    """Name the venue and what of it is used: `WEEX API v2`, `HashKey spot`, `WOO X staging`."""
    if profile.venue == COMPETITION_VENUE:
        return f"{venue_title(profile.venue)} API {profile.api_version}"
    spot = "spot" if product_at(profile.venue, profile.product) == "spot" else ""
    site = profile.site.replace("-", " ") if profile.site != SITES[profile.venue][0] else ""
    return " ".join(part for part in (venue_title(profile.venue), spot, site) if part)


def _demo_mode(session: "Session") -> WindowMode:
    """Say how the built-in market is made."""
    planted = session.pattern > 0
    venue = session.profile.venue if session.link is None else session.link.venue
    subtitle = " · ".join(
        part
        for part in (
            f"built-in {venue_title(venue)} exchange",
            f"{session.speed:g}x speed",
            "planted pattern" if planted else "",
        )
        if part
    )
    details = (
        "Prices, fills and money are made by this program's own exchange. Nothing here is real and nothing of it can "
        f"be sent to a real venue. Its clock runs {session.speed:g} times faster than yours."
    )
    if planted:
        details += (
            " Its prices carry a pattern that was planted on purpose, so that an honest model has something to find: "
            "the skill shown here says nothing about real markets."
        )
    return WindowMode("DEMO", subtitle, "accent", simulated=True, details=details, account=session.paths.root.name)
