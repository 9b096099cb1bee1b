"""Everything that may go wrong, as one tree with one base to catch.

    TerminalError
      ConfigError            the user can fix it in settings
      VenueError             venue, endpoint, code, message
        VenueUnavailable     nothing happened; a read may be repeated
          RateLimited        retry_after_s
        AuthFailed           key, signature, permission or IP list
        ClockSkew            our timestamp is outside the venue's window
        RequestRejected      a definite no
        OutcomeUnknown       a write may have arrived
        MalformedReply       a read we could not parse
      StorageError
        DuplicateRecord      a record that may exist once exists already
        JournalDamaged       the chain or the file does not verify
        ProfileInUse         a second instance on the same profile
      StrategyError
        ModelUnavailable

Libraries' own exceptions are translated once, at the edge, with `raise ... from`.
"""


class TerminalError(Exception):
    """Base of every expected failure. Its text is shown to a person and says what to do."""


class ConfigError(TerminalError):
    """A setting or an argument is wrong; the text names it and the way out."""


class VenueError(TerminalError):
    """A venue said no, said nothing, or said something unreadable."""

    def __init__(self, message: str, *, venue: str = "", endpoint: str = "", code: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.venue = venue
        self.endpoint = endpoint
        self.code = code  # the venue's own code as text, "" when there was none
        self.hint = hint  # what the person can do, in plain words

    def __str__(self) -> str:
        where = " ".join(part for part in (self.venue, self.endpoint) if part)
        code = f" [{self.code}]" if self.code else ""
        hint = f" {self.hint}" if self.hint else ""
        return f"{where}{': ' if where else ''}{self.message}{code}{hint}"


class VenueUnavailable(VenueError):
    """Nothing was read or done; safe to ask again with back-off."""


class RateLimited(VenueUnavailable):
    """Too many requests; stop for `retry_after_s`."""

    def __init__(self, message: str, *, retry_after_s: float, **where: str) -> None:
        super().__init__(message, **where)
        self.retry_after_s = retry_after_s


class AuthFailed(VenueError):
    """Key, passphrase, signature, permission or IP list; trading stops until a person acts."""


class ClockSkew(VenueError):
    """The request's timestamp lies outside the venue's window."""


class RequestRejected(VenueError):
    """A definite no: the venue did not accept the request."""


class OutcomeUnknown(VenueError):
    """A write may have arrived. Never resend it; look it up."""


class MalformedReply(VenueError):
    """A reply that does not fit the documented shape; nothing was read."""


class StorageError(TerminalError):
    """Disk, database or keyring failed."""


class DuplicateRecord(StorageError):
    """The journal refused a second record where only one may exist."""


class JournalDamaged(StorageError):
    """The journal cannot be trusted from `seq` on; trading stays off."""

    def __init__(self, message: str, *, seq: int | None = None) -> None:
        super().__init__(message)
        self.seq = seq


class ProfileInUse(StorageError):
    """Another running program holds this profile."""


class StrategyError(TerminalError):
    """The strategy could not answer."""


class ModelUnavailable(StrategyError):
    """No fitted model, or it could not be loaded."""
