"""What a run of the lab reads from a profile: its bars, the contract rules it recorded, a model's recorded answers."""

from pathlib import Path

from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.errors import StorageError
from terminal.domain.instrument import Instrument, InstrumentId
from terminal.domain.language_model import LanguageModel
from terminal.lab.kept import KeptBars
from terminal.lab.recorded import Answer, read_answers
from terminal.lab.request import LabRequest, is_language
from terminal.lab.strategists import Progress
from terminal.storage.candles.store import CandleFiles
from terminal.storage.journal.frozen_inputs import frozen_reader
from terminal.storage.paths import ProfilePaths
from terminal.storage.profiles import Mode, Profile
from terminal.venues.paper.reads import NAME as PAPER_VENUE
from terminal.venues.weex.codes import VENUE

_DEMO_PATTERN = 1.0  # what the exchange plants that the program starts itself


def kept_bars(profile: Profile, paths: ProfilePaths) -> KeptBars:
    """Give the bars a profile's desk has kept; the built-in exchange's in a demo, else the venue's."""
    demo = profile.mode is Mode.DEMO
    venue = PAPER_VENUE if profile.mode is Mode.PAPER else VENUE
    link = profile.connection
    return KeptBars(
        CandleFiles(paths.candles, venue, simulated=profile.mode.is_simulated),
        ALLOWED_INSTRUMENTS,
        _recorded_rules(paths.journal),
        name=profile.name,
        simulated=demo,
        planted=demo and (_DEMO_PATTERN if link is None else link.pattern) > 0,
    )


def recorded_answers(paths: ProfilePaths, request: LabRequest, progress: Progress) -> tuple[Answer, ...]:
    """Give a language model's recorded answers of the time asked for; none for any other strategist.

    Raises:
        ConfigError: nothing is recorded of that time.
        StorageError: the journal cannot be read.
    """
    if not is_language(request.strategist):
        return ()
    return read_answers(paths.journal, request.strategist, request.from_ms, request.to_ms, progress)


def contaminated_until(profile: Profile, strategist: str, asked_ms: int | None) -> int | None:
    """Give the later of what was asked for and what the profile says of the model."""
    models: tuple[LanguageModel, ...] = profile.strategy.models
    told = [each.contaminated_until_ms for each in models if each.strategist == strategist]
    known = [each for each in (asked_ms, *told) if each is not None]
    return max(known, default=None)


def _recorded_rules(journal: Path) -> dict[InstrumentId, Instrument]:
    """Contract rules as the newest snapshot held them; none where there is no journal that can be read."""
    try:
        with frozen_reader(journal) as reader:
            return {view.instrument.instrument_id: view.instrument for view in reader.newest_views()}
    except StorageError:
        return {}  # the report says for which pairs the built-in exchange's were taken
