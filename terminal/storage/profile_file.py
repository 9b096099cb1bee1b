"""Reads a profile's TOML file and the connection file it may point to; writes the former.

A demo reaches only this machine; every other mode only the venue's official addresses,
which no file can change.
"""

import ipaddress
import json
import tomllib
from dataclasses import fields, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from terminal.domain.causes import cause
from terminal.domain.competition import ALLOWED_BASES, ALLOWED_INSTRUMENTS, MIN_TRADES
from terminal.domain.errors import ConfigError
from terminal.domain.guardrails import GuardrailLimits
from terminal.domain.instrument import base_of, perpetual
from terminal.domain.language_model import StrategySettings
from terminal.domain.risk import RiskLimits
from terminal.domain.season import Season
from terminal.net.route import IpFamily
from terminal.storage.private_file import write_private
from terminal.storage.profile_approval import ApprovalTable, approval_lines
from terminal.storage.profile_notify import NotifyTable, notify_lines
from terminal.storage.profile_recording import RecordingTable, recording_lines
from terminal.storage.profile_strategy import EnsembleTable, ModelTable, StrategyTable, StrategyTables, strategy_lines
from terminal.storage.profile_venue import check_venue
from terminal.storage.profiles import PAPER_EQUITY, Mode, Profile, VenueConnection
from terminal.storage.proxy import checked_proxy
from terminal.storage.settings.problems import Found, faults_of, told, unknown_setting
from terminal.storage.settings.versions import NEWEST, migrated

_DEMO_ONLY: Final = ("connection", "speed", "seed")
_PAPER_ONLY: Final = ("paper_equity",)
_COMPETITION_ONLY: Final = ("start_equity", "season_start", "season_end", "min_trades", "pairs")
_NAME_CHARS: Final = 40
_Venue = Literal["weex", "hashkey", "woox", "bitz"]
_Money = Annotated[Decimal, Field(gt=0, le=Decimal(100_000_000), allow_inf_nan=False)]


class _ConnectionLine(BaseModel):
    """What a loopback exchange prints when it answers; it may say more."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    venue: _Venue
    simulated: Literal[True]
    rest: str
    ws_public: str
    ws_private: str
    key: str
    secret: str
    passphrase: str = ""
    speed: Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)] = 1.0
    pattern: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    genesis_ms: Annotated[int, Field(ge=0)] = 0
    continued: bool = False


class _ProfileFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    mode: Mode
    venue: _Venue = "weex"
    site: str = ""
    product: str = ""
    references: tuple[_Venue, ...] = ()
    connection: Path | None = None
    speed: Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)] = 1.0
    seed: Annotated[int, Field(ge=0)] = 1
    reviewer: Annotated[str, Field(min_length=1, max_length=_NAME_CHARS)] = "You"
    api_version: Literal["v2", "v3"] = "v2"
    proxy: str = ""
    ip_family: IpFamily = IpFamily.ANY
    paper_equity: _Money = PAPER_EQUITY
    start_equity: _Money | None = None
    season_start: AwareDatetime | None = None
    season_end: AwareDatetime | None = None
    min_trades: Annotated[int, Field(le=10_000)] = MIN_TRADES
    pairs: tuple[str, ...] = ALLOWED_BASES
    limits: dict[str, Any] = {}
    guardrails: dict[str, Any] = {}
    approval: ApprovalTable = ApprovalTable()
    notifications: NotifyTable = NotifyTable()
    recording: RecordingTable = RecordingTable()
    strategy: StrategyTable = StrategyTable()
    ensemble: EnsembleTable | None = None
    model: dict[str, ModelTable] = {}

    @model_validator(mode="after")
    def _fits_the_mode(self) -> Self:
        owners = ((_DEMO_ONLY, Mode.DEMO), (_PAPER_ONLY, Mode.PAPER), (_COMPETITION_ONLY, Mode.COMPETITION))
        for names, owner in owners:
            strangers = [name for name in names if name in self.model_fields_set and self.mode is not owner]
            if strangers:
                raise ValueError(f"{', '.join(strangers)} is only for mode {owner.value}, not {self.mode.value}")
        if self.mode is Mode.REPLAY:
            raise ValueError("mode replay has no file: start a recorded day with 'alphadesk replay DAY'")
        if self.mode is Mode.DEMO and self.proxy:
            raise ValueError("proxy is not for mode demo: the built-in exchange is on this machine")
        check_venue(self.mode, self.venue, self.site, self.product, self.references)
        self.language()
        Season(  # refuses what is wider than the competition's rules
            _ms(self.season_start),
            _ms(self.season_end),
            self.start_equity,
            self.min_trades,
            tuple(map(perpetual, self.pairs)),
        )
        return self

    def language(self) -> StrategySettings:
        """Give who decides. Raises `ValueError` for a strategist that is not set up."""
        return StrategyTables(strategy=self.strategy, ensemble=self.ensemble, model=self.model).settings()


_LIMIT_TABLES: Final[dict[str, type[RiskLimits] | type[GuardrailLimits]]] = {
    "limits": RiskLimits,
    "guardrails": GuardrailLimits,
}
_TABLE_MODELS: Final[dict[str, type[BaseModel]]] = {
    "approval": ApprovalTable,
    "notifications": NotifyTable,
    "recording": RecordingTable,
}
KNOWN_PATHS: Final = (
    *(name for name in _ProfileFile.model_fields if name not in {*_LIMIT_TABLES, *_TABLE_MODELS}),
    *(f"{table}.{field.name}" for table, kind in _LIMIT_TABLES.items() for field in fields(kind)),
    *(f"{table}.{name}" for table, model in _TABLE_MODELS.items() for name in model.model_fields),
)
"""Every setting of a profile file by its path; who decides has tables of its own."""


def read_tables(path: Path) -> tuple[str, dict[str, Any]]:
    """Give a profile file's text, and its tables as the newest version writes them; nothing is checked yet.

    Raises:
        ConfigError: it cannot be read, is no TOML, or comes from a newer program.
    """
    text = _text_of(path)
    return text, migrated(path, _toml(path, text))


def faults_in(tables: dict[str, Any]) -> list[Found]:
    """Check a profile's tables; gives every fault, none for a profile that can be used."""
    faults: list[Found] = []
    try:
        _ProfileFile.model_validate(tables)
    except ValidationError as error:
        faults += faults_of(error, KNOWN_PATHS)
    for table, kind in _LIMIT_TABLES.items():
        if isinstance(own := tables.get(table, {}), dict):
            faults += _limit_faults(table, own, kind)
    try:
        checked_proxy(str(tables.get("proxy", "")))
    except ConfigError as error:
        faults.append(Found(("proxy",), str(error).rstrip(".")))
    return faults


