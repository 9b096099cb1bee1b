"""The `[strategy]` and `[model.NAME]` tables of a profile file: who decides, and which language models there are.

[strategy]
strategist = "language:local"        # or "embedded", the default

[model.local]
base_url = "http://127.0.0.1:11434/v1"   # https, except on this machine
model = "qwen3:8b"
temperature = 0.0                    # false sends none
max_tokens = 1500
timeout_s = 20.0                     # for a whole decision, its repair included
output_mode = "native"               # tool, native or prompted
answers_as = []                      # further ids the server may give this model

[model.hosted]
base_url = "https://api.example.com/v1"
model = "vendor/model"
daily_cap_usd = "2.50"
key_in_vault = true                  # entered in the window; without it none is sent
[model.hosted.prices]                # US dollars per million tokens
input_usd = "0.15"
output_usd = "0.60"

A file never holds a key: that lies in the system's vault. The built-in demo has no file of its own;
its tables stand alone in `demo-models.toml`.
"""

import json
import re
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from terminal.domain.errors import ConfigError
from terminal.domain.language_model import EMBEDDED, LanguageModel, OutputMode, PriceTable, StrategySettings
from terminal.storage.private_file import write_private

_Money = Annotated[Decimal, Field(allow_inf_nan=False)]
_Number = Annotated[float, Field(allow_inf_nan=False)]
_TABLE: Final = re.compile(r"\s*\[+\s*(?P<name>[^\]]+?)\s*\]+")
_OURS: Final = re.compile(r"(strategy|model)(\s*\.|$)")


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
    key_in_vault: bool = False

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
            has_key=self.key_in_vault,
        )


class StrategyTable(_Strict):
    strategist: str = EMBEDDED


class StrategyTables(_Strict):
    """Both kinds of table together."""

    strategy: StrategyTable = StrategyTable()
    model: dict[str, ModelTable] = {}

    @model_validator(mode="after")
    def _within_the_hard_limits(self) -> Self:
        self.settings()
        return self

    def settings(self) -> StrategySettings:
        """Give the settings.

        Raises:
            ValueError: a table is beyond a hard limit, or the strategist is none of the models.
        """
        models = tuple(table.model_named(name) for name, table in self.model.items())
        return StrategySettings(self.strategy.strategist, models)


def strategy_lines(settings: StrategySettings) -> list[str]:
    """Write the tables' lines; none for the defaults."""
    lines: list[str] = []
    if settings.strategist != EMBEDDED:
        lines += ["", "[strategy]", f"strategist = {_text(settings.strategist)}"]
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
        raise ConfigError(f"{path} cannot be read ({error.strerror}).") from error
    except ValidationError as error:
        raise ConfigError(f"{path}: {_reasons(error)}.") from error
    except ValueError as error:
        raise ConfigError(f"{path} is not valid TOML: {error}.") from error


def save_strategy(path: Path, settings: StrategySettings) -> None:
    """Put these tables in the place of those in `path`; everything else of the file stays as it is.

    Raises:
        ConfigError: the file would not be read back as the same settings; nothing was written.
        StorageError: the folder cannot be written.
    """
    before = path.read_text(encoding="utf-8") if path.is_file() else ""
    text = "\n".join([*_without_tables(before), *strategy_lines(settings), ""]).lstrip("\n")
    try:
        tables = {name: value for name, value in tomllib.loads(text).items() if name in {"strategy", "model"}}
        again = StrategyTables.model_validate(tables).settings()
    except ValueError as error:
        raise ConfigError(f"{path} could not be changed: {error}. Edit it by hand.") from error
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


def _model_lines(model: LanguageModel) -> list[str]:
    lines = [f"base_url = {_text(model.base_url)}", f"model = {_text(model.model)}"]
    lines.append(f"temperature = {'false' if model.temperature is None else repr(float(model.temperature))}")
    lines += [f"max_tokens = {model.max_tokens}", f"timeout_s = {float(model.timeout_s)!r}"]
    lines.append(f"output_mode = {_text(model.output_mode.value)}")
    if model.answers_as:
        lines.append(f"answers_as = [{', '.join(map(_text, model.answers_as))}]")
    if model.has_key:
        lines.append("key_in_vault = true")
    if model.daily_cap_usd is not None:
        lines.append(f"daily_cap_usd = {_text(format(model.daily_cap_usd, 'f'))}")
    if model.prices is not None:
        lines += ["", f"[model.{model.name}.prices]", f"input_usd = {_text(format(model.prices.input_usd, 'f'))}"]
        lines.append(f"output_usd = {_text(format(model.prices.output_usd, 'f'))}")
    return lines


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _reasons(error: ValidationError) -> str:
    found: list[Any] = error.errors(include_url=False, include_input=False)
    return "; ".join(f"{'.'.join(map(str, each['loc'])) or 'tables'}: {each['msg']}" for each in found)
