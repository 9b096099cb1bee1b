"""The name a language model's decisions carry: who served it, its exact id, and the settings it was asked with."""

from terminal.domain.canonical import digest
from terminal.strategy.language.failures import plain


def full_name(strategist: str, served_by: str, asked: str, served: str, settings_json: str) -> str:
    """Name a model for cards and AI logs, e.g. `language:local/qwen3:8b@127.0.0.1:11434 cfg 1a2b3c4d`."""
    was = "" if served == asked else f" (asked as {asked})"
    return f"{strategist}/{plain(served)}@{served_by}{was} cfg {digest(settings_json)[:8]}"
