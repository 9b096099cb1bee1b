"""What a step found: an error that is part of the test, and how errors of the venue become words."""

from terminal.domain.errors import AuthFailed, ClockSkew, RateLimited, VenueError
from terminal.domain.plain_words import quoted
from terminal.services.account_check import ADVISES


class StepFailed(Exception):
    """A step found something wrong; `hint` is what to do."""

    def __init__(self, words: str, hint: str) -> None:
        super().__init__(words)
        self.hint = hint


class StepSkipped(Exception):
    """A step has nothing to try here; the text says why."""


def venue_words(error: VenueError) -> str:
    """Quote the venue: its words and its code, without an address."""
    return quoted(error.message, error.code)


def what_to_do(error: VenueError, title: str) -> str:
    """Say what a person does about an error of the venue called `title`."""
    if error.hint or ADVISES in error.message:
        return error.hint
    if isinstance(error, AuthFailed):
        return f"Check key, permissions and address list in the {title} account, then try again."
    if isinstance(error, ClockSkew):
        return "Set this computer's clock (network time), then try again."
    if isinstance(error, RateLimited):
        return f"Wait {error.retry_after_s:.0f} s, then try again."
    return "Check the internet connection and the proxy, then try again."
