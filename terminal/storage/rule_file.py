"""Reads the competition's rules: words from a file, figures from the program and the profile.

The file holds no figure of its own. Its texts name them in braces (`{max_leverage}`), so a
limit cannot be said one way and enforced another way.
"""

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from string import Formatter
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from terminal.domain.canonical import canonical_json, digest
from terminal.domain.causes import cause
from terminal.domain.competition import (
    ALLOWED_INSTRUMENTS,
    MAX_GROSS_TIMES_EQUITY,
    MAX_LEVERAGE,
    MAX_ORDER_CALLS_PER_S,
    SOFT_ORDER_CALLS_PER_S,
)
from terminal.domain.errors import ConfigError
from terminal.domain.instrument import base_of
from terminal.domain.plain_words import figure
from terminal.domain.risk import RiskLimits
from terminal.domain.rules import RULE_IDS, SEASON_IDS, Rule, RuleBook
from terminal.domain.season import Season

FILE_NAME: Final = "rules/weex-ai-wars-1.toml"
_HASH_CHARS: Final = 12
_Words = Annotated[str, Field(min_length=1, max_length=400)]


class _RuleText(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Literal[
        "R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8", "R9", "R10", "R11", "R12", "R13", "R14", "S1", "S2"
    ]  # fmt: skip
    title: _Words
    measured: _Words
    limit: _Words
    on_violation: _Words
    source: _Words


class _RuleFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(min_length=1, max_length=60)]
    version: Annotated[int, Field(ge=1)]
    rule: tuple[_RuleText, ...]


def read_rules(path: Path, limits: RiskLimits, season: Season) -> RuleBook:
    """Read and check the book. Its version changes with its words, the hard limits, `limits` and `season`.

    Raises:
        ConfigError: it does not read, lacks a rule, or names a figure nobody knows; the text says which.
    """
    written = _parsed(path)
    ids = tuple(each.id for each in written.rule)
    if ids != (*RULE_IDS, *SEASON_IDS):
        raise ConfigError(f"{path}: it must hold every rule once, R1 to R14, then S1 and S2. {_WAY_OUT}")
    figures = _figures(limits, season)
    rules = tuple(_filled(path, each, figures) for each in written.rule)
    everything = canonical_json({"rules": rules, "limits": limits, "season": season, "hard": _hard()})
    version = f"{path.stem} v{written.version} {digest(everything)[:_HASH_CHARS]}"
    return RuleBook(written.name, version, rules)


_WAY_OUT: Final = "Install the program again: this file comes with it and is not meant to be edited."


def _parsed(path: Path) -> _RuleFile:
    try:
        return _RuleFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ConfigError(f"The competition's rules {path} cannot be read : {cause(error)}. {_WAY_OUT}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        raise ConfigError(f"{path}: {where}: {first['msg']}. {_WAY_OUT}") from error
    except ValueError as error:
        raise ConfigError(f"{path} cannot be read: {cause(error)}. {_WAY_OUT}") from error


def _hard() -> dict[str, object]:
    return {
        "pairs": ALLOWED_INSTRUMENTS,
        "leverage": MAX_LEVERAGE,
        "gross": MAX_GROSS_TIMES_EQUITY,
        "calls": (SOFT_ORDER_CALLS_PER_S, MAX_ORDER_CALLS_PER_S),
    }


def _figures(limits: RiskLimits, season: Season) -> dict[str, str]:
    """Give every figure a text of the book may name."""
    return {
        "pair_count": str(len(ALLOWED_INSTRUMENTS)),
        "pairs": ", ".join(map(base_of, ALLOWED_INSTRUMENTS)),
        "season_pairs": season.narrowed_words,
        "max_leverage": str(MAX_LEVERAGE),
        "max_gross": str(MAX_GROSS_TIMES_EQUITY),
        "hard_calls": str(MAX_ORDER_CALLS_PER_S),
        "soft_calls": str(SOFT_ORDER_CALLS_PER_S),
        "decision_age": _plain(limits.decision_age_s),
        "log_overdue": _plain(limits.log_overdue_s),
        "entry_interval": _plain(limits.entry_interval_s),
        "fills_per_min": str(limits.fills_per_min),
        "flips": str(limits.flips_per_min),
        "min_trades": str(season.min_trades),
    }


def _plain(seconds: float) -> str:
    return figure(Decimal(str(seconds)))


def _filled(path: Path, text: _RuleText, figures: Mapping[str, str]) -> Rule:
    return Rule(
        rule_id=text.id,
        title=text.title,
        measured=text.measured,
        limit=_fill(path, text, figures),
        on_violation=text.on_violation,
        source=text.source,
    )


def _fill(path: Path, text: _RuleText, figures: Mapping[str, str]) -> str:
    try:
        named = {name for _, name, _, _ in Formatter().parse(text.limit) if name is not None}
    except ValueError as error:
        raise ConfigError(f"{path}: limit of {text.id}: {error}. {_WAY_OUT}") from error
    unknown = named - figures.keys()
    if unknown:
        named_words = ", ".join(sorted(unknown))
        raise ConfigError(f"{path}: limit of {text.id} names {named_words}, which is no figure. {_WAY_OUT}")
    return text.limit.format_map(figures)
