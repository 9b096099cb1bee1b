"""The `[strategy]`, `[ensemble]` and `[model.NAME]` tables of a profile file: who decides, and which models there are.

[strategy]
strategist = "language:local"        # or "ensemble", or "embedded", the default

[ensemble]
members = ["embedded", "language:local"]   # these vote
judges = ["language:hosted"]         # these may only stop an opening
quorum = 2                           # so many voters must have answered
mode = "majority"                    # of the weight; or "unanimous"
[ensemble.weights]                   # more than 0, at most 4; who is not named here counts by measured skill
"language:local" = 0.5

[model.local]
base_url = "http://127.0.0.1:11434/v1"   # https, except on this machine
model = "qwen3:8b"
temperature = 0.0                    # false sends none
max_tokens = 1500
timeout_s = 20.0                     # for a whole decision, its repair included
output_mode = "native"               # tool, native or prompted
answers_as = []                      # further ids the server may give this model
contaminated_until = 2026-06-01      # what it says of days before that proves nothing: it may have read of them

[model.hosted]
base_url = "https://api.example.com/v1"
model = "vendor/model"
daily_cap_usd = "2.50"
key_place = "vault"                  # or "file" or "asked"; entered in the window, without it none is sent
[model.hosted.prices]                # US dollars per million tokens
input_usd = "0.15"
output_usd = "0.60"

A profile never holds a key: that lies in the system's vault, in a file under a password, or is asked for
at each start. The built-in demo has no file of its own; its tables stand alone in `demo-models.toml`.
"""

import json
import re
import tomllib
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from terminal.domain.causes import cause
from terminal.domain.ensemble import EnsembleSettings, MemberSettings, VoteMode
from terminal.domain.errors import ConfigError
from terminal.domain.language_model import (
    EMBEDDED,
    KeyPlace,
    LanguageModel,
    OutputMode,
    PriceTable,
    StrategySettings,
)
from terminal.storage.private_file import write_private

_Money = Annotated[Decimal, Field(allow_inf_nan=False)]
_Number = Annotated[float, Field(allow_inf_nan=False)]
_TABLE: Final = re.compile(r"\s*\[+\s*(?P<name>[^\]]+?)\s*\]+")
_OURS: Final = re.compile(r"(strategy|ensemble|model)(\s*\.|$)")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class _Prices(_Strict):
    input_usd: _Money
    output_usd: _Money


class ModelTable(_Strict):
    """One `[model.NAME]` table as written."""

    base_url: str
    model: str
    temperature: Annotated[bool, Field(strict=True)] | _Number = 0.0  # false sends none
    max_tokens: int = 1_500
    timeout_s: _Number = 20.0
    output_mode: OutputMode = OutputMode.TOOL
    answers_as: tuple[str, ...] = ()
    daily_cap_usd: _Money | None = None
    prices: _Prices | None = None
    key_place: KeyPlace = KeyPlace.NONE
    contaminated_until: date | None = None

    def model_named(self, name: str) -> LanguageModel:
        """Give the model. Raises `ValueError` beyond the hard limits."""
        if self.temperature is True:
            raise ValueError("temperature is a number, or false to send none")
        prices = None if self.prices is None else PriceTable(self.prices.input_usd, self.prices.output_usd)
        return LanguageModel(
            name=name,
            base_url=self.base_url,
            model=self.model,
            temperature=None if self.temperature is False else float(self.temperature),
            max_tokens=self.max_tokens,
            timeout_s=self.timeout_s,
            prices=prices,
            daily_cap_usd=self.daily_cap_usd,
            output_mode=self.output_mode,
            answers_as=self.answers_as,
            key_place=self.key_place,
            contaminated_until_ms=_midnight_ms(self.contaminated_until),
        )


class StrategyTable(_Strict):
    strategist: str = EMBEDDED


class EnsembleTable(_Strict):
    """The `[ensemble]` table as written."""

    members: tuple[str, ...]
    judges: tuple[str, ...] = ()
    quorum: int = 2
    mode: VoteMode = VoteMode.MAJORITY
    weights: dict[str, _Number] = {}

    def settings(self) -> EnsembleSettings:
        """Give the ensemble. Raises `ValueError` for one that could not decide."""
        nobody = [name for name in self.weights if name not in self.members]
        if nobody:
            raise ValueError(f"weights names {nobody[0]}, which is not among the members that vote")
        voters = tuple(MemberSettings(name, self.weights.get(name)) for name in self.members)
        judges = tuple(MemberSettings(name, vetoes=True) for name in self.judges)
        return EnsembleSettings((*voters, *judges), self.quorum, self.mode)


class StrategyTables(_Strict):
    """The three kinds of table together."""

    strategy: StrategyTable = StrategyTable()
    ensemble: EnsembleTable | None = None
    model: dict[str, ModelTable] = {}

    @model_validator(mode="after")
    def _within_the_hard_limits(self) -> Self:
        self.settings()
        return self

    def settings(self) -> StrategySettings:
        """Give the settings.

        Raises:
            ValueError: a table is beyond a hard limit, or who decides is not set up.
        """
        models = tuple(table.model_named(name) for name, table in self.model.items())
        ensemble = None if self.ensemble is None else self.ensemble.settings()
        return StrategySettings(self.strategy.strategist, models, ensemble)


