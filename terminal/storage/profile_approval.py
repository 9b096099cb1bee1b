"""The `[approval]` table of a profile file: how long cards live, how far prices may drift, time to undo.

[approval]
life_s = 90
band = "0.0015"                      # fraction of the price the card shows
undo_s = 0                           # up to 5; 0 sends at once

[approval.strategies."embedded"]     # what a model's name begins with, or all of it
life_s = 60
"""

import json
from decimal import Decimal
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from terminal.domain.approval import DEFAULT_BAND, DEFAULT_LIFE_S, ApprovalRule, ApprovalSettings

_Number = Annotated[float, Field(allow_inf_nan=False)]
_Fraction = Annotated[Decimal, Field(allow_inf_nan=False)]


class _Rule(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    life_s: _Number | None = None
    band: _Fraction | None = None

    def over(self, rule: ApprovalRule) -> ApprovalRule:
        """Give `rule` with what is written here in its place. Raises `ValueError` beyond the hard limits."""
        return ApprovalRule(
            rule.life_s if self.life_s is None else self.life_s, rule.band if self.band is None else self.band
        )


class ApprovalTable(BaseModel):
    """The table as written; what is not there is the default, what a strategy leaves out is the table's."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    life_s: _Number = DEFAULT_LIFE_S
    band: _Fraction = DEFAULT_BAND
    undo_s: _Number = 0.0
    strategies: dict[str, _Rule] = {}

    @model_validator(mode="after")
    def _within_the_hard_limits(self) -> Self:
        self.settings()
        return self

    def settings(self) -> ApprovalSettings:
        """Give the settings.

        Raises:
            ValueError: one lies beyond a hard limit.
        """
        rule = ApprovalRule(self.life_s, self.band)
        return ApprovalSettings(
            rule, self.undo_s, tuple((name, own.over(rule)) for name, own in self.strategies.items())
        )


def approval_lines(settings: ApprovalSettings) -> list[str]:
    """Write the table's lines; none for the defaults."""
    if settings == ApprovalSettings():
        return []
    lines = ["", "[approval]", *_rule_lines(settings.rule), f"undo_s = {settings.undo_s}"]
    for name, rule in settings.strategies:
        lines += ["", f"[approval.strategies.{json.dumps(name, ensure_ascii=True)}]", *_rule_lines(rule)]
    return lines


def _rule_lines(rule: ApprovalRule) -> list[str]:
    return [f"life_s = {rule.life_s}", f'band = "{rule.band}"']