def _limit_faults(table: str, written: dict[str, Any], kind: type[RiskLimits] | type[GuardrailLimits]) -> list[Found]:
    names = {field.name for field in fields(kind)}
    strangers = [unknown_setting((table, name), KNOWN_PATHS) for name in sorted(written.keys() - names)]
    try:
        TypeAdapter(kind).validate_python({name: value for name, value in written.items() if name in names})
    except ValidationError as error:
        return [*strangers, *faults_of(error, KNOWN_PATHS, within=(table,))]
    return strangers


def read_profile(name: str, path: Path) -> Profile:
    """Read `path`.

    Raises:
        ConfigError: it names the file, the line, the field and the way out.
    """
    text, tables = read_tables(path)
    faults = faults_in(tables)
    if faults:
        raise ConfigError(told(path, text, faults))
    return _profile(name, path, tables)


def _profile(name: str, path: Path, tables: dict[str, Any]) -> Profile:
    """Make the profile of tables that were checked."""
    written = _ProfileFile.model_validate(tables)
    return Profile(
        name=name,
        mode=written.mode,
        venue=written.venue,
        site=written.site,
        product=written.product,
        references=written.references,
        connection=_connection(path.parent, written.connection),
        speed=written.speed,
        seed=written.seed,
        reviewer=written.reviewer,
        limits=TypeAdapter(RiskLimits).validate_python(written.limits),
        guardrails=TypeAdapter(GuardrailLimits).validate_python(written.guardrails),
        approval=written.approval.settings(),
        notifications=written.notifications.settings(),
        recording=written.recording.settings(),
        strategy=written.language(),
        api_version=written.api_version,
        proxy=checked_proxy(written.proxy),
        ip_family=written.ip_family,
        paper_equity=written.paper_equity,
        start_equity=written.start_equity,
        season_start_ms=_ms(written.season_start),
        season_end_ms=_ms(written.season_end),
        min_trades=written.min_trades,
        pairs=tuple(map(perpetual, written.pairs)),
    )


def write_profile(profile: Profile, path: Path) -> None:
    """Write a profile that has an account; what `path` held is replaced.

    What the built-in demo is set to lies in another file.

    Raises:
        ConfigError: what was written would not be read back as the same profile.
        StorageError: the folder cannot be written.
    """
    lines = [f"version = {NEWEST}", f"mode = {_text(profile.mode.value)}", f"venue = {_text(profile.venue)}"]
    lines += [f"api_version = {_text(profile.api_version)}", f"reviewer = {_text(profile.reviewer)}"]
    lines += [f"{name} = {_text(value)}" for name in ("site", "product") if (value := getattr(profile, name))]
    if profile.references:
        lines.append(f"references = [{', '.join(map(_text, profile.references))}]")
    if profile.proxy is not None:
        lines.append(f"proxy = {_text(profile.proxy)}")
    if profile.ip_family is not IpFamily.ANY:
        lines.append(f"ip_family = {_text(profile.ip_family.value)}")
    lines += _mode_lines(profile)
    if profile.min_trades != MIN_TRADES:
        lines.append(f"min_trades = {profile.min_trades}")
    if profile.pairs != ALLOWED_INSTRUMENTS:
        lines.append(f"pairs = [{', '.join(_text(base_of(each)) for each in profile.pairs)}]")
    lines += _limit_lines("limits", RiskLimits(), profile.limits)
    lines += _limit_lines("guardrails", GuardrailLimits(), profile.guardrails)
    lines += approval_lines(profile.approval)
    lines += notify_lines(profile.notifications)
    lines += recording_lines(profile.recording)
    lines += strategy_lines(profile.strategy)
    text = "\n".join([*lines, ""])
    faults = faults_in(migrated(path, tomllib.loads(text)))
    if faults:
        raise ConfigError(told(path, text, faults))
    path.parent.mkdir(parents=True, exist_ok=True)
    write_private(path, text.encode())


