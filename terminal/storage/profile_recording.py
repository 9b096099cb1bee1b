"""The `[recording]` table of a profile file: whether each day's public market data are kept, to be traded again.

[recording]
enabled = true
budget_mb = 2000                     # disk all recorded days of the profile may take; the oldest go first
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from terminal.domain.recording import RecordingSettings

_PLAIN = RecordingSettings()


class RecordingTable(BaseModel):
    """The table as written; what is not there is the default."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    enabled: bool = _PLAIN.enabled
    budget_mb: Annotated[int, Field(ge=50, le=1_000_000)] = _PLAIN.budget_mb

    def settings(self) -> RecordingSettings:
        return RecordingSettings(self.enabled, self.budget_mb)


def recording_lines(settings: RecordingSettings) -> list[str]:
    """Write the table's lines; none for the defaults."""
    if settings == _PLAIN:
        return []
    return ["", "[recording]", f"enabled = {str(settings.enabled).lower()}", f"budget_mb = {settings.budget_mb}"]
