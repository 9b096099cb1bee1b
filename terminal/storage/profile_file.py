"""Reads a profile's TOML file and the connection file it may point to.

Only loopback addresses pass: accounts with real money come with a later version.
"""

import ipaddress
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from terminal.domain.errors import ConfigError
from terminal.domain.risk import RiskLimits
from terminal.storage.profiles import Mode, Profile, VenueConnection

_LATER: Final = "Accounts with real money come with a later version; for now use a loopback exchange or --profile demo."


class _ConnectionLine(BaseModel):
    """What a loopback exchange prints when it answers; it may say more."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    venue: Literal["weex"]
    simulated: Literal[True]
    rest: str
    ws_public: str
    ws_private: str
    key: str
    secret: str
    passphrase: str
    speed: Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)] = 1.0
    pattern: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0


class _ProfileFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    mode: Mode
    venue: Literal["weex"] = "weex"
    connection: Path | None = None
    speed: Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)] = 1.0
    seed: Annotated[int, Field(ge=0)] = 1
    reviewer: Annotated[str, Field(min_length=1, max_length=40)] = "You"
    limits: dict[str, Any] = {}


_M = TypeVar("_M", bound=BaseModel)


def read_profile(name: str, path: Path) -> Profile:
    """Read `path`.

    Raises:
        ConfigError: it names the file, the field and the way out.
    """
    written = _validated(_ProfileFile, path, _toml(path))
    if written.mode is not Mode.DEMO:
        raise ConfigError(f"{path} asks for mode {written.mode.value!r}. {_LATER}")
    return Profile(
        name=name,
        mode=written.mode,
        venue=written.venue,
        connection=_connection(path.parent, written.connection),
        speed=written.speed,
        seed=written.seed,
        reviewer=written.reviewer,
        limits=_limits(path, written.limits),
    )


def _connection(folder: Path, written: Path | None) -> VenueConnection | None:
    return None if written is None else read_connection(folder / written.expanduser())


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path} cannot be read ({error.strerror}).") from error
    except ValueError as error:
        raise ConfigError(f"{path} is not valid TOML: {error}.") from error


def _validated(model: type[_M], path: Path, value: Any) -> _M:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise ConfigError(f"{path}: {_reasons(error)}.") from error


def _reasons(error: ValidationError) -> str:
    return "; ".join(f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}" for item in error.errors())


def _limits(path: Path, written: dict[str, Any]) -> RiskLimits:
    unknown = written.keys() - {field.name for field in fields(RiskLimits)}
    if unknown:
        raise ConfigError(f"{path}: limits has no {', '.join(sorted(unknown))}.")
    try:
        return TypeAdapter(RiskLimits).validate_python(written)
    except ValidationError as error:
        raise ConfigError(f"{path}: limits: {_reasons(error)}.") from error


def read_connection(path: Path) -> VenueConnection:
    """Read a file that holds the line a loopback exchange printed.

    Raises:
        ConfigError: it does not read, or points beyond this machine.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"The connection file {path} cannot be read. Is the loopback exchange running?") from error
    return parse_connection(text, f"The connection file {path}")


def parse_connection(text: str, source: str) -> VenueConnection:
    """Read the line a loopback exchange printed; `source` says where it came from.

    Raises:
        ConfigError: it is no such line, or points beyond this machine.
    """
    try:
        found = _ConnectionLine.model_validate_json(text)
    except ValidationError as error:
        raise ConfigError(
            f"{source}: {_reasons(error)}. Start the exchange again ('alphadesk exchange --venue weex > FILE')."
        ) from error
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
    )


def _loopback(source: str, url: str, scheme: str) -> str:
    try:
        parts = urlsplit(url)
        here = parts.hostname == "localhost" or ipaddress.ip_address(parts.hostname or "").is_loopback
        port = parts.port
    except ValueError:  # no address, or a port that is no number
        here, port = False, None
    if not here or port is None or parts.scheme != scheme or parts.username is not None:
        raise ConfigError(f"{source} points to {url}, which is not an exchange on this machine. {_LATER}")
    return url