def _mode_lines(profile: Profile) -> list[str]:
    """Write what only this profile's mode has: money, a season, the exchange it plays on."""
    lines: list[str] = []
    if profile.mode is Mode.PAPER:
        lines.append(f"paper_equity = {_text(str(profile.paper_equity))}")
    if profile.mode is Mode.DEMO:
        link = profile.connection  # what a running exchange has settled itself is not repeated
        own = [f"speed = {profile.speed}", f"seed = {profile.seed}"]
        lines += own if link is None or link.file is None else [f"connection = {_text(str(link.file))}"]
    if profile.start_equity is not None:
        lines.append(f"start_equity = {_text(str(profile.start_equity))}")
    for name, at_ms in (("season_start", profile.season_start_ms), ("season_end", profile.season_end_ms)):
        if at_ms is not None:
            lines.append(f"{name} = {datetime.fromtimestamp(at_ms / 1000, UTC).isoformat()}")
    return lines


def _limit_lines(table: str, plain: RiskLimits | GuardrailLimits, own: RiskLimits | GuardrailLimits) -> list[str]:
    """Write a table of limits; only those that differ from the usual ones."""
    names = [field.name for field in fields(plain) if getattr(own, field.name) != getattr(plain, field.name)]
    lines = [f"{name} = {_toml_value(getattr(own, name))}" for name in names]
    return ["", f"[{table}]", *lines] if lines else []


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _toml_value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _text(str(value)) if isinstance(value, Decimal) else str(value)


def _ms(moment: datetime | None) -> int | None:
    return None if moment is None else round(moment.timestamp() * 1000)


def _connection(folder: Path, written: Path | None) -> VenueConnection | None:
    return None if written is None else read_connection(folder / written.expanduser())


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {cause(error)}. Give this user access to it.") from error
    except ValueError as error:
        raise ConfigError(f"{path} is not UTF-8 text. Save it as UTF-8, or bring its .bak back.") from error


def _toml(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except ValueError as error:
        raise ConfigError(
            f"{path} cannot be read: {cause(error)}. Correct that line, or bring an earlier file back from its .bak."
        ) from error


def read_connection(path: Path) -> VenueConnection:
    """Read a file that holds the line a loopback exchange printed.

    Raises:
        ConfigError: it does not read, or points beyond this machine.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"The connection file {path} cannot be read. Is the loopback exchange running?") from error
    return replace(parse_connection(text, f"The connection file {path}"), file=path)


def parse_connection(text: str, source: str) -> VenueConnection:
    """Read the line a loopback exchange printed; `source` says where it came from.

    Raises:
        ConfigError: it is no such line, or points beyond this machine.
    """
    try:
        found = _ConnectionLine.model_validate_json(text)
    except ValidationError as error:
        reasons = "; ".join(fault.words_with_path for fault in faults_of(error))
        raise ConfigError(f"{source}: {reasons}. Start the exchange again ('alphadesk exchange > FILE').") from error
    return VenueConnection(
        venue=found.venue,
        rest_url=_loopback(source, found.rest, "http"),
        public_stream_url=_loopback(source, found.ws_public, "ws"),
        private_stream_url=_loopback(source, found.ws_private, "ws"),
        key=found.key,
        secret=found.secret,
        passphrase=found.passphrase,
        speed=found.speed,
        pattern=found.pattern,
        genesis_ms=found.genesis_ms,
        continued=found.continued,
    )


def _loopback(source: str, url: str, scheme: str) -> str:
    try:
        parts = urlsplit(url)
        here = parts.hostname == "localhost" or ipaddress.ip_address(parts.hostname or "").is_loopback
        port = parts.port
    except ValueError:  # no address, or a port that is no number
        here, port = False, None
    if not here or port is None or parts.scheme != scheme or parts.username is not None:
        raise ConfigError(
            f"{source} points to {url}, which is not an exchange on this machine. A demo reaches nothing else; "
            "for the real venue set up a profile with 'alphadesk account --mode paper' (or live, or competition)."
        )
    return url