def strategy_lines(settings: StrategySettings) -> list[str]:
    """Write the tables' lines; none for the defaults."""
    lines: list[str] = []
    if settings.strategist != EMBEDDED:
        lines += ["", "[strategy]", f"strategist = {_text(settings.strategist)}"]
    if settings.ensemble is not None:
        lines += ["", "[ensemble]", *_ensemble_lines(settings.ensemble)]
    for each in settings.models:
        lines += ["", f"[model.{each.name}]", *_model_lines(each)]
    return lines


def read_strategy(path: Path) -> StrategySettings:
    """Read a file that holds nothing but these tables; one that is not there holds none.

    Raises:
        ConfigError: it names the file, the field and the way out.
    """
    try:
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        return StrategyTables.model_validate(tomllib.loads(text)).settings()
    except OSError as error:
        raise ConfigError(f"{path} cannot be read : {cause(error)}. Give this user access to it.") from error
    except ValidationError as error:
        raise ConfigError(f"{path}: {_reasons(error)}.") from error
    except ValueError as error:
        raise ConfigError(f"{path} cannot be read: {cause(error)}. Correct it there in a text editor.") from error


def save_strategy(path: Path, settings: StrategySettings) -> None:
    """Put these tables in the place of those in `path`; everything else of the file stays as it is.

    Raises:
        ConfigError: the file would not be read back as the same settings; nothing was written.
        StorageError: the folder cannot be written.
    """
    before = path.read_text(encoding="utf-8") if path.is_file() else ""
    text = "\n".join([*_without_tables(before), *strategy_lines(settings), ""]).lstrip("\n")
    try:
        tables = {name: value for name, value in tomllib.loads(text).items() if name in StrategyTables.model_fields}
        again = StrategyTables.model_validate(tables).settings()
    except ValueError as error:
        raise ConfigError(f"{path} could not be changed: {cause(error)}. Edit it by hand.") from error
    if again != settings:
        raise ConfigError(f"{path} could not be changed: it would not read back the same. Edit it by hand.")
    path.parent.mkdir(parents=True, exist_ok=True)
    write_private(path, text.encode())


def _without_tables(text: str) -> list[str]:
    """Drop our tables, each from its head to the next head; comments above another table go with ours."""
    kept: list[str] = []
    ours = False
    for line in text.splitlines():
        head = _TABLE.match(line)
        if head is not None:
            ours = _OURS.match(head["name"]) is not None
        if not ours:
            kept.append(line)
    while kept and not kept[-1].strip():
        kept.pop()
    return kept


def _ensemble_lines(ensemble: EnsembleSettings) -> list[str]:
    lines = [f"members = [{', '.join(map(_text, ensemble.voters))}]"]
    if ensemble.judges:
        lines.append(f"judges = [{', '.join(map(_text, ensemble.judges))}]")
    lines += [f"quorum = {ensemble.quorum}", f"mode = {_text(ensemble.mode.value)}"]
    fixed = [f"{_text(each.strategist)} = {each.weight!r}" for each in ensemble.members if each.weight is not None]
    return [*lines, "", "[ensemble.weights]", *fixed] if fixed else lines


def _model_lines(model: LanguageModel) -> list[str]:
    lines = [f"base_url = {_text(model.base_url)}", f"model = {_text(model.model)}"]
    lines.append(f"temperature = {'false' if model.temperature is None else repr(float(model.temperature))}")
    lines += [f"max_tokens = {model.max_tokens}", f"timeout_s = {float(model.timeout_s)!r}"]
    lines.append(f"output_mode = {_text(model.output_mode.value)}")
    if model.contaminated_until_ms is not None:
        lines.append(f"contaminated_until = {datetime.fromtimestamp(model.contaminated_until_ms / 1000, UTC):%Y-%m-%d}")
    if model.answers_as:
        lines.append(f"answers_as = [{', '.join(map(_text, model.answers_as))}]")
    if model.has_key:
        lines.append(f"key_place = {_text(model.key_place.value)}")
    if model.daily_cap_usd is not None:
        lines.append(f"daily_cap_usd = {_text(format(model.daily_cap_usd, 'f'))}")
    if model.prices is not None:
        lines += ["", f"[model.{model.name}.prices]", f"input_usd = {_text(format(model.prices.input_usd, 'f'))}"]
        lines.append(f"output_usd = {_text(format(model.prices.output_usd, 'f'))}")
    return lines


def _midnight_ms(day: date | None) -> int | None:
    return None if day is None else int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _reasons(error: ValidationError) -> str:
    found: list[Any] = error.errors(include_url=False, include_input=False)
    return "; ".join(f"{'.'.join(map(str, each['loc'])) or 'tables'}: {each['msg']}" for each in found)
